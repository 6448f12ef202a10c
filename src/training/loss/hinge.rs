//! The hinge loss of support vector machines: ℓ = max(0, 1 − s·z) of output z, s = −1 for class 0 and 1 for class 1.
//!
//! It takes no keys. Rows beyond the margin, s·z ≥ 1, cost nothing; the slope is −s within it, and 0 on its edge. It
//! has no bound of curvature: with a constant rate gradient descent ends in steps of constant size about the minimum,
//! so let the rate fall (`schedule = "cosine"`). Outputs are no probabilities.
//! `sklearn.linear_model.SGDClassifier(loss="hinge")` has this mean, and `sklearn.svm.LinearSVC(loss="hinge")`
//! minimises the sum with `C` = 1/(n·l2), and penalises the intercept too. C. Cortes and V. Vapnik, Support-vector
//! networks, 1995.

use super::by_block::{BlockLoss, MOST_ROWS, add_losses, differentiate};
use super::by_row::Derivatives;
use super::classes::fits_classes;
use super::kind::{Loss, LossFacts, LossKind, OwnMetric};
use crate::numeric::{PARTIAL_SUMS, Real};
use crate::shape::{AxisKind, Direction, MetricFacts, MetricKind, Space, TargetUnit, Values};

pub const ROW: LossKind = LossKind::new(
    NAME,
    "max(0, 1 − s·z) of output z and class 0 or 1 as s = −1 or 1: the margin is maximised",
    &[],
    include_str!("hinge.rs"),
    LossFacts { metric: OwnMetric::Own(&METRIC), objective: "hinge loss", build: |_| Ok(Box::new(Hinge)) },
);

const NAME: &str = "hinge";

static METRIC: MetricKind = MetricKind::new(
    NAME,
    "mean hinge loss",
    &[],
    include_str!("hinge.rs"),
    MetricFacts {
        label: "hinge loss",
        heading: "Hinge losses",
        definition: "The hinge loss is the mean of 1 − s·z where that is positive, \
                     and of 0 elsewhere, for outputs z and classes s of −1 and 1, without a penalty.",
        unit: TargetUnit::None,
        direction: Direction::Lower,
        axis: AxisKind::Logarithmic,
        range: (0.0, f64::INFINITY),
        values: Values::Loss(None),
    },
);

struct Hinge;

impl BlockLoss for Hinge {
    #[inline(always)]
    fn add_rows<T: Real>(&self, outputs: &mut [T], _stride: usize, targets: &[T], sums: &mut [T; PARTIAL_SUMS]) -> T {
        let mut losses = [T::ZERO; MOST_ROWS];
        let losses = &mut losses[..targets.len()];
        for ((output, &target), loss) in outputs.iter_mut().zip(targets).zip(&mut *losses) {
            let sign = T::TWO.fused(target, -T::ONE);
            let slack = (-sign).fused(*output, T::ONE);
            *output = if slack > T::ZERO { -sign } else { T::ZERO };
            // Written so that an output that is no number gives a loss that is none.
            *loss = if slack <= T::ZERO { T::ZERO } else { slack };
        }
        add_losses(losses, sums);
        T::ZERO
    }
}

impl<T: Real> Derivatives<T> for Hinge {
    fn differentiate(&self, outputs: &mut [T], targets: &[T], sums: &mut [[T; PARTIAL_SUMS]]) {
        differentiate(self, outputs, targets, sums);
    }
}

impl Loss for Hinge {
    fn wants_classes(&self) -> bool {
        true
    }

    fn fits(&self, space: &Space) -> Result<(), String> {
        fits_classes(NAME, true, space)
    }

    fn smoothness(&self) -> Option<f64> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss::by_block::of_row;

    #[test]
    fn by_hand() {
        let at = |output: f64, target: f64| of_row(&Hinge, output, target);
        assert_eq!([at(0.5, 1.0), at(-2.0, 1.0), at(3.0, 1.0)], [(-1.0, 0.5), (-1.0, 3.0), (0.0, 0.0)]);
        assert_eq!([at(0.5, 0.0), at(-2.0, 0.0)], [(1.0, 1.5), (0.0, 0.0)]);
        assert_eq!([at(1.0, 1.0), at(-1.0, 0.0)], [(0.0, 0.0); 2], "on the edge");
        assert!(at(f64::NAN, 1.0).1.is_nan());
    }
}
