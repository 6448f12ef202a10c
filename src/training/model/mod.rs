//! Models: one file per family, and their registry.
//!
//! A model gives outputs, loss and gradient for all trials of a cohort at once, because trials that share a batch share
//! its products. One that is linear in its parameters also gives the rows that they multiply.
//!
//! ```
//! use sweep_training::model::FAMILIES;
//! use sweep_training::shape::{Space, TargetKind};
//!
//! let values = "degree = 2\ninteractions = true\nl1 = 0.0\nl2 = 0.0\ninit = \"zeros\"".parse()?;
//! let model = (FAMILIES.row("polynomial").ok_or("no such model")?.build.build)(&values)?;
//! let layout = model.layout(&Space { n_features: 2, target: TargetKind::Number, n_targets: 1, classes: None })?;
//! assert_eq!(layout.parameters(), 6, "1, x, y, x², xy, y²");
//! assert_eq!(model.start(&layout, Some(1))?, [0.0; 6]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod alias;
mod class_weights;
mod family;
mod graph;
mod init;
mod keys;
mod layer_activations;
mod linear;
mod linear_in_parameters;
mod logistic;
mod network;
mod passes;
mod polynomial;
mod softmax;
mod workspace;

pub use alias::Alias;
pub use class_weights::{CLASS_WEIGHT, ClassWeights};
pub use family::{BuildModel, Family, FamilyFacts, LinearInParameters, Model, Penalty};
pub use graph::{Function, GraphStep, LayerAt, Operation, RUNNING_MEAN, RUNNING_VARIANCE};
pub use layer_activations::LayerActivations;
pub use network::{ACTIVATIONS, GivenParameters, INITIALISATIONS, LAYERS, LayerFacts, start_file};
pub use passes::{BLOCK, Batch, Passes, Points, Training, packs};
pub use workspace::Workspace;

use crate::registry::Registry;

/// All families.
pub static FAMILIES: Registry<FamilyFacts> = Registry {
    noun: "model",
    key: "kind",
    common: &[],
    rows: &[linear::FAMILY, polynomial::FAMILY, logistic::FAMILY, softmax::FAMILY, network::MLP, network::NETWORK],
};

/// The families that stand for others.
pub static ALIASES: &[Alias] = &[logistic::ALIAS, softmax::ALIAS];

/// What a family stands for; `None` if it is one of its own.
#[must_use]
pub fn alias(family: &str) -> Option<&'static Alias> {
    ALIASES.iter().find(|alias| alias.name == family)
}
