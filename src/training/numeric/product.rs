//! The ordered matrix product: each output is folded strictly in k order with fused multiply-add; SIMD runs across the
//! columns of the result only, and registers hold a tile of it. Every path gives the bits of the three nested loops.

#![allow(unsafe_code)] // Vector instructions, each behind the detection of its feature.

#[cfg(target_arch = "x86_64")]
mod lanes;
#[cfg(target_arch = "x86_64")]
mod tiles;

use super::Real;
#[cfg(target_arch = "x86_64")]
use super::dispatch::{Instructions, instructions};

/// What each output's sum starts from.
#[derive(Debug, Clone, Copy)]
pub enum Start<R> {
    /// What stands in C.
    Sums,
    Zero,
    /// One row, `[n]`, for every row of C.
    Row(R),
    /// One column, `[m]`, for every column of C.
    Column(R),
}

/// What becomes of each output's sum.
#[derive(Debug, Clone, Copy)]
pub enum Finish<'a, T> {
    /// C holds it.
    Store,
    /// C holds a multiple of it.
    Scale(T),
    /// C, which the sums do not start from, moves against a multiple of it: c − rate·(weight·sum), the outer product and the
    /// difference rounded once.
    Descend {
        weight: T,
        /// One for each row of C, `[m]`.
        rates: &'a [T],
    },
}

impl<T: Real> Finish<'_, T> {
    /// What C holds in the end, of a row's number that was there before and its sum.
    #[inline(always)]
    fn of(&self, row: usize, before: T, sum: T) -> T {
        match *self {
            Finish::Store => sum,
            Finish::Scale(factor) => sum * factor,
            Finish::Descend { weight, rates } => (-rates[row]).fused(sum * weight, before),
        }
    }
}

/// Rows of one length: all of a slice, or some of them in an order of their own, which are not copied for it.
#[derive(Debug, Clone, Copy)]
pub struct Rows<'a, T> {
    values: &'a [T],
    length: usize,
    chosen: Option<&'a [usize]>,
}

impl<'a, T> Rows<'a, T> {
    /// `values` is `[rows, length]`.
    pub fn every(values: &'a [T], length: usize) -> Self {
        assert_eq!(values.len().checked_rem(length).unwrap_or(0), 0, "whole rows");
        Self { values, length, chosen: None }
    }

    /// Those of these rows that are named, in that order.
    pub fn chosen(values: &'a [T], length: usize, rows: &'a [usize]) -> Self {
        let last = rows.iter().fold(0, |last, &row| last.max(row + 1));
        assert!(last * length <= values.len(), "rows that exist");
        Self { values, length, chosen: Some(rows) }
    }

    pub const fn length(&self) -> usize {
        self.length
    }

    /// How many.
    pub fn count(&self) -> usize {
        self.chosen.map_or_else(|| self.values.len().checked_div(self.length).unwrap_or(0), <[usize]>::len)
    }

    /// `count` of them from `from` on.
    #[must_use]
    pub fn range(&self, from: usize, count: usize) -> Self {
        match self.chosen {
            Some(chosen) => Self { chosen: Some(&chosen[from..from + count]), ..*self },
            None => Self { values: &self.values[from * self.length..(from + count) * self.length], ..*self },
        }
    }

    pub fn row(&self, index: usize) -> &'a [T] {
        &self.values[self.offset(index)..][..self.length]
    }

    fn offset(&self, index: usize) -> usize {
        self.chosen.map_or(index, |chosen| chosen[index]) * self.length
    }

    /// The same of a row that exists.
    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    unsafe fn offset_unchecked(&self, index: usize) -> usize {
        // SAFETY: as the caller promises.
        self.chosen.map_or(index, |chosen| unsafe { *chosen.get_unchecked(index) }) * self.length
    }

    /// Where row `from` and those after it start.
    #[cfg(target_arch = "x86_64")]
    #[inline(always)]
    fn offsets<'o>(&self, from: usize, offsets: &'o mut [std::mem::MaybeUninit<usize>]) -> &'o [usize] {
        if let Some(chosen) = self.chosen {
            assert!(chosen.len() - from >= offsets.len());
            for (offset, row) in offsets.iter_mut().zip(&chosen[from..]) {
                offset.write(row * self.length);
            }
        } else {
            let mut at = from * self.length;
            for offset in &mut *offsets {
                offset.write(at);
                at += self.length;
            }
        }
        // SAFETY: each was written above.
        unsafe { std::slice::from_raw_parts(offsets.as_ptr().cast(), offsets.len()) }
    }

    /// Asks for the rows to be brought into the second-level cache.
    pub fn prefetch(&self) {
        #[cfg(target_arch = "x86_64")]
        for index in 0..self.count() {
            let row = self.row(index);
            let line = (64 / size_of::<T>()).max(1);
            for number in (0..row.len()).step_by(line) {
                // SAFETY: a hint, which touches nothing; SSE is part of x86-64.
                unsafe {
                    std::arch::x86_64::_mm_prefetch::<{ std::arch::x86_64::_MM_HINT_T1 }>(
                        row.as_ptr().add(number).cast(),
                    );
                }
            }
        }
    }
}

/// C[m×n] = start + A[m×k]·B[k×n], all row by row, finished as told. A product that C descends by has [`LONGEST`] steps at
/// most.
pub fn product<T: Real>(c: &mut [T], start: Start<&[T]>, a: Rows<'_, T>, b: Rows<'_, T>, finish: Finish<'_, T>) {
    let (m, k, n) = (a.count(), b.count(), b.length);
    if m == 0 || n == 0 {
        return;
    }
    assert_eq!(c.len(), m * n);
    assert_eq!(a.length, k);
    match start {
        Start::Row(row) => assert_eq!(row.len(), n),
        Start::Column(column) => assert_eq!(column.len(), m),
        Start::Sums | Start::Zero => {}
    }
    if let Finish::Descend { rates, .. } = finish {
        assert_eq!(rates.len(), m);
        assert!(k <= LONGEST && !matches!(start, Start::Sums));
    }
    if k == 0 {
        return portable(c, start, a, b, finish);
    }
    T::multiply(c, start, a, b, finish);
}

/// Steps of k between two visits to C, at most, so that the part of B in use stays in the first-level cache.
pub const LONGEST: usize = 192;

/// C[m×n] += A[m×k]·B[k×n], all row by row. `a` and `b` hold no more than the product needs.
pub fn accumulate<T: Real>(c: &mut [T], a: &[T], b: &[T], k: usize, n: usize) {
    if k == 0 || n == 0 {
        return;
    }
    assert_eq!(b.len(), k * n);
    product(c, Start::Sums, Rows::every(a, k), Rows::every(b, n), Finish::Store);
}

/// What the kernels are given. The rows lie within their slices, and C is `[m, n]` with n the length of B's.
#[cfg(target_arch = "x86_64")]
struct Operands<'a, T> {
    c: *mut T,
    m: usize,
    k: usize,
    start: Start<&'a [T]>,
    a: Rows<'a, T>,
    b: Rows<'a, T>,
    finish: Finish<'a, T>,
}

/// A number that has kernels.
pub trait Multiply: Sized {
    /// [`product`], whose shapes fit, with k > 0.
    fn multiply(c: &mut [Self], start: Start<&[Self]>, a: Rows<'_, Self>, b: Rows<'_, Self>, finish: Finish<'_, Self>);
}

macro_rules! multiply {
    ($float:ty, $whole:ident, $half:ident, $avx2:ident) => {
        impl Multiply for $float {
            fn multiply(
                c: &mut [Self],
                start: Start<&[Self]>,
                a: Rows<'_, Self>,
                b: Rows<'_, Self>,
                finish: Finish<'_, Self>,
            ) {
                #[cfg(target_arch = "x86_64")]
                {
                    let mut operands =
                        || Operands { c: c.as_mut_ptr(), m: a.count(), k: a.length, start, a, b, finish };
                    match instructions() {
                        // SAFETY: the CPU has these instructions; `Rows` and `product` have checked the operands.
                        Instructions::Avx512 => {
                            return unsafe { tiles::multiply_avx512::<lanes::$whole, lanes::$half>(&operands()) };
                        }
                        // SAFETY: as above.
                        Instructions::Avx2 => {
                            return unsafe { tiles::multiply_avx2::<lanes::$avx2, lanes::$avx2>(&operands()) };
                        }
                        Instructions::Portable => {}
                    }
                }
                portable(c, start, a, b, finish);
            }
        }
    };
}

multiply!(f64, Eight64, HalfOf64, Four64);
multiply!(f32, Sixteen32, HalfOf32, Eight32);

fn portable<T: Real>(c: &mut [T], start: Start<&[T]>, a: Rows<'_, T>, b: Rows<'_, T>, finish: Finish<'_, T>) {
    let mut sums = vec![T::ZERO; b.length];
    for (row, c) in c.chunks_exact_mut(b.length).enumerate() {
        match start {
            Start::Sums => sums.copy_from_slice(c),
            Start::Zero => sums.fill(T::ZERO),
            Start::Row(start) => sums.copy_from_slice(start),
            Start::Column(start) => sums.fill(start[row]),
        }
        for (step, factor) in a.row(row).iter().enumerate() {
            for (sum, value) in sums.iter_mut().zip(b.row(step)) {
                *sum = factor.fused(*value, *sum);
            }
        }
        for (output, sum) in c.iter_mut().zip(&sums) {
            *output = finish.of(row, *output, *sum);
        }
    }
}

#[cfg(test)]
mod tests;
