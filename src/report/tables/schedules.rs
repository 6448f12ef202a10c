//! `tables/schedules.csv`: the rate of each schedule as a share of the learning rate, at some fifty updates of a trial.

use super::TableKind;
use crate::analysis::{Analysis, ScheduleCurve};
use crate::report::csv::Csv;

pub const TABLE: TableKind =
    TableKind { path: |_| "tables/schedules.csv".to_owned(), only_if: Some(compares_schedules), write };

/// The most updates of a schedule in the table.
const MOST_UPDATES: usize = 50;

fn compares_schedules(analysis: &Analysis<'_>) -> bool {
    analysis.tasks.iter().any(|task| !task.schedules.is_empty())
}

fn write(analysis: &Analysis<'_>, csv: &mut Csv<'_>) {
    csv.header(&[
        "dataset",
        "model",
        "optimizer",
        "schedule",
        "steps",
        "steps_per_epoch",
        "step",
        "rate_share",
        "mean_rate_share",
    ]);
    for task in &analysis.tasks {
        for curve in &task.schedules {
            let users: Vec<&str> =
                curve.users.iter().map(|(user, _)| task.contenders[*user].combination.optimizer.as_str()).collect();
            let rows = rows(curve).map(|&(step, rate)| (Some(step), Some(rate)));
            // One that follows losses has a row without a rate.
            let none = curve.points.is_empty().then_some((None, None));
            for (step, rate) in rows.chain(none) {
                csv.text(task.dataset);
                csv.text(task.model);
                csv.text(&users.join(" "));
                csv.text(&curve.label);
                csv.count(curve.horizon.steps);
                csv.count(curve.horizon.steps_per_epoch);
                csv.count(step);
                csv.statistic(rate);
                csv.statistic(curve.mean);
                csv.end_row();
            }
        }
    }
}

/// Points of a curve, evenly spread, with the last one.
fn rows(curve: &ScheduleCurve) -> impl Iterator<Item = &(u64, f64)> {
    let every = curve.points.len().div_ceil(MOST_UPDATES).max(1);
    let last = curve.points.len().saturating_sub(1);
    curve
        .points
        .iter()
        .enumerate()
        .filter(move |(index, _)| index % every == 0 || *index == last)
        .map(|(_, point)| point)
}
