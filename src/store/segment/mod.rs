//! A segment: trial records as columns that never change. Hyperparameters stay inside the canonical setting; they become columns
//! only in `trials.parquet`.

mod columns;
mod decoding;
mod encoding;
mod metric_curves;
mod metrics;
#[cfg(test)]
mod tests;
mod watched;

pub use columns::{CURVES, CURVES_AND_THETA, SUMMARY, WATCHED};
pub use decoding::{DecodedSegment, decode};
pub use encoding::encode;
