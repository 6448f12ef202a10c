//! Random streams: ChaCha with 8 rounds, keyed by (seed, purpose, epoch), and within an epoch by a number. A stream does not depend on threads, on the
//! other trials of a cohort, or on draws from another stream.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// What a stream is used for. The numbers are part of every key and never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Split = 1,
    BatchOrder = 2,
    Initialisation = 3,
    SyntheticFeatures = 4,
    SyntheticWeights = 5,
    SyntheticNoise = 6,
    EigenvalueStart = 7,
    SyntheticOutliers = 8,
    /// Resampling of results in reports; no trial draws from it.
    Bootstrap = 9,
    Dropout = 10,
}

/// A portable stream of random numbers.
#[derive(Debug, Clone)]
pub struct Stream(ChaCha8Rng);

impl Stream {
    #[must_use]
    pub fn new(seed: u64, purpose: Purpose, epoch: u64) -> Self {
        Self::keyed(seed, purpose, epoch, 0)
    }

    /// One of the streams of an epoch; [`new`](Self::new) is stream 0.
    #[must_use]
    pub fn keyed(seed: u64, purpose: Purpose, epoch: u64, stream: u64) -> Self {
        let mut key = [0_u8; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8..16].copy_from_slice(&(purpose as u64).to_le_bytes());
        key[16..24].copy_from_slice(&epoch.to_le_bytes());
        key[24..].copy_from_slice(&stream.to_le_bytes());
        Self(ChaCha8Rng::from_seed(key))
    }

    pub fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A whole number below `bound`, without bias (Lemire, "Fast random integer generation in an interval", 2019).
    pub fn below(&mut self, bound: u64) -> u64 {
        loop {
            let wide = u128::from(self.next_u64()) * u128::from(bound);
            let low = wide as u64;
            // The remainder costs a division. It is less than `bound`, so the first test nearly always avoids it.
            if low >= bound || low >= bound.wrapping_neg() % bound.max(1) {
                return (wide >> 64) as u64;
            }
        }
    }

    /// Uniform on (0, 1], in steps of 2⁻⁵³.
    pub fn uniform(&mut self) -> f64 {
        ((self.next_u64() >> 11) + 1) as f64 * (1.0 / 9_007_199_254_740_992.0)
    }

    /// A standard normal deviate (Box and Muller, 1958) from two uniform ones, by pinned functions.
    pub fn normal(&mut self) -> f64 {
        let radius = libm::sqrt(-2.0 * libm::log(self.uniform()));
        radius * libm::cos(2.0 * std::f64::consts::PI * self.uniform())
    }

    /// 0 … n−1 in random order (Fisher and Yates).
    pub fn permutation(&mut self, n: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..n).collect();
        for last in (1..n).rev() {
            let other = self.below(last as u64 + 1) as usize;
            order.swap(last, other);
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_depends_on_seed_purpose_and_epoch() {
        let first = |seed, purpose, epoch| Stream::new(seed, purpose, epoch).next_u64();
        assert_eq!(first(1, Purpose::Split, 0), first(1, Purpose::Split, 0));
        assert_ne!(first(1, Purpose::Split, 0), first(2, Purpose::Split, 0));
        assert_ne!(first(1, Purpose::Split, 0), first(1, Purpose::BatchOrder, 0));
        assert_ne!(first(1, Purpose::BatchOrder, 0), first(1, Purpose::BatchOrder, 1));
    }

    #[test]
    fn a_permutation_holds_each_index_once() {
        let mut order = Stream::new(7, Purpose::Split, 0).permutation(100);
        order.sort_unstable();
        assert_eq!(order, (0..100).collect::<Vec<_>>());
    }

    #[test]
    fn normal_deviates_have_mean_zero_and_variance_one() {
        let mut stream = Stream::new(1, Purpose::SyntheticNoise, 0);
        let draws: Vec<f64> = (0..100_000).map(|_| stream.normal()).collect();
        let mean = draws.iter().fold(0.0, |sum, x| sum + x) / 1e5;
        let variance = draws.iter().fold(0.0, |sum, x| sum + (x - mean) * (x - mean)) / 1e5;
        assert!(mean.abs() < 0.015, "mean {mean}");
        assert!((variance - 1.0).abs() < 0.02, "variance {variance}");
    }
}
