//! The logistic sigmoid: 1/(1 + t) or t/(1 + t), by the sign of x, with t = e^(−|x|). Nothing cancels or overflows.

use super::exp::{Exponential, at_least};
use super::pair::Pair;
use crate::numeric::Real;

/// 1/(1 + e^(−x)): the derivative of softplus. The largest error found is 0.80 ulp (f32: 0.81 ulp).
#[inline(always)]
#[must_use]
pub fn sigmoid<T: Real>(x: T) -> T {
    let parts = Exponential::of(at_least(-x.magnitude(), T::EXP_LOWEST));
    let mantissa = parts.mantissa_pair();
    let (power, other) = parts.shifted.powers_of_two();
    let denominator = Pair::sum(T::ONE, mantissa.high * power * other).plus(mantissa.low * power * other);
    let select = |positive: T, negative: T| if x > T::ZERO { positive } else { negative };
    let numerator = Pair { high: select(T::ONE, mantissa.high), low: select(T::ZERO, mantissa.low) };
    // The power of two comes last, so that a subnormal result is rounded by it alone.
    numerator.over(denominator) * select(T::ONE, power) * select(T::ONE, other)
}
