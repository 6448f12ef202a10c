//! The squared hinge loss: ℓ = max(0, 1 − s·z)² of output z, s = −1 for class 0 and 1 for class 1.
//!
//! It takes no keys. It is the smooth form of the hinge loss: its slope has no jump, and rows far on the wrong side
//! weigh more. Outputs are no probabilities. `sklearn.linear_model.SGDClassifier(loss="squared_hinge")` has this mean,
//! and `sklearn.svm.LinearSVC`, whose default it is, minimises the sum with `C` = 1/(n·l2), and penalises the intercept
//! too. K.-W. Chang, C.-J. Hsieh and C.-J. Lin, Coordinate descent method for large-scale L2-loss linear support vector
//! machines, 2008.

use super::by_block::{BlockLoss, MOST_ROWS, add_losses, differentiate};
use super::by_row::Derivatives;
use super::classes::fits_classes;
use super::kind::{Loss, LossFacts, LossKind, OwnMetric};
use crate::numeric::{PARTIAL_SUMS, Real};
use crate::shape::{AxisKind, Direction, MetricFacts, MetricKind, Space, TargetUnit, Values};

pub const ROW: LossKind = LossKind::new(
    NAME,
    "max(0, 1 − s·z)² of output z and class 0 or 1 as s = −1 or 1",
    &[],
    include_str!("squared_hinge.rs"),
    LossFacts {
        metric: OwnMetric::Own(&METRIC),
        objective: "squared hinge loss",
        build: |_| Ok(Box::new(SquaredHinge)),
    },
);

const NAME: &str = "squared_hinge";

static METRIC: MetricKind = MetricKind::new(
    NAME,
    "mean squared hinge loss",
    &[],
    include_str!("squared_hinge.rs"),
    MetricFacts {
        label: "squared hinge loss",
        heading: "Squared hinge losses",
        definition: "The squared hinge loss is the mean of (1 − s·z)² where 1 − s·z is positive, \
                     and of 0 elsewhere, for outputs z and classes s of −1 and 1, without a penalty.",
        unit: TargetUnit::None,
        direction: Direction::Lower,
        axis: AxisKind::Logarithmic,
        range: (0.0, f64::INFINITY),
        values: Values::Loss(None),
    },
);

struct SquaredHinge;

impl BlockLoss for SquaredHinge {
    #[inline(always)]
    fn add_rows<T: Real>(&self, outputs: &mut [T], _stride: usize, targets: &[T], sums: &mut [T; PARTIAL_SUMS]) -> T {
        let mut losses = [T::ZERO; MOST_ROWS];
        let losses = &mut losses[..targets.len()];
        for ((output, &target), loss) in outputs.iter_mut().zip(targets).zip(&mut *losses) {
            let sign = T::TWO.fused(target, -T::ONE);
            let slack = (-sign).fused(*output, T::ONE);
            // Written so that an output that is no number gives a loss that is none.
            let slack = if slack <= T::ZERO { T::ZERO } else { slack };
            *output = -(T::TWO * sign) * slack;
            *loss = slack * slack;
        }
        add_losses(losses, sums);
        T::ZERO
    }
}

impl<T: Real> Derivatives<T> for SquaredHinge {
    fn differentiate(&self, outputs: &mut [T], targets: &[T], sums: &mut [[T; PARTIAL_SUMS]]) {
        differentiate(self, outputs, targets, sums);
    }
}

impl Loss for SquaredHinge {
    fn wants_classes(&self) -> bool {
        true
    }

    fn fits(&self, space: &Space) -> Result<(), String> {
        fits_classes(NAME, true, space)
    }

    fn smoothness(&self) -> Option<f64> {
        Some(2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss::by_block::of_row;

    #[test]
    fn by_hand() {
        let at = |output: f64, target: f64| of_row(&SquaredHinge, output, target);
        assert_eq!([at(0.5, 1.0), at(-2.0, 1.0), at(3.0, 1.0)], [(-1.0, 0.25), (-6.0, 9.0), (0.0, 0.0)]);
        assert_eq!([at(0.5, 0.0), at(-2.0, 0.0)], [(3.0, 2.25), (0.0, 0.0)]);
        assert!(at(f64::NAN, 1.0).1.is_nan());
    }
}
