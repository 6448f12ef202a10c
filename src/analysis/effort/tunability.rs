//! ω-tunability (Sivaprasad et al., "Optimizer Benchmarking Needs to Account for Hyperparameter Tuning", ICML 2020): Σ ω_t·L_t over
//! a budget of T settings, where L_t is what the best of the first t gives and the weights ω_t sum to 1. Settings have no order
//! here, so L_t is the expected value over all sets of t.

/// The weighted mean with weights that fall linearly, ω_t ∝ T + 1 − t: the early part of tuning counts most, as in the paper's
/// cumulative performance "early". `points` are (t, L_t) with ascending t from 1; between two of them L_t lies on a line. `None`
/// where they end before the budget.
#[must_use]
pub fn early(points: &[(usize, f64)], budget: usize) -> Option<f64> {
    if points.first()?.0 != 1 || points.last()?.0 < budget || budget == 0 {
        return None;
    }
    let (mut sum, mut weights, mut at) = (0.0, 0.0, 0);
    for tried in 1..=budget {
        while points[at].0 < tried {
            at += 1;
        }
        let value = match points[at] {
            (here, value) if here == tried => value,
            (next, value) => {
                let (before, from) = points[at - 1];
                let share = (tried - before) as f64 / (next - before) as f64;
                share.mul_add(value - from, from)
            }
        };
        let weight = (budget + 1 - tried) as f64;
        sum += weight * value;
        weights += weight;
    }
    Some(sum / weights)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let close =
            |found: Option<f64>, right: f64| assert!((found.expect("a value") - right).abs() < 1e-12, "{found:?}");
        // (3·6 + 2·4 + 1·1)/6
        close(early(&[(1, 6.0), (2, 4.0), (3, 1.0)], 3), 27.0 / 6.0);
        close(early(&[(1, 6.0), (2, 4.0), (3, 1.0)], 1), 6.0);
        // Between two points L lies on a line: 6, 4, 2.
        close(early(&[(1, 6.0), (3, 2.0)], 3), (18.0 + 8.0 + 2.0) / 6.0);
        assert_eq!(early(&[(1, 6.0), (2, 4.0)], 3), None);
        assert_eq!(early(&[(2, 4.0), (3, 1.0)], 3), None, "one diverged: the first is not known");
        assert_eq!((early(&[], 1), early(&[(1, 2.0)], 0)), (None, None));
    }
}
