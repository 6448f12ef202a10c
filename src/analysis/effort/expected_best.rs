//! What the best of a few settings is expected to give, out of all that were tried.
//!
//! A grid of N settings holds C(N, n) sets of n of them, and each is equally likely to have been the n that somebody tries. Of
//! settings in the order of choice, best first, the k-th is chosen from such a set if it is drawn and none before it is: with
//! probability C(N − k, n − 1)/C(N, n). The expected value is the sum of the values with these weights. This is the mean over
//! sets drawn *without* replacement, which is unbiased for n fresh settings of a random search (Tang et al., "Showing Your Work
//! Doesn't Always Work", ACL 2020); the plug-in estimator of Dodge et al. ("Show Your Work", EMNLP 2019) draws with replacement,
//! and is too pessimistic: it may draw one setting twice.

/// The probability that the k-th best of `settings`, k = 1, 2, …, is the best of `drawn` of them. It ends where nothing is left.
pub fn probabilities(settings: usize, drawn: usize) -> impl Iterator<Item = f64> {
    let (all, drawn) = (settings as f64, drawn.min(settings) as f64);
    let last = settings - drawn as usize;
    let mut next = drawn / all;
    (0..=last).map(move |place| {
        let (now, behind) = (next, all - 1.0 - place as f64);
        // C(N − k − 1, n − 1) from C(N − k, n − 1).
        next = if behind > 0.0 { now * (behind - drawn + 1.0) / behind } else { 0.0 };
        now
    })
}

/// The expected value of the chosen one of `drawn` settings, from the values of all of them in the order of choice, best first.
/// `None` without settings, or where a value that may be chosen is not finite.
#[must_use]
pub fn expected_best(values: &[f64], drawn: usize) -> Option<f64> {
    if values.is_empty() || drawn == 0 {
        return None;
    }
    let weighted = values.iter().zip(probabilities(values.len(), drawn)).filter(|(_, weight)| *weight > 0.0);
    let sum = weighted.fold(0.0, |sum, (value, weight)| sum + value * weight);
    sum.is_finite().then_some(sum)
}

/// Up to this many settings each number of them is a point of the curve.
const EVERY: usize = 64;
/// Beyond it, each point has this share more settings than the one before.
const GROWTH: f64 = 1.1;

/// The numbers of settings at which a curve up to `settings` has a point.
#[must_use]
pub fn points(settings: usize) -> Vec<usize> {
    let mut points: Vec<usize> = (1..=settings.min(EVERY)).collect();
    while let Some(&last) = points.last().filter(|last| **last < settings) {
        points.push(((last as f64 * GROWTH) as usize).min(settings));
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Every set of `drawn` of the values, by brute force: the mean of the first of each set.
    fn over_all_sets(values: &[f64], drawn: usize) -> f64 {
        let (mut sum, mut sets) = (0.0, 0.0);
        for set in 0_u32..1 << values.len() {
            if set.count_ones() as usize == drawn {
                sum += values[set.trailing_zeros() as usize];
                sets += 1.0;
            }
        }
        sum / sets
    }

    #[test]
    fn by_hand() {
        // Of three settings, two are drawn: the best is among them in two of three sets.
        assert_eq!(expected_best(&[1.0, 4.0, 10.0], 2), Some((2.0 * 1.0 + 4.0) / 3.0));
        assert_eq!(expected_best(&[1.0, 4.0, 10.0], 3), Some(1.0));
        assert_eq!(expected_best(&[1.0, 4.0, 10.0], 1), Some(5.0));
        assert_eq!((expected_best(&[], 1), expected_best(&[1.0], 0)), (None, None));
    }

    #[test]
    fn what_diverged_counts_only_where_it_may_be_chosen() {
        let values = [1.0, 2.0, f64::INFINITY];
        assert_eq!(expected_best(&values, 1), None);
        assert_eq!(expected_best(&values, 2), Some((2.0 * 1.0 + 2.0) / 3.0));
    }

    #[test]
    fn points_end_at_the_number_of_settings() {
        assert_eq!(points(3), [1, 2, 3]);
        for settings in [1, 64, 65, 70, 1_000, 100_000] {
            let points = points(settings);
            assert_eq!(points.last(), Some(&settings));
            assert!(points.windows(2).all(|pair| pair[0] < pair[1]) && points.len() < 150, "{settings}");
        }
        assert!(points(0).is_empty());
    }

    proptest! {
        #[test]
        fn as_over_all_sets(values in prop::collection::vec(-10.0..10.0_f64, 1..10), drawn in 1_usize..10) {
            let drawn = drawn.min(values.len());
            let found = expected_best(&values, drawn).expect("finite");
            prop_assert!((found - over_all_sets(&values, drawn)).abs() < 1e-12);
        }

        #[test]
        fn probabilities_sum_to_one(settings in 1_usize..2_000, drawn in 1_usize..2_000) {
            let sum: f64 = probabilities(settings, drawn).fold(0.0, |sum, weight| sum + weight);
            prop_assert!((sum - 1.0).abs() < 1e-10, "{}", sum);
        }
    }
}
