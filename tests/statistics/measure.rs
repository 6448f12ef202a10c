//! Measures one cell: runs an experiment many times, lets the analysis decide, counts how often it was right, and holds the
//! counts to what the report promises.

use std::fmt::Write as _;

use rayon::prelude::*;
use sweep::analysis::{Analysis, Answer, OptimizerComparison, Task};
use sweep::numeric::{Purpose, Stream};
use sweep::record::Id;

use super::design::{Design, Layout, Simulated};
use super::optimizer::Optimizer;
use super::population::Population;

/// An experiment that is run many times.
pub struct Cell {
    /// Names the cell, and keys its random numbers.
    pub name: String,
    pub population: Population,
    pub design: Design,
    pub optimizers: Vec<Optimizer>,
    /// The expected MSE of each optimizer on new rows; `None` if they are all equal.
    pub expected: Option<Vec<f64>>,
    /// The expected logarithm of the first optimizer's test MSE, if its interval is to be held to it.
    pub log_level: Option<f64>,
    pub replicates: usize,
}

/// What one run of a cell showed.
#[derive(Debug, Clone, Copy, Default)]
struct Shown {
    /// Some verdict of the task names as better what is not.
    wrong: bool,
    /// The same of any pair, also of those without the leader: no verdict is about them, and no adjustment covers them.
    wrong_pair: bool,
    /// A verdict names as better what is.
    right: bool,
    equal: bool,
    /// A verdict says practically equal, though the truth is 3 % or more.
    wrongly_equal: bool,
    /// The share of the verdicts' intervals that hold the truth.
    holds_difference: f64,
    holds_level: bool,
    /// The half-width of the interval as a share of the leader's level.
    half_width: f64,
}

/// A truth that is calibrated to 3 % comes out a little below or above it.
const THREE_PERCENT: f64 = 0.0295;

impl Cell {
    /// Runs the cell, and gives its line of the table and the bounds that it misses.
    pub fn measure(&self) -> (String, Vec<String>) {
        let key = u64::from_str_radix(&Id::of(&self.name).short(), 16).expect("twelve digits");
        let shown: Vec<Shown> = (0..self.replicates as u64)
            .into_par_iter()
            .map(|replicate| self.replicate(&mut Stream::new(key, Purpose::SyntheticNoise, replicate)))
            .collect();
        let share = |of: fn(&Shown) -> f64| shown.iter().map(of).sum::<f64>() / shown.len() as f64;
        let (wrong, right) = (share(|one| one.wrong.into()), share(|one| one.right.into()));
        let (equal, wrongly_equal) = (share(|one| one.equal.into()), share(|one| one.wrongly_equal.into()));
        let (difference, level) = (share(|one| one.holds_difference), share(|one| one.holds_level.into()));

        let mut missed = Vec::new();
        let mut hold = |what: &str, found: f64, bound: f64, at_most: bool| {
            let error = (bound * (1.0 - bound) / shown.len() as f64).sqrt();
            if if at_most { found > bound + 2.0 * error } else { found < bound - 2.0 * error } {
                missed.push(format!("{}: {what} {:.1} %, bound {:.0} %", self.name, 100.0 * found, 100.0 * bound));
            }
        };
        let held = self.design.layout == Layout::Held;
        hold("wrong", wrong, if self.expected.is_none() || held { 0.05 } else { 0.01 }, true);
        hold("wrongly equal", wrongly_equal, 0.01, true);
        // Intervals that are corrected for shared rows may hold the truth more often than they say.
        let corrected = self.design.layout == Layout::Redrawn;
        let least = if self.design.layout == Layout::Fresh && self.design.seeds <= 10 { 0.92 } else { 0.93 };
        for (what, found) in [("difference", Some(difference)), ("level", self.log_level.map(|_| level))] {
            let Some(found) = found else { continue };
            hold(&format!("the interval of the {what} holds it in"), found, least, false);
            if !corrected {
                hold(&format!("the interval of the {what} holds it in"), found, 0.97, true);
            }
        }
        let per_cent = |share: f64| format!("{:.1}", 100.0 * share);
        let mut line = format!("| {} | {}", self.name, shown.len());
        let level = self.log_level.map_or_else(|| "–".to_owned(), |_| per_cent(level));
        let pair = per_cent(share(|one| one.wrong_pair.into()));
        for cell in [per_cent(difference), level, per_cent(wrong), pair, per_cent(right), per_cent(equal)] {
            let _ = write!(line, " | {cell}");
        }
        let _ = write!(line, " | {} |", per_cent(share(|one| one.half_width)));
        (line, missed)
    }

    pub const HEADER: &str = "| cell | runs | difference held | level held | wrong | wrong, any pair | right | equal | ± |\n\
                              | --- | --- | --- | --- | --- | --- | --- | --- | --- |";

    fn replicate(&self, stream: &mut Stream) -> Shown {
        let simulated = self.design.run(self.population, &self.optimizers, stream);
        let analysis = Analysis::new(&simulated.study);
        let task = &analysis.tasks[0];
        let mut shown = Shown::default();
        let leader = task.order[0];
        for comparison in &task.comparisons {
            let truth = self.truth(comparison, task, &simulated);
            let wrong = f64::from(comparison.decided()) * truth <= 0.0 && comparison.decided() != 0;
            shown.wrong_pair |= wrong;
            if comparison.first != leader {
                continue;
            }
            shown.wrong |= wrong;
            shown.right |= comparison.decided() != 0 && !wrong;
            let level = comparison.level.expect("a level");
            if comparison.answer == Answer::PracticallyEqual {
                shown.equal = true;
                shown.wrongly_equal |= truth.abs() >= THREE_PERCENT * level;
            }
            let (low, high) = comparison.difference.and_then(|found| found.interval).expect("an interval");
            let share = 1.0 / (self.optimizers.len() - 1) as f64;
            shown.half_width += share * (high - low) / 2.0 / level;
            if low <= truth && truth <= high {
                shown.holds_difference += share;
            }
        }
        if let Some(expected) = self.log_level {
            let (low, high) = task.level(0).and_then(|level| level.interval).expect("an interval");
            shown.holds_level = (low..=high).contains(&libm::exp(expected));
        }
        shown
    }

    /// The true difference, second − first: E2 where the split is held, else E1.
    fn truth(&self, comparison: &OptimizerComparison, task: &Task<'_>, simulated: &Simulated) -> f64 {
        let risk = |optimizer: usize| {
            if self.design.layout == Layout::Held {
                let trials = task.contenders[optimizer].first().expect("a setting").setting.trials();
                trials.map(|trial| simulated.risks[trial]).sum::<f64>() / self.design.seeds as f64
            } else {
                self.expected.as_ref().map_or(0.0, |expected| expected[optimizer])
            }
        };
        risk(comparison.second) - risk(comparison.first)
    }
}
