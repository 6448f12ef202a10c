//! The probability of improvement (Agarwal et al., "Deep Reinforcement Learning at the Edge of the Statistical Precipice", NeurIPS
//! 2021): how likely one optimizer has a better score than another on a task, where each has a seed of its own; the mean over tasks.

/// One task: the scores of both optimizers in ascending order, and for each of the first one how many of the second are lower, and
/// how many are no higher.
#[derive(Debug, Clone)]
pub struct Compared {
    first: usize,
    second: usize,
    /// By the score of the first: the ends of the second's scores that are lower, and of those that are no higher.
    bounds: Vec<(usize, usize)>,
}

impl Compared {
    #[must_use]
    pub fn new(first: &[f64], second: &[f64]) -> Self {
        let mut sorted = second.to_vec();
        sorted.sort_by(f64::total_cmp);
        let bound = |score: &f64| {
            (sorted.partition_point(|other| other < score), sorted.partition_point(|other| other <= score))
        };
        Self { first: first.len(), second: second.len(), bounds: first.iter().map(bound).collect() }
    }

    #[must_use]
    pub const fn sizes(&self) -> (usize, usize) {
        (self.first, self.second)
    }

    /// P(X > Y) + P(X = Y)/2, where each score of the first counts `first[i]` times, and the j-th smallest of the second
    /// `second[j]` times: Mann and Whitney's U over the number of pairs.
    #[must_use]
    pub fn probability(&self, first: &[u32], second: &[u32]) -> f64 {
        // below[j]: how often scores before the j-th are drawn.
        let mut below = Vec::with_capacity(second.len() + 1);
        below.push(0_u64);
        for count in second {
            below.push(below[below.len() - 1] + u64::from(*count));
        }
        let drawn: u64 = first.iter().map(|count| u64::from(*count)).sum();
        let twice = |(count, (low, high)): (&u32, &(usize, usize))| u64::from(*count) * (below[*low] + below[*high]);
        let twice: u64 = first.iter().zip(&self.bounds).map(twice).sum();
        twice as f64 / (2.0 * drawn as f64 * below[second.len()] as f64)
    }
}

/// The mean over the tasks of the probability that the first has the higher score, as `probability_of_improvement` of rliable.
/// `None` without tasks.
#[must_use]
pub fn probability_of_improvement(tasks: &[Compared]) -> Option<f64> {
    let each = |task: &Compared| task.probability(&vec![1; task.first], &vec![1; task.second]);
    (!tasks.is_empty()).then(|| tasks.iter().fold(0.0, |sum, task| sum + each(task)) / tasks.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        // 2 beats 1 and ties with 2; 3 beats both: (1.5 + 2)/4.
        let compared = Compared::new(&[2.0, 3.0], &[2.0, 1.0]);
        assert_eq!(probability_of_improvement(std::slice::from_ref(&compared)), Some(0.875));
        // 3 twice against 1 twice.
        assert_eq!(compared.probability(&[0, 2], &[2, 0]), 1.0);
        assert_eq!(compared.probability(&[2, 0], &[0, 2]), 0.5, "2 against 2");
        assert_eq!(probability_of_improvement(&[Compared::new(&[1.0], &[1.0]), compared]), Some(0.6875));
        assert_eq!(probability_of_improvement(&[]), None);
    }
}
