//! The transposition of one square tile in vector registers.

/// A number type whose square tiles have a kernel.
pub trait TransposeTile: Sized {
    /// The side length of a tile.
    const TILE: usize;
    /// Transposes four rows of four numbers each into four rows that are `stride` numbers apart.
    ///
    /// # Safety
    /// The CPU has AVX2, and the pointers are valid for the numbers that are read and written.
    #[cfg(target_arch = "x86_64")]
    unsafe fn transpose_four(rows: &[*const Self; 4], column: usize, to: *mut Self, stride: usize);
    /// Transposes a tile: `TILE` rows of `TILE` numbers each into `TILE` rows that are `stride` numbers apart.
    ///
    /// # Safety
    /// The CPU has AVX2, and the pointers are valid for the numbers that are read and written.
    #[cfg(target_arch = "x86_64")]
    unsafe fn transpose_tile(rows: &[*const Self; 8], column: usize, to: *mut Self, stride: usize);
}

impl TransposeTile for f64 {
    const TILE: usize = 4;

    #[cfg(target_arch = "x86_64")]
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn transpose_four(rows: &[*const Self; 4], column: usize, to: *mut Self, stride: usize) {
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
    unsafe fn transpose_tile(rows: &[*const Self; 8], column: usize, to: *mut Self, stride: usize) {
        // SAFETY: as the caller promises.
        unsafe { Self::transpose_four(&[rows[0], rows[1], rows[2], rows[3]], column, to, stride) };
    }
}

impl TransposeTile for f32 {
    const TILE: usize = 8;

    #[cfg(target_arch = "x86_64")]
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn transpose_four(rows: &[*const Self; 4], column: usize, to: *mut Self, stride: usize) {
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
    unsafe fn transpose_tile(rows: &[*const Self; 8], column: usize, to: *mut Self, stride: usize) {
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
