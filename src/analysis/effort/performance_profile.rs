//! Performance profiles over tasks, and the benchmark score that is their area.
//!
//! On each task the ratio of an optimizer's time to the smallest of all is r ≥ 1, +∞ if it has none. Its profile ρ(τ) is the share of
//! tasks with r ≤ τ (Dolan and Moré, Mathematical Programming 91, 2002): ρ(1) is how often it is the fastest, ρ at large τ how often
//! it gets there at all.

/// The largest ratio that the score counts, as in AlgoPerf (Dahl et al., "Benchmarking Neural Network Training Algorithms", 2023).
pub const R_MAX: f64 = 4.0;

/// The number of points of AlgoPerf's trapezoidal rule between 1 and [`R_MAX`].
const POINTS: usize = 100;

/// The ratio of each optimizer's time on each task to the smallest there, `[tasks][optimizers]`; +∞ where it has none, also where
/// no optimizer has one.
#[must_use]
pub fn ratios(times: &[Vec<Option<f64>>]) -> Vec<Vec<f64>> {
    let of_task = |times: &Vec<Option<f64>>| {
        let fastest = times.iter().flatten().copied().min_by(f64::total_cmp).unwrap_or(f64::INFINITY);
        times.iter().map(|time| time.map_or(f64::INFINITY, |time| time / fastest)).collect()
    };
    times.iter().map(of_task).collect()
}

/// ρ(τ): the share of tasks on which the ratio is at most τ. `ratios` has one entry a task.
#[must_use]
pub fn share_within(ratios: &[f64], tau: f64) -> f64 {
    ratios.iter().filter(|ratio| **ratio <= tau).count() as f64 / ratios.len().max(1) as f64
}

/// AlgoPerf's score: the mean height of the profile between 1 and [`R_MAX`], by the trapezoidal rule on 100 evenly spaced points, as
/// its scorer computes it. 1 for the fastest on every task, 0 for one that never comes within [`R_MAX`].
#[must_use]
pub fn score(ratios: &[f64]) -> f64 {
    let step = (R_MAX - 1.0) / (POINTS - 1) as f64;
    let height = |point: usize| {
        let tau = if point + 1 == POINTS { R_MAX } else { (point as f64).mul_add(step, 1.0) };
        share_within(ratios, tau)
    };
    let area = (1..POINTS).fold(0.0, |area, point| area + 0.5 * (height(point - 1) + height(point)));
    area / (POINTS - 1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let times = [vec![Some(10.0), Some(20.0), None], vec![Some(9.0), Some(3.0), None], vec![None, None, None]];
        let found = ratios(&times);
        assert_eq!(found[0], [1.0, 2.0, f64::INFINITY]);
        assert_eq!(found[1], [3.0, 1.0, f64::INFINITY]);
        assert_eq!(found[2], [f64::INFINITY; 3], "nobody got there");
        let first: Vec<f64> = found.iter().map(|task| task[0]).collect();
        assert_eq!(
            [1.0, 2.9, 3.0, 1e9].map(|tau| share_within(&first, tau)),
            [1.0 / 3.0, 1.0 / 3.0, 2.0 / 3.0, 2.0 / 3.0]
        );
        // Exactly, 1 of 3 tasks all the way and another one from 3 to 4 are (3 + 1)/9.
        assert!((score(&first) - 4.0 / 9.0).abs() < 1.0 / 198.0);
        assert_eq!((score(&[1.0, 1.0]), score(&[4.1, f64::INFINITY])), (1.0, 0.0));
    }
}
