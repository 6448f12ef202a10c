//! The figures of each task.

use super::naming::{rename_repeated, slug, unique};
use super::{convergence, convergence_by_rate, curves, learning_rate, selection};
use crate::analysis::Analysis;
use crate::report::figure_data::Figure;

/// The figures of one task.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TaskFigures {
    pub convergence: Vec<Figure>,
    pub convergence_by_rate: Vec<Figure>,
    pub learning_rate: Vec<Figure>,
}

impl TaskFigures {
    /// In the order of the page.
    pub fn all(&self) -> impl Iterator<Item = &Figure> {
        self.convergence.iter().chain(&self.convergence_by_rate).chain(&self.learning_rate)
    }

    pub fn all_mut(&mut self) -> impl Iterator<Item = &mut Figure> {
        self.convergence.iter_mut().chain(&mut self.convergence_by_rate).chain(&mut self.learning_rate)
    }
}

/// One entry a task, names unique over all.
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
