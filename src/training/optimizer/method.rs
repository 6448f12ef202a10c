//! The contract of an optimizer, and its row in the registry.

use super::batching::Batching;
use super::traits::MethodTraits;
use super::update::Update;
use crate::parameter::Values;
use crate::registry::Row;
use crate::shape::Layout;

/// A method with its hyperparameters, in both precisions.
pub trait Optimizer: Update<f64> + Update<f32> + Send + Sync {
    /// What the engine must know of it, under the penalty l1.
    fn traits(&self, l1: f64) -> MethodTraits;

    /// Which rows a step takes.
    fn batching(&self) -> Batching;

    /// If it is evaluated at a mean of its points that begins late: the key that says when, and the number of updates up to which
    /// the mean is the point itself.
    fn average_begins_after(&self) -> Option<(&'static str, u64)> {
        None
    }

    /// Whether what it says of blocks of parameters is of blocks that the model has.
    ///
    /// # Errors
    /// One sentence that names what is there.
    fn check_layout(&self, _layout: &Layout) -> Result<(), String> {
        Ok(())
    }

    /// λ of a weight decay that acts on biases too; 0 without.
    fn decay_of_biases(&self) -> f64 {
        0.0
    }
}

/// Builds a method from its own keys.
pub type BuildMethod = fn(&Values) -> Result<Box<dyn Optimizer>, toml::de::Error>;

/// One row of the registry of methods.
pub type Method = Row<BuildMethod>;
