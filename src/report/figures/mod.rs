//! The figures of a report, as data.

mod convergence;
mod learning_rate;

use super::figure::Figure;
use crate::analysis::{Analysis, Task};

/// The figures of one task.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TaskFigures {
    pub convergence: Vec<Figure>,
    pub learning_rate: Vec<Figure>,
}

/// One entry a task, names unique over all.
#[must_use]
pub fn figures(analysis: &Analysis<'_>) -> Vec<TaskFigures> {
    let mut slugs: Vec<String> = Vec::new();
    let mut all = Vec::with_capacity(analysis.tasks.len());
    for task in &analysis.tasks {
        let slug = unique(slug(task), &slugs);
        all.push(TaskFigures {
            convergence: convergence::figures(task, &slug),
            learning_rate: learning_rate::figures(analysis, task, &slug),
        });
        slugs.push(slug);
    }
    all
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

/// Whether a logarithmic axis can show a value.
fn is_loggable(value: f64) -> bool {
    value.is_finite() && value > 0.0
}
