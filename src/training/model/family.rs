//! The contract of a model, its penalty, and its row in the registry.

use super::class_weights::ClassWeights;
use super::graph::GraphStep;
use super::layer_activations::LayerActivations;
use super::network::LayerFacts;
use super::passes::Passes;
use crate::loss::ModelLoss;
use crate::numeric::{Matrix, MatrixRows};
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
        self.loss().wants_classes()
    }

    /// The blocks of its parameters.
    ///
    /// # Errors
    /// A message if there would be too many.
    fn layout(&self, space: &Space) -> Result<Layout, String>;

    /// How many outputs it has for each row of such data.
    fn n_outputs(&self, space: &Space) -> usize {
        self.loss().n_outputs(space)
    }

    /// A name for each parameter, `[d]`, given the names of the features, and those of the outputs (classes,
    /// targets) if there are several.
    ///
    /// # Errors
    /// Those of [`layout`](Self::layout).
    fn parameter_names(&self, features: &[String], outputs: &[String]) -> Result<Vec<String>, String> {
        let classes = (!outputs.is_empty()).then_some(outputs.len());
        let n_targets = outputs.len().max(1);
        let space = Space { n_features: features.len(), target: TargetKind::Number, n_targets, classes };
        self.layout(&space).map(|layout| layout.parameter_names())
    }

    /// The parameters at the start, `[d]`, in the order of the layout.
    ///
    /// # Errors
    /// A message if the number of given values does not fit.
    fn start(&self, layout: &Layout, seed: Option<u64>) -> Result<Vec<f64>, String>;

    /// Whether there is a start for parameters of this layout.
    ///
    /// # Errors
    /// Those of [`start`](Self::start).
    fn check_start(&self, layout: &Layout) -> Result<(), String> {
        self.start(layout, Some(0)).map(|_| ())
    }

    /// Whether the start depends on the seed.
    fn start_by_seed(&self) -> bool;

    /// The numbers beside the parameters that training moves without a gradient, such as running means, as they are at
    /// the start.
    fn statistics(&self, _space: &Space) -> Vec<f64> {
        Vec::new()
    }

    /// Whether a step of training draws random numbers.
    fn draws(&self) -> bool {
        false
    }

    /// The layers of a network on such data, as a plan shows them; `None` for other models.
    fn layers(&self, _space: &Space) -> Option<Vec<LayerFacts>> {
        None
    }

    /// What it computes of a row in evaluation, for other programs.
    ///
    /// # Errors
    /// One sentence, if it cannot be told, or the model does not take such data.
    fn graph(&self, _space: &Space) -> Result<Vec<GraphStep>, String> {
        Err("what this model computes is not written for other programs".to_owned())
    }

    fn penalty(&self) -> Penalty;

    /// What a trial descends, summed over rows.
    fn loss(&self) -> &ModelLoss;

    /// How much the rows of each class count in J. `None` if all count the same.
    fn class_weights(&self) -> Option<&ClassWeights> {
        None
    }

    /// Whether the weights of classes are for a target whose classes have these names.
    ///
    /// # Errors
    /// One sentence that says what does not suit.
    fn check_class_weights(&self, names: &[String]) -> Result<(), String> {
        match self.class_weights() {
            None => Ok(()),
            Some(weights) if self.wants_classes() => weights.check_names(names),
            Some(_) => Err(format!(
                "`class_weight` is for losses of classes, and targets of the loss \"{}\" are numbers",
                self.loss().row.name
            )),
        }
    }

    /// What each hidden layer puts out for some rows at the parameters of one trial, `[d]`, in training mode without dropout, from the
    /// input to the output. None if there are no hidden layers.
    fn activations(&self, _rows: MatrixRows<'_, f64>, _theta: &[f64]) -> Vec<LayerActivations> {
        Vec::new()
    }

    /// The model as a linear function of its parameters. `None` if it is not; it is then trained and evaluated on the
    /// features themselves.
    fn linear_in_parameters(&self) -> Option<&dyn LinearInParameters>;

    /// Whether the model is linear least squares, so that its rows can be reduced.
    fn is_least_squares(&self, space: &Space) -> bool {
        space.n_targets == 1 && self.linear_in_parameters().is_some() && self.loss().is_squared_error()
    }
}

/// A model whose outputs are products of its parameters and the rows of its design, whatever its loss. Its passes are
/// those of all such models. Of several outputs each has as many parameters as the design has columns: output by
/// output.
pub trait LinearInParameters: Model {
    /// The blocks of the parameters of one output.
    ///
    /// # Errors
    /// A message if there would be too many.
    fn layout_of_output(&self, space: &Space) -> Result<Layout, String>;

    /// The rows that the parameters of an output multiply, `[n_samples, columns]`, in the order of its layout.
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

/// What the registry knows of a family.
#[derive(Debug, Clone, Copy)]
pub struct FamilyFacts {
    pub build: BuildModel,
    /// Whether it trains in f32 where nothing says otherwise.
    pub in_f32: bool,
}

impl FamilyFacts {
    /// A family that trains in f64.
    #[must_use]
    pub const fn in_f64(build: BuildModel) -> Self {
        Self { build, in_f32: false }
    }

    /// A family that trains in f32.
    #[must_use]
    pub const fn in_f32(build: BuildModel) -> Self {
        Self { build, in_f32: true }
    }
}

/// One row of the registry of models.
pub type Family = Row<FamilyFacts>;
