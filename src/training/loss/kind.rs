//! The contract of a loss, and its row in the registry.

use super::by_row::Derivatives;
use crate::numeric::{PARTIAL_SUMS, totals};
use crate::parameter::Values;
use crate::registry::Row;
use crate::shape::{MetricKind, PredictionKind, Space};

/// A loss with its keys: ℓ(outputs, target), summed over rows.
pub trait Loss: Derivatives<f64> + Derivatives<f32> + Send + Sync {
    /// Whether the loss is defined for such data.
    ///
    /// # Errors
    /// One sentence that says what the loss needs and what the data has.
    fn fits(&self, _space: &Space) -> Result<(), String> {
        Ok(())
    }

    /// What its predictions are.
    fn predicts(&self) -> PredictionKind {
        PredictionKind::Numbers
    }

    /// Whether its targets are classes.
    fn wants_classes(&self) -> bool {
        self.predicts() != PredictionKind::Numbers
    }

    /// How many outputs of a model it takes for each row of such data: one for each target.
    fn n_outputs(&self, space: &Space) -> usize {
        space.n_targets
    }

    /// The lowest target for which the loss is defined; `None` if it takes every number.
    fn lowest_target(&self) -> Option<f64> {
        None
    }

    /// The function that [`predict`](Self::predict) applies, by its name in other programs.
    fn link(&self) -> Link {
        Link::Identity
    }

    /// Turns outputs, `[outputs, rows]`, into predictions of the target, in place. They are the same unless the outputs
    /// are something else, such as the logarithm of a mean. A loss whose metric depends on its keys keeps them the
    /// same: its metric has to be that of a baseline's predictions too.
    fn predict(&self, _outputs: &mut [f64], _rows: usize) {}

    /// Σ ℓ over rows, given their outputs, `[outputs, rows]`, and targets, `[rows]`; with weights, `[rows]`, Σ w·ℓ.
    fn sum(&self, outputs: &[f64], targets: &[f64], weights: Option<&[f64]>) -> f64 {
        let (mut derivatives, mut sums) = (outputs.to_vec(), [[0.0; PARTIAL_SUMS]]);
        self.differentiate(&mut derivatives, targets, weights, &mut sums);
        totals(&sums).fold(0.0, |sum, total| sum + total)
    }

    /// The value of the loss's own metric over rows, given their outputs, `[outputs, rows]`, and targets, `[rows]`: the
    /// mean of ℓ, or what grows and falls with it on the same rows. Weights, `[rows]`, have mean 1, and the mean is the
    /// weighted one.
    fn metric(&self, outputs: &[f64], targets: &[f64], weights: Option<&[f64]>) -> f64 {
        self.metric_of_mean(self.sum(outputs, targets, weights) / targets.len() as f64).unwrap_or(f64::NAN)
    }

    /// The same, given the mean of ℓ over these rows. `None` if the mean alone does not tell it; `metric` is then written
    /// for the loss.
    fn metric_of_mean(&self, mean: f64) -> Option<f64> {
        Some(mean)
    }

    /// The largest second derivative of ℓ in its outputs, c: the Hessian of J is then at most c·λmax(XᵀX/n) + l2 for a
    /// model that is linear in its parameters. `None` if there is no bound.
    fn smoothness(&self) -> Option<f64>;

    /// Whether J has a Hessian, so that a minimum has a largest curvature.
    fn has_hessian(&self) -> bool {
        self.smoothness().is_some()
    }

    /// Whether it is half the squared error, so that a model that is linear in its parameters is least squares.
    fn is_squared_error(&self) -> bool {
        false
    }
}

/// What makes predictions of the outputs of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    Identity,
    Exp,
    Sigmoid,
    /// Of all outputs of a row together.
    Softmax,
}

/// Builds a loss from its keys.
pub type BuildLoss = fn(&Values) -> Result<Box<dyn Loss>, toml::de::Error>;

/// What the registry knows of a loss.
#[derive(Debug, Clone, Copy)]
pub struct LossFacts {
    /// What its mean over rows is called, or what grows and falls with it.
    pub metric: OwnMetric,
    /// What J is, without the penalty, after "the": `Huber loss`. Of half the squared error it is `MSE/2`, without "the".
    pub objective: &'static str,
    pub build: BuildLoss,
}

/// The metric of a loss: its mean over rows, or what grows and falls with it.
#[derive(Debug, Clone, Copy)]
pub enum OwnMetric {
    /// A row of the registry of metrics, or what another loss brings along, by its name.
    Registered(&'static str),
    /// Its words stand in the loss's own file. Its values are [`Values::Loss`](crate::shape::Values::Loss).
    Own(&'static MetricKind),
}

/// One row of the registry of losses.
pub type LossKind = Row<LossFacts>;
