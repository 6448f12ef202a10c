//! Numbers of twice a precision, as far as the elementary functions need them: so that only the last step rounds.

use crate::numeric::Real;

/// high + low, where low is much smaller.
#[derive(Clone, Copy)]
pub struct Pair<T> {
    pub high: T,
    pub low: T,
}

impl<T: Real> Pair<T> {
    /// a + b without error (Dekker), if |a| ≥ |b| or a is 0.
    #[inline(always)]
    pub fn sum(a: T, b: T) -> Self {
        let high = a + b;
        Self { high, low: b - (high - a) }
    }

    /// self + small, with high rounded as the whole is. Small must be smaller than high.
    #[inline(always)]
    pub fn plus(self, small: T) -> Self {
        Self::sum(self.high, self.low + small)
    }

    /// self/divisor, rounded nearly once: the quotient of the high parts, corrected by the remainder.
    #[inline(always)]
    pub fn over(self, divisor: Self) -> T {
        let reciprocal = T::ONE / divisor.high;
        let quotient = self.high * reciprocal;
        let remainder = (-quotient).fused(divisor.high, self.high) + (-quotient).fused(divisor.low, self.low);
        remainder.fused(reciprocal, quotient)
    }
}
