//! `tables/tuning_summary.csv`: a row for each optimizer of a task: how much tuning it needs, and how much its rate matters.

use super::{each, interval, is_known, place};
use crate::analysis::Analysis;
use crate::report::csv::Csv;
use crate::report::tables::TableKind;

pub const TABLE: TableKind =
    TableKind { path: |_| "tables/tuning_summary.csv".to_owned(), only_if: Some(is_known), write };

fn write(analysis: &Analysis<'_>, csv: &mut Csv<'_>) {
    csv.header(&[
        "dataset",
        "model",
        "optimizer",
        "metric",
        "settings",
        "settings_left_out",
        "settings_enough",
        "tunability_budget",
        "tunability_early",
        "brought_setting",
        "brought_from_tasks",
        "brought",
        "brought_low",
        "brought_high",
        "brought_capped",
        "default_program",
        "default_rate",
        "default_rate_planned",
        "default_setting",
        "default",
        "default_low",
        "default_high",
        "default_capped",
        "series",
        "rates",
        "lowest_rate",
        "highest_rate",
        "good_range_decades",
        "good_range_cut",
        "nearby_rates",
        "worst_nearby",
        "rate_sensitivity",
        "rate_sensitivity_percent",
    ]);
    let budget = |task: &_| {
        let place = analysis.tasks.iter().position(|known| std::ptr::eq(known, task));
        place.and_then(|place| analysis.effort.tasks[place].as_ref()).map(|effort| effort.budget as u64)
    };
    for (task, at, one) in each(analysis) {
        let contender = &task.contenders[at];
        place(csv, task, at);
        csv.text(&format!("{}_{}", task.compared_on.word(), task.metric.name));
        csv.count(one.curve.settings as u64);
        csv.count(one.curve.left_out as u64);
        csv.count(one.curve.enough(task, analysis.study.equivalence).map(|enough| enough as u64));
        csv.count(budget(task));
        csv.statistic(one.tunability);
        match &one.transferred {
            Some(found) => {
                csv.text(&contender.settings[found.setting].setting.name());
                csv.count(found.tasks as u64);
                csv.statistic(Some(found.level.center));
                interval(csv, found.level.interval);
                csv.count(found.capped as u64);
            }
            None => csv.empty(6),
        }
        match &one.defaults {
            Some(defaults) => {
                csv.text(defaults.program);
                csv.number(Some(defaults.default_rate));
                match &defaults.found {
                    Some(found) => {
                        csv.number(Some(found.rate));
                        csv.text(&contender.settings[found.setting].setting.name());
                        csv.statistic(Some(found.level.center));
                        interval(csv, found.level.interval);
                        csv.count(found.capped as u64);
                    }
                    None => csv.empty(6),
                }
            }
            None => csv.empty(8),
        }
        match one.rates.zip(contender.best_series()) {
            Some((rates, series)) => {
                csv.text(&series.label);
                csv.count(rates.rates as u64);
                csv.number(Some(rates.range.0));
                csv.number(Some(rates.range.1));
                let basin = series.basin.as_ref();
                csv.statistic(basin.map(|basin| basin.decades));
                csv.flag(basin.is_some_and(|basin| basin.cut.0 || basin.cut.1));
                csv.count(rates.neighbours as u64);
                csv.statistic(rates.nearby);
                csv.statistic(rates.sensitivity);
                csv.statistic(rates.lost.map(|lost| 100.0 * lost));
            }
            None => csv.empty(10),
        }
        csv.end_row();
    }
}
