//! The contract of a model, its penalty, and its row in the registry.

use super::passes::Passes;
use crate::loss::ModelLoss;
use crate::numeric::Matrix;
use crate::parameter::Values;
use crate::registry::Row;
use crate::shape::{Layout, Space, TargetKind};

/// A model with its hyperparameters.
pub trait Model: Passes<f64> + Passes<f32> + Send + Sync {
    /// Whether the model can be trained on such data.
    ///
    /// # Errors
    /// One sentence that says what the model needs and what the data has.
    fn fits(&self, _space: &Space) -> Result<(), String> {
        Ok(())
    }

    /// Whether its targets are classes: text, or whole numbers that are taken as classes.
    fn wants_classes(&self) -> bool {
        false
    }

    /// The blocks of its parameters.
    ///
    /// # Errors
    /// A message if there would be too many.
    fn layout(&self, space: &Space) -> Result<Layout, String>;

    /// A name for each parameter, `[d]`, given the names of the features.
    ///
    /// # Errors
    /// Those of [`layout`](Self::layout).
    fn parameter_names(&self, features: &[String]) -> Result<Vec<String>, String> {
        let space = Space { n_features: features.len(), target: TargetKind::Number, classes: None };
        self.layout(&space).map(|layout| layout.parameter_names())
    }

    /// The parameters at the start, `[d]`, in the order of the layout.
    ///
    /// # Errors
    /// A message if the number of given values does not fit.
    fn start(&self, layout: &Layout, seed: Option<u64>) -> Result<Vec<f64>, String>;

    /// Whether the start depends on the seed.
    fn start_by_seed(&self) -> bool;

    fn penalty(&self) -> Penalty;

    /// What a trial descends, summed over rows.
    fn loss(&self) -> &ModelLoss;

    /// The model as a linear function of its parameters. `None` if it is not; it is then trained and evaluated on the
    /// features themselves.
    fn linear_in_parameters(&self) -> Option<&dyn LinearInParameters>;

    /// Whether the model is linear least squares, so that its rows can be reduced.
    fn is_least_squares(&self) -> bool {
        self.linear_in_parameters().is_some() && self.loss().is_squared_error()
    }
}

/// A model whose outputs are products of its parameters and the rows of its design, whatever its loss. Its passes are
/// those of all such models.
pub trait LinearInParameters: Model {
    /// The rows that the parameters multiply, `[n_samples, d]`, in the order of the layout.
    ///
    /// # Errors
    /// A message if there would be too many columns.
    fn design(&self, features: &Matrix) -> Result<Matrix, String>;
}

/// The penalty in J: l1·‖w‖₁ + (l2/2)·‖w‖², where w are the weights of the layout. (In scikit-learn, Lasso's alpha is
/// l1, and Ridge's alpha is n·l2.)
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Penalty {
    pub l1: f64,
    pub l2: f64,
}

/// Builds a model from its keys.
pub type BuildModel = fn(&Values) -> Result<Box<dyn Model>, toml::de::Error>;

/// One row of the registry of models.
pub type Family = Row<BuildModel>;
