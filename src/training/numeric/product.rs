//! The ordered matrix product. Each output is folded strictly in the order of k with fused multiply-add; SIMD runs only
//! across the columns of the result, and registers hold a tile of it. Every path gives the bits of three nested loops.

#![allow(unsafe_code)] // Vector instructions, each used only if its feature was detected.

pub(super) mod operands;
mod rows;
#[cfg(target_arch = "x86_64")]
mod simd;
#[cfg(target_arch = "x86_64")]
mod tiles;
#[cfg(target_arch = "x86_64")]
mod transposed;

pub use operands::{Elementwise, Epilogue, InitialSum, K_BLOCK, Multiply};
#[cfg(target_arch = "x86_64")]
use operands::{Operands, TransposedOperands};
pub use rows::MatrixRows;

use super::Real;
#[cfg(target_arch = "x86_64")]
use super::dispatch::{Instructions, instructions};
use super::dispatch::{Kernel, dispatch};

impl<T: Real> Epilogue<'_, T> {
    /// The final value of an output in row `row`, from its value `before` and its sum.
    #[inline(always)]
    fn of(&self, row: usize, before: T, sum: T) -> T {
        match *self {
            Epilogue::Store => sum,
            Epilogue::Scale(factor) => sum * factor,
            Epilogue::Apply(Elementwise::Rectify) => {
                if sum < T::ZERO {
                    T::ZERO
                } else {
                    sum
                }
            }
            Epilogue::Descend { weight, rates } => (-rates[row]).fused(sum * weight, before),
        }
    }
}

/// C[m×n] = epilogue(start + A[m×k]·B[k×n]), all in row-major order. Panics if the shapes do not match.
///
/// With [`Epilogue::Descend`], k is at most [`K_BLOCK`] and the sums do not start from C.
pub fn product<T: Real>(
    c: &mut [T],
    start: InitialSum<&[T]>,
    a: MatrixRows<'_, T>,
    b: MatrixRows<'_, T>,
    epilogue: Epilogue<'_, T>,
) {
    let (m, k, n) = (a.count(), b.count(), b.length);
    if m == 0 || n == 0 {
        return;
    }
    assert_eq!(c.len(), m * n);
    assert_eq!(a.length, k);
    match start {
        InitialSum::Row(row) => assert_eq!(row.len(), n),
        InitialSum::Column(column) => assert_eq!(column.len(), m),
        InitialSum::Output | InitialSum::Zero => {}
    }
    if let Epilogue::Descend { rates, .. } = epilogue {
        assert_eq!(rates.len(), m);
        assert!(k <= K_BLOCK && !matches!(start, InitialSum::Output));
    }
    if k == 0 {
        return portable(c, start, a, b, epilogue);
    }
    T::multiply(c, start, a, b, epilogue);
}

/// C[m×n] = start + A[m×k]·B[n×k]ᵀ, all in row-major order, where `start` is one row, `[n]`, for every row of C, and zeros
/// if there is none. It has the bits of [`product`] with a transposed copy of B, which this saves. Where m is small, it is
/// the faster way. Panics if the shapes do not match.
pub fn product_with_transposed<T: Real>(c: &mut [T], start: Option<&[T]>, a: MatrixRows<'_, T>, b: MatrixRows<'_, T>) {
    let (m, n) = (a.count(), b.count());
    assert_eq!(c.len(), m * n);
    assert_eq!(a.length, b.length);
    assert!(start.is_none_or(|start| start.len() == n));
    T::multiply_with_transposed(c, start, a, b);
}

/// C[m×n] += A[m×k]·B[k×n], all in row-major order. The slices hold exactly these numbers.
pub fn accumulate<T: Real>(c: &mut [T], a: &[T], b: &[T], k: usize, n: usize) {
    if k == 0 || n == 0 {
        return;
    }
    assert_eq!(b.len(), k * n);
    product(c, InitialSum::Output, MatrixRows::every(a, k), MatrixRows::every(b, n), Epilogue::Store);
}

macro_rules! multiply {
    ($float:ty, $whole:ident, $half:ident, $avx2:ident) => {
        impl Multiply for $float {
            fn multiply(
                c: &mut [Self],
                start: InitialSum<&[Self]>,
                a: MatrixRows<'_, Self>,
                b: MatrixRows<'_, Self>,
                epilogue: Epilogue<'_, Self>,
            ) {
                #[cfg(target_arch = "x86_64")]
                {
                    let mut operands =
                        || Operands { c: c.as_mut_ptr(), m: a.count(), k: a.length, start, a, b, epilogue };
                    match instructions() {
                        // SAFETY: the CPU has these instructions, and `MatrixRows` and `product` have checked the
                        // operands.
                        Instructions::Avx512 => {
                            return unsafe { tiles::multiply_avx512::<simd::$whole, simd::$half>(&operands()) };
                        }
                        // SAFETY: as above.
                        Instructions::Avx2 => {
                            return unsafe { tiles::multiply_avx2::<simd::$avx2, simd::$avx2>(&operands()) };
                        }
                        Instructions::Portable => {}
                    }
                }
                portable(c, start, a, b, epilogue);
            }

            fn multiply_with_transposed(
                c: &mut [Self],
                start: Option<&[Self]>,
                a: MatrixRows<'_, Self>,
                b: MatrixRows<'_, Self>,
            ) {
                #[cfg(target_arch = "x86_64")]
                if a.length.min(b.count()) >= <simd::$avx2 as simd::SimdVector>::COUNT {
                    let operands = TransposedOperands { c: c.as_mut_ptr(), start, a, b };
                    match instructions() {
                        // SAFETY: the CPU has these instructions, `MatrixRows` and `product_with_transposed` have checked
                        // the operands, and B has enough rows and columns.
                        Instructions::Avx512 => {
                            return unsafe { transposed::transposed_avx512::<simd::$half>(&operands) };
                        }
                        // SAFETY: as above.
                        Instructions::Avx2 => {
                            return unsafe { transposed::transposed_avx2::<simd::$avx2>(&operands) };
                        }
                        Instructions::Portable => {}
                    }
                }
                dispatch(WithTransposed { c, start, a, b });
            }
        }
    };
}

multiply!(f64, Avx512F64x8, Avx512F64x4, Avx2F64x4);
multiply!(f32, Avx512F32x16, Avx512F32x8, Avx2F32x8);

fn portable<T: Real>(
    c: &mut [T],
    start: InitialSum<&[T]>,
    a: MatrixRows<'_, T>,
    b: MatrixRows<'_, T>,
    epilogue: Epilogue<'_, T>,
) {
    let mut sums = vec![T::ZERO; b.length];
    for (row, c) in c.chunks_exact_mut(b.length).enumerate() {
        match start {
            InitialSum::Output => sums.copy_from_slice(c),
            InitialSum::Zero => sums.fill(T::ZERO),
            InitialSum::Row(start) => sums.copy_from_slice(start),
            InitialSum::Column(start) => sums.fill(start[row]),
        }
        for (step, factor) in a.row(row).iter().enumerate() {
            for (sum, value) in sums.iter_mut().zip(b.row(step)) {
                *sum = factor.fused(*value, *sum);
            }
        }
        for (output, sum) in c.iter_mut().zip(&sums) {
            *output = epilogue.of(row, *output, *sum);
        }
    }
}

/// The product of any shape, output by output.
struct WithTransposed<'a, T> {
    c: &'a mut [T],
    start: Option<&'a [T]>,
    a: MatrixRows<'a, T>,
    b: MatrixRows<'a, T>,
}

impl<T: Real> Kernel for WithTransposed<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let n = self.b.count();
        for (index, output) in self.c.iter_mut().enumerate() {
            let mut sum = self.start.map_or(T::ZERO, |start| start[index % n]);
            for (factor, value) in self.a.row(index / n).iter().zip(self.b.row(index % n)) {
                sum = factor.fused(*value, sum);
            }
            *output = sum;
        }
    }
}

#[cfg(test)]
mod tests;
