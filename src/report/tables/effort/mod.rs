//! The tables on tuning effort.

pub mod across_tasks;
pub mod performance_profile;
pub mod time_to_target;
pub mod tuning_effort;
pub mod tuning_summary;

use crate::analysis::{Analysis, ContenderEffort, Task};
use crate::report::csv::Csv;

fn is_known(analysis: &Analysis<'_>) -> bool {
    !analysis.effort.is_empty()
}

/// Each optimizer of each task with its effort.
fn each<'r, 'a>(analysis: &'r Analysis<'a>) -> impl Iterator<Item = (&'r Task<'a>, usize, &'r ContenderEffort)> {
    analysis.tasks.iter().zip(&analysis.effort.tasks).flat_map(|(task, effort)| {
        let contenders = effort.iter().flat_map(|effort| effort.contenders.iter().enumerate());
        contenders.filter_map(move |(at, one)| Some((task, at, one.as_ref()?)))
    })
}

/// The columns `dataset`, `model`, `optimizer`.
fn place(csv: &mut Csv<'_>, task: &Task<'_>, contender: usize) {
    for text in [task.dataset, task.model, task.contenders[contender].name()] {
        csv.text(text);
    }
}

fn interval(csv: &mut Csv<'_>, interval: Option<(f64, f64)>) {
    csv.statistic(interval.map(|interval| interval.0));
    csv.statistic(interval.map(|interval| interval.1));
}
