//! Losses and their derivatives over a block of outputs, in the fixed order of sums: eight partial sums by row.

use crate::numeric::{Kernel, PARTIAL_SUMS, Real, dispatch};

/// The pass of a loss over outputs, in one precision.
pub trait Derivatives<T: Real> {
    /// Replaces outputs, `[trials, outputs, rows]`, by ∂ℓ/∂output, given the targets, `[rows]`, and adds the losses of
    /// each trial to its partial sums, `[trials]`. A row has as many outputs as the lengths say. Every block of rows
    /// except the last must have a length that is a multiple of [`PARTIAL_SUMS`]. With weights, `[rows]`, the loss of a
    /// row counts times its weight.
    fn differentiate(&self, outputs: &mut [T], targets: &[T], weights: Option<&[T]>, sums: &mut [[T; PARTIAL_SUMS]]);
}

/// A loss of one output that is written for one row. It is then vectorised over rows, with the same bits on every
/// instruction set.
pub trait RowLoss {
    /// ∂ℓ/∂output, and `sum` + ℓ. It must be `#[inline(always)]`.
    fn add<T: Real>(&self, output: T, target: T, sum: T) -> (T, T);
}

impl<T: Real, L: RowLoss> Derivatives<T> for L {
    fn differentiate(&self, outputs: &mut [T], targets: &[T], weights: Option<&[T]>, sums: &mut [[T; PARTIAL_SUMS]]) {
        match weights {
            _ if targets.is_empty() => {}
            None => dispatch(Differentiate { loss: self, outputs, targets, sums }),
            Some(weights) => dispatch(DifferentiateWeighted { loss: self, outputs, targets, weights, sums }),
        }
    }
}

struct Differentiate<'a, T, L> {
    loss: &'a L,
    outputs: &'a mut [T],
    targets: &'a [T],
    sums: &'a mut [[T; PARTIAL_SUMS]],
}

impl<T: Real, L: RowLoss> Kernel for Differentiate<'_, T, L> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for (sums, outputs) in self.sums.iter_mut().zip(self.outputs.chunks_exact_mut(self.targets.len())) {
            let mut partial = *sums;
            let mut outputs = outputs.chunks_exact_mut(PARTIAL_SUMS);
            let mut targets = self.targets.chunks_exact(PARTIAL_SUMS);
            for (outputs, targets) in (&mut outputs).zip(&mut targets) {
                for lane in 0..PARTIAL_SUMS {
                    (outputs[lane], partial[lane]) = self.loss.add(outputs[lane], targets[lane], partial[lane]);
                }
            }
            let rest = outputs.into_remainder().iter_mut().zip(targets.remainder());
            for (partial, (output, &target)) in partial.iter_mut().zip(rest) {
                (*output, *partial) = self.loss.add(*output, target, *partial);
            }
            *sums = partial;
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

impl<T: Real, L: RowLoss> DifferentiateWeighted<'_, T, L> {
    /// The weighted derivative, and `sum` + the weighted loss.
    #[inline(always)]
    fn add(loss: &L, output: T, target: T, weight: T, sum: T) -> (T, T) {
        let (slope, loss) = loss.add(output, target, T::ZERO);
        (weight * slope, weight.fused(loss, sum))
    }
}

impl<T: Real, L: RowLoss> Kernel for DifferentiateWeighted<'_, T, L> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { loss, outputs, targets, weights, sums } = self;
        for (sums, outputs) in sums.iter_mut().zip(outputs.chunks_exact_mut(targets.len())) {
            let mut partial = *sums;
            let mut outputs = outputs.chunks_exact_mut(PARTIAL_SUMS);
            let mut targets = targets.chunks_exact(PARTIAL_SUMS);
            let mut weights = weights.chunks_exact(PARTIAL_SUMS);
            for ((outputs, targets), weights) in (&mut outputs).zip(&mut targets).zip(&mut weights) {
                for lane in 0..PARTIAL_SUMS {
                    (outputs[lane], partial[lane]) =
                        Self::add(loss, outputs[lane], targets[lane], weights[lane], partial[lane]);
                }
            }
            let rest = outputs.into_remainder().iter_mut().zip(targets.remainder()).zip(weights.remainder());
            for (partial, ((output, &target), &weight)) in partial.iter_mut().zip(rest) {
                (*output, *partial) = Self::add(loss, *output, target, weight, *partial);
            }
            *sums = partial;
        }
    }
}
