//! `tables/time_to_target.csv`: a row for each optimizer and seed of a task. Where the target is not reached the number of gradient
//! evaluations is that of the longest trial, at which the time is cut off. A time is known up to the evaluated epoch before it.

use super::place;
use crate::analysis::{Analysis, TargetTimes, Task};
use crate::report::csv::Csv;
use crate::report::tables::TableKind;

pub const TABLE: TableKind =
    TableKind { path: |_| "tables/time_to_target.csv".to_owned(), only_if: Some(is_known), write };

fn is_known(analysis: &Analysis<'_>) -> bool {
    each(analysis).next().is_some()
}

fn each<'r, 'a>(analysis: &'r Analysis<'a>) -> impl Iterator<Item = (&'r Task<'a>, &'r TargetTimes)> {
    let tasks = analysis.tasks.iter().zip(&analysis.effort.tasks);
    tasks.filter_map(|(task, effort)| Some((task, effort.as_ref()?.times.as_ref()?)))
}

fn write(analysis: &Analysis<'_>, csv: &mut Csv<'_>) {
    csv.header(&[
        "dataset",
        "model",
        "optimizer",
        "metric",
        "seed",
        "target",
        "reached",
        "gradient_evaluations",
        "since_epoch_before",
        "median_gradient_evaluations",
    ]);
    for (task, times) in each(analysis) {
        for (at, of_seeds) in times.times.iter().enumerate() {
            for (seed, (time, target)) in of_seeds.iter().zip(&times.targets).enumerate() {
                let (Some(time), Some(target)) = (time, target) else { continue };
                place(csv, task, at);
                csv.text(&format!("{}_{}", task.ranked_on.word(), task.metric.name));
                csv.count(analysis.study.seeds.get(seed).copied());
                csv.statistic(Some(*target));
                csv.flag(time.reached);
                csv.count(time.gradient_evaluations);
                csv.count(Some(time.spacing).filter(|_| time.reached));
                csv.number(times.medians[at]);
                csv.end_row();
            }
        }
    }
}
