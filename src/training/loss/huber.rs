//! The Huber loss: ℓ = ½r² up to |r| = δ, δ|r| − ½δ² beyond, r = output − target, so that outliers pull with a constant force.
//!
//! | key | default | range |
//! | --- | --- | --- |
//! | `delta` | 1 | > 0 |
//!
//! δ is in units of the target. This is `torch.nn.HuberLoss` and `optax.huber_loss`; `torch.nn.SmoothL1Loss` is 1/δ of it.
//! `sklearn.linear_model.HuberRegressor` also estimates a scale, and its ε counts in that scale. P. J. Huber, Robust estimation
//! of a location parameter, 1964.

use serde::Deserialize;

use super::by_row::RowLoss;
use super::kind::{Loss, LossFacts, LossKind, OwnMetric};
use crate::numeric::Real;
use crate::parameter::{Decides, Fallback, Interval, Kind, Parameter, read};
use crate::shape::{AxisKind, Direction, MetricFacts, MetricKind, TargetUnit, Values};

pub const ROW: LossKind = LossKind::new(
    "huber",
    "½r² of small residuals r, δ|r| − ½δ² of those beyond δ",
    &[Parameter::new(
        "delta",
        Kind::Float(Interval::POSITIVE),
        Fallback::Literal("1.0"),
        Decides::Update,
        "δ: the residual from which the loss grows linearly, in units of the target",
    )
    .labelled("δ", "the residual from which the Huber loss grows linearly")
    .also_called(&["beta", "epsilon"])],
    include_str!("huber.rs"),
    LossFacts {
        metric: OwnMetric::Own(&METRIC),
        objective: "Huber loss",
        build: |values| Ok(Box::new(read::<Huber>(values)?)),
    },
);

static METRIC: MetricKind = MetricKind::new(
    "huber",
    "mean Huber loss",
    &[],
    include_str!("huber.rs"),
    MetricFacts {
        label: "Huber loss",
        heading: "Huber losses",
        definition: "The Huber loss is the mean of ½r² for residuals r up to δ and of δ|r| − ½δ² beyond, without a penalty.",
        unit: TargetUnit::TargetSquared,
        direction: Direction::Lower,
        axis: AxisKind::Logarithmic,
        range: (0.0, f64::INFINITY),
        values: Values::Loss(None),
    },
);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Huber {
    delta: f64,
}

impl RowLoss for Huber {
    #[inline(always)]
    fn add<T: Real>(&self, output: T, target: T, sum: T) -> (T, T) {
        let (half, delta) = (T::from_f64(0.5), T::from_f64(self.delta));
        let residual = output - target;
        let size = residual.magnitude();
        if size <= delta {
            return (residual, (half * residual).fused(residual, sum));
        }
        let slope = if residual < T::ZERO { -delta } else { delta };
        // A residual that is no number gives a loss that is none.
        (slope, delta.fused(size - half * delta, sum))
    }
}

impl Loss for Huber {
    fn smoothness(&self) -> Option<f64> {
        Some(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let loss = Huber { delta: 2.0 };
        let at = |residual: f64| loss.add(residual + 1.0, 1.0, 10.0);
        assert_eq!([at(1.0), at(-2.0)], [(1.0, 10.5), (-2.0, 12.0)]);
        assert_eq!([at(4.0), at(-5.0)], [(2.0, 16.0), (-2.0, 18.0)]);
        assert_eq!(loss.sum(&[2.0, 5.0], &[1.0, 1.0], None), 6.5);
        assert!(at(f64::NAN).1.is_nan());
    }
}
