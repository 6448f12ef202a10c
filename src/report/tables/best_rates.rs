//! `tables/best_rates.csv`: the best learning rate by a number that is compared, with a row for each value, and the slope of the lines
//! through them.

use super::TableKind;
use crate::analysis::{Analysis, RateAtValue, RateSlope, Task};
use crate::report::csv::Csv;

pub const TABLE: TableKind = TableKind { path: |_| "tables/best_rates.csv".to_owned(), only_if: Some(is_known), write };

const COLUMNS: [&str; 20] = [
    "dataset",
    "model",
    "optimizer",
    "key",
    "others",
    "value",
    "learning_rate",
    "is_cut",
    "own_n",
    "own_mean",
    "own_low",
    "own_high",
    "own_cut",
    "slope_of_own",
    "slope_low",
    "slope_high",
    "seeds",
    "slope_of_best",
    "log_intercept",
    "tied_settings",
];

fn is_known(analysis: &Analysis<'_>) -> bool {
    analysis.tasks.iter().any(|task| !task.rate_slopes.is_empty())
}

fn write(analysis: &Analysis<'_>, csv: &mut Csv<'_>) {
    csv.header(&COLUMNS);
    for task in &analysis.tasks {
        for found in &task.rate_slopes {
            found.best.iter().for_each(|at| row(csv, task, found, at));
        }
    }
}

fn row(csv: &mut Csv<'_>, task: &Task<'_>, found: &RateSlope<'_>, at: &RateAtValue) {
    for text in [task.dataset, task.model, found.optimizer, found.key, &found.others] {
        csv.text(text);
    }
    csv.number(Some(at.value));
    csv.number(Some(at.rate));
    csv.flag(at.is_cut(at.rate));
    let level = at.own_level;
    csv.count(level.map_or(0, |level| level.n as u64));
    csv.statistic(level.map(|level| level.center));
    csv.statistic(level.and_then(|level| level.interval).map(|interval| interval.0));
    csv.statistic(level.and_then(|level| level.interval).map(|interval| interval.1));
    csv.count(at.own.iter().flatten().filter(|rate| at.is_cut(**rate)).count() as u64);
    let slope = found.slope;
    csv.statistic(slope.map(|slope| slope.mean));
    csv.statistic(slope.and_then(|slope| slope.interval).map(|interval| interval.0));
    csv.statistic(slope.and_then(|slope| slope.interval).map(|interval| interval.1));
    csv.count(found.slopes.len() as u64);
    csv.statistic(found.slope_of_best);
    csv.statistic(found.intercept);
    csv.count(task.contenders[at.contender].ranking.tied as u64);
    csv.end_row();
}
