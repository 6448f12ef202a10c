//! The logarithm of a sum of exponentials over a row, and the softmax. The largest value is subtracted first, so that
//! no exponential overflows, and the sum has the order of all scalar sums: eight partial sums by index modulo eight.

use super::{exp, ln};
use crate::numeric::dispatch::{Kernel, dispatch};
use crate::numeric::sums::total;
use crate::numeric::{PARTIAL_SUMS, Real};

/// Values whose exponentials are held at a time. It is a multiple of [`PARTIAL_SUMS`].
const BLOCK: usize = 8 * PARTIAL_SUMS;

/// The largest value, and ln Σ e^(x − largest). Where the largest is infinite, 0 stands for it.
#[inline(always)]
fn largest_and_rest<T: Real>(row: &[T]) -> (T, T) {
    let mut lanes = [-T::INFINITY; PARTIAL_SUMS];
    let mut eights = row.chunks_exact(PARTIAL_SUMS);
    for eight in &mut eights {
        for lane in 0..PARTIAL_SUMS {
            lanes[lane] = if eight[lane] > lanes[lane] { eight[lane] } else { lanes[lane] };
        }
    }
    let largest = lanes
        .iter()
        .chain(eights.remainder())
        .fold(-T::INFINITY, |most, &value| if value > most { value } else { most });
    let largest = if largest.is_finite() { largest } else { T::ZERO };

    let mut partial = [T::ZERO; PARTIAL_SUMS];
    let mut held = [T::ZERO; BLOCK];
    for block in row.chunks(BLOCK) {
        for (held, value) in held.iter_mut().zip(block) {
            *held = exp(*value - largest);
        }
        // Zeros behind the last value change no sum.
        held[block.len()..].fill(T::ZERO);
        for eight in held[..block.len().next_multiple_of(PARTIAL_SUMS)].chunks_exact(PARTIAL_SUMS) {
            for lane in 0..PARTIAL_SUMS {
                partial[lane] = partial[lane] + eight[lane];
            }
        }
    }
    (largest, ln(total(&partial)))
}

struct LogSumExp<'a, T>(&'a [T]);

impl<T: Real> Kernel for LogSumExp<'_, T> {
    type Output = T;

    #[inline(always)]
    fn run(self) -> T {
        let (largest, rest) = largest_and_rest(self.0);
        largest + rest
    }
}

/// ln Σ e^x over a row: −∞ of an empty row, NaN if a value is. The error is a few ulp of the larger of |max x| and
/// ln n in a row of n values, and at most n/8 roundings of the sum more.
pub fn log_sum_exp<T: Real>(row: &[T]) -> T {
    dispatch(LogSumExp(row))
}

struct Softmax<'a, T>(&'a mut [T]);

impl<T: Real> Kernel for Softmax<'_, T> {
    type Output = T;

    #[inline(always)]
    fn run(self) -> T {
        let (largest, rest) = largest_and_rest(self.0);
        for value in self.0 {
            *value = exp((*value - largest) - rest);
        }
        largest + rest
    }
}

/// Replaces each value x of a row by e^x/Σ e^x, and returns the [`log_sum_exp`] of what was there. Where that is
/// infinite, the shares of infinite values are NaN.
pub fn softmax<T: Real>(row: &mut [T]) -> T {
    dispatch(Softmax(row))
}
