//! Percentile intervals of the stratified bootstrap: runs are drawn anew within each task (Agarwal et al., NeurIPS 2021). The draws are
//! a fixed stream, so a report is the same every time.

use super::improvement::Compared;
use super::interquartile_mean::interquartile_mean;
use crate::analysis::sample::Sample;
use crate::numeric::{Purpose, Stream};

/// The number of resamples. An end of an interval is off by about 2 % of its width, by chance.
pub const RESAMPLES: u64 = 2_000;

/// The 95 % interval of the interquartile mean, from the scores of each task. `None` without scores, and where no task has two.
#[must_use]
pub fn of_interquartile_mean(tasks: &[Vec<f64>]) -> Option<(f64, f64)> {
    let has_pairs = tasks.iter().any(|scores| scores.len() > 1);
    let mut resampled = Vec::new();
    let statistic = |draw: u64| {
        let mut stream = Stream::new(0, Purpose::Bootstrap, draw);
        resampled.clear();
        for scores in tasks {
            let n = scores.len() as u64;
            resampled.extend((0..n).map(|_| scores[stream.below(n) as usize]));
        }
        interquartile_mean(&mut resampled)
    };
    percentiles((0..RESAMPLES).map_while(statistic).collect()).filter(|_| has_pairs)
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
    percentiles((0..RESAMPLES).map(statistic).collect())
}

fn percentiles(statistics: Vec<f64>) -> Option<(f64, f64)> {
    let sample = Sample::new(statistics);
    sample.quantile(0.025).zip(sample.quantile(0.975))
}
