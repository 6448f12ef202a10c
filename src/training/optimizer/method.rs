//! The contract of an optimizer, and its row in the registry.

use super::batching::Batching;
use super::update::Update;
use crate::parameter::{Parameter, Values};
use crate::shape::Recurrence;

/// A method with its hyperparameters, in both precisions.
pub trait Optimizer: Update<f64> + Update<f32> + Send + Sync {
    /// The number of vectors of d numbers that it carries from step to step, under the penalty l1.
    fn state_vectors(&self, l1: f64) -> usize;

    /// Which rows a step takes.
    fn batching(&self) -> Batching;

    /// The linear recurrence that its steps follow without l1, if there is one. Such a method decouples into modes.
    fn recurrence(&self) -> Option<Recurrence>;

    /// Whether an update is only θ ← θ − α·g, under the penalty l1.
    fn is_descent(&self, l1: f64) -> bool;

    /// Whether it needs the gradient at another point than the parameters, under the penalty l1.
    fn moves_point(&self, l1: f64) -> bool;
}

/// One row of the registry of methods.
pub struct Method {
    /// The word after `method =`.
    pub name: &'static str,
    pub doc: &'static str,
    pub parameters: &'static [Parameter],
    /// Raised when the same keys give other numbers; 1 at first.
    pub revision: u32,
    pub build: fn(&Values) -> Result<Box<dyn Optimizer>, toml::de::Error>,
}
