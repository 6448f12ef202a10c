//! What the statistics promise, held by simulation: files are drawn from populations whose truth is known, optimizers are tuned
//! on them, and `Analysis::new` decides. Counted is how often an interval misses its truth, and how often a verdict is wrong.
//!
//! Two truths are known. **E1** is the expected difference over new files of this size: what redrawn splits and fresh data
//! speak of. It is exactly 0 for optimizers that are exchangeable by symmetry, and calibrated for all others. **E2** is the
//! difference of the very models that were trained, on new rows: what a held split speaks of. It is known exactly, because the
//! covariance of the population is.
//!
//! `cargo test --release --test statistics` runs two cells; `.ci/long statistics` runs all and prints a table.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::print_stdout)]

mod cells;
mod design;
mod measure;
mod optimizer;
mod population;
