//! The contract of an optimizer, and its row in the registry.

use super::batching::Batching;
use super::update::Update;
use crate::parameter::{Parameter, Values};
use crate::shape::Recurrence;

/// A method with its hyperparameters, in both precisions.
pub trait Optimizer: Update<f64> + Update<f32> + Send + Sync {
    /// Vectors of d numbers that it carries from step to step, under a penalty l1.
    fn state_vectors(&self, l1: f64) -> usize;

    /// Which rows a step takes.
    fn batching(&self) -> Batching;

    /// The linear recurrence that it is without l1, if it is one: what decouples into modes.
    fn recurrence(&self) -> Option<Recurrence>;

    /// Whether an update is θ ← θ − α·g alone, under a penalty l1.
    fn is_descent(&self, l1: f64) -> bool;

    /// Whether it wants the gradient elsewhere than at the parameters, under a penalty l1.
    fn moves_point(&self, l1: f64) -> bool;
}

/// One row of the registry of methods.
pub struct Method {
    /// The word after `method =`.
    pub name: &'static str,
    pub doc: &'static str,
    pub parameters: &'static [Parameter],
    pub build: fn(&Values) -> Result<Box<dyn Optimizer>, toml::de::Error>,
}
