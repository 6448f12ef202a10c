//! `trials.parquet`, with a row for each planned trial, `curves.parquet`, and `watched.parquet` where something is watched. All are written window by window, so a million
//! trials take no more memory than a few thousand.

mod curves_table;
mod hyperparameters;
mod trial_rows;
mod trials_table;
mod watched_table;
mod writing;

pub use writing::{TableError, TableFiles, write_tables};
