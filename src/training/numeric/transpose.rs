//! The transpose of some rows, tile by tile in registers.

#![allow(unsafe_code)] // Vector instructions, used only if their feature was detected.

pub(super) mod tiles;

#[cfg(target_arch = "x86_64")]
use super::dispatch::{Instructions, instructions};
use super::{MatrixRows, Real};

/// Writes the transpose of `rows`, `[b, length]`, to `to`, `[length, b]`.
pub fn transpose<T: Real>(rows: MatrixRows<'_, T>, to: &mut [T]) {
    let (b, length) = (rows.count(), rows.length());
    assert_eq!(to.len(), b * length);
    #[cfg(target_arch = "x86_64")]
    if instructions() != Instructions::Portable {
        // SAFETY: the path has AVX2, and `to` has room for every number of the rows.
        unsafe { transpose_tiles(rows, to) };
        return transpose_rest(rows, to, b - b % 4, length - length % 4);
    }
    transpose_rest(rows, to, 0, 0);
}

/// Transposes number by number all but the first `done_columns` columns of the first `done_rows` rows.
fn transpose_rest<T: Real>(rows: MatrixRows<'_, T>, to: &mut [T], done_rows: usize, done_columns: usize) {
    let b = rows.count();
    for row in 0..b {
        let done = if row < done_rows { done_columns } else { 0 };
        for (column, value) in rows.row(row).iter().enumerate().skip(done) {
            to[column * b + row] = *value;
        }
    }
}

/// Transposes the whole tiles, and then whole tiles of 4 × 4 between them and the edges.
///
/// # Safety
/// The CPU has AVX2, and `to` has room for every number of the rows.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
unsafe fn transpose_tiles<T: Real>(rows: MatrixRows<'_, T>, to: &mut [T]) {
    let (b, length) = (rows.count(), rows.length());
    let (tiled_rows, tiled_columns) = (b - b % T::TILE, length - length % T::TILE);
    for row in (0..tiled_rows).step_by(T::TILE) {
        let lines: [*const T; 8] = std::array::from_fn(|index| rows.row(row + index % T::TILE).as_ptr());
        for column in (0..tiled_columns).step_by(T::TILE) {
            // SAFETY: a whole tile lies within both.
            unsafe { T::transpose_tile(&lines, column, to.as_mut_ptr().add(column * b + row), b) };
        }
    }
    for row in (0..b - b % 4).step_by(4) {
        let lines: [*const T; 4] = std::array::from_fn(|index| rows.row(row + index).as_ptr());
        let done = if row < tiled_rows { tiled_columns } else { 0 };
        for column in (done..length - length % 4).step_by(4) {
            // SAFETY: four numbers of four rows lie within both.
            unsafe { T::transpose_four(&lines, column, to.as_mut_ptr().add(column * b + row), b) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<T: Real>() {
        for (b, length) in [(1, 1), (3, 9), (4, 4), (8, 8), (4, 101), (32, 4), (13, 21), (32, 101), (64, 3)] {
            let values: Vec<T> = (0..b * length).map(|value| T::from_f64(value as f64)).collect();
            let mut turned = vec![T::ZERO; b * length];
            transpose(MatrixRows::every(&values, length), &mut turned);
            for row in 0..b {
                for column in 0..length {
                    assert!(turned[column * b + row] == values[row * length + column]);
                }
            }
        }
    }

    #[test]
    fn rows_become_columns() {
        check::<f64>();
        check::<f32>();
    }
}
