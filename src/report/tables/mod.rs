//! Tables for programs: all digits, one header line.

mod best_rates;
mod best_settings;
mod class_curves;
mod columns;
mod comparisons;
mod confusion;
mod data;
mod effort;
mod learning_rates;
mod models;
mod schedules;
mod settings;

pub use columns::MOST_ROWS;

use super::csv::Csv;
use crate::analysis::Analysis;
use crate::metric::MetricKind;

/// One row of the registry of tables.
pub struct TableKind {
    /// Its path relative to the results folder, by the metrics that rank.
    pub path: fn(scores: &[&MetricKind]) -> String,
    /// Whether a report has it; `None` if each one does.
    pub only_if: Option<fn(&Analysis<'_>) -> bool>,
    pub write: fn(&Analysis<'_>, &mut Csv<'_>),
}

pub use best_settings::best_settings_path;
pub use comparisons::answer_word;

pub static TABLES: &[TableKind] = &[
    best_settings::TABLE,
    settings::TABLE,
    learning_rates::TABLE,
    comparisons::TABLE,
    models::TABLE,
    best_rates::TABLE,
    schedules::TABLE,
    confusion::TABLE,
    class_curves::TABLE,
    effort::tuning_effort::TABLE,
    effort::tuning_summary::TABLE,
    effort::time_to_target::TABLE,
    effort::across_tasks::TABLE,
    effort::performance_profile::TABLE,
    data::TABLE,
];

fn has_classes(analysis: &Analysis<'_>) -> bool {
    analysis.tasks.iter().any(|task| task.classes.is_some())
}
