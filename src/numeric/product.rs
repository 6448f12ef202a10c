//! The ordered matrix product: each output is folded strictly in k order with fused multiply-add; SIMD runs across the
//! columns of the result only.

use super::Real;
use super::dispatch::{Kernel, dispatch};

struct Product<'a, T> {
    c: &'a mut [T],
    a: &'a [T],
    b: &'a [T],
    k: usize,
    n: usize,
}

impl<T: Real> Kernel for Product<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { c, a, b, k, n } = self;
        if n == 0 || k == 0 {
            return;
        }
        for (outputs, factors) in c.chunks_exact_mut(n).zip(a.chunks_exact(k)) {
            for (factor, row) in factors.iter().zip(b.chunks_exact(n)) {
                for (output, value) in outputs.iter_mut().zip(row) {
                    *output = factor.fused(*value, *output);
                }
            }
        }
    }
}

/// C[m×n] += A[m×k]·B[k×n], all row by row.
pub fn accumulate<T: Real>(c: &mut [T], a: &[T], b: &[T], k: usize, n: usize) {
    debug_assert_eq!(b.len(), k * n);
    debug_assert_eq!(c.len() * k, a.len() * n);
    dispatch(Product { c, a, b, k, n });
}

struct ProductTransposed<'a, T> {
    c: &'a mut [T],
    a: &'a [T],
    b: &'a [T],
    k: usize,
}

impl<T: Real> Kernel for ProductTransposed<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { c, a, b, k } = self;
        let n = b.len() / k;
        for (outputs, left) in c.chunks_exact_mut(n).zip(a.chunks_exact(k)) {
            for (output, right) in outputs.iter_mut().zip(b.chunks_exact(k)) {
                let mut sum = *output;
                for (x, y) in left.iter().zip(right) {
                    sum = x.fused(*y, sum);
                }
                *output = sum;
            }
        }
    }
}

/// C[m×n] += A[m×k]·Bᵀ with B[n×k]: the same bits as [`accumulate`] on the transpose, without packing it.
pub fn accumulate_transposed<T: Real>(c: &mut [T], a: &[T], b: &[T], k: usize) {
    if k > 0 && !b.is_empty() {
        dispatch(ProductTransposed { c, a, b, k });
    }
}
