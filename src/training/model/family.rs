//! The contract of a model, its penalty, and its row in the registry.

use super::gradient::Gradient;
use crate::numeric::Matrix;
use crate::parameter::{Parameter, Values};

/// A model with its hyperparameters.
pub trait Model: Gradient<f64> + Gradient<f32> + Send + Sync {
    /// The rows that the parameters multiply: `[n_samples, d]`, the constant 1 of the bias first.
    ///
    /// # Errors
    /// A message if there would be too many.
    fn design(&self, features: &Matrix) -> Result<Matrix, String>;

    /// The number of parameters on `n_features` features, including the bias.
    ///
    /// # Errors
    /// A message if there would be too many.
    fn parameters(&self, n_features: usize) -> Result<usize, String>;

    /// The parameters at the start, `[d]`, the bias first.
    ///
    /// # Errors
    /// A message if the number of given values does not fit.
    fn start(&self, d: usize, seed: Option<u64>) -> Result<Vec<f64>, String>;

    /// Whether the start depends on the seed.
    fn start_by_seed(&self) -> bool;

    fn penalty(&self) -> Penalty;

    /// Whether the loss is the squared error of a linear function of the parameters, so that a split can be compressed.
    fn is_least_squares(&self) -> bool;
}

/// The penalty in J: l1·‖w‖₁ + (l2/2)·‖w‖², where w excludes the bias. (In scikit-learn, Lasso's alpha is l1, and
/// Ridge's alpha is n·l2.)
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Penalty {
    pub l1: f64,
    pub l2: f64,
}

/// One row of the registry of models.
pub struct Family {
    /// The word after `kind =`.
    pub name: &'static str,
    pub doc: &'static str,
    pub parameters: &'static [Parameter],
    /// Raised when the same keys give other numbers; 1 at first.
    pub revision: u32,
    pub build: fn(&Values) -> Result<Box<dyn Model>, toml::de::Error>,
}
