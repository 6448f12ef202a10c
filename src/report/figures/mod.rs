//! The figures of a report, as data.

mod convergence;
mod convergence_by_rate;
mod learning_rate;
mod selection;

pub use selection::left_out;

use std::collections::HashSet;

use super::figure::Figure;
use crate::analysis::{Analysis, Task};

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

    fn all_mut(&mut self) -> impl Iterator<Item = &mut Figure> {
        self.convergence.iter_mut().chain(&mut self.convergence_by_rate).chain(&mut self.learning_rate)
    }
}

/// One entry a task, names unique over all.
#[must_use]
pub fn figures(analysis: &Analysis<'_>) -> Vec<TaskFigures> {
    let mut slugs: Vec<String> = Vec::new();
    let mut all = Vec::with_capacity(analysis.tasks.len());
    let choices = selection::choose(analysis);
    let curves = selection::curves(analysis, &choices);
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

/// Gives a name of its own to each figure that has one which an earlier figure has: a kind and a task may read as another
/// kind and another task (`learning-rate-train-a` of the task `a`, and of `train-a`). Upper and lower case are one, for file
/// systems that do not tell them apart.
fn rename_repeated(all: &mut [TaskFigures]) {
    let lower = |name: &str| name.to_ascii_lowercase();
    let first: HashSet<String> = all.iter().flat_map(TaskFigures::all).map(|figure| lower(&figure.name)).collect();
    let mut taken: HashSet<String> = HashSet::new();
    for figure in all.iter_mut().flat_map(TaskFigures::all_mut) {
        if taken.insert(lower(&figure.name)) {
            continue;
        }
        let numbered = (2_u32..).map(|number| format!("{}-{number}", figure.name));
        if let Some(name) =
            numbered.into_iter().find(|name| !first.contains(&lower(name)) && !taken.contains(&lower(name)))
        {
            taken.insert(lower(&name));
            figure.name = name;
        }
    }
}

/// Letters, digits, `.`, `_`, `-`: safe in a path, a link and an attribute.
fn slug(task: &Task<'_>) -> String {
    let text = format!("{}-{}", task.dataset, task.model);
    text.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') { c } else { '_' }).collect()
}

/// Numbered where another task has the same; in lower case, for file systems that do not tell it apart.
fn unique(slug: String, taken: &[String]) -> String {
    let is_taken = |name: &str| taken.iter().any(|other| other.eq_ignore_ascii_case(name));
    if !is_taken(&slug) {
        return slug;
    }
    (2_u32..).map(|number| format!("{slug}-{number}")).find(|name| !is_taken(name)).unwrap_or(slug)
}

const PANELS_A_FIGURE: usize = 3;

/// Figures of at most three panels, with the notes under the last; the first has the plain name.
fn in_parts(figure: Figure) -> Vec<Figure> {
    let count = figure.panels.len();
    let mut figures = Vec::new();
    let mut rest = figure.panels.iter().cloned().peekable();
    while rest.peek().is_some() {
        let part = figures.len() + 1;
        let is_last = count <= part * PANELS_A_FIGURE;
        figures.push(Figure {
            name: if part == 1 { figure.name.clone() } else { format!("{}-part{part}", figure.name) },
            panels: rest.by_ref().take(PANELS_A_FIGURE).collect(),
            notes: if is_last { figure.notes.clone() } else { Vec::new() },
            ..figure.clone()
        });
    }
    figures
}

/// Whether a logarithmic axis can show a value.
fn is_loggable(value: f64) -> bool {
    value.is_finite() && value > 0.0
}
