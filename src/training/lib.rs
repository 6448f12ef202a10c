//! The part of `sweep` that computes: it takes data in memory and hyperparameters, and returns records. It is a
//! separate crate so that it is compiled for speed, while the rest, which mostly waits, is compiled for a short build.
//!
//! ```text
//! train → {theory, baseline} → record → metric → loss
//! train → {model, optimizer, schedule, data} → shape, numeric, parameter
//! model → loss
//! ```

pub mod baseline;
pub mod data;
pub mod loss;
pub mod metric;
pub mod model;
pub mod numeric;
pub mod optimizer;
pub mod parameter;
pub mod record;
pub mod registry;
pub mod schedule;
pub mod shape;
pub mod theory;
pub mod train;
