//! Losses of rows with several targets: the loss of a row is the sum of those of its targets, each of which has an
//! output of its own. With one target they are the loss itself.

use super::by_block::MOST_ROWS;
use super::by_row::Derivatives;
use super::kind::Loss;
use crate::numeric::{PARTIAL_SUMS, Real, totals};

/// [`Derivatives::differentiate`] for targets, `[n_targets, rows]`, and outputs, `[trials, n_targets, rows]` where
/// there are several targets.
pub fn differentiate<T: Real>(
    loss: &(dyn Loss + 'static),
    outputs: &mut [T],
    (targets, n_targets): (&[T], usize),
    weights: Option<&[T]>,
    sums: &mut [[T; PARTIAL_SUMS]],
) where
    dyn Loss: Derivatives<T>,
{
    if n_targets == 1 || targets.len() < n_targets {
        return loss.differentiate(outputs, targets, weights, sums);
    }
    let rows = targets.len() / n_targets;
    for (sums, outputs) in sums.chunks_mut(1).zip(outputs.chunks_exact_mut(targets.len())) {
        for (outputs, targets) in outputs.chunks_exact_mut(rows).zip(targets.chunks_exact(rows)) {
            loss.differentiate(outputs, targets, weights, sums);
        }
    }
}

/// [`Loss::sum`] for targets, `[n_targets, rows]`, in the order in which training sums: block by block of rows.
pub fn sum(loss: &dyn Loss, outputs: &[f64], (targets, n_targets): (&[f64], usize), weights: Option<&[f64]>) -> f64 {
    if n_targets == 1 || targets.len() < n_targets {
        return loss.sum(outputs, targets, weights);
    }
    let (rows, mut sums) = (targets.len() / n_targets, [[0.0; PARTIAL_SUMS]]);
    for from in (0..rows).step_by(MOST_ROWS) {
        let block = from..rows.min(from + MOST_ROWS);
        for (outputs, targets) in outputs.chunks_exact(rows).zip(targets.chunks_exact(rows)) {
            let mut derivatives = outputs[block.clone()].to_vec();
            let weights = weights.map(|weights| &weights[block.clone()]);
            loss.differentiate(&mut derivatives, &targets[block.clone()], weights, &mut sums);
        }
    }
    totals(&sums).fold(0.0, |sum, total| sum + total)
}

/// [`Loss::metric`] for targets, `[n_targets, rows]`: the mean over the targets.
pub fn metric(loss: &dyn Loss, outputs: &[f64], (targets, n_targets): (&[f64], usize), weights: Option<&[f64]>) -> f64 {
    if n_targets == 1 || targets.len() < n_targets {
        return loss.metric(outputs, targets, weights);
    }
    let rows = targets.len() / n_targets;
    let each = outputs.chunks_exact(rows).zip(targets.chunks_exact(rows));
    each.fold(0.0, |sum, (outputs, targets)| sum + loss.metric(outputs, targets, weights)) / n_targets as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss::ModelLoss;

    #[test]
    fn a_row_has_the_sum_of_the_losses_of_its_targets() {
        let loss = ModelLoss::default();
        let (outputs, targets) = ([1.0, 2.0, 0.0, -1.0], [0.0, 0.0, 2.0, 3.0]);
        assert_eq!(sum(&*loss, &outputs, (&targets, 2), None), 0.5 * (1.0 + 4.0 + 4.0 + 16.0));
        assert_eq!(sum(&*loss, &outputs, (&targets, 2), Some(&[2.0, 0.0])), 1.0 + 4.0);
        assert_eq!(metric(&*loss, &outputs, (&targets, 2), None), 25.0 / 4.0);
        // Two trials, each of which has both outputs.
        let (mut slopes, mut sums) = ([outputs, targets].concat(), [[0.0; PARTIAL_SUMS]; 2]);
        differentiate(&*loss, &mut slopes, (&targets, 2), None, &mut sums);
        assert_eq!(slopes, [1.0, 2.0, -2.0, -4.0, 0.0, 0.0, 0.0, 0.0]);
        assert_eq!(totals(&sums).collect::<Vec<f64>>(), [12.5, 0.0]);
    }

    #[test]
    fn blocks_of_rows_are_summed_as_one_sum() {
        let (rows, loss) = (150, ModelLoss::default());
        let numbers = |salt: usize| -> Vec<f64> { (0..2 * rows).map(|at| ((at * salt) % 97) as f64 / 7.0).collect() };
        let (outputs, targets) = (numbers(31), numbers(53));
        let mut sums = [[0.0; PARTIAL_SUMS]];
        for from in (0..rows).step_by(64) {
            let block = |all: &[f64]| -> Vec<f64> {
                all.chunks(rows).flat_map(|one| one[from..rows.min(from + 64)].to_vec()).collect()
            };
            let mut slopes = block(&outputs);
            differentiate(&*loss, &mut slopes, (&block(&targets), 2), None, &mut sums);
        }
        let whole = sum(&*loss, &outputs, (&targets, 2), None);
        assert_eq!(totals(&sums).next().map(f64::to_bits), Some(whole.to_bits()));
    }
}
