//! The score that optimizers race to on one task.

use super::choices::Choices;
use crate::analysis::task::Task;

/// A trial that comes this near to the target, as a share of its distance, has reached it: a curve flattens out at its end, and the
/// last thousandth would decide.
const ENOUGH: f64 = 1.01;

/// For each seed the distance to reach, on the rows that rank: what more than half of the optimizers reach if each is tuned on that
/// seed, counted among those that are better than predicting the mean of the training targets, and 1 % more. `None` where fewer than
/// two optimizers are. A target of each seed's own is needed because some splits are harder than others.
#[must_use]
pub fn targets(task: &Task<'_>, choices: &[Option<Choices>]) -> Vec<Option<f64>> {
    let seeds = choices.iter().flatten().map(|choices| choices.seeds.len()).max().unwrap_or(0);
    let of_seed = |seed: usize| {
        let known = choices.iter().flatten().filter_map(|choices| choices.at(seed));
        let mut distances: Vec<f64> = known
            .filter_map(|seed| {
                let chosen = seed.chosen?;
                seed.baseline.0.is_none_or(|baseline| chosen < baseline).then_some(chosen)
            })
            .collect();
        distances.sort_by(f64::total_cmp);
        let reached = *distances.get(distances.len() / 2).filter(|_| distances.len() > 1)?;
        let resolution = task.metric.resolution(task.metric.at_distance(reached), task.target, 1);
        Some(ENOUGH * reached + resolution)
    };
    (0..seeds).map(of_seed).collect()
}
