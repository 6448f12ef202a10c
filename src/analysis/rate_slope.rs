//! How the best learning rate moves with a number that is compared, such as the width of a network: a line through both on
//! logarithmic axes.

use super::estimate::PairedDifference;
use super::task::Task;
use super::tuned::TunedSeed;

/// The best rates of one optimizer by the values of one key.
#[derive(Debug, Clone, PartialEq)]
pub struct RateSlope<'a> {
    /// The optimizer's table.
    pub optimizer: &'a str,
    /// The qualified key.
    pub key: &'a str,
    /// Each value with its best rate, ascending.
    pub best: Vec<RateAtValue>,
    /// The slope of log(rate) against log(value) in each seed, of the rates that are best in that seed.
    pub slopes: Vec<f64>,
    /// Their mean, with its interval over the seeds.
    pub slope: Option<PairedDifference>,
    /// Values at which the best rate is the smallest or the largest that was tried: the slope may be steeper.
    pub cut: usize,
}

/// A value of the key.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RateAtValue {
    pub value: f64,
    /// The position of the contender with this value.
    pub contender: usize,
    /// The rate of the setting to use.
    pub rate: f64,
}

/// The fewest values of a line.
const FEWEST: usize = 3;

/// The slopes of a task, one for each optimizer of which so many positive values of one key are compared.
#[must_use]
pub fn rate_slopes<'a>(task: &Task<'a>) -> Vec<RateSlope<'a>> {
    let mut found: Vec<(&'a str, &'a str, Vec<RateAtValue>)> = Vec::new();
    for (index, contender) in task.contenders.iter().enumerate() {
        let combination = contender.combination;
        let [level] = combination.levels.as_slice() else { continue };
        let Some(value) = level.number.filter(|value| *value > 0.0) else { continue };
        let Some(rate) = contender.best().and_then(|best| best.learning_rate) else { continue };
        let tried = || contender.settings.iter().filter_map(|result| result.learning_rate);
        if tried().all(|other| other == rate) {
            continue;
        }
        let at = RateAtValue { value, contender: index, rate };
        let of_table = (combination.optimizer_table.as_str(), level.key.as_str());
        match found.iter_mut().find(|(table, key, _)| (*table, *key) == of_table) {
            Some((.., best)) => best.push(at),
            None => found.push((of_table.0, of_table.1, vec![at])),
        }
    }
    found.retain(|(.., best)| best.len() >= FEWEST);
    found.into_iter().map(|(optimizer, key, best)| slope_of(task, optimizer, key, best)).collect()
}

fn slope_of<'a>(task: &Task<'a>, optimizer: &'a str, key: &'a str, mut best: Vec<RateAtValue>) -> RateSlope<'a> {
    best.sort_by(|one, other| one.value.total_cmp(&other.value));
    let overlap = task.design.map_or(0.0, |design| design.overlap());
    let of_seed = |seed: usize| -> Option<f64> {
        let points: Option<Vec<(f64, f64)>> =
            best.iter().map(|at| Some((at.value, seed_rate(task, at, seed)?))).collect();
        log_slope(&points?)
    };
    let slopes: Vec<f64> = (0..task.seeds()).filter_map(of_seed).collect();
    let is_cut = |at: &&RateAtValue| {
        let contender = &task.contenders[at.contender];
        let mut rates = contender.settings.iter().filter_map(|result| result.learning_rate);
        let first = rates.next().unwrap_or(at.rate);
        let (low, high) = rates.fold((first, first), |(low, high), rate| (low.min(rate), high.max(rate)));
        at.rate <= low || at.rate >= high
    };
    RateSlope {
        cut: best.iter().filter(is_cut).count(),
        optimizer,
        key,
        slope: PairedDifference::of(&slopes, overlap),
        slopes,
        best,
    }
}

/// The rate of the setting that is best in a seed.
fn seed_rate(task: &Task<'_>, at: &RateAtValue, seed: usize) -> Option<f64> {
    let seeds = &task.tuned[at.contender].seeds;
    match seeds.get(seed.min(seeds.len().saturating_sub(1)))? {
        TunedSeed::Value { setting: Some(setting), .. } => {
            task.contenders[at.contender].settings[*setting].learning_rate
        }
        _ => None,
    }
}

/// The slope of the least-squares line through the logarithms of some points; `None` if all stand at one value.
fn log_slope(points: &[(f64, f64)]) -> Option<f64> {
    let logs: Vec<(f64, f64)> = points.iter().map(|(x, y)| (libm::log(*x), libm::log(*y))).collect();
    let mean = |of: fn(&(f64, f64)) -> f64| logs.iter().map(of).fold(0.0, |sum, x| sum + x) / logs.len() as f64;
    let (x, y) = (mean(|point| point.0), mean(|point| point.1));
    let (mut above, mut below) = (0.0, 0.0);
    for point in &logs {
        above += (point.0 - x) * (point.1 - y);
        below += (point.0 - x) * (point.0 - x);
    }
    (below > 0.0).then_some(above / below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_power_has_its_exponent_as_slope() {
        let points: Vec<(f64, f64)> = [8.0, 16.0, 64.0, 512.0].into_iter().map(|x: f64| (x, 3.0 / x.sqrt())).collect();
        assert!((log_slope(&points).expect("a line") + 0.5).abs() < 1e-12);
        assert_eq!(log_slope(&[(2.0, 1.0), (2.0, 5.0)]), None);
        // By hand: log2 of the points are (0, 0), (1, 2), (2, 1).
        assert!((log_slope(&[(1.0, 1.0), (2.0, 4.0), (4.0, 2.0)]).expect("a line") - 0.5).abs() < 1e-12);
    }
}
