//! The natural logarithm: x = 2^k·(1 + f), where 1 + f lies between √½ and √2, and ln(1 + f) is a series in
//! f/(2 + f), as in fdlibm (Sun Microsystems, 1993). What f − f²/2 loses by rounding is kept.

use super::pair::Pair;
use super::polynomial::polynomial;
use crate::numeric::Real;

/// exponent·ln(2) + ln(1 + f) in two parts, for √½ − 1 ≤ f ≤ √2 − 1 and an integer exponent.
#[inline(always)]
pub(super) fn ln_of_parts<T: Real>(exponent: T, f: T) -> Pair<T> {
    let s = f / (T::TWO + f);
    let z = s * s;
    let half = T::HALF * f;
    let square = half * f;
    let lost = half.fused(f, -square);
    // ln(1 + f) = 2s + s·z·p(z), and 2s = f − s·f = f − f²/2 + s·f²/2.
    let rest = s * z.fused(polynomial(T::LN, z), square);
    let first = Pair::sum(f, -square);
    let sum = Pair::sum(exponent * T::LN_2_HIGH, first.high);
    let low = exponent.fused(T::LN_2_LOW, rest) + (first.low - lost);
    Pair { high: sum.high, low: sum.low + low }
}

/// ln x: −∞ of zeros, NaN of negative numbers. The largest error found is 0.66 ulp (f32: 0.67 ulp).
#[inline(always)]
#[must_use]
pub fn ln<T: Real>(x: T) -> T {
    let (mantissa, exponent) = x.mantissa_and_exponent();
    let parts = ln_of_parts(exponent, mantissa - T::ONE);
    let finite = parts.high + parts.low;
    // Infinity and NaN are their own logarithms.
    let positive = if x < T::INFINITY { finite } else { x };
    let number = if x < T::ZERO { T::NAN } else { positive };
    if x == T::ZERO { -T::INFINITY } else { number }
}

/// ln(1 + x) for x ≥ 0, also near 0. The error is at most 2 ulp.
#[inline(always)]
#[must_use]
pub fn ln_of_one_plus<T: Real>(x: T) -> T {
    let sum = T::ONE + x;
    // What the sum lost by rounding.
    let low = if x > T::ONE { T::ONE - (sum - x) } else { x - (sum - T::ONE) };
    let (mantissa, exponent, power) = sum.parts();
    let f = low.fused(power, mantissa - T::ONE);
    let s = f / (T::TWO + f);
    let (z, square) = (s * s, T::HALF * f * f);
    let rest = s.fused(z.fused(polynomial(T::LN, z), square), exponent * T::LN_2_LOW);
    let number = exponent.fused(T::LN_2_HIGH, f - (square - rest));
    if x < T::INFINITY { number } else { x }
}
