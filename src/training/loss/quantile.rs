//! The quantile loss: ℓ = max(τ·(y − z), (τ − 1)·(y − z)) of output z and target y. Its minimiser predicts the τ-quantile of the
//! targets.
//!
//! | key | default | range |
//! | --- | --- | --- |
//! | `tau` | 0.5 | > 0 and < 1 |
//!
//! Another name is pinball loss. Each τ asks for something else of the same rows, so that values of τ are tasks and never
//! compete. The slope in z is −τ below the target, 1 − τ above it, and 0 on it. At τ = 0.5 it is half the absolute error.
//! It has no bound of curvature: let the rate fall (`schedule = "cosine"`). This is `sklearn.metrics.mean_pinball_loss` with
//! `alpha` = τ, and statsmodels' `QuantReg` minimises the same sum;
//! `sklearn.linear_model.QuantileRegressor` has its mean plus `alpha`·‖w‖₁, which is l1 here. torch has none.
//! R. Koenker and G. Bassett, Regression quantiles, 1978.

use serde::Deserialize;

use super::by_row::RowLoss;
use super::kind::{Loss, LossFacts, LossKind, OwnMetric};
use crate::numeric::Real;
use crate::parameter::{Decides, Endpoint, Fallback, Interval, Kind, Parameter, read};
use crate::shape::{AxisKind, Direction, MetricFacts, MetricKind, TargetUnit, Values};

pub const ROW: LossKind = LossKind::new(
    "quantile",
    "τ·(y − z) where the output z is below the target y, (1 − τ)·(z − y) above it: the τ-quantile is predicted",
    &[Parameter::new(
        "tau",
        Kind::Float(Interval { low: Endpoint::Open(0.0), high: Endpoint::Open(1.0) }),
        Fallback::Literal("0.5"),
        Decides::Estimand,
        "τ: the quantile that is predicted; 0.5 is the median",
    )
    .labelled("τ", "the quantile that is predicted")
    .also_called(&["alpha", "quantile", "q"])],
    include_str!("quantile.rs"),
    LossFacts {
        metric: OwnMetric::Own(&METRIC),
        objective: "mean pinball loss",
        build: |values| Ok(Box::new(read::<Quantile>(values)?)),
    },
);

static METRIC: MetricKind = MetricKind::new(
    "quantile",
    "mean pinball loss",
    &[],
    include_str!("quantile.rs"),
    MetricFacts {
        label: "pinball loss",
        heading: "Pinball losses",
        definition: "The pinball loss is the mean of τ times the residual where the prediction is too low, and of 1 − τ times its size where it is too high, without a penalty.",
        unit: TargetUnit::Target,
        direction: Direction::Lower,
        axis: AxisKind::Logarithmic,
        range: (0.0, f64::INFINITY),
        values: Values::Loss(None),
    },
);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Quantile {
    tau: f64,
}

impl RowLoss for Quantile {
    #[inline(always)]
    fn add<T: Real>(&self, output: T, target: T, sum: T) -> (T, T) {
        let residual = output - target;
        let below = if residual < T::ZERO { T::from_f64(-self.tau) } else { T::ZERO };
        let slope = if residual > T::ZERO { T::from_f64(1.0 - self.tau) } else { below };
        // A residual that is no number has slope 0, and a loss that is none.
        (slope, slope.fused(residual, sum))
    }
}

impl Loss for Quantile {
    fn smoothness(&self) -> Option<f64> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let loss = Quantile { tau: 0.75 };
        let at = |residual: f64| loss.add(residual + 1.0, 1.0, 10.0);
        assert_eq!([at(2.0), at(-2.0), at(0.0)], [(0.25, 10.5), (-0.75, 11.5), (0.0, 10.0)]);
        assert_eq!(loss.sum(&[2.0, -3.0], &[1.0, 1.0], None), 3.25);
        assert!(at(f64::NAN).1.is_nan());
    }
}
