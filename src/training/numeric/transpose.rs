//! Rows turned into columns, in tiles that stay in registers.

#![allow(unsafe_code)] // Vector instructions, behind the detection of their feature.

#[cfg(target_arch = "x86_64")]
use super::dispatch::{Instructions, instructions};
use super::{Real, Rows};

/// A number whose square tiles have a kernel.
pub trait Turn: Sized {
    /// Rows and columns of a tile.
    const TILE: usize;
    /// Transposes four rows of four numbers each, to four rows `stride` apart.
    ///
    /// # Safety
    /// The CPU has AVX2; the pointers are valid for their numbers.
    #[cfg(target_arch = "x86_64")]
    unsafe fn turn_four(rows: &[*const Self; 4], column: usize, to: *mut Self, stride: usize);
    /// Transposes a tile: `TILE` rows of `TILE` numbers each, to `TILE` rows `stride` apart.
    ///
    /// # Safety
    /// The CPU has AVX2; the pointers are valid for their numbers.
    #[cfg(target_arch = "x86_64")]
    unsafe fn turn(rows: &[*const Self; 8], column: usize, to: *mut Self, stride: usize);
}

/// `[b, length]` to `[length, b]`.
pub fn transpose<T: Real>(rows: Rows<'_, T>, to: &mut [T]) {
    let (b, length) = (rows.count(), rows.length());
    assert_eq!(to.len(), b * length);
    #[cfg(target_arch = "x86_64")]
    if instructions() != Instructions::Portable {
        // SAFETY: the path has AVX2, and `to` holds every number of the rows.
        unsafe { tiles(rows, to) };
        return scattered(rows, to, b - b % 4, length - length % 4);
    }
    scattered(rows, to, 0, 0);
}

/// All but the first rows' first columns, number by number.
fn scattered<T: Real>(rows: Rows<'_, T>, to: &mut [T], done_rows: usize, done_columns: usize) {
    let b = rows.count();
    for row in 0..b {
        let done = if row < done_rows { done_columns } else { 0 };
        for (column, value) in rows.row(row).iter().enumerate().skip(done) {
            to[column * b + row] = *value;
        }
    }
}

/// The whole tiles, and between them and the edges whole tiles of four.
///
/// # Safety
/// `to` holds as many numbers as the rows.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
unsafe fn tiles<T: Real>(rows: Rows<'_, T>, to: &mut [T]) {
    let (b, length) = (rows.count(), rows.length());
    let (tiled_rows, tiled_columns) = (b - b % T::TILE, length - length % T::TILE);
    for row in (0..tiled_rows).step_by(T::TILE) {
        let lines: [*const T; 8] = std::array::from_fn(|index| rows.row(row + index % T::TILE).as_ptr());
        for column in (0..tiled_columns).step_by(T::TILE) {
            // SAFETY: a whole tile of both.
            unsafe { T::turn(&lines, column, to.as_mut_ptr().add(column * b + row), b) };
        }
    }
    for row in (0..b - b % 4).step_by(4) {
        let lines: [*const T; 4] = std::array::from_fn(|index| rows.row(row + index).as_ptr());
        let done = if row < tiled_rows { tiled_columns } else { 0 };
        for column in (done..length - length % 4).step_by(4) {
            // SAFETY: four numbers of four rows, of both.
            unsafe { T::turn_four(&lines, column, to.as_mut_ptr().add(column * b + row), b) };
        }
    }
}

impl Turn for f64 {
    const TILE: usize = 4;

    #[cfg(target_arch = "x86_64")]
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn turn_four(rows: &[*const Self; 4], column: usize, to: *mut Self, stride: usize) {
        use std::arch::x86_64::{
            _mm256_loadu_pd, _mm256_permute2f128_pd, _mm256_storeu_pd, _mm256_unpackhi_pd, _mm256_unpacklo_pd,
        };
        // SAFETY: as the caller promises.
        unsafe {
            let row: [_; 4] = std::array::from_fn(|index| _mm256_loadu_pd(rows[index].add(column)));
            let (low, high) = (_mm256_unpacklo_pd(row[0], row[1]), _mm256_unpackhi_pd(row[0], row[1]));
            let (low_2, high_2) = (_mm256_unpacklo_pd(row[2], row[3]), _mm256_unpackhi_pd(row[2], row[3]));
            _mm256_storeu_pd(to, _mm256_permute2f128_pd::<0x20>(low, low_2));
            _mm256_storeu_pd(to.add(stride), _mm256_permute2f128_pd::<0x20>(high, high_2));
            _mm256_storeu_pd(to.add(2 * stride), _mm256_permute2f128_pd::<0x31>(low, low_2));
            _mm256_storeu_pd(to.add(3 * stride), _mm256_permute2f128_pd::<0x31>(high, high_2));
        }
    }

    #[cfg(target_arch = "x86_64")]
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn turn(rows: &[*const Self; 8], column: usize, to: *mut Self, stride: usize) {
        // SAFETY: as the caller promises.
        unsafe { Self::turn_four(&[rows[0], rows[1], rows[2], rows[3]], column, to, stride) };
    }
}

impl Turn for f32 {
    const TILE: usize = 8;

    #[cfg(target_arch = "x86_64")]
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn turn_four(rows: &[*const Self; 4], column: usize, to: *mut Self, stride: usize) {
        use std::arch::x86_64::{
            _mm_loadu_ps, _mm_movehl_ps, _mm_movelh_ps, _mm_storeu_ps, _mm_unpackhi_ps, _mm_unpacklo_ps,
        };
        // SAFETY: as the caller promises.
        unsafe {
            let row: [_; 4] = std::array::from_fn(|index| _mm_loadu_ps(rows[index].add(column)));
            let (low, high) = (_mm_unpacklo_ps(row[0], row[1]), _mm_unpackhi_ps(row[0], row[1]));
            let (low_2, high_2) = (_mm_unpacklo_ps(row[2], row[3]), _mm_unpackhi_ps(row[2], row[3]));
            _mm_storeu_ps(to, _mm_movelh_ps(low, low_2));
            _mm_storeu_ps(to.add(stride), _mm_movehl_ps(low_2, low));
            _mm_storeu_ps(to.add(2 * stride), _mm_movelh_ps(high, high_2));
            _mm_storeu_ps(to.add(3 * stride), _mm_movehl_ps(high_2, high));
        }
    }

    #[cfg(target_arch = "x86_64")]
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn turn(rows: &[*const Self; 8], column: usize, to: *mut Self, stride: usize) {
        use std::arch::x86_64::{
            _mm256_loadu_ps, _mm256_permute2f128_ps, _mm256_shuffle_ps, _mm256_storeu_ps, _mm256_unpackhi_ps,
            _mm256_unpacklo_ps,
        };
        // SAFETY: as the caller promises.
        unsafe {
            let row: [_; 8] = std::array::from_fn(|index| _mm256_loadu_ps(rows[index].add(column)));
            // Pairs of rows, then fours, then all eight.
            let low: [_; 4] = std::array::from_fn(|pair| _mm256_unpacklo_ps(row[2 * pair], row[2 * pair + 1]));
            let high: [_; 4] = std::array::from_fn(|pair| _mm256_unpackhi_ps(row[2 * pair], row[2 * pair + 1]));
            let fours = |half: usize| {
                let (first, second) = (2 * half, 2 * half + 1);
                [
                    _mm256_shuffle_ps::<0x44>(low[first], low[second]),
                    _mm256_shuffle_ps::<0xee>(low[first], low[second]),
                    _mm256_shuffle_ps::<0x44>(high[first], high[second]),
                    _mm256_shuffle_ps::<0xee>(high[first], high[second]),
                ]
            };
            let (top, bottom) = (fours(0), fours(1));
            for index in 0..4 {
                let (top, bottom) = (top[index], bottom[index]);
                _mm256_storeu_ps(to.add(index * stride), _mm256_permute2f128_ps::<0x20>(top, bottom));
                _mm256_storeu_ps(to.add((index + 4) * stride), _mm256_permute2f128_ps::<0x31>(top, bottom));
            }
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
            transpose(Rows::every(&values, length), &mut turned);
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
