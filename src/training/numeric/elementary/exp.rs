//! The exponential: e^x = 2^k·e^r, where |r| ≤ ln(2)/2 and e^r is 1 + r + r²·p(r).

use super::pair::Pair;
use super::polynomial::polynomial_from_square;
use crate::numeric::Real;

/// e^x = 2^k·(1 + first + rest), where the rest is much smaller than 1.
#[derive(Clone, Copy)]
pub(super) struct Exponential<T> {
    /// [`SHIFT`](super::Precision::SHIFT) + k.
    pub shifted: T,
    first: T,
    rest: T,
}

impl<T: Real> Exponential<T> {
    /// Of a number at which exp is neither 0 nor infinite, or nearly; NaN stays NaN.
    #[inline(always)]
    pub fn of(x: T) -> Self {
        let shifted = x.fused(T::LOG2_E, T::SHIFT);
        let exponent = shifted - T::SHIFT;
        // Without error. What ln 2 has beyond its high part goes into the rest.
        let first = exponent.fused(-T::LN_2_HIGH, x);
        let beyond = exponent * T::LN_2_LOW;
        let r = first - beyond;
        Self { shifted, first, rest: polynomial_from_square(-beyond, T::EXP, r) }
    }

    /// e^x without its power of two: from √½ to √2, rounded nearly once.
    #[inline(always)]
    pub fn mantissa(self) -> T {
        let one = Pair::sum(T::ONE, self.first);
        one.high + (one.low + self.rest)
    }

    /// The mantissa in two parts.
    #[inline(always)]
    pub fn mantissa_pair(self) -> Pair<T> {
        Pair::sum(T::ONE, self.first).plus(self.rest)
    }

    /// 1 − e^x in two parts, with a small relative error also near 0, for −700 ≤ x ≤ 0 (f32: −80).
    #[inline(always)]
    pub fn complement(self) -> Pair<T> {
        let power = self.shifted.power_of_two();
        // If the exponent is 0, the difference is 0; otherwise it is at least ½.
        let difference = Pair::sum(T::ONE, -power);
        let sum = Pair::sum(difference.high, -power * self.first);
        sum.plus((-power).fused(self.rest, difference.low))
    }
}

/// e^x. The largest error found is 0.80 ulp (f32: 0.81 ulp).
#[inline(always)]
#[must_use]
pub fn exp<T: Real>(x: T) -> T {
    let bounded = if x > T::EXP_HIGHEST { T::EXP_HIGHEST } else { x };
    let parts = Exponential::of(at_least(bounded, T::EXP_LOWEST));
    let (power, other) = parts.shifted.powers_of_two();
    parts.mantissa() * power * other
}

/// e^x for x ≤ 0, in fewer steps; 0 where it is subnormal. The error is at most 2 ulp.
#[inline(always)]
#[must_use]
pub fn exp_of_negative<T: Real>(x: T) -> T {
    let bounded = at_least(x, T::EXP_NORMAL);
    let shifted = bounded.fused(T::LOG2_E, T::SHIFT);
    let exponent = shifted - T::SHIFT;
    let r = exponent.fused(-T::LN_2_LOW, exponent.fused(-T::LN_2_HIGH, bounded));
    let normal = polynomial_from_square(T::ONE + r, T::EXP, r) * shifted.power_of_two();
    if x < T::EXP_NORMAL { T::ZERO } else { normal }
}

/// The number, or the bound that it is below; NaN stays NaN.
#[inline(always)]
pub(super) fn at_least<T: Real>(x: T, bound: T) -> T {
    if x < bound { bound } else { x }
}
