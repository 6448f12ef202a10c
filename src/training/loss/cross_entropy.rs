//! The cross-entropy of k classes: ℓ = ln Σ_j e^(z_j) − z_y of outputs z, one for each class, and the row's class y.
//! The predictions are the probabilities of the classes, e^(z_j)/Σ e^z (the softmax).
//!
//! It takes no keys. The largest output is subtracted first, so that nothing overflows. Its metric is the log loss,
//! which two classes share with the loss `log`. A number that is added to all outputs of a row changes nothing, so that
//! without l2 there is a minimum for each start. This is `torch.nn.CrossEntropyLoss` and
//! `optax.softmax_cross_entropy_with_integer_labels`; `sklearn.linear_model.LogisticRegression` of more than two
//! classes minimises n times this J, with `C` = 1/(n·l2). J. S. Bridle, Probabilistic interpretation of feedforward
//! classification network outputs, 1990.

use super::by_block::{BlockLoss, differentiate};
use super::by_row::Derivatives;
use super::classes::fits_classes;
use super::kind::{Link, Loss, LossFacts, LossKind, OwnMetric};
use crate::numeric::elementary::{exp_of_negative, ln, softmax};
use crate::numeric::{PARTIAL_SUMS, Real};
use crate::shape::{PredictionKind, Space};

pub const ROW: LossKind = LossKind::new(
    NAME,
    "ln Σ e^z − z_y of outputs z, one for each class, and the row's class y",
    &[],
    include_str!("cross_entropy.rs"),
    LossFacts {
        metric: OwnMetric::Registered("log_loss"),
        objective: "log loss",
        build: |_| Ok(Box::new(CrossEntropy)),
    },
);

const NAME: &str = "cross_entropy";

/// The rows that are taken at a time: the numbers of the widest vector.
const TOGETHER: usize = 2 * PARTIAL_SUMS;

struct CrossEntropy;

impl BlockLoss for CrossEntropy {
    #[inline(always)]
    fn differentiate_rows<T: Real>(&self, outputs: &mut [T], stride: usize, targets: &[T], losses: &mut [T]) {
        let (classes, rows) = (outputs.len().div_ceil(stride), targets.len());
        for from in (0..rows).step_by(TOGETHER) {
            let count = TOGETHER.min(rows - from);
            // Rows that are not there have outputs and target 0.
            let mut target = [T::ZERO; TOGETHER];
            target[..count].copy_from_slice(&targets[from..][..count]);
            let mut of_rows = [T::ZERO; TOGETHER];
            if count == TOGETHER {
                differentiate_together(&mut outputs[from..], stride, classes, &target, &mut of_rows);
            } else {
                let mut copy = vec![T::ZERO; classes * TOGETHER];
                for class in 0..classes {
                    copy[class * TOGETHER..][..count].copy_from_slice(&outputs[class * stride + from..][..count]);
                }
                differentiate_together(&mut copy, TOGETHER, classes, &target, &mut of_rows);
                for class in 0..classes {
                    outputs[class * stride + from..][..count].copy_from_slice(&copy[class * TOGETHER..][..count]);
                }
            }
            losses[from..][..count].copy_from_slice(&of_rows[..count]);
        }
    }
}

/// The derivatives of some rows, and their losses. The outputs of each class stand `stride` numbers after those of the
/// class before.
#[inline(always)]
fn differentiate_together<T: Real>(
    outputs: &mut [T],
    stride: usize,
    classes: usize,
    targets: &[T; TOGETHER],
    losses: &mut [T; TOGETHER],
) {
    let (mut largest, mut total) = ([-T::INFINITY; TOGETHER], [T::ZERO; TOGETHER]);
    for class in 0..classes {
        let outputs = &outputs[class * stride..][..TOGETHER];
        for row in 0..TOGETHER {
            largest[row] = if outputs[row] > largest[row] { outputs[row] } else { largest[row] };
        }
    }
    // A target that is no class gives a loss that is no number.
    let mut own = [T::NAN; TOGETHER];
    for index in 0..classes {
        let (class, outputs) = (T::from_f64(index as f64), &mut outputs[index * stride..][..TOGETHER]);
        for row in 0..TOGETHER {
            let below = outputs[row] - largest[row];
            own[row] = if targets[row] == class { below } else { own[row] };
            outputs[row] = exp_of_negative(below);
            total[row] = total[row] + outputs[row];
        }
    }
    for row in 0..TOGETHER {
        losses[row] = ln(total[row]) - own[row];
        total[row] = T::ONE / total[row];
    }
    for index in 0..classes {
        let (class, outputs) = (T::from_f64(index as f64), &mut outputs[index * stride..][..TOGETHER]);
        for row in 0..TOGETHER {
            let own = if targets[row] == class { T::ONE } else { T::ZERO };
            outputs[row] = outputs[row].fused(total[row], -own);
        }
    }
}

impl<T: Real> Derivatives<T> for CrossEntropy {
    fn differentiate(&self, outputs: &mut [T], targets: &[T], weights: Option<&[T]>, sums: &mut [[T; PARTIAL_SUMS]]) {
        differentiate(self, outputs, targets, weights, sums);
    }
}

impl Loss for CrossEntropy {
    fn predicts(&self) -> PredictionKind {
        PredictionKind::Probabilities
    }

    fn fits(&self, space: &Space) -> Result<(), String> {
        fits_classes(NAME, false, space)
    }

    fn n_outputs(&self, space: &Space) -> usize {
        space.classes.unwrap_or(1)
    }

    fn link(&self) -> Link {
        Link::Softmax
    }

    fn predict(&self, outputs: &mut [f64], rows: usize) {
        let mut of_row = vec![0.0; outputs.len().checked_div(rows).unwrap_or(0)];
        for row in 0..rows {
            of_row.iter_mut().zip(outputs.iter().skip(row).step_by(rows)).for_each(|(share, output)| *share = *output);
            softmax(&mut of_row);
            outputs.iter_mut().skip(row).step_by(rows).zip(&of_row).for_each(|(output, share)| *output = *share);
        }
    }

    fn smoothness(&self) -> Option<f64> {
        Some(0.5)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::totals;

    #[test]
    fn by_hand() {
        // One row of two equal outputs; one whose class is far ahead; one whose class is far behind.
        let (mut outputs, mut sums) = ([0.0, 900.0, -900.0, 0.0, 0.0, 0.0], [[0.0; PARTIAL_SUMS]]);
        CrossEntropy.differentiate(&mut outputs, &[1.0, 0.0, 0.0], None, &mut sums);
        assert_eq!(outputs, [0.5, 0.0, -1.0, -0.5, 0.0, 1.0]);
        assert_eq!(sums[0][..3], [std::f64::consts::LN_2, 0.0, 900.0]);
        assert!(CrossEntropy.sum(&[0.0, f64::NAN], &[0.0], None).is_nan());
        assert!(CrossEntropy.sum(&[0.0, f64::INFINITY], &[0.0], None).is_nan());
        assert!(CrossEntropy.sum(&[0.0, 1.0], &[2.0], None).is_nan(), "no such class");
    }

    #[test]
    fn a_row_has_the_bits_of_it_alone() {
        // 21 rows of three outputs of two trials.
        let value = |index: usize| ((index * 37) % 101) as f64 / 17.0 - 3.0;
        let outputs: Vec<f64> = (0..126).map(value).collect();
        let targets: Vec<f64> = (0..21).map(|row| (row % 3) as f64).collect();
        let (mut together, mut sums) = (outputs.clone(), [[0.0; PARTIAL_SUMS]; 2]);
        CrossEntropy.differentiate(&mut together, &targets, None, &mut sums);
        for trial in 0..2 {
            let mut expected = [0.0; PARTIAL_SUMS];
            for row in 0..21 {
                let at = |class: usize| (trial * 3 + class) * 21 + row;
                let mut alone = [outputs[at(0)], outputs[at(1)], outputs[at(2)]];
                let mut sum = [[0.0; PARTIAL_SUMS]];
                CrossEntropy.differentiate(&mut alone, &targets[row..=row], None, &mut sum);
                assert_eq!(alone, [together[at(0)], together[at(1)], together[at(2)]]);
                expected[row % PARTIAL_SUMS] += totals(&sum).next().expect("one");
            }
            assert_eq!(sums[trial], expected);
        }
    }

    #[test]
    fn predictions_are_the_probabilities_of_the_classes() {
        let mut outputs = [0.0, 1.0, libm::log(3.0), 1.0];
        CrossEntropy.predict(&mut outputs, 2);
        for (found, expected) in outputs.iter().zip([0.25, 0.5, 0.75, 0.5]) {
            assert!((found - expected).abs() < 1e-15, "{outputs:?}");
        }
    }
}
