//! Running means of a component: m ← β·m + (1 − β)·x.

use crate::numeric::Real;

/// What a running mean keeps of itself, and what it takes of each value.
#[derive(Clone, Copy)]
pub struct RunningMean<T> {
    kept: T,
    weight: T,
}

impl<T: Real> RunningMean<T> {
    /// m ← β·m + (1 − β)·x
    pub fn new(beta: f64) -> Self {
        Self::weighted(beta, 1.0 - beta)
    }

    /// m ← β·m + w·x
    pub fn weighted(beta: f64, weight: f64) -> Self {
        Self { kept: T::from_f64(beta), weight: T::from_f64(weight) }
    }

    /// The mean after a value.
    #[inline(always)]
    pub fn with(&self, mean: T, value: T) -> T {
        self.kept.fused(mean, self.weight * value)
    }

    /// The mean of squares after a value, which is squared. (The weight enters first: another order would round otherwise.)
    #[inline(always)]
    pub fn with_square(&self, mean: T, value: T) -> T {
        self.kept.fused(mean, self.weight * value * value)
    }

    /// a + β·b, as the mean rounds it.
    #[inline(always)]
    pub fn ahead(&self, a: T, b: T) -> T {
        self.kept.fused(b, a)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_keeps_a_fraction_and_takes_the_rest() {
        let mean = RunningMean::<f64>::new(0.75);
        assert_eq!([mean.with(4.0, 8.0), mean.with_square(4.0, 2.0), mean.ahead(1.0, 4.0)], [5.0, 4.0, 4.0]);
        assert_eq!(RunningMean::<f32>::weighted(0.5, 2.0).with(4.0, 8.0), 18.0);
    }
}
