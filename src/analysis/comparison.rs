//! Compares two optimizers of a task, each tuned by itself: by how much they differ, and what may be said of it.

use super::contender::Contender;
use super::design::Design;
use super::estimate::{LeastDeviation, PairedDifference, ROUNDING_OF_A_DIFFERENCE};
use super::test_rows::{self, NoRowTest};
use super::tuned::{Tuned, TunedSeed};
use crate::metric::{Direction, MetricKind};
use crate::record::{Split, Study};
use crate::shape::TargetMoments;

/// The difference `second − first` of two optimizers in one metric.
#[derive(Debug, Clone, PartialEq)]
pub struct OptimizerComparison {
    /// The positions of the two optimizers in their task.
    pub first: usize,
    pub second: usize,
    pub split: Split,
    pub basis: Basis,
    /// `None` if no pair is known.
    pub difference: Option<PairedDifference>,
    /// The first one's level, as a distance: what a difference in per cent is of.
    pub level: Option<f64>,
    /// The size below which a difference means nothing.
    pub resolution: f64,
    /// The size below which a difference, or the level itself, is rounding; `None` for a metric that counts rows.
    pub rounding: Option<f64>,
    /// The seeds at which the first and the second one is better, by more than rounding.
    pub better_at: (usize, usize),
    /// The seeds at which predicting the mean stands in for the first and for the second one.
    pub capped: (usize, usize),
    pub unpaired: Unpaired,
    /// p of the test, adjusted by Holm for all comparisons with the leader of the task. `None` if there is no test, or neither
    /// leads.
    pub adjusted_p: Option<f64>,
    pub answer: Answer,
    pub direction: Direction,
}

/// What the pairs of a comparison are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// Seeds.
    Seeds,
    /// Test rows that all seeds share: the losses of the best settings' models, averaged over the seeds.
    TestRows,
    /// One number each: neither depends on a seed, and no row is known by itself.
    OneNumber,
}

/// What may be said of two optimizers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The whole interval lies within the margin that counts as equal.
    PracticallyEqual,
    FirstBetter,
    SecondBetter,
    /// The interval holds 0, or the adjusted p is 0.05 or more.
    Undecided,
    /// Predicting the mean is at least as good as both, at every seed.
    NeitherUsable,
    /// The numbers describe what was run, and say nothing beyond it.
    Described(Description),
}

/// Why numbers only describe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Description {
    /// No pair is known.
    NoPairs,
    /// There is one pair, so there is no interval.
    OnePair,
    /// There are no test rows, and the validation rows chose the settings.
    NoTestRows,
    /// All seeds share one test split, of fewer rows than can be tested over.
    FewTestRows(usize),
    /// All seeds share one test split, and the predictions for its rows are not known, or the metric is no mean over rows.
    NoPredictions,
}

/// The seeds of a comparison that have no pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Unpaired {
    /// Both trials have a record, but the metric of one is not defined.
    pub undefined: usize,
    /// A trial has no record.
    pub outstanding: usize,
}

impl OptimizerComparison {
    /// The side that is better: 1 is the first, −1 is the second, 0 is neither.
    #[must_use]
    pub const fn decided(&self) -> i8 {
        match self.answer {
            Answer::FirstBetter => 1,
            Answer::SecondBetter => -1,
            _ => 0,
        }
    }

    /// Whether the first one's level is rounding: nothing is a share of it.
    #[must_use]
    pub fn first_fits_exactly(&self) -> bool {
        self.level.zip(self.rounding).is_some_and(|(level, rounding)| level <= rounding)
    }

    /// Whether the difference with its interval is rounding.
    #[must_use]
    pub fn is_rounding(&self, difference: &PairedDifference) -> bool {
        let (low, high) = difference.interval.unwrap_or((difference.mean, difference.mean));
        let rounding = self.rounding.unwrap_or(0.0);
        [low, difference.mean, high].iter().all(|value| value.abs() <= rounding)
    }

    /// How large a difference is beside the first one's level. `None` if that is not known or 0.
    #[must_use]
    pub fn relative(&self, difference: f64) -> Option<f64> {
        self.level.filter(|level| *level > 0.0).map(|level| difference / level)
    }
}

/// What a comparison of two optimizers needs.
pub struct Comparing<'a, 's> {
    pub study: &'a Study,
    pub design: Option<Design>,
    pub split: Split,
    /// The targets of the split on the problem whose targets are largest.
    pub target: Option<&'a TargetMoments>,
    pub contenders: &'s [Contender<'a>],
    pub tuned: &'s [Tuned],
    /// The metric of the task.
    pub metric: &'static MetricKind,
}

impl Comparing<'_, '_> {
    /// Compares two optimizers by their positions. The answer is not adjusted for other comparisons yet.
    #[must_use]
    pub fn compare(&self, first: usize, second: usize) -> OptimizerComparison {
        let metric = self.metric;
        let pairs = pairs(&self.tuned[first], &self.tuned[second]);
        let one_number = [first, second].iter().all(|&index| self.tuned[index].deterministic);
        let size = |(a, b): &(f64, f64)| difference(*a, *b, metric, self.target);
        let differences: Vec<f64> = pairs.values.iter().map(size).collect();
        let better = |sign: f64| differences.iter().filter(|difference| self.signed(**difference) * sign > 0.0).count();
        let level = mean(pairs.values.iter().map(|(a, _)| metric.distance(*a)));
        let resolution = metric.resolution(metric.at_distance(level.unwrap_or(0.0)), self.target, 1);
        let least = match metric.counts_rows() && !self.are_the_same(&pairs, first, second) {
            true => LeastDeviation::of_rows(
                ROUNDING_OF_A_DIFFERENCE,
                resolution,
                mean(differences.iter().copied()).unwrap_or(0.0),
            ),
            false => LeastDeviation::default(),
        };
        let overlap = self.design.map_or(0.0, |design| design.overlap());
        let seeds = PairedDifference::of_rounded(&differences, overlap, least);
        let mut comparison = OptimizerComparison {
            first,
            second,
            split: self.split,
            basis: if one_number { Basis::OneNumber } else { Basis::Seeds },
            difference: seeds,
            level,
            resolution,
            rounding: (!metric.counts_rows())
                .then(|| metric.rounding(metric.at_distance(level.unwrap_or(0.0)), self.target)),
            better_at: (better(1.0), better(-1.0)),
            capped: (self.tuned[first].capped(), self.tuned[second].capped()),
            unpaired: pairs.unpaired,
            adjusted_p: None,
            answer: Answer::Undecided,
            direction: metric.direction,
        };
        self.answer(&mut comparison, pairs.both_capped);
        comparison
    }

    /// Whether both predict the same at every seed: they find as many rows with the same loss, or the mean stands in for both. (Metrics
    /// that do not count rows have no such chance.)
    fn are_the_same(&self, pairs: &Pairs, first: usize, second: usize) -> bool {
        let loss = |index: usize| self.contenders[index].combination.metrics.loss();
        let Some(kind) = loss(first).filter(|own| loss(second) == Some(*own)) else { return pairs.both_capped };
        let close = |(a, b): (f64, f64)| difference(a, b, kind, self.target) == 0.0;
        let same = |pair: &PairedLosses| pair.both_capped || pair.losses.is_some_and(close);
        let equal = |(a, b): &(f64, f64)| difference(*a, *b, self.metric, self.target) == 0.0;
        pairs.values.iter().all(equal) && pairs.losses.iter().all(same)
    }

    fn answer(&self, comparison: &mut OptimizerComparison, both_capped: bool) {
        let describe = |why| Answer::Described(why);
        let Some(seeds) = comparison.difference else {
            comparison.answer = describe(Description::NoPairs);
            return;
        };
        if both_capped {
            comparison.answer = Answer::NeitherUsable;
            return;
        }
        let trains = self.split == Split::Train;
        if self.split == Split::Validation {
            comparison.difference = Some(seeds.without_interval());
            comparison.answer = describe(Description::NoTestRows);
        } else if let Some(design) = self.design.filter(|design| design.holds_rows() && !trains) {
            let (first, second) = (&self.contenders[comparison.first], &self.contenders[comparison.second]);
            match test_rows::compare(self.study, first, second, design.rows_of(Split::Test)) {
                Ok(rows) => {
                    comparison.basis = Basis::TestRows;
                    comparison.difference = Some(rows.difference);
                    comparison.level = Some(rows.level);
                    comparison.capped = rows.as_mean;
                    self.decide(comparison);
                }
                // An interval over the seeds would speak of batches and starts on the same rows.
                Err(why) => {
                    comparison.difference = Some(seeds.without_interval());
                    comparison.answer = describe(match why {
                        NoRowTest::FewRows(rows) => Description::FewTestRows(rows),
                        NoRowTest::NotKept => Description::NoPredictions,
                    });
                }
            }
        } else if comparison.basis == Basis::OneNumber {
            // On the training rows themselves a deterministic number is the whole truth.
            let exact = PairedDifference { interval: Some((seeds.mean, seeds.mean)), ..seeds };
            comparison.difference = Some(exact);
            self.decide(comparison);
            comparison.difference = Some(seeds);
        } else {
            self.decide(comparison);
        }
    }

    /// The answer by the interval alone. [`adjust`] holds it against the other comparisons of the task.
    fn decide(&self, comparison: &mut OptimizerComparison) {
        let Some(difference) = comparison.difference else { return };
        let Some((low, high)) = difference.interval else {
            comparison.answer = Answer::Described(Description::OnePair);
            return;
        };
        let margin = self.study.equivalence * comparison.level.unwrap_or(0.0);
        let margin = if margin > comparison.resolution { margin } else { comparison.resolution };
        comparison.answer = if -margin <= low && high <= margin {
            Answer::PracticallyEqual
        } else if self.signed(low) > 0.0 && self.signed(high) > 0.0 {
            Answer::FirstBetter
        } else if self.signed(low) < 0.0 && self.signed(high) < 0.0 {
            Answer::SecondBetter
        } else {
            Answer::Undecided
        };
    }

    /// A difference that is positive if the first one is better.
    fn signed(&self, difference: f64) -> f64 {
        match self.metric.direction {
            Direction::Lower => difference,
            Direction::Higher => -difference,
        }
    }
}

/// Adjusts the answers of the comparisons with the leader of a task: what was found better must stay so at p < 0.05 by Holm.
pub fn adjust(comparisons: &mut [OptimizerComparison], leader: usize) {
    let tested = |comparison: &OptimizerComparison| {
        let decides = !matches!(comparison.answer, Answer::Described(_) | Answer::NeitherUsable);
        comparison
            .difference
            .and_then(|difference| difference.p_value)
            .filter(|_| decides && comparison.first == leader)
    };
    let positions: Vec<usize> = (0..comparisons.len()).filter(|&index| tested(&comparisons[index]).is_some()).collect();
    let p_values: Vec<f64> = positions.iter().filter_map(|&index| tested(&comparisons[index])).collect();
    for (index, adjusted) in positions.into_iter().zip(super::estimate::holm(&p_values)) {
        let comparison = &mut comparisons[index];
        if let Some(difference) = &mut comparison.difference {
            difference.comparisons = p_values.len();
        }
        comparison.adjusted_p = Some(adjusted);
        let stays = adjusted < 0.05;
        if comparison.decided() != 0 && !stays {
            comparison.answer = Answer::Undecided;
        }
    }
}

/// The values of two optimizers at the seeds that both have.
struct Pairs {
    values: Vec<(f64, f64)>,
    /// The losses beside them.
    losses: Vec<PairedLosses>,
    unpaired: Unpaired,
    /// At every seed predicting the mean stands in for both.
    both_capped: bool,
}

/// What tells two models apart that find as many rows.
struct PairedLosses {
    both_capped: bool,
    /// `None` where one is not known.
    losses: Option<(f64, f64)>,
}

/// An optimizer of which no setting depends on the seed has the same value at every seed.
fn pairs(first: &Tuned, second: &Tuned) -> Pairs {
    let seeds = first.seeds.len().max(second.seeds.len());
    let at = |tuned: &Tuned, seed: usize| match tuned.seeds[..] {
        [only] => only,
        _ => tuned.seeds.get(seed).copied().unwrap_or(TunedSeed::Outstanding),
    };
    let mut pairs = Pairs { values: Vec::new(), losses: Vec::new(), unpaired: Unpaired::default(), both_capped: true };
    for seed in 0..seeds {
        match (at(first, seed), at(second, seed)) {
            (
                TunedSeed::Value { value: a, capped: one, loss, .. },
                TunedSeed::Value { value: b, capped: other, loss: beside, .. },
            ) => {
                pairs.values.push((a, b));
                pairs.losses.push(PairedLosses { both_capped: one && other, losses: loss.zip(beside) });
                pairs.both_capped &= one && other;
            }
            (TunedSeed::Outstanding, _) | (_, TunedSeed::Outstanding) => pairs.unpaired.outstanding += 1,
            _ => pairs.unpaired.undefined += 1,
        }
    }
    pairs
}

/// `b − a`, or 0 if that is rounding. (A row that one of them predicts better is none: over the seeds it may add up.)
fn difference(a: f64, b: f64, metric: &MetricKind, target: Option<&TargetMoments>) -> f64 {
    let larger = if a.abs() > b.abs() { a } else { b };
    if (b - a).abs() <= metric.rounding(larger, target) { 0.0 } else { b - a }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    crate::shape::mean(&values.collect::<Vec<_>>())
}
