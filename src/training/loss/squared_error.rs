//! Half the squared error: ℓ = ½r², r = output − target.
//!
//! It takes no keys. Its metric is the MSE, without the ½. A model that is linear in its parameters is then least squares,
//! which trains on a few reduced rows and for which theory is exact.

use super::by_row::RowLoss;
use super::kind::{Loss, LossFacts, LossKind, OwnMetric};
use crate::numeric::{Real, norm_squared};

pub const ROW: LossKind = LossKind::new(
    "squared_error",
    "½r² of each residual r",
    &[],
    include_str!("squared_error.rs"),
    LossFacts { metric: OwnMetric::Registered("mse"), objective: "MSE/2", build: |_| Ok(Box::new(SquaredError)) },
);

pub struct SquaredError;

impl RowLoss for SquaredError {
    #[inline(always)]
    fn add<T: Real>(&self, output: T, target: T, sum: T) -> (T, T) {
        let residual = output - target;
        (residual, (T::from_f64(0.5) * residual).fused(residual, sum))
    }
}

impl Loss for SquaredError {
    fn sum(&self, outputs: &[f64], targets: &[f64], weights: Option<&[f64]>) -> f64 {
        half_squared_error(outputs, targets, weights)
    }

    fn metric_of_mean(&self, mean: f64) -> Option<f64> {
        Some(2.0 * mean)
    }

    fn smoothness(&self) -> Option<f64> {
        Some(1.0)
    }

    fn is_squared_error(&self) -> bool {
        true
    }
}

/// Half the sum of squared differences between outputs and targets, `[rows]` both, each times the weight of its row.
fn half_squared_error(outputs: &[f64], targets: &[f64], weights: Option<&[f64]>) -> f64 {
    let mut residuals: Vec<f64> = outputs.iter().zip(targets).map(|(output, target)| output - target).collect();
    if let Some(weights) = weights {
        residuals.iter_mut().zip(weights).for_each(|(residual, weight)| *residual *= weight.sqrt());
    }
    0.5 * norm_squared(&residuals)
}
