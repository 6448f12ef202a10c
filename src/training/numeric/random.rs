//! Random streams: ChaCha with 8 rounds, keyed by (seed, purpose, epoch). A stream does not depend on threads, on the
//! other trials of a cohort, or on draws from another stream.

use super::chacha::ChaCha8;

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
}

/// A portable stream of random numbers.
#[derive(Debug, Clone)]
pub struct Stream(ChaCha8);

impl Stream {
    #[must_use]
    pub fn new(seed: u64, purpose: Purpose, epoch: u64) -> Self {
        let mut key = [0_u8; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8..16].copy_from_slice(&(purpose as u64).to_le_bytes());
        key[16..24].copy_from_slice(&epoch.to_le_bytes());
        Self(ChaCha8::new(key))
    }

    pub fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A whole number below `bound`, without bias.
    pub fn below(&mut self, bound: u64) -> u64 {
        loop {
            if let Some(number) = scaled(self.next_u64(), bound) {
                return number;
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
        if n > 1 {
            let mut last = n - 1;
            self.0.draw_while(|number| {
                if let Some(other) = scaled(number, last as u64 + 1) {
                    order.swap(last, other as usize);
                    last -= 1;
                }
                last > 0
            });
        }
        order
    }
}

/// A whole number below `bound` from one of 64 bits; `None` if that number must be drawn again, lest the result have a
/// bias (Lemire, "Fast random integer generation in an interval", 2019).
#[inline]
fn scaled(number: u64, bound: u64) -> Option<u64> {
    let wide = u128::from(number) * u128::from(bound);
    let low = wide as u64;
    // The remainder costs a division. It is less than `bound`, so the first test nearly always avoids it.
    (low >= bound || low >= bound.wrapping_neg() % bound.max(1)).then_some((wide >> 64) as u64)
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
    fn a_permutation_draws_a_number_below_each_bound() {
        for n in [0, 1, 2, 129, 1000] {
            let (mut stream, mut other) = (Stream::new(7, Purpose::Split, 0), Stream::new(7, Purpose::Split, 0));
            let mut order: Vec<usize> = (0..n).collect();
            (1..n).rev().for_each(|last| order.swap(last, other.below(last as u64 + 1) as usize));
            assert_eq!(stream.permutation(n), order);
            assert_eq!(stream.next_u64(), other.next_u64());
        }
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
