//! The absolute error: ℓ = |r|, r = output − target. Its minimiser predicts the median of the targets.
//!
//! It takes no keys, and its metric is the MAE. The slope is the sign of r, and 0 where r = 0, as torch's and optax's. It has no
//! bound of curvature: with a constant rate gradient descent ends in steps of constant size about the minimum, so let the rate
//! fall (`schedule = "cosine"`). This is `torch.nn.L1Loss`; `sklearn.linear_model.QuantileRegressor` with `quantile = 0.5`
//! minimises half of it. R. Koenker and G. Bassett, Regression quantiles, 1978.

use super::by_row::RowLoss;
use super::kind::{Loss, LossFacts, LossKind, OwnMetric};
use crate::numeric::Real;

pub const ROW: LossKind = LossKind::new(
    "absolute",
    "|r| of each residual r: the median is predicted",
    &[],
    include_str!("absolute.rs"),
    LossFacts { metric: OwnMetric::Registered("mae"), objective: "MAE", build: |_| Ok(Box::new(Absolute)) },
);

struct Absolute;

impl RowLoss for Absolute {
    #[inline(always)]
    fn add<T: Real>(&self, output: T, target: T, sum: T) -> (T, T) {
        let residual = output - target;
        let below = if residual < T::ZERO { -T::ONE } else { T::ZERO };
        // A residual that is no number has slope 0, and a loss that is none.
        let slope = if residual > T::ZERO { T::ONE } else { below };
        (slope, sum + residual.magnitude())
    }
}

impl Loss for Absolute {
    fn smoothness(&self) -> Option<f64> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let at = |residual: f64| Absolute.add(residual + 1.0, 1.0, 10.0);
        assert_eq!([at(2.5), at(-0.5), at(0.0)], [(1.0, 12.5), (-1.0, 10.5), (0.0, 10.0)]);
        assert_eq!(Absolute.sum(&[2.0, -3.0], &[1.0, 1.0], None), 5.0);
        assert!(at(f64::NAN).1.is_nan());
    }
}
