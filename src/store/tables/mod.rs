//! `trials.parquet`, with a row for each planned trial, and `curves.parquet`. Both are written window by window, so a million
//! trials take no more memory than a few thousand.

mod curves_table;
mod hyperparameters;
mod trial_rows;
mod trials_table;
mod writing;

pub use writing::{TableError, write_tables};
