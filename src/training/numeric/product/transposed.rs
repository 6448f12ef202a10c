//! The vectorised product with rows of B as the columns of the result: pieces of B are transposed in registers, so that
//! a few rows of A need no transposed copy of B.

use std::arch::x86_64::{_MM_HINT_T1, _mm_prefetch};

use super::operands::TransposedOperands;
use super::simd::SimdVector;

/// A vector that is filled with columns of a matrix stored row by row.
///
/// # Safety
/// As for [`SimdVector`].
pub trait ColumnVector: SimdVector {
    /// [`STEPS`] columns, from column `at` on, of as many rows as a vector has lanes. The other pointers are not used.
    unsafe fn columns(rows: &[*const Self::Scalar; 8], at: usize) -> [Self; STEPS];
}

/// The number of columns that are read at a time.
pub const STEPS: usize = 4;

/// The most rows of A whose sums stay in registers together.
const TALLEST: usize = 4;

macro_rules! path {
    ($(#[$features:meta])* $name:ident, groups $groups:literal) => {
        /// The product. A last group of rows of B that is not whole overlaps the one before it, and so do the last steps.
        ///
        /// # Safety
        /// The operands lie within their slices, C overlaps neither A nor B, and B has as many rows as a vector has lanes and
        /// [`STEPS`] columns at least; the CPU has the path's instructions.
        $(#[$features])*
        pub unsafe fn $name<V: ColumnVector>(operands: &TransposedOperands<'_, V::Scalar>) {
            let m = operands.a.count();
            let mut row = 0;
            while row < m {
                // SAFETY: these are rows of A.
                unsafe {
                    match m - row {
                        1 => rows::<V, 1, 4>(operands, row),
                        2 => rows::<V, 2, 4>(operands, row),
                        3 => rows::<V, 3, $groups>(operands, row),
                        _ => rows::<V, TALLEST, $groups>(operands, row),
                    }
                }
                row += TALLEST;
            }
        }
    };
}

path!(#[target_feature(enable = "avx512f,avx512vl,avx2,fma")] transposed_avx512, groups 2);
path!(#[target_feature(enable = "avx2,fma")] transposed_avx2, groups 2);

/// Computes `HEIGHT` rows of C, `GROUPS` vectors of each at a time.
#[inline(always)]
unsafe fn rows<V: ColumnVector, const HEIGHT: usize, const GROUPS: usize>(
    operands: &TransposedOperands<'_, V::Scalar>,
    row: usize,
) {
    let n = operands.b.count();
    let mut group = 0;
    while group * V::COUNT < n {
        // SAFETY: as the caller promises.
        unsafe {
            if (group + GROUPS / 2) * V::COUNT < n {
                groups::<V, HEIGHT, GROUPS>(operands, row, group);
                group += GROUPS;
            } else {
                groups::<V, HEIGHT, 1>(operands, row, group);
                group += 1;
            }
        }
    }
}

/// Computes some vectors of `HEIGHT` rows of C. A vector that is not whole, or beyond the last, ends where the rows of C
/// end, and computes the same numbers as the vector before it.
#[inline(always)]
unsafe fn groups<V: ColumnVector, const HEIGHT: usize, const GROUPS: usize>(
    operands: &TransposedOperands<'_, V::Scalar>,
    row: usize,
    group: usize,
) {
    let (n, k) = (operands.b.count(), operands.b.length);
    // SAFETY: all pointers are within the operands, as the caller promises.
    unsafe {
        let columns: [usize; GROUPS] = std::array::from_fn(|index| ((group + index) * V::COUNT).min(n - V::COUNT));
        let b: [[*const V::Scalar; 8]; GROUPS] = columns.map(|column| {
            let row = |index: usize| operands.b.offset_unchecked(column + index % V::COUNT);
            std::array::from_fn(|index| operands.b.values.as_ptr().add(row(index)))
        });
        let a: [*const V::Scalar; HEIGHT] =
            std::array::from_fn(|index| operands.a.values.as_ptr().add(operands.a.offset_unchecked(row + index)));
        let mut sums = columns.map(|column| {
            [operands.start.map_or_else(|| V::zero(), |start| V::load(start.as_ptr().add(column))); HEIGHT]
        });
        // While a row is read, the one that will be read in its place is prefetched line by line: the CPU cannot predict
        // rows in random order.
        let next: [[*const V::Scalar; 8]; GROUPS] = columns.map(|column| {
            let row = |index: usize| operands.b.next_row(column + index % V::COUNT);
            std::array::from_fn(|index| row(index).unwrap_or(operands.b.values.as_ptr()))
        });
        let line = 64 / size_of::<V::Scalar>();
        let prefetches = row == 0 && operands.b.next_row(columns[0]).is_some();
        let mut at = 0;
        while at + STEPS <= k {
            if prefetches && at.is_multiple_of(line) {
                for next in &next {
                    for next in &next[..V::COUNT] {
                        _mm_prefetch::<_MM_HINT_T1>(next.wrapping_add(at).cast());
                    }
                }
            }
            advance(&a, &b, &mut sums, at, 0);
            at += STEPS;
        }
        if at < k {
            advance(&a, &b, &mut sums, k - STEPS, at + STEPS - k);
        }
        for (column, sums) in columns.iter().zip(sums) {
            for (index, sum) in sums.into_iter().enumerate() {
                sum.store(operands.c.add((row + index) * n + column));
            }
        }
    }
}

/// Adds `STEPS` steps to the sums, from step `at` on, but for the first `done` of them.
#[inline(always)]
unsafe fn advance<V: ColumnVector, const HEIGHT: usize, const GROUPS: usize>(
    a: &[*const V::Scalar; HEIGHT],
    b: &[[*const V::Scalar; 8]; GROUPS],
    sums: &mut [[V; HEIGHT]; GROUPS],
    at: usize,
    done: usize,
) {
    // SAFETY: as the caller promises.
    unsafe {
        // All columns first: a factor is then loaded once for all groups.
        let mut columns = [[V::zero(); STEPS]; GROUPS];
        for group in 0..GROUPS {
            columns[group] = V::columns(&b[group], at);
        }
        for step in done..STEPS {
            for row in 0..HEIGHT {
                let factor = V::splat(*a[row].add(at + step));
                for group in 0..GROUPS {
                    sums[group][row] = factor.fused(columns[group][step], sums[group][row]);
                }
            }
        }
    }
}
