//! Losses over several outputs of a row, and their derivatives over a block of outputs, in the order of sums of
//! [`by_row`](super::by_row).

use crate::numeric::{Kernel, PARTIAL_SUMS, Real, dispatch};

/// A loss over several outputs of a row, written for N rows side by side, so that it is vectorised over rows. What it
/// does for a row must not depend on the others.
pub trait OutputsLoss {
    /// Replaces the outputs of N rows by ∂ℓ/∂output, and returns `sums` + ℓ, `[N]` both. The outputs of each kind stand
    /// side by side, `stride` numbers after those of the kind before: those of the N rows are the first N of
    /// `outputs.chunks_mut(stride)`. It must be `#[inline(always)]`, and fold over the kinds in their order.
    fn add<T: Real, const N: usize>(&self, outputs: &mut [T], stride: usize, targets: [T; N], sums: [T; N]) -> [T; N];
}

/// [`Derivatives::differentiate`](super::Derivatives::differentiate) of such a loss.
pub fn differentiate<T: Real, L: OutputsLoss>(
    loss: &L,
    outputs: &mut [T],
    targets: &[T],
    sums: &mut [[T; PARTIAL_SUMS]],
) {
    if !outputs.is_empty() && !targets.is_empty() && !sums.is_empty() {
        dispatch(Differentiate { loss, outputs, targets, sums });
    }
}

struct Differentiate<'a, T, L> {
    loss: &'a L,
    outputs: &'a mut [T],
    targets: &'a [T],
    sums: &'a mut [[T; PARTIAL_SUMS]],
}

impl<T: Real, L: OutputsLoss> Kernel for Differentiate<'_, T, L> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let rows = self.targets.len();
        let (eights, rest) = self.targets.as_chunks::<PARTIAL_SUMS>();
        let of_trial = self.outputs.len() / self.sums.len();
        for (sums, outputs) in self.sums.iter_mut().zip(self.outputs.chunks_exact_mut(of_trial)) {
            let mut partial = *sums;
            for (index, targets) in eights.iter().enumerate() {
                partial = self.loss.add(&mut outputs[index * PARTIAL_SUMS..], rows, *targets, partial);
            }
            for (lane, &target) in rest.iter().enumerate() {
                let outputs = &mut outputs[eights.len() * PARTIAL_SUMS + lane..];
                [partial[lane]] = self.loss.add(outputs, rows, [target], [partial[lane]]);
            }
            *sums = partial;
        }
    }
}
