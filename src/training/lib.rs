//! The part of `sweep` that computes: data in memory and hyperparameters in, records out. It is a crate of its own so that it is
//! compiled for speed, and the rest, which waits for it and for the disk, for a short build.
//!
//! ```text
//! train → theory → record
//! train → {model, optimizer, schedule, data} → shape, numeric, parameter
//! ```

pub mod data;
pub mod model;
pub mod numeric;
pub mod optimizer;
pub mod parameter;
pub mod record;
pub mod schedule;
pub mod shape;
pub mod theory;
pub mod train;
