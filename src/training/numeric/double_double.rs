//! Numbers of twice the precision of f64: the unevaluated sum of two (Dekker, 1971), for sums whose terms cancel.

use std::ops::{Add, Neg};

/// high + low, where low is at most half a unit in the last place of high. About 106 bits.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct DoubleDouble {
    pub high: f64,
    pub low: f64,
}

impl DoubleDouble {
    pub const ZERO: Self = Self { high: 0.0, low: 0.0 };

    /// a + b without error (Knuth).
    #[inline(always)]
    #[must_use]
    pub fn sum(a: f64, b: f64) -> Self {
        let high = a + b;
        let of_b = high - a;
        Self { high, low: (a - (high - of_b)) + (b - of_b) }
    }

    /// a·b without error, unless the product nearly underflows.
    #[inline(always)]
    #[must_use]
    pub fn product(a: f64, b: f64) -> Self {
        let high = a * b;
        Self { high, low: a.mul_add(b, -high) }
    }

    /// self·factor.
    #[inline(always)]
    #[must_use]
    pub fn times(self, factor: f64) -> Self {
        let exact = Self::product(self.high, factor);
        Self::normalised(exact.high, self.low.mul_add(factor, exact.low))
    }

    /// addend + self·other.
    #[inline(always)]
    #[must_use]
    pub fn multiply_add(self, other: Self, addend: Self) -> Self {
        let exact = Self::product(self.high, other.high);
        let low = self.high.mul_add(other.low, self.low.mul_add(other.high, exact.low));
        let sum = Self::sum(exact.high, addend.high);
        Self::normalised(sum.high, sum.low + (low + addend.low))
    }

    /// self/divisor, to about 104 bits.
    #[inline(always)]
    #[must_use]
    pub fn over(self, divisor: f64) -> Self {
        let high = self.high / divisor;
        let rest = self + -Self::product(high, divisor);
        Self::normalised(high, rest.high / divisor)
    }

    /// The nearest f64.
    #[inline(always)]
    #[must_use]
    pub fn rounded(self) -> f64 {
        self.high + self.low
    }

    /// Brings a sum into its form; low must be smaller than high.
    #[inline(always)]
    fn normalised(high: f64, low: f64) -> Self {
        let sum = high + low;
        Self { high: sum, low: low - (sum - high) }
    }
}

impl Add for DoubleDouble {
    type Output = Self;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        let sum = Self::sum(self.high, other.high);
        Self::normalised(sum.high, sum.low + (self.low + other.low))
    }
}

impl Neg for DoubleDouble {
    type Output = Self;

    #[inline(always)]
    fn neg(self) -> Self {
        Self { high: -self.high, low: -self.low }
    }
}

impl From<f64> for DoubleDouble {
    #[inline(always)]
    fn from(high: f64) -> Self {
        Self { high, low: 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_f64_loses_is_kept() {
        let sum = DoubleDouble::sum(1e16, 1.0) + DoubleDouble::from(-1e16);
        assert_eq!(sum.rounded(), 1.0);
        let third = DoubleDouble::from(1.0).over(3.0);
        let whole = third.times(3.0) + DoubleDouble::from(-1.0);
        assert!(whole.rounded().abs() < 1e-31, "{whole:?}");
        // (1 + 2⁻⁴⁰)² = 1 + 2⁻³⁹ + 2⁻⁸⁰
        let (small, one) = (1.0 / (1_u64 << 40) as f64, DoubleDouble::from(1.0));
        let square = (one + DoubleDouble::from(small)).multiply_add(one + DoubleDouble::from(small), -one);
        assert_eq!((square + DoubleDouble::from(-2.0 * small)).rounded(), small * small);
    }
}
