//! The softplus, max(x, 0) + ln(1 + t) with t = e^(−|x|), where ln(1 + t) is a series in t/(2 + t). Nothing cancels or
//! overflows.

use super::exp;
use super::polynomial::polynomial;
use crate::numeric::Real;

/// ln(1 + e^x). The largest error found is 1.66 ulp (f32: 1.72 ulp).
#[inline(always)]
#[must_use]
pub fn softplus<T: Real>(x: T) -> T {
    let t = exp(-x.magnitude());
    let s = t / (T::TWO + t);
    let z = s * s;
    // ln(1 + t) = 2s + s·z·p(z), and 2s = t − s·t.
    let logarithm = s.fused(z.fused(polynomial(T::SOFTPLUS, z), -t), t);
    let positive = if x > T::ZERO { x } else { T::ZERO };
    positive + logarithm
}
