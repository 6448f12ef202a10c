//! The results of all trials of a plan: the table that holds them, and one trial of it.

mod metric_columns;
mod table;
mod view;

pub use table::TrialTable;
pub use view::Trial;
