//! Builds the figures of every task.

use super::naming::{rename_repeated, slug, unique};
use super::task_figures::TaskFigures;
use super::{convergence, convergence_by_rate, curves, learning_rate, selection};
use crate::analysis::Analysis;

/// The figures of each task. Their names are unique over all tasks.
#[must_use]
pub fn figures(analysis: &Analysis<'_>) -> Vec<TaskFigures> {
    let mut slugs: Vec<String> = Vec::new();
    let mut all = Vec::with_capacity(analysis.tasks.len());
    let choices = selection::choose(analysis);
    let curves = curves::read(analysis, &choices);
    for (task, choice) in analysis.tasks.iter().zip(&choices) {
        let slug = unique(slug(task), &slugs);
        all.push(TaskFigures {
            convergence: if choice.convergence { convergence::figures(task, &slug, &curves) } else { Vec::new() },
            convergence_by_rate: convergence_by_rate::figures(task, &choice.by_rate, &slug, &curves),
            learning_rate: learning_rate::figures(analysis, task, choice, &slug, &curves),
        });
        slugs.push(slug);
    }
    rename_repeated(&mut all);
    all
}
