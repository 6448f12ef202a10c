//! The log loss of two classes: ℓ = ln(1 + e^z) − y·z of output z and target y, 0 or 1. The output is the log-odds of
//! class 1, and the prediction is its probability, 1/(1 + e^−z).
//!
//! It takes no keys. The first term is softplus(z), in which nothing overflows. Another name is binary cross-entropy:
//! this is `torch.nn.BCEWithLogitsLoss` and `optax.sigmoid_binary_cross_entropy`.
//! `sklearn.linear_model.LogisticRegression` minimises n times this J, with `C` = 1/(n·l2). Where a plane separates the
//! classes J has no minimum without a penalty: the weights grow without end. D. R. Cox, The regression analysis of
//! binary sequences, 1958.

use super::by_block::{BlockLoss, differentiate};
use super::by_row::Derivatives;
use super::classes::fits_classes;
use super::kind::{Link, Loss, LossFacts, LossKind, OwnMetric};
use crate::numeric::elementary::{exp_of_negative, ln_each, ln_of_one_plus, sigmoid_each};
use crate::numeric::{PARTIAL_SUMS, Real};
use crate::shape::{
    AxisKind, ClassRows, Direction, MetricFacts, MetricKind, OfOutputs, PredictionKind, Space, TargetUnit, Values,
    weighted_mean,
};

pub const ROW: LossKind = LossKind::new(
    NAME,
    "ln(1 + e^z) − y·z of output z, the log-odds of class 1 of two, and target y, 0 or 1",
    &[],
    include_str!("log.rs"),
    LossFacts { metric: OwnMetric::Own(&METRIC), objective: "log loss", build: |_| Ok(Box::new(Log)) },
);

const NAME: &str = "log";

/// Its own metric, and that of the cross-entropy, which is the log loss of any number of classes.
static METRIC: MetricKind = MetricKind::new(
    "log_loss",
    "mean log loss",
    &[],
    include_str!("log.rs"),
    MetricFacts {
        label: "log loss",
        heading: "Log losses",
        definition: "The log loss is the mean of −ln p, where p is the probability that the model gives \
                     to a row's class, without a penalty.",
        unit: TargetUnit::None,
        direction: Direction::Lower,
        axis: AxisKind::Logarithmic,
        range: (0.0, f64::INFINITY),
        values: Values::Loss(Some(OfOutputs::Probabilities(of_probabilities))),
    },
);

/// The log loss of the probabilities of classes.
fn of_probabilities(rows: &ClassRows<'_>) -> Result<f64, &'static str> {
    // A row of weight 0 does not count, whatever its probability.
    let given = |(row, code): (usize, &usize)| if rows.weight(row) > 0.0 { rows.score(*code, row) } else { 1.0 };
    let mut given: Vec<f64> = rows.codes().iter().enumerate().map(given).collect();
    if given.contains(&0.0) {
        return Err("the class of a row has probability 0");
    }
    ln_each(&mut given);
    weighted_mean(&given, rows.weights()).map(|mean| 0.0 - mean).ok_or("there are no rows")
}

struct Log;

/// The rows that are taken at a time: the numbers of the widest vector.
const TOGETHER: usize = 16;

/// ℓ = max(0, −m) + ln(1 + t) of the margin m = s·z, where s is −1 or 1, with t = e^(−|m|). The logarithms are not taken
/// row by row: ln Π(1 + t) is their sum over a block.
impl BlockLoss for Log {
    const HAS_PRODUCT: bool = true;

    #[inline(always)]
    fn differentiate_rows<T: Real>(&self, outputs: &mut [T], _stride: usize, targets: &[T], losses: &mut [T]) {
        for ((output, &target), loss) in outputs.iter_mut().zip(targets).zip(losses) {
            let (slope, linear, own) = of_row_without_logarithm(*output, target);
            *loss = linear + ln_of_one_plus(own);
            *output = slope;
        }
    }

    #[inline(always)]
    fn add_rows<T: Real>(&self, outputs: &mut [T], _stride: usize, targets: &[T], sums: &mut [T; PARTIAL_SUMS]) -> T {
        let mut product = [T::ZERO; TOGETHER];
        let (all_targets, last_targets) = targets.as_chunks();
        let (all_outputs, last_outputs) = outputs[..targets.len()].as_chunks_mut();
        for (outputs, targets) in all_outputs.iter_mut().zip(all_targets) {
            add_together(outputs, targets, sums, &mut product);
        }
        let rest = last_targets.len();
        if rest > 0 {
            // Rows that are not there are infinitely far on their side, and cost nothing.
            let (mut outputs, mut targets) = ([T::INFINITY; TOGETHER], [T::ONE; TOGETHER]);
            outputs[..rest].copy_from_slice(last_outputs);
            targets[..rest].copy_from_slice(last_targets);
            add_together(&mut outputs, &targets, sums, &mut product);
            last_outputs.copy_from_slice(&outputs[..rest]);
        }
        let (mut eight, mut four, mut two) = ([T::ZERO; 8], [T::ZERO; 4], [T::ZERO; 2]);
        for lane in 0..8 {
            eight[lane] = joined(product[lane], product[lane + 8]);
        }
        for lane in 0..4 {
            four[lane] = joined(eight[lane], eight[lane + 4]);
        }
        for lane in 0..2 {
            two[lane] = joined(four[lane], four[lane + 2]);
        }
        joined(two[0], two[1])
    }
}

/// Replaces the outputs of some rows by their derivatives, adds their losses without the logarithms to the sums, and
/// multiplies the products Π(1 + t) − 1.
#[inline(always)]
fn add_together<T: Real>(
    outputs: &mut [T; TOGETHER],
    targets: &[T; TOGETHER],
    sums: &mut [T; PARTIAL_SUMS],
    product: &mut [T; TOGETHER],
) {
    let mut losses = [T::ZERO; TOGETHER];
    for row in 0..TOGETHER {
        let (slope, linear, own) = of_row_without_logarithm(outputs[row], targets[row]);
        losses[row] = linear;
        outputs[row] = slope;
        product[row] = joined(product[row], own);
    }
    for lane in 0..PARTIAL_SUMS {
        sums[lane] = sums[lane] + losses[lane] + losses[lane + PARTIAL_SUMS];
    }
}

/// Of one row: ∂ℓ/∂z, max(0, −m), and t.
#[inline(always)]
fn of_row_without_logarithm<T: Real>(output: T, target: T) -> (T, T, T) {
    let sign = T::TWO.fused(target, -T::ONE);
    let margin = sign * output;
    let own = exp_of_negative(-margin.magnitude());
    let larger = T::ONE / (T::ONE + own);
    // Written so that an output that is no number gives a loss that is none.
    let is_right = margin > T::ZERO;
    let linear = if is_right { T::ZERO } else { -margin };
    (-sign * if is_right { own * larger } else { larger }, linear, own)
}

/// (1 + a)·(1 + b) − 1 of two numbers that are not negative, so that nothing cancels.
#[inline(always)]
fn joined<T: Real>(a: T, b: T) -> T {
    a.fused(b, a + b)
}

impl<T: Real> Derivatives<T> for Log {
    fn differentiate(&self, outputs: &mut [T], targets: &[T], weights: Option<&[T]>, sums: &mut [[T; PARTIAL_SUMS]]) {
        differentiate(self, outputs, targets, weights, sums);
    }
}

impl Loss for Log {
    fn predicts(&self) -> PredictionKind {
        PredictionKind::Probabilities
    }

    fn fits(&self, space: &Space) -> Result<(), String> {
        fits_classes(NAME, true, space)
    }

    fn link(&self) -> Link {
        Link::Sigmoid
    }

    fn predict(&self, outputs: &mut [f64], _rows: usize) {
        sigmoid_each(outputs);
    }

    fn smoothness(&self) -> Option<f64> {
        Some(0.25)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss::by_block::of_row;
    use crate::shape::Predicted;

    #[test]
    fn by_hand() {
        let ln_2 = std::f64::consts::LN_2;
        let at = |output: f64, target: f64| of_row(&Log, output, target);
        assert_eq!((at(0.0, 1.0), at(0.0, 0.0)), ((-0.5, ln_2), (0.5, ln_2)));
        assert_eq!((at(800.0, 0.0), at(-800.0, 0.0)), ((1.0, 800.0), (0.0, 0.0)));
        assert_eq!(at(-800.0, 1.0), (-1.0, 800.0));
        assert!(at(f64::NAN, 1.0).1.is_nan());
        assert!((Log.sum(&[0.0; 70], &[1.0; 70], None) - 70.0 * ln_2).abs() < 1e-13, "more than one block");
    }

    /// A class whose rows all weigh 0 has the share 0 among those that count: 0·ln 0 is 0.
    #[test]
    fn rows_of_weight_0_do_not_count_whatever_their_probability() {
        let of = |weights: Option<&[f64]>| {
            METRIC.of_outputs(&Predicted {
                kind: PredictionKind::Probabilities,
                outputs: &[0.25, 0.25, 0.75, 0.75, 0.0, 0.0],
                targets: &[1.0, 2.0],
                n_targets: 1,
                weights,
            })
        };
        let found = of(Some(&[2.0, 0.0])).expect("defined");
        assert!((found + 0.75_f64.ln()).abs() < 1e-15, "{found}");
        assert!(of(None).is_err() && of(Some(&[1.0, 1.0])).is_err(), "a row that counts has probability 0");
        assert!(of(Some(&[0.0, 0.0])).is_err(), "no row counts");
    }

    #[test]
    fn the_metric_of_probabilities_is_that_of_outputs() {
        let (outputs, targets) = ([-3.0, 0.5, 2.0, -0.25], [0.0, 1.0, 0.0, 1.0]);
        let mut probabilities = outputs;
        Log.predict(&mut probabilities, 4);
        let of = |outputs: &[f64], targets: &[f64], weights: Option<&[f64]>| {
            METRIC.of_outputs(&Predicted {
                kind: PredictionKind::Probabilities,
                outputs,
                targets,
                n_targets: 1,
                weights,
            })
        };
        let found = of(&probabilities, &targets, None).expect("defined");
        assert!((found - Log.metric(&outputs, &targets, None)).abs() < 1e-15, "{found}");
        assert_eq!(of(&[1.0, 0.0], &[1.0, 0.0], None), Ok(0.0));
        assert_eq!(of(&[1.0], &[0.0], None), Err("the class of a row has probability 0"));
        assert_eq!(of(&[1.5], &[0.0], None), Err("a prediction is no probability"));
        assert_eq!(of(&[0.5], &[2.0], None), Err("a target is no class"));
        // Three classes, of which the rows' own have 1/4 and 1/2; the second row counts three times.
        let (three, ln_2) = ([0.25, 0.25, 0.5, 0.25, 0.25, 0.5], std::f64::consts::LN_2);
        for (weights, expected) in [(None, 1.5 * ln_2), (Some(&[1.0, 3.0][..]), 1.25 * ln_2)] {
            let found = of(&three, &[0.0, 2.0], weights).expect("defined");
            assert!((found - expected).abs() < 1e-15, "{found}");
        }
    }
}
