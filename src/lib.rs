//! `sweep` trains a grid of hyperparameters out of one TOML file and reports which learning rate to use.
//!
//! The flow is a straight line. [`experiment`] reads the file against the registries' parameter tables and makes a
//! [`plan`]; what the [`store`] holds already is left out, and the [`runner`] groups the rest into cohorts, which [`train`]
//! turns into [`record`]s. Reporting starts from those records alone: [`analysis`] makes estimates and verdicts of them, and
//! [`report`] renders tables, pages and plots. [`comparison`] holds two results folders against each other. Imports point one way:
//!
//! ```text
//! cli → report → analysis → record ← store ← runner → train → {model, optimizer, schedule, data} → shape → numeric
//! ```

pub mod analysis;
pub mod cli;
pub mod comparison;
pub mod dataset;
pub mod experiment;
pub mod memory;
mod parquet;
pub mod plan;
pub mod report;
pub mod runner;
pub mod store;
pub mod text;

pub use sweep_training::{
    baseline, data, loss, metric, model, numeric, optimizer, parameter, record, registry, schedule, shape, theory,
    train,
};
