//! Losses: what training descends, summed over rows. One file each, and their registry.

mod absolute;
mod by_block;
mod by_row;
mod classes;
mod cross_entropy;
mod epsilon_insensitive;
mod hinge;
mod huber;
mod kind;
mod log;
mod model_loss;
pub mod of_targets;
mod poisson;
mod quantile;
mod squared_error;
mod squared_hinge;

pub use by_block::BlockLoss;
pub use by_row::{Derivatives, RowLoss};
pub use kind::{BuildLoss, Link, Loss, LossFacts, LossKind, OwnMetric};
pub use model_loss::ModelLoss;

use crate::registry::Registry;

/// All losses. The first is the default.
pub static LOSSES: Registry<LossFacts> = Registry {
    noun: "loss",
    key: "kind",
    common: &[],
    rows: &[
        squared_error::ROW,
        huber::ROW,
        absolute::ROW,
        quantile::ROW,
        epsilon_insensitive::ROW,
        poisson::ROW,
        log::ROW,
        hinge::ROW,
        squared_hinge::ROW,
        cross_entropy::ROW,
    ],
};
