//! Losses that are written for a block of rows: of several outputs a row, or with elementary functions, whose loops
//! over rows are then vectorised.

use crate::numeric::elementary::ln_of_one_plus;
use crate::numeric::{Kernel, PARTIAL_SUMS, Real, dispatch};

/// The most rows of a block. It is a multiple of [`PARTIAL_SUMS`].
pub const MOST_ROWS: usize = 8 * PARTIAL_SUMS;

/// The trials whose logarithms are taken at a time.
const TRIALS: usize = 64;

/// A loss of one output or of several, written for the rows of a block.
pub trait BlockLoss {
    /// Whether the losses of a block have a part that is the logarithm of a product over rows.
    const HAS_PRODUCT: bool = false;

    /// Replaces the outputs of some rows, 64 at most, by ∂ℓ/∂output, and writes ℓ of each row to `losses`,
    /// given the targets, `[rows]` both. The outputs of each kind stand side by side, `stride` numbers after those of
    /// the kind before: those of the rows are the first of each of `outputs.chunks_mut(stride)`.
    ///
    /// It must be `#[inline(always)]`, its loops run over rows without a branch, and what it does for a row must not
    /// depend on the others. It folds over the kinds in their order.
    fn differentiate_rows<T: Real>(&self, outputs: &mut [T], stride: usize, targets: &[T], losses: &mut [T]);

    /// The same derivatives, with the losses added to the partial sums. If [`HAS_PRODUCT`](Self::HAS_PRODUCT), it returns
    /// p ≥ 0, and ln(1 + p) is added to the losses for it. It must be `#[inline(always)]` too.
    #[inline(always)]
    fn add_rows<T: Real>(&self, outputs: &mut [T], stride: usize, targets: &[T], sums: &mut [T; PARTIAL_SUMS]) -> T {
        let mut losses = [T::ZERO; MOST_ROWS];
        let losses = &mut losses[..targets.len()];
        self.differentiate_rows(outputs, stride, targets, losses);
        add_losses(losses, sums);
        T::ZERO
    }
}

/// Adds the losses of some rows to the partial sums.
#[inline(always)]
fn add_losses<T: Real>(losses: &[T], sums: &mut [T; PARTIAL_SUMS]) {
    let (eights, rest) = losses.as_chunks::<PARTIAL_SUMS>();
    for eight in eights {
        for lane in 0..PARTIAL_SUMS {
            sums[lane] = sums[lane] + eight[lane];
        }
    }
    for (sum, &loss) in sums.iter_mut().zip(rest) {
        *sum = *sum + loss;
    }
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
        match weights {
            None => dispatch(Differentiate { loss, outputs, targets, sums }),
            Some(weights) => dispatch(DifferentiateWeighted { loss, outputs, targets, weights, sums }),
        }
    }
}

struct Differentiate<'a, T, L> {
    loss: &'a L,
    outputs: &'a mut [T],
    targets: &'a [T],
    sums: &'a mut [[T; PARTIAL_SUMS]],
}

impl<T: Real, L: BlockLoss> Kernel for Differentiate<'_, T, L> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let rows = self.targets.len();
        let of_trial = self.outputs.len() / self.sums.len();
        let mut products = [T::ZERO; TRIALS];
        for (index, targets) in self.targets.chunks(MOST_ROWS).enumerate() {
            let trials = self.outputs.chunks_mut(TRIALS * of_trial);
            for (sums, outputs) in self.sums.chunks_mut(TRIALS).zip(trials) {
                let of_trials = sums.iter_mut().zip(outputs.chunks_exact_mut(of_trial));
                for ((sums, outputs), product) in of_trials.zip(&mut products) {
                    let mut partial = *sums;
                    *product = self.loss.add_rows(&mut outputs[index * MOST_ROWS..], rows, targets, &mut partial);
                    *sums = partial;
                }
                if L::HAS_PRODUCT {
                    let products = &mut products[..sums.len()];
                    for product in &mut *products {
                        *product = ln_of_one_plus(*product);
                    }
                    for (sums, &mut logarithm) in sums.iter_mut().zip(products) {
                        sums[0] = sums[0] + logarithm;
                    }
                }
            }
        }
    }
}

struct DifferentiateWeighted<'a, T, L> {
    loss: &'a L,
    outputs: &'a mut [T],
    targets: &'a [T],
    weights: &'a [T],
    sums: &'a mut [[T; PARTIAL_SUMS]],
}

impl<T: Real, L: BlockLoss> Kernel for DifferentiateWeighted<'_, T, L> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let rows = self.targets.len();
        let of_trial = self.outputs.len() / self.sums.len();
        let mut losses = [T::ZERO; MOST_ROWS];
        for (sums, outputs) in self.sums.iter_mut().zip(self.outputs.chunks_exact_mut(of_trial)) {
            for (index, targets) in self.targets.chunks(MOST_ROWS).enumerate() {
                let from = index * MOST_ROWS;
                let (losses, outputs) = (&mut losses[..targets.len()], &mut outputs[from..]);
                let weights = &self.weights[from..][..targets.len()];
                self.loss.differentiate_rows(outputs, rows, targets, losses);
                multiply(losses, weights);
                outputs.chunks_mut(rows).for_each(|outputs| multiply(outputs, weights));
                add_losses(losses, sums);
            }
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
    let (mut slope, mut sums) = ([output], [T::ZERO; PARTIAL_SUMS]);
    differentiate(loss, &mut slope, &[target], None, std::slice::from_mut(&mut sums));
    (slope[0], sums[0])
}
