//! How the best learning rate moves with a number that is compared, such as the width of a network: a line through both on
//! logarithmic axes.

use super::design::Design;
use super::estimate::{LeastDeviation, Level, NORMAL_QUANTILE, PairedDifference, ROUNDING_OF_A_VALUE};
use super::sample::student_quantile;
use super::task::Task;
use super::tuned::{Tuned, TunedSeed};

/// The best rates of one optimizer by the values of one key.
#[derive(Debug, Clone, PartialEq)]
pub struct RateSlope<'a> {
    /// The optimizer's table.
    pub optimizer: &'a str,
    /// The qualified key.
    pub key: &'a str,
    /// The values of the other keys that are compared, in words: `depth 2`. Empty if there are none.
    pub others: String,
    /// Each value with its best rates, ascending.
    pub best: Vec<RateAtValue>,
    /// The slope of log(rate) against log(value) in each seed that has a best rate at every value, of the rates that are best in that
    /// seed.
    pub slopes: Vec<f64>,
    /// Their mean, with its interval over the seeds.
    pub slope: Option<PairedDifference>,
    /// The mean over these seeds of the lines' logarithm of the rate at the value 1.
    pub intercept: Option<f64>,
    /// The slope of the line through the rates to use, which are best by their mean score.
    pub slope_of_best: Option<f64>,
    /// The values that have no best rate, in words, each with what needs no training and is as good.
    without: Vec<(f64, String, String)>,
}

/// A value of the key.
#[derive(Debug, Clone, PartialEq)]
pub struct RateAtValue {
    pub value: f64,
    /// The value as tables name it.
    pub words: String,
    /// The position of the contender with this value.
    pub contender: usize,
    /// The rate of the setting to use.
    pub rate: f64,
    /// The smallest and the largest rate that were tried.
    pub tried: (f64, f64),
    /// The rate that is best in each seed; `None` if no trial of the seed can be used. A single one if no setting depends on the seed.
    pub own: Vec<Option<f64>>,
    /// The geometric mean of these rates over the seeds that have one at every value, with its interval: the line fits these.
    pub own_level: Option<Level>,
}

impl RateAtValue {
    /// Whether a rate is the smallest or the largest that was tried, so that a better one may lie beyond.
    #[must_use]
    pub fn is_cut(&self, rate: f64) -> bool {
        rate <= self.tried.0 || rate >= self.tried.1
    }
}

impl RateSlope<'_> {
    /// The values at which the rate to use is cut by the grid.
    #[must_use]
    pub fn cut(&self) -> usize {
        self.best.iter().filter(|at| at.is_cut(at.rate)).count()
    }

    /// Of the rates that are best in a seed: how many are cut by the grid, and how many there are.
    #[must_use]
    pub fn own_cut(&self) -> (usize, usize) {
        let own = || self.best.iter().flat_map(|at| at.own.iter().flatten().map(move |rate| at.is_cut(*rate)));
        (own().filter(|is_cut| *is_cut).count(), own().count())
    }

    /// `4 (not better than mean of the target)`: the values that have no best rate.
    pub fn without_rate(&self) -> impl Iterator<Item = String> + '_ {
        self.without.iter().map(|(_, value, baseline)| format!("{value} (not better than {baseline})"))
    }

    /// The line's rate at a value.
    #[must_use]
    pub fn at(&self, value: f64) -> Option<f64> {
        Some(libm::exp(self.slope.as_ref()?.mean.mul_add(libm::log(value), self.intercept?)))
    }
}

/// The fewest values of a line.
const FEWEST: usize = 3;

/// The slopes of a task, one for each optimizer, and values of the other keys that are compared, of which so many positive values of one
/// key are compared. A value has no best rate where none is better than what needs no training.
#[must_use]
pub fn rate_slopes<'a>(task: &Task<'a>) -> Vec<RateSlope<'a>> {
    let mut found: Vec<Values<'a>> = Vec::new();
    for (index, contender) in task.contenders.iter().enumerate() {
        let combination = contender.combination;
        let Some(rate) = contender.best().and_then(|best| best.learning_rate) else { continue };
        let rates = || contender.settings.iter().filter_map(|result| result.learning_rate);
        let tried = rates().fold((rate, rate), |(low, high), rate| (low.min(rate), high.max(rate)));
        if tried.0 == tried.1 {
            continue;
        }
        let own = own_rates(task, index);
        for level in &combination.levels {
            let Some(value) = level.number.filter(|value| *value > 0.0) else { continue };
            let others: Vec<&str> = combination
                .levels
                .iter()
                .filter(|other| other.key != level.key)
                .map(|other| other.words.as_str())
                .collect();
            let of = (combination.optimizer_table.as_str(), level.key.as_str(), others.join(" "));
            let place = found.iter().position(|known| known.of == of).unwrap_or_else(|| {
                found.push(Values { of, best: Vec::new(), without: Vec::new() });
                found.len() - 1
            });
            let (words, own) = (level.value.clone(), own.clone());
            match &contender.not_better_than {
                Some(baseline) => found[place].without.push((value, words, baseline.clone())),
                None => {
                    let at = RateAtValue { value, words, contender: index, rate, tried, own, own_level: None };
                    found[place].best.push(at);
                }
            }
        }
    }
    found.retain(|values| values.best.len() >= FEWEST);
    found.into_iter().map(|values| slope_of(task, values)).collect()
}

/// The values of one optimizer.
struct Values<'a> {
    /// Its table, the key, and the values of the other keys.
    of: (&'a str, &'a str, String),
    best: Vec<RateAtValue>,
    without: Vec<(f64, String, String)>,
}

fn slope_of<'a>(task: &Task<'a>, values: Values<'a>) -> RateSlope<'a> {
    let Values { of: (optimizer, key, others), mut best, mut without } = values;
    without.sort_by(|one, other| one.0.total_cmp(&other.0));
    best.sort_by(|one, other| one.value.total_cmp(&other.value));
    // The rows that rank choose the rates.
    let design = task.design.map(|design| Design { compared_on: task.ranked_on, ..design });
    let seeds = best.iter().map(|at| at.own.len()).max().unwrap_or(0);
    let of_seed = |seed: usize| -> Option<Vec<(f64, f64)>> {
        best.iter().map(|at| Some((at.value, (*at.own.get(seed.min(at.own.len().checked_sub(1)?))?)?))).collect()
    };
    let complete: Vec<Vec<(f64, f64)>> = (0..seeds).filter_map(of_seed).collect();
    let lines: Vec<LogLine> = complete.iter().filter_map(|points| LogLine::of(points)).collect();
    let slopes: Vec<f64> = lines.iter().map(|line| line.slope).collect();
    // A best rate is known to a step of the grid, and seeds that name the same one share that error: no number of them makes the mean surer
    // than the rounding of one.
    let rounding: Vec<f64> = best.iter().map(|at| ROUNDING_OF_A_VALUE * log_step(task, at)).collect();
    let least = slope_deviation(&best, &rounding);
    let levels: Vec<Option<Level>> = (0..best.len())
        .map(|place| {
            let logs: Vec<f64> = complete.iter().map(|points| libm::log(points[place].1)).collect();
            let overlap = design.map_or(0.0, |design| design.overlap_of_level());
            let level = Level::of(&logs, overlap, false, at_least(rounding[place], logs.len(), overlap))?;
            let interval = level.interval.map(|(low, high)| (libm::exp(low), libm::exp(high)));
            Some(Level { center: libm::exp(level.center), interval, ..level })
        })
        .collect();
    best.iter_mut().zip(levels).for_each(|(at, level)| at.own_level = level);
    let overlap = design.map_or(0.0, |design| design.overlap());
    let least = at_least(least, slopes.len(), overlap);
    let to_use: Vec<(f64, f64)> = best.iter().map(|at| (at.value, at.rate)).collect();
    RateSlope {
        optimizer,
        key,
        others,
        slope: PairedDifference::of_rounded(&slopes, overlap, least),
        intercept: crate::shape::mean(&lines.iter().map(|line| line.intercept).collect::<Vec<_>>()),
        slope_of_best: LogLine::of(&to_use).map(|line| line.slope),
        slopes,
        best,
        without,
    }
}

/// The deviation of one seed at which the interval of the mean over n seeds is ± 1.96 times this deviation, which all of them share and
/// which is known.
fn at_least(shared: f64, n: usize, overlap: f64) -> LeastDeviation {
    let t = student_quantile(0.975, n.saturating_sub(1) as f64).unwrap_or(NORMAL_QUANTILE);
    let of_rounding = shared * NORMAL_QUANTILE / t / (1.0 / n.max(1) as f64 + overlap).sqrt();
    LeastDeviation { of_rounding, of_counting: 0.0 }
}

/// The rate of the setting that is best in each seed, also where all seeds share their test rows, and optimizers are compared at the one
/// setting that is best by its mean.
fn own_rates(task: &Task<'_>, index: usize) -> Vec<Option<f64>> {
    let contender = &task.contenders[index];
    let again = contender.settings.first().filter(|_| task.holds_its_split()).map(|first| {
        let (ranked_on, compared_on) = (task.ranked_on, task.compared_on);
        Tuned::of(first.study, contender, ranked_on, compared_on, false)
    });
    let rate = |seed: &TunedSeed| match seed {
        TunedSeed::Value { setting: Some(setting), .. } => contender.settings[*setting].learning_rate,
        _ => None,
    };
    again.as_ref().unwrap_or(&task.tuned[index]).seeds.iter().map(rate).collect()
}

/// The mean distance of two neighbouring rates that were tried, of their logarithms.
fn log_step(task: &Task<'_>, at: &RateAtValue) -> f64 {
    let rates = task.contenders[at.contender].settings.iter().filter_map(|result| result.learning_rate);
    let mut rates: Vec<f64> = rates.collect();
    rates.sort_by(f64::total_cmp);
    rates.dedup();
    libm::log(at.tried.1 / at.tried.0) / rates.len().saturating_sub(1).max(1) as f64
}

/// The deviation of a line's slope, given those of the logarithms that it goes through.
fn slope_deviation(best: &[RateAtValue], deviations: &[f64]) -> f64 {
    let logs: Vec<f64> = best.iter().map(|at| libm::log(at.value)).collect();
    let middle = crate::shape::mean(&logs).unwrap_or(0.0);
    let (mut above, mut below) = (0.0, 0.0);
    for (x, deviation) in logs.iter().zip(deviations) {
        let share = (x - middle) * deviation;
        above += share * share;
        below += (x - middle) * (x - middle);
    }
    if below > 0.0 { above.sqrt() / below } else { 0.0 }
}

/// The least-squares line through the logarithms of some points.
#[derive(Debug, Clone, Copy, PartialEq)]
struct LogLine {
    slope: f64,
    /// At the logarithm 0.
    intercept: f64,
}

impl LogLine {
    /// `None` if all points stand at one value.
    fn of(points: &[(f64, f64)]) -> Option<Self> {
        let logs: Vec<(f64, f64)> = points.iter().map(|(x, y)| (libm::log(*x), libm::log(*y))).collect();
        let mean = |of: fn(&(f64, f64)) -> f64| logs.iter().map(of).fold(0.0, |sum, x| sum + x) / logs.len() as f64;
        let (x, y) = (mean(|point| point.0), mean(|point| point.1));
        let (mut above, mut below) = (0.0, 0.0);
        for point in &logs {
            above += (point.0 - x) * (point.1 - y);
            below += (point.0 - x) * (point.0 - x);
        }
        // Rates that are the same differ by the rounding of their mean.
        let slope = if above.abs() <= 1e-12 * below { 0.0 } else { above / below };
        (below > 0.0).then_some(Self { slope, intercept: (-slope).mul_add(x, y) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Analysis;
    use crate::analysis::testing::{Builder, Ending};
    use crate::record::{SeedRepeats, Study, StudyLevel};

    #[test]
    fn a_power_has_its_exponent_as_slope() {
        let same = [(2.0, 0.1), (4.0, 0.1), (8.0, 0.1)];
        assert_eq!(LogLine::of(&same).expect("a line").slope.to_bits(), 0.0_f64.to_bits());
        let points: Vec<(f64, f64)> = [8.0, 16.0, 64.0, 512.0].into_iter().map(|x: f64| (x, 3.0 / x.sqrt())).collect();
        let line = LogLine::of(&points).expect("a line");
        assert!((line.slope + 0.5).abs() < 1e-12 && (line.intercept - libm::log(3.0)).abs() < 1e-12, "{line:?}");
        assert_eq!(LogLine::of(&[(2.0, 1.0), (2.0, 5.0)]), None);
        // By hand: log2 of the points are (0, 0), (1, 2), (2, 1), so the line is ½ + ½x.
        let line = LogLine::of(&[(1.0, 1.0), (2.0, 4.0), (4.0, 2.0)]).expect("a line");
        assert!((line.slope - 0.5).abs() < 1e-12 && (line.intercept - 0.5 * libm::log(2.0)).abs() < 1e-12, "{line:?}");
    }

    /// Three widths and five rates. `best` is, by width and seed, the place of the rate that is best there; the losses beside it are
    /// larger by the distance.
    fn study(best: [[usize; 3]; 3], repeats: SeedRepeats) -> Study {
        let rates = [0.125, 0.25, 0.5, 1.0, 2.0];
        let mut builder = Builder::new("widths", 3, true);
        for (width, seeds) in [8, 16, 32].into_iter().zip(best) {
            builder = builder.combination(&format!("gd width {width}"), "gd");
            for (place, rate) in rates.into_iter().enumerate() {
                let loss = |best: usize| Ending::At(1.0 + place.abs_diff(best) as f64);
                builder = builder.setting(rate, "", &seeds.map(loss));
            }
            let combination = builder.study.combinations.last_mut().expect("a combination");
            combination.optimizer_table = "gd".to_owned();
            combination.levels = vec![StudyLevel {
                key: "model.width".to_owned(),
                value: width.to_string(),
                words: format!("width {width}"),
                number: Some(f64::from(width)),
            }];
        }
        builder.study.compare = vec!["model.width".to_owned()];
        builder.design(repeats, [60, 20, 20]).build()
    }

    /// Slopes in steps of a factor of two: seed 1 has 3, 2, 1 and falls by one a step; seed 2 has 2, 2, 2; seed 3 has 3, 2, 2.
    #[test]
    fn each_seed_has_its_line_and_the_mean_is_theirs() {
        let study = study([[3, 2, 3], [2, 2, 2], [1, 2, 2]], SeedRepeats::FreshData);
        let analysis = Analysis::new(&study);
        let [found] = &analysis.tasks[0].rate_slopes[..] else { panic!("one optimizer") };
        assert_eq!((found.optimizer, found.key, found.others.as_str()), ("gd", "model.width", ""));
        assert!(found.slopes.iter().zip([-1.0, 0.0, -0.5]).all(|(slope, right)| (slope - right).abs() < 1e-12));
        let slope = found.slope.expect("a slope");
        // s = 0.5, t(0.975, 2) = 4.302652729911275.
        let half = 4.302_652_729_911_275 * 0.5 / 3.0_f64.sqrt();
        let (low, high) = slope.interval.expect("an interval");
        assert!((slope.mean + 0.5).abs() < 1e-12 && (high - low - 2.0 * half).abs() < 1e-8, "{slope:?}");
        // The line goes through the means of the logarithms as least squares does: 8/3, 2 and 5/3 steps.
        let step = libm::log(2.0);
        let means = [8.0 / 3.0, 2.0, 5.0 / 3.0].map(|place| libm::log(0.125) + place * step);
        for (at, mean) in found.best.iter().zip(means) {
            assert!((libm::log(at.own_level.expect("a level").center) - mean).abs() < 1e-12);
        }
        let middle = found.at(16.0).map(libm::log).expect("a rate");
        assert!((middle - means.iter().sum::<f64>() / 3.0).abs() < 1e-12);
        // By the means of the losses 1.0, 0.5 and 0.5 are best.
        assert_eq!(found.best.iter().map(|at| at.rate).collect::<Vec<_>>(), [1.0, 0.5, 0.5]);
        assert!((found.slope_of_best.expect("a slope") + 0.5).abs() < 1e-12);
        assert_eq!((found.cut(), found.own_cut()), (0, (0, 9)));
    }

    /// Of one width all seeds are best at the largest rate, and all agree everywhere: −1 at each of them.
    #[test]
    fn seeds_that_agree_know_the_slope_to_a_step_of_the_grid() {
        let study = study([[4; 3], [3; 3], [2; 3]], SeedRepeats::FreshData);
        let analysis = Analysis::new(&study);
        let [found] = &analysis.tasks[0].rate_slopes[..] else { panic!("one optimizer") };
        let slope = found.slope.expect("a slope");
        let (low, high) = slope.interval.expect("an interval");
        // A step of log 2 over √12; the widths lie at −log 2, 0 and log 2, so the slope's deviation is 1/√12/√2, and all seeds share it.
        let half = 1.959_963_984_540_054 / 24.0_f64.sqrt();
        assert!((high - low - 2.0 * half).abs() < 1e-8 && slope.is_rounded, "{low} {high}");
        assert_eq!((found.cut(), found.own_cut()), (1, (3, 9)));
    }

    /// On one split for all seeds optimizers are compared at one setting, and still each seed has its own best rate.
    #[test]
    fn a_held_split_has_rates_of_each_seed_too() {
        let study = study([[3, 2, 3], [2, 2, 2], [1, 2, 2]], SeedRepeats::Training);
        let analysis = Analysis::new(&study);
        let [found] = &analysis.tasks[0].rate_slopes[..] else { panic!("one optimizer") };
        assert_eq!(found.best[0].own, [Some(1.0), Some(0.5), Some(1.0)]);
        assert!(found.slopes[0] < found.slopes[1]);
    }
}
