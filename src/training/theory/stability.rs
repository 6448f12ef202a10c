//! The largest constant rate at which training is stable: a limit on least squares, a bound under other losses.

use crate::record::ProblemRecord;
use crate::shape::{Recurrence, Regime};

/// The limit of a linear recurrence, where L is the largest eigenvalue of the Hessian: 2/L for gradient descent,
/// 2(1+β)/L for heavy ball, and 2(1+β)/((1+2β)L) for Nesterov's method in PyTorch's form.
#[must_use]
pub fn stable_rate(recurrence: Recurrence, largest_eigenvalue: f64) -> f64 {
    let Recurrence { momentum, nesterov } = recurrence;
    let scale = if nesterov { 2.0f64.mul_add(momentum, 1.0) } else { 1.0 };
    2.0 * (1.0 + momentum) / (scale * largest_eigenvalue)
}

/// The limit of a setting: the limit of its recurrence or, for minibatches, the mean-square limit with replacement.
/// `None` if the problem has no positive eigenvalue, if its record lacks the limit, or if it is no least squares.
#[must_use]
pub fn largest_stable_rate(regime: Regime, problem: &ProblemRecord) -> Option<f64> {
    match regime {
        Regime::Full(recurrence) => problem.largest_eigenvalue().map(|largest| stable_rate(recurrence, largest)),
        Regime::Minibatch { batch_size, .. } => {
            problem.sgd_limits.iter().find(|(size, _)| *size == batch_size).map(|(_, limit)| *limit)
        }
        Regime::OtherLoss { .. } => None,
    }
}

/// 2/L, where L is at least the largest eigenvalue of the Hessian of J everywhere: below it every step of gradient descent lowers
/// J. It is no limit, because a rate beyond it need not diverge. `None` if L is 0: then no rate is too large.
#[must_use]
pub fn descent_bound(curvature: f64) -> Option<f64> {
    (curvature > 0.0).then(|| stable_rate(Recurrence { momentum: 0.0, nesterov: false }, curvature))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::testing::problem;

    #[test]
    fn the_limit_of_a_batch_size_is_the_one_on_record() {
        let problem = problem();
        let minibatch = |batch_size| Regime::Minibatch { batch_size, replacement: true };
        assert_eq!(largest_stable_rate(minibatch(1), &problem), Some(0.3));
        assert_eq!(largest_stable_rate(minibatch(2), &problem), None);
        let full = |momentum, nesterov| Regime::Full(Recurrence { momentum, nesterov });
        assert_eq!(largest_stable_rate(full(0.0, false), &problem), Some(1.0));
        assert_eq!(largest_stable_rate(full(0.5, false), &problem), Some(1.5));
        assert_eq!(largest_stable_rate(full(0.5, true), &problem), Some(0.75));
        assert_eq!(largest_stable_rate(Regime::OtherLoss { bounded: true }, &problem), None);
        assert_eq!((descent_bound(4.0), descent_bound(0.0)), (Some(0.5), None));
        let flat = ProblemRecord { eigenvalues: vec![0.0], ..problem };
        assert_eq!(largest_stable_rate(full(0.0, false), &flat), None);
        let wide = ProblemRecord { eigenvalues: Vec::new(), largest_eigenvalue: Some(4.0), ..flat };
        assert_eq!(largest_stable_rate(full(0.0, false), &wide), Some(0.5));
    }
}
