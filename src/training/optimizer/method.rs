//! The contract of an optimizer, and its row in the registry.

use super::batching::Batching;
use super::update::Update;
use crate::parameter::{Parameter, Values};
use crate::shape::Recurrence;

/// A method with its hyperparameters, in both precisions.
pub trait Optimizer: Update<f64> + Update<f32> + Send + Sync {
    /// What the engine must know of it, under the penalty l1.
    fn traits(&self, l1: f64) -> MethodTraits;

    /// Which rows a step takes.
    fn batching(&self) -> Batching;
}

/// What an engine must know of a method. The default is a method without state that needs the gradient at its parameters.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct MethodTraits {
    /// The number of vectors of d numbers that it carries from step to step.
    pub vectors: usize,
    /// The number of single numbers that it carries from step to step.
    pub scalars: usize,
    /// Whether an update is only θ ← θ − α·g.
    pub is_descent: bool,
    /// The linear recurrence that its steps follow, if there is one. Such a method decouples into modes.
    pub recurrence: Option<Recurrence>,
    /// Whether it needs the gradient at another point than the parameters.
    pub moves_point: bool,
    /// Whether it may answer [`Progress::Again`](super::Progress::Again).
    pub searches: bool,
    /// Whether it is evaluated at another point than its parameters.
    pub averages: bool,
    /// Whether it takes the penalty l1 itself, by its proximal map. To the gradient of any other method the engine adds a
    /// subgradient of l1.
    pub is_proximal: bool,
}

/// One row of the registry of methods.
pub struct Method {
    /// The word after `method =`.
    pub name: &'static str,
    pub doc: &'static str,
    /// Its own keys. It also takes those of [`COMMON`](super::COMMON), except those it refuses.
    pub parameters: &'static [Parameter],
    /// The common keys that it does not take, each with the reason in one sentence.
    pub refuses: &'static [(&'static str, &'static str)],
    /// Raised when the same keys give other numbers; 1 at first.
    pub revision: u32,
    /// Builds it from its own keys.
    pub build: fn(&Values) -> Result<Box<dyn Optimizer>, toml::de::Error>,
}

impl Method {
    /// Every key that it takes: its own, and the common ones that it does not refuse.
    pub fn keys(&self) -> impl Iterator<Item = &'static Parameter> {
        let refuses = self.refuses;
        let taken = move |key: &&Parameter| refuses.iter().all(|(refused, _)| *refused != key.name);
        self.parameters.iter().chain(super::COMMON.iter().filter(taken))
    }

    /// Whether its steps have a length that is set by hand.
    #[must_use]
    pub fn has_learning_rate(&self) -> bool {
        self.parameters.iter().any(|key| key.name == super::LEARNING_RATE.name)
    }
}
