//! `tables/tuning_effort.csv`: what the best of so many settings is expected to give, by number of settings; `capped` are the seeds at which
//! predicting the mean may stand in for the best.

use super::{each, interval, is_known, place};
use crate::analysis::Analysis;
use crate::report::csv::Csv;
use crate::report::tables::TableKind;

pub const TABLE: TableKind =
    TableKind { path: |_| "tables/tuning_effort.csv".to_owned(), only_if: Some(is_known), write };

fn write(analysis: &Analysis<'_>, csv: &mut Csv<'_>) {
    csv.header(&[
        "dataset",
        "model",
        "optimizer",
        "metric",
        "settings",
        "tried",
        "n",
        "expected",
        "low",
        "high",
        "capped",
    ]);
    for (task, at, one) in each(analysis) {
        for ((tried, level), capped) in one.curve.points.iter().zip(&one.curve.capped) {
            place(csv, task, at);
            csv.text(&format!("{}_{}", task.compared_on.word(), task.metric.name));
            csv.count(one.curve.settings as u64);
            csv.count(*tried as u64);
            csv.count(level.n as u64);
            csv.statistic(Some(level.center));
            interval(csv, level.interval);
            csv.count(*capped as u64);
            csv.end_row();
        }
    }
}
