//! Scalar sums, folded in one fixed blocking: eight partial sums by index modulo eight, then a fixed tree.

use super::Real;
use super::dispatch::{Kernel, dispatch};

const LANES: usize = 8;

struct Dot<'a, T>(&'a [T], &'a [T]);

impl<T: Real> Kernel for Dot<'_, T> {
    type Output = T;

    #[inline(always)]
    fn run(self) -> T {
        let mut partial = [T::ZERO; LANES];
        let mut left = self.0.chunks_exact(LANES);
        let mut right = self.1.chunks_exact(LANES);
        for (a, b) in (&mut left).zip(&mut right) {
            for lane in 0..LANES {
                partial[lane] = a[lane].fused(b[lane], partial[lane]);
            }
        }
        for (lane, (a, b)) in left.remainder().iter().zip(right.remainder()).enumerate() {
            partial[lane] = a.fused(*b, partial[lane]);
        }
        ((partial[0] + partial[4]) + (partial[2] + partial[6]))
            + ((partial[1] + partial[5]) + (partial[3] + partial[7]))
    }
}

/// Σ a_i·b_i over two slices of one length.
pub fn dot<T: Real>(left: &[T], right: &[T]) -> T {
    dispatch(Dot(left, right))
}

/// Σ a_i².
pub fn norm_squared<T: Real>(values: &[T]) -> T {
    dot(values, values)
}
