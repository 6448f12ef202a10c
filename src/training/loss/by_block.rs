//! Losses that are written for a block of rows: of several outputs a row, or with elementary functions, whose loops
//! over rows are then vectorised.

use crate::numeric::{Kernel, PARTIAL_SUMS, Real, dispatch};

/// The most rows of a block. It is a multiple of [`PARTIAL_SUMS`].
pub const MOST_ROWS: usize = 8 * PARTIAL_SUMS;

/// A loss of one output or of several, written for the rows of a block.
pub trait BlockLoss {
    /// Replaces the outputs of some rows, [`MOST_ROWS`] at most, by ∂ℓ/∂output, and writes ℓ of each row to `losses`,
    /// given the targets, `[rows]` both. The outputs of each kind stand side by side, `stride` numbers after those of
    /// the kind before: those of the rows are the first of each of `outputs.chunks_mut(stride)`.
    ///
    /// It must be `#[inline(always)]`, its loops run over rows without a branch, and what it does for a row must not
    /// depend on the others. It folds over the kinds in their order.
    fn differentiate_rows<T: Real>(&self, outputs: &mut [T], stride: usize, targets: &[T], losses: &mut [T]);
}

/// [`Derivatives::differentiate`](super::Derivatives::differentiate) of such a loss.
pub fn differentiate<T: Real, L: BlockLoss>(
    loss: &L,
    outputs: &mut [T],
    targets: &[T],
    weights: Option<&[T]>,
    sums: &mut [[T; PARTIAL_SUMS]],
) {
    if !outputs.is_empty() && !targets.is_empty() && !sums.is_empty() {
        dispatch(Differentiate { loss, outputs, targets, weights, sums });
    }
}

struct Differentiate<'a, T, L> {
    loss: &'a L,
    outputs: &'a mut [T],
    targets: &'a [T],
    weights: Option<&'a [T]>,
    sums: &'a mut [[T; PARTIAL_SUMS]],
}

impl<T: Real, L: BlockLoss> Kernel for Differentiate<'_, T, L> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let rows = self.targets.len();
        let of_trial = self.outputs.len() / self.sums.len();
        let mut losses = [T::ZERO; MOST_ROWS];
        for (sums, outputs) in self.sums.iter_mut().zip(self.outputs.chunks_exact_mut(of_trial)) {
            let mut partial = *sums;
            for (index, targets) in self.targets.chunks(MOST_ROWS).enumerate() {
                let losses = &mut losses[..targets.len()];
                let outputs = &mut outputs[index * MOST_ROWS..];
                self.loss.differentiate_rows(outputs, rows, targets, losses);
                if let Some(weights) = self.weights {
                    let weights = &weights[index * MOST_ROWS..][..targets.len()];
                    multiply(losses, weights);
                    outputs.chunks_mut(rows).for_each(|outputs| multiply(outputs, weights));
                }
                let (eights, rest) = losses.as_chunks::<PARTIAL_SUMS>();
                for eight in eights {
                    for lane in 0..PARTIAL_SUMS {
                        partial[lane] = partial[lane] + eight[lane];
                    }
                }
                for (partial, &loss) in partial.iter_mut().zip(rest) {
                    *partial = *partial + loss;
                }
            }
            *sums = partial;
        }
    }
}

/// Multiplies the first numbers by these factors.
#[inline(always)]
fn multiply<T: Real>(numbers: &mut [T], factors: &[T]) {
    for (number, &factor) in numbers.iter_mut().zip(factors) {
        *number = factor * *number;
    }
}

/// The slope and the loss of one row of one output.
#[cfg(test)]
pub fn of_row<T: Real, L: BlockLoss>(loss: &L, output: T, target: T) -> (T, T) {
    let (mut slope, mut value) = ([output], [T::NAN]);
    loss.differentiate_rows(&mut slope, 1, &[target], &mut value);
    (slope[0], value[0])
}
