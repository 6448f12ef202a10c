//! The ε-insensitive loss of support vector regression: ℓ = max(0, |r| − ε), r = output − target, so that residuals up to ε cost nothing.
//!
//! | key | default | range |
//! | --- | --- | --- |
//! | `epsilon` | 0.1 | ≥ 0 |
//!
//! ε is in units of the target: the default, that of `sklearn.svm.SVR`, is small for targets in the hundreds. The slope is the sign of
//! r beyond ε, and 0 up to it and on it. It has no bound of curvature: let the rate fall (`schedule = "cosine"`).
//! `sklearn.svm.LinearSVR` minimises the sum instead of the mean, with `C` = 1/(n·l2), and penalises the intercept too;
//! `SGDRegressor(loss="epsilon_insensitive")` has this mean. torch has none.
//! V. N. Vapnik, The nature of statistical learning theory, 1995.

use serde::Deserialize;

use super::by_row::RowLoss;
use super::kind::{Loss, LossFacts, LossKind, OwnMetric};
use crate::numeric::Real;
use crate::parameter::{Decides, Fallback, Interval, Kind, Parameter, read};
use crate::shape::{AxisKind, Direction, MetricFacts, MetricKind, TargetUnit, Values};

pub const ROW: LossKind = LossKind::new(
    "epsilon_insensitive",
    "|r| − ε of residuals r beyond ε, 0 of others",
    &[Parameter::new(
        "epsilon",
        Kind::Float(Interval::NOT_NEGATIVE),
        Fallback::Literal("0.1"),
        Decides::Update,
        "ε: the residual up to which the loss is 0, in units of the target",
    )
    .labelled("ε", "the residual up to which the loss is 0")],
    include_str!("epsilon_insensitive.rs"),
    LossFacts {
        metric: OwnMetric::Own(&METRIC),
        objective: "mean ε-insensitive loss",
        build: |values| Ok(Box::new(read::<EpsilonInsensitive>(values)?)),
    },
);

static METRIC: MetricKind = MetricKind::new(
    "epsilon_insensitive",
    "mean ε-insensitive loss",
    &[],
    include_str!("epsilon_insensitive.rs"),
    MetricFacts {
        label: "ε-insensitive loss",
        heading: "ε-insensitive losses",
        definition: "The ε-insensitive loss is the mean of what residuals have beyond ε, without a penalty.",
        unit: TargetUnit::Target,
        direction: Direction::Lower,
        axis: AxisKind::Logarithmic,
        range: (0.0, f64::INFINITY),
        values: Values::Loss(None),
    },
);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EpsilonInsensitive {
    epsilon: f64,
}

impl RowLoss for EpsilonInsensitive {
    #[inline(always)]
    fn add<T: Real>(&self, output: T, target: T, sum: T) -> (T, T) {
        let residual = output - target;
        let beyond = residual.magnitude() - T::from_f64(self.epsilon);
        let sign = if residual < T::ZERO { -T::ONE } else { T::ONE };
        let slope = if beyond > T::ZERO { sign } else { T::ZERO };
        // Written so that a residual that is no number gives a loss that is none.
        (slope, sum + if beyond <= T::ZERO { T::ZERO } else { beyond })
    }
}

impl Loss for EpsilonInsensitive {
    fn smoothness(&self) -> Option<f64> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let loss = EpsilonInsensitive { epsilon: 0.5 };
        let at = |residual: f64| loss.add(residual + 1.0, 1.0, 10.0);
        assert_eq!([at(2.0), at(-2.0), at(0.25)], [(1.0, 11.5), (-1.0, 11.5), (0.0, 10.0)]);
        assert_eq!([at(0.5), at(-0.5)], [(0.0, 10.0); 2], "on the edge");
        assert_eq!(loss.sum(&[2.0, -3.0, 1.25], &[1.0; 3], None), 4.0);
        assert!(at(f64::NAN).1.is_nan());
    }
}
