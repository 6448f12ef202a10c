//! Tables for programs: all digits, one header line.

mod columns;
mod comparisons;
mod learning_rates;
mod mse;
mod settings;

pub use columns::MOST_ROWS;

use super::csv::Csv;
use crate::analysis::Analysis;

/// One row of the registry of tables.
pub struct TableKind {
    /// Relative to the results folder.
    pub path: &'static str,
    pub write: fn(&Analysis<'_>, &mut Csv<'_>),
}

pub static TABLES: &[TableKind] = &[mse::TABLE, settings::TABLE, learning_rates::TABLE, comparisons::TABLE];
