//! The two precisions that training runs in.

use std::fmt::Debug;
use std::ops::{Add, Div, Mul, Neg, Sub};
use std::sync::OnceLock;

/// `f64` or `f32`.
pub trait Real:
    super::product::operands::Multiply
    + super::transpose::tiles::TransposeTile
    + super::elementary::Precision
    + Copy
    + Debug
    + PartialOrd
    + Send
    + Sync
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + 'static
{
    const ZERO: Self;
    const ONE: Self;
    /// Components with a smaller magnitude are set to zero at every 1,024th step, so that no subnormal number slows a
    /// loop down.
    const TINY: Self;

    fn from_f64(value: f64) -> Self;
    fn to_f64(self) -> f64;
    /// The values in this precision. In f64 they are returned as they are. In f32 they are rounded on first use and
    /// kept in `rounded`.
    fn kept<'a>(values: &'a [f64], rounded: &'a OnceLock<Vec<f32>>) -> &'a [Self];
    /// `self·factor + addend`, rounded once.
    #[must_use]
    fn fused(self, factor: Self, addend: Self) -> Self;
    fn is_finite(self) -> bool;
    #[must_use]
    fn magnitude(self) -> Self;
    /// The square root, rounded once.
    #[must_use]
    fn square_root(self) -> Self;
}

/// The larger of two numbers; the first one if one of them is NaN.
#[inline(always)]
pub fn larger<T: Real>(one: T, other: T) -> T {
    if other > one { other } else { one }
}

/// −1, 0 or 1; a NaN stays one.
#[inline(always)]
pub fn sign<T: Real>(value: T) -> T {
    let positive = if value > T::ZERO { T::ONE } else { value };
    if value < T::ZERO { -T::ONE } else { positive }
}

macro_rules! real {
    ($float:ty, $tiny:expr, |$values:ident, $rounded:ident| $kept:expr) => {
        impl Real for $float {
            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;
            const TINY: Self = $tiny;

            #[inline(always)]
            fn from_f64(value: f64) -> Self {
                value as Self
            }

            #[inline(always)]
            fn to_f64(self) -> f64 {
                self as f64
            }

            fn kept<'a>($values: &'a [f64], $rounded: &'a OnceLock<Vec<f32>>) -> &'a [Self] {
                $kept
            }

            #[inline(always)]
            fn fused(self, factor: Self, addend: Self) -> Self {
                self.mul_add(factor, addend)
            }

            #[inline(always)]
            fn is_finite(self) -> bool {
                self.is_finite()
            }

            #[inline(always)]
            fn magnitude(self) -> Self {
                self.abs()
            }

            #[inline(always)]
            fn square_root(self) -> Self {
                self.sqrt()
            }
        }
    };
}

// 2⁻⁵⁰⁰ and 2⁻¹⁰⁰ as bit patterns, because the result of `powi` is not specified.
real!(f64, f64::from_bits((1023 - 500) << 52), |values, _rounded| values);
real!(f32, f32::from_bits((127 - 100) << 23), |values, rounded| {
    rounded.get_or_init(|| values.iter().map(|&value| Self::from_f64(value)).collect())
});
