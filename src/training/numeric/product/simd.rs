//! Vector registers behind one trait: AVX-512 at full and at half width, and AVX2.

use std::arch::x86_64::{
    __m256, __m256d, __m256i, __m512, __m512d, _mm_loadu_ps, _mm256_castps128_ps256, _mm256_fmadd_pd, _mm256_fmadd_ps,
    _mm256_fnmadd_pd, _mm256_fnmadd_ps, _mm256_insertf128_ps, _mm256_loadu_pd, _mm256_loadu_ps, _mm256_loadu_si256,
    _mm256_mask_storeu_pd, _mm256_mask_storeu_ps, _mm256_maskload_pd, _mm256_maskload_ps, _mm256_maskz_loadu_pd,
    _mm256_maskz_loadu_ps, _mm256_max_pd, _mm256_max_ps, _mm256_mul_pd, _mm256_mul_ps, _mm256_permute2f128_pd,
    _mm256_set1_pd, _mm256_set1_ps, _mm256_setzero_pd, _mm256_setzero_ps, _mm256_shuffle_ps, _mm256_storeu_pd,
    _mm256_storeu_ps, _mm256_unpackhi_pd, _mm256_unpackhi_ps, _mm256_unpacklo_pd, _mm256_unpacklo_ps,
    _mm512_castpd512_pd256, _mm512_castps512_ps256, _mm512_fmadd_pd, _mm512_fmadd_ps, _mm512_fnmadd_pd,
    _mm512_fnmadd_ps, _mm512_loadu_pd, _mm512_loadu_ps, _mm512_mask_storeu_pd, _mm512_mask_storeu_ps,
    _mm512_maskz_loadu_pd, _mm512_maskz_loadu_ps, _mm512_max_pd, _mm512_max_ps, _mm512_mul_pd, _mm512_mul_ps,
    _mm512_set1_pd, _mm512_set1_ps, _mm512_setzero_pd, _mm512_setzero_ps, _mm512_storeu_pd, _mm512_storeu_ps,
};

use super::transposed::{ColumnVector, STEPS};

/// A vector register that holds neighbouring numbers.
///
/// # Safety
/// Every function needs a CPU with the vector's instructions, and pointers that are valid for the lanes they touch.
pub trait SimdVector: Copy {
    type Scalar: Copy;
    /// Selects the first few lanes.
    type Mask: Copy;
    const COUNT: usize;
    unsafe fn zero() -> Self;
    unsafe fn splat(value: Self::Scalar) -> Self;
    unsafe fn load(from: *const Self::Scalar) -> Self;
    unsafe fn store(self, to: *mut Self::Scalar);
    /// The mask of the first `count` lanes, at most `COUNT`.
    unsafe fn mask(count: usize) -> Self::Mask;
    /// Loads the lanes in the mask. The other lanes are zero, and their memory is not accessed.
    unsafe fn load_masked(from: *const Self::Scalar, mask: Self::Mask) -> Self;
    /// Stores the first `count` lanes. `mask` must select the same lanes.
    unsafe fn store_first(self, to: *mut Self::Scalar, count: usize, mask: Self::Mask);
    unsafe fn times(self, factor: Self) -> Self;
    /// 0 in lanes below 0. −0 and NaN stay.
    unsafe fn rectified(self) -> Self;
    /// `self·factor + addend`, rounded once.
    unsafe fn fused(self, factor: Self, addend: Self) -> Self;
    /// `−self·factor + addend`, rounded once.
    unsafe fn fused_negative(self, factor: Self, addend: Self) -> Self;
}

/// A vector type that holds the first lanes of `V`: all of them, or half.
///
/// # Safety
/// As for [`SimdVector`].
pub trait PrefixOf<V: SimdVector>: SimdVector<Scalar = V::Scalar> {
    unsafe fn of(whole: V) -> Self;
}

impl<V: SimdVector> PrefixOf<V> for V {
    #[inline(always)]
    unsafe fn of(whole: V) -> Self {
        whole
    }
}

impl PrefixOf<Avx512F64x8> for Avx512F64x4 {
    #[inline(always)]
    unsafe fn of(whole: Avx512F64x8) -> Self {
        Self(unsafe { _mm512_castpd512_pd256(whole.0) })
    }
}

impl PrefixOf<Avx512F32x16> for Avx512F32x8 {
    #[inline(always)]
    unsafe fn of(whole: Avx512F32x16) -> Self {
        Self(unsafe { _mm512_castps512_ps256(whole.0) })
    }
}

macro_rules! simd_vector {
    ($(#[$doc:meta])* $name:ident, $vector:ty, $scalar:ty, $mask:ty, $count:expr, $zero:ident, $splat:ident, $load:ident, $store:ident, $times:ident, $max:ident, $fused:ident, $fused_negative:ident,
     |$first:ident| $make:expr, |$from:ident, $chosen:ident| $load_masked:expr,
     |$to:ident, $lanes:ident, $by:ident, $value:ident| $store_first:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        #[repr(transparent)]
        pub struct $name($vector);

        // SAFETY: each function passes its caller's guarantees on to the intrinsics.
        impl SimdVector for $name {
            type Scalar = $scalar;
            type Mask = $mask;
            const COUNT: usize = $count;

            #[inline(always)]
            unsafe fn zero() -> Self {
                Self(unsafe { $zero() })
            }

            #[inline(always)]
            unsafe fn splat(value: $scalar) -> Self {
                Self(unsafe { $splat(value) })
            }

            #[inline(always)]
            unsafe fn load(from: *const $scalar) -> Self {
                Self(unsafe { $load(from) })
            }

            #[inline(always)]
            unsafe fn store(self, to: *mut $scalar) {
                unsafe { $store(to, self.0) }
            }

            #[inline(always)]
            unsafe fn mask($first: usize) -> $mask {
                $make
            }

            #[inline(always)]
            unsafe fn load_masked($from: *const $scalar, $chosen: $mask) -> Self {
                Self(unsafe { $load_masked })
            }

            #[inline(always)]
            unsafe fn store_first(self, $to: *mut $scalar, $lanes: usize, $by: $mask) {
                let $value = self.0;
                unsafe { $store_first }
            }

            #[inline(always)]
            unsafe fn times(self, factor: Self) -> Self {
                Self(unsafe { $times(self.0, factor.0) })
            }

            #[inline(always)]
            unsafe fn rectified(self) -> Self {
                // Of two zeros, and with a NaN, the instruction takes its second operand.
                Self(unsafe { $max($zero(), self.0) })
            }

            #[inline(always)]
            unsafe fn fused(self, factor: Self, addend: Self) -> Self {
                Self(unsafe { $fused(self.0, factor.0, addend.0) })
            }

            #[inline(always)]
            unsafe fn fused_negative(self, factor: Self, addend: Self) -> Self {
                Self(unsafe { $fused_negative(self.0, factor.0, addend.0) })
            }
        }
    };
}

simd_vector!(
    Avx512F64x8,
    __m512d,
    f64,
    u8,
    8,
    _mm512_setzero_pd,
    _mm512_set1_pd,
    _mm512_loadu_pd,
    _mm512_storeu_pd,
    _mm512_mul_pd,
    _mm512_max_pd,
    _mm512_fmadd_pd,
    _mm512_fnmadd_pd,
    |count| ((1_u32 << count) - 1) as u8,
    |from, mask| _mm512_maskz_loadu_pd(mask, from),
    |to, _count, mask, value| _mm512_mask_storeu_pd(to, mask, value)
);
simd_vector!(
    Avx512F32x16,
    __m512,
    f32,
    u16,
    16,
    _mm512_setzero_ps,
    _mm512_set1_ps,
    _mm512_loadu_ps,
    _mm512_storeu_ps,
    _mm512_mul_ps,
    _mm512_max_ps,
    _mm512_fmadd_ps,
    _mm512_fnmadd_ps,
    |count| ((1_u32 << count) - 1) as u16,
    |from, mask| _mm512_maskz_loadu_ps(mask, from),
    |to, _count, mask, value| _mm512_mask_storeu_ps(to, mask, value)
);
simd_vector!(
    /// Half the width of AVX-512, with its masks.
    Avx512F64x4,
    __m256d,
    f64,
    u8,
    4,
    _mm256_setzero_pd,
    _mm256_set1_pd,
    _mm256_loadu_pd,
    _mm256_storeu_pd,
    _mm256_mul_pd,
    _mm256_max_pd,
    _mm256_fmadd_pd,
    _mm256_fnmadd_pd,
    |count| ((1_u32 << count) - 1) as u8,
    |from, mask| _mm256_maskz_loadu_pd(mask, from),
    |to, _count, mask, value| _mm256_mask_storeu_pd(to, mask, value)
);
simd_vector!(
    /// Half the width of AVX-512, with its masks.
    Avx512F32x8,
    __m256,
    f32,
    u8,
    8,
    _mm256_setzero_ps,
    _mm256_set1_ps,
    _mm256_loadu_ps,
    _mm256_storeu_ps,
    _mm256_mul_ps,
    _mm256_max_ps,
    _mm256_fmadd_ps,
    _mm256_fnmadd_ps,
    |count| ((1_u32 << count) - 1) as u8,
    |from, mask| _mm256_maskz_loadu_ps(mask, from),
    |to, _count, mask, value| _mm256_mask_storeu_ps(to, mask, value)
);
simd_vector!(
    Avx2F64x4,
    __m256d,
    f64,
    __m256i,
    4,
    _mm256_setzero_pd,
    _mm256_set1_pd,
    _mm256_loadu_pd,
    _mm256_storeu_pd,
    _mm256_mul_pd,
    _mm256_max_pd,
    _mm256_fmadd_pd,
    _mm256_fnmadd_pd,
    |count| unsafe { _mm256_loadu_si256(FIRST_64.as_ptr().add(4 - count).cast()) },
    |from, mask| _mm256_maskload_pd(from, mask),
    |to, count, _mask, value| store_lane_by_lane(Self(value), to, count)
);
simd_vector!(
    Avx2F32x8,
    __m256,
    f32,
    __m256i,
    8,
    _mm256_setzero_ps,
    _mm256_set1_ps,
    _mm256_loadu_ps,
    _mm256_storeu_ps,
    _mm256_mul_ps,
    _mm256_max_ps,
    _mm256_fmadd_ps,
    _mm256_fnmadd_ps,
    |count| unsafe { _mm256_loadu_si256(FIRST_32.as_ptr().add(8 - count).cast()) },
    |from, mask| _mm256_maskload_ps(from, mask),
    |to, count, _mask, value| store_lane_by_lane(Self(value), to, count)
);

macro_rules! columns {
    ($columns:ident: $($name:ident)*) => {
        // SAFETY: each function passes its caller's guarantees on to the intrinsics.
        $(impl ColumnVector for $name {
            #[inline(always)]
            unsafe fn columns(rows: &[*const Self::Scalar; 8], at: usize) -> [Self; STEPS] {
                unsafe { $columns(rows, at) }.map(Self)
            }
        })*
    };
}

columns!(of_four_rows: Avx512F64x4 Avx2F64x4);
columns!(of_eight_rows: Avx512F32x8 Avx2F32x8);

/// Four columns of four rows.
#[inline(always)]
unsafe fn of_four_rows(rows: &[*const f64; 8], at: usize) -> [__m256d; STEPS] {
    // SAFETY: as the caller promises.
    unsafe {
        let row = [0, 1, 2, 3].map(|row: usize| _mm256_loadu_pd(rows[row].add(at)));
        let (low, high) = (_mm256_unpacklo_pd(row[0], row[1]), _mm256_unpackhi_pd(row[0], row[1]));
        let (low_2, high_2) = (_mm256_unpacklo_pd(row[2], row[3]), _mm256_unpackhi_pd(row[2], row[3]));
        [
            _mm256_permute2f128_pd::<0x20>(low, low_2),
            _mm256_permute2f128_pd::<0x20>(high, high_2),
            _mm256_permute2f128_pd::<0x31>(low, low_2),
            _mm256_permute2f128_pd::<0x31>(high, high_2),
        ]
    }
}

/// Four columns of eight rows. Halves of vectors are loaded where they belong, which saves shuffles.
#[inline(always)]
unsafe fn of_eight_rows(rows: &[*const f32; 8], at: usize) -> [__m256; STEPS] {
    // SAFETY: as the caller promises.
    unsafe {
        let mut fours = [_mm256_setzero_ps(); 4];
        for row in 0..4 {
            let low = _mm256_castps128_ps256(_mm_loadu_ps(rows[row].add(at)));
            fours[row] = _mm256_insertf128_ps::<1>(low, _mm_loadu_ps(rows[row + 4].add(at)));
        }
        let (low, high) = (_mm256_unpacklo_ps(fours[0], fours[1]), _mm256_unpackhi_ps(fours[0], fours[1]));
        let (low_2, high_2) = (_mm256_unpacklo_ps(fours[2], fours[3]), _mm256_unpackhi_ps(fours[2], fours[3]));
        [
            _mm256_shuffle_ps::<0x44>(low, low_2),
            _mm256_shuffle_ps::<0xee>(low, low_2),
            _mm256_shuffle_ps::<0x44>(high, high_2),
            _mm256_shuffle_ps::<0xee>(high, high_2),
        ]
    }
}

/// On some CPUs, AVX2's masked stores are microcode and ten times slower than this.
#[inline(always)]
unsafe fn store_lane_by_lane<V: SimdVector>(vector: V, to: *mut V::Scalar, count: usize) {
    // SAFETY: the buffer holds a vector, and `to` is valid for `count` lanes.
    unsafe {
        let mut buffer = std::mem::MaybeUninit::<V>::uninit();
        let numbers = buffer.as_mut_ptr().cast::<V::Scalar>();
        vector.store(numbers);
        for lane in 0..count {
            *to.add(lane) = *numbers.add(lane);
        }
    }
}

/// Loaded from index `COUNT − count`, these are the mask of the first `count` lanes.
const FIRST_64: [i64; 8] = [-1, -1, -1, -1, 0, 0, 0, 0];
const FIRST_32: [i32; 16] = [-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0];
