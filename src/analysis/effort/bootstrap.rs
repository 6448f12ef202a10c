//! Percentile intervals of the stratified bootstrap: runs are drawn anew within each task (Agarwal et al., NeurIPS 2021). The draws are
//! a fixed stream, so a report is the same every time.

use super::improvement::Compared;
use crate::analysis::sample::Sample;
use crate::numeric::{Purpose, Stream};

/// The number of resamples: with 2,000 an end of an interval is off by about 3 % of its width, by chance. Where scores are very many it
/// is smaller.
const RESAMPLES: (u64, u64) = (500, 2_000);
const MOST_DRAWS: u64 = 10_000_000;

fn resamples(scores: usize) -> u64 {
    (MOST_DRAWS / scores.max(1) as u64).clamp(RESAMPLES.0, RESAMPLES.1)
}

/// The 95 % interval of the interquartile mean, from the scores of each task. `None` without scores, and where no task has two.
#[must_use]
pub fn of_interquartile_mean(tasks: &[Vec<f64>]) -> Option<(f64, f64)> {
    if !tasks.iter().any(|scores| scores.len() > 1) {
        return None;
    }
    let mut sorted: Vec<(f64, usize, usize)> = Vec::new();
    for (task, scores) in tasks.iter().enumerate() {
        sorted.extend(scores.iter().enumerate().map(|(seed, score)| (*score, task, seed)));
    }
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    // The place of each score among all.
    let mut places: Vec<Vec<usize>> = tasks.iter().map(|scores| vec![0; scores.len()]).collect();
    for (place, (_, task, seed)) in sorted.iter().enumerate() {
        places[*task][*seed] = place;
    }
    let (all, cut) = (sorted.len(), sorted.len() / 4);
    let mut counts = vec![0_usize; all];
    let statistic = |draw: u64| {
        let mut stream = Stream::new(0, Purpose::Bootstrap, draw);
        counts.fill(0);
        for places in &places {
            let n = places.len() as u64;
            (0..n).for_each(|_| counts[places[stream.below(n) as usize]] += 1);
        }
        // The middle half of what is drawn.
        let (mut before, mut sum) = (0, 0.0);
        for ((score, ..), count) in sorted.iter().zip(&counts).filter(|(_, count)| **count > 0) {
            let (from, to) = (before.max(cut), (before + count).min(all - cut));
            sum += score * to.saturating_sub(from) as f64;
            before += count;
        }
        sum / (all - 2 * cut) as f64
    };
    percentiles((0..resamples(all)).map(statistic).collect())
}

/// The 95 % interval of the probability of improvement; the runs of both optimizers are drawn by themselves. `None` without tasks,
/// and where no optimizer has two runs on a task.
#[must_use]
pub fn of_improvement(tasks: &[Compared]) -> Option<(f64, f64)> {
    if !tasks.iter().any(|task| task.sizes().0 > 1 || task.sizes().1 > 1) {
        return None;
    }
    let counts = |stream: &mut Stream, runs: usize| {
        let mut counts = vec![0_u32; runs];
        (0..runs).for_each(|_| counts[stream.below(runs as u64) as usize] += 1);
        counts
    };
    let statistic = |draw: u64| {
        let mut stream = Stream::new(1, Purpose::Bootstrap, draw);
        let each = |task: &Compared| {
            let (first, second) = task.sizes();
            let first = counts(&mut stream, first);
            task.probability(&first, &counts(&mut stream, second))
        };
        tasks.iter().map(each).fold(0.0, |sum, probability| sum + probability) / tasks.len() as f64
    };
    let scores = tasks.iter().map(|task| task.sizes().0 + task.sizes().1).sum();
    percentiles((0..resamples(scores)).map(statistic).collect())
}

fn percentiles(statistics: Vec<f64>) -> Option<(f64, f64)> {
    let sample = Sample::new(statistics);
    sample.quantile(0.025).zip(sample.quantile(0.975))
}
