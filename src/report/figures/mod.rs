//! The figures of a report, as data.

mod axes;
mod best_rates;
mod build;
mod classes;
mod convergence;
mod convergence_by_rate;
mod convergence_many;
mod curves;
mod effort;
mod empty;
mod exact_line;
mod good_range;
mod leading;
mod learning_rate;
mod learning_rate_panel;
mod learning_rate_points;
mod learning_rate_theory;
mod learning_rate_words;
mod levels;
mod naming;
mod parts;
mod rate_rows;
mod schedules;
mod selection;
mod task_figures;
mod watched;

pub use build::figures;
pub use effort::EffortFigures;
pub use naming::{slug, unique};
pub use selection::{left_out, without_curves};
pub use task_figures::TaskFigures;
pub use watched::values_left_out;
