//! What is known of many trials, column by column: some 70 bytes each.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Id, Outcome, Score, Split, Stopped, TrialRecord};

/// The records of a plan's trials without their curves and parameters.
#[derive(Debug, Clone, Default)]
pub struct TrialTable {
    ids: Arc<Vec<Id>>,
    ends: Vec<End>,
    steps: Whole,
    gradient_evaluations: Whole,
    /// [`NONE`] where there is none.
    best_epoch: Whole,
    /// MSE by score and split, NaN where there is none. Empty until one has a value.
    mse: [[Vec<f64>; 3]; 2],
    /// Into `problems`; [`NO_PROBLEM`] where there is none.
    problem: Vec<u32>,
    problems: Vec<Id>,
    problem_numbers: HashMap<Id, u32>,
    /// First step that left the bound, and the last J inside it.
    diverged: HashMap<u32, (u64, Option<f64>)>,
    messages: HashMap<u32, String>,
}

/// What a table keeps of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct TrialSummary {
    pub outcome: Outcome,
    pub steps: u64,
    pub gradient_evaluations: u64,
    pub best_epoch: Option<u64>,
    /// By score (final, best) and split.
    pub mse: [[Option<f64>; 3]; 2],
    pub problem: Option<Id>,
}

impl From<&TrialRecord> for TrialSummary {
    fn from(record: &TrialRecord) -> Self {
        Self {
            outcome: record.outcome.clone(),
            steps: record.steps,
            gradient_evaluations: record.gradient_evaluations,
            best_epoch: record.best_epoch,
            mse: [Split::ALL.map(|split| record.last(split)), Split::ALL.map(|split| record.best(split))],
            problem: record.problem,
        }
    }
}

/// An outcome in a byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Outstanding,
    Completed(Stopped),
    Diverged,
    Failed,
}

const NONE: u64 = u64::MAX;

/// Whole numbers, in four bytes each as long as none is larger.
#[derive(Debug, Clone)]
enum Whole {
    Small(Vec<u32>),
    Large(Vec<u64>),
}

impl Default for Whole {
    fn default() -> Self {
        Self::Small(Vec::new())
    }
}

impl Whole {
    fn of(value: u64, n: usize) -> Self {
        Self::small(value).map_or_else(|| Self::Large(vec![value; n]), |small| Self::Small(vec![small; n]))
    }

    /// [`NONE`] is the largest of either.
    fn small(value: u64) -> Option<u32> {
        if value == NONE { Some(u32::MAX) } else { u32::try_from(value).ok().filter(|small| *small < u32::MAX) }
    }

    fn large(value: u32) -> u64 {
        if value == u32::MAX { NONE } else { u64::from(value) }
    }

    fn get(&self, index: usize) -> u64 {
        match self {
            Self::Small(values) => Self::large(values[index]),
            Self::Large(values) => values[index],
        }
    }

    fn set(&mut self, index: usize, value: u64) {
        match (&mut *self, Self::small(value)) {
            (Self::Small(values), Some(small)) => values[index] = small,
            (Self::Small(values), None) => {
                let mut large: Vec<u64> = values.iter().map(|value| Self::large(*value)).collect();
                large[index] = value;
                *self = Self::Large(large);
            }
            (Self::Large(values), _) => values[index] = value,
        }
    }
}
const NO_PROBLEM: u32 = u32::MAX;

impl TrialTable {
    /// A table in which every trial is outstanding.
    #[must_use]
    pub fn outstanding(ids: Arc<Vec<Id>>) -> Self {
        let n = ids.len();
        Self {
            ids,
            ends: vec![End::Outstanding; n],
            steps: Whole::of(0, n),
            gradient_evaluations: Whole::of(0, n),
            best_epoch: Whole::of(NONE, n),
            problem: vec![NO_PROBLEM; n],
            ..Self::default()
        }
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    #[must_use]
    pub const fn get(&self, index: usize) -> Trial<'_> {
        Trial { table: self, index }
    }

    pub fn iter(&self) -> impl Iterator<Item = Trial<'_>> {
        (0..self.len()).map(|index| self.get(index))
    }

    /// Puts a record beside the trial at `index`.
    pub fn insert(&mut self, index: usize, record: TrialSummary) {
        let key = u32::try_from(index).unwrap_or(u32::MAX);
        self.diverged.remove(&key);
        self.messages.remove(&key);
        self.ends[index] = match record.outcome {
            Outcome::Completed { stopped } => End::Completed(stopped),
            Outcome::Diverged { step, last_loss } => {
                self.diverged.insert(key, (step, last_loss));
                End::Diverged
            }
            Outcome::Failed { message } => {
                self.messages.insert(key, message);
                End::Failed
            }
        };
        self.steps.set(index, record.steps);
        self.gradient_evaluations.set(index, record.gradient_evaluations);
        self.best_epoch.set(index, record.best_epoch.unwrap_or(NONE));
        for split in Split::ALL {
            for score in [Score::Final, Score::Best] {
                self.set_mse(index, split, score, record.mse[score as usize][split as usize]);
            }
        }
        self.problem[index] = record.problem.map_or(NO_PROBLEM, |id| self.number(id));
    }

    /// Puts the record of another trial with the same id beside the trial at `index`.
    pub fn repeat(&mut self, index: usize, from: usize) {
        let (key, source) = (u32::try_from(index).unwrap_or(u32::MAX), u32::try_from(from).unwrap_or(u32::MAX));
        if let Some(diverged) = self.diverged.get(&source).copied() {
            self.diverged.insert(key, diverged);
        }
        if let Some(message) = self.messages.get(&source).cloned() {
            self.messages.insert(key, message);
        }
        self.ends[index] = self.ends[from];
        for column in [&mut self.steps, &mut self.gradient_evaluations, &mut self.best_epoch] {
            column.set(index, column.get(from));
        }
        self.problem[index] = self.problem[from];
        for column in self.mse.iter_mut().flatten().filter(|column| !column.is_empty()) {
            column[index] = column[from];
        }
    }

    fn set_mse(&mut self, index: usize, split: Split, score: Score, value: Option<f64>) {
        let n = self.len();
        let column = &mut self.mse[score as usize][split as usize];
        if column.is_empty() {
            if value.is_none() {
                return;
            }
            *column = vec![f64::NAN; n];
        }
        column[index] = value.unwrap_or(f64::NAN);
    }

    fn number(&mut self, id: Id) -> u32 {
        *self.problem_numbers.entry(id).or_insert_with(|| {
            self.problems.push(id);
            u32::try_from(self.problems.len() - 1).unwrap_or(NO_PROBLEM)
        })
    }
}

/// One trial of a table.
#[derive(Debug, Clone, Copy)]
pub struct Trial<'a> {
    table: &'a TrialTable,
    /// Position in the plan.
    pub index: usize,
}

impl<'a> Trial<'a> {
    #[must_use]
    pub fn id(&self) -> Id {
        self.table.ids[self.index]
    }

    /// `false`: outstanding.
    #[must_use]
    pub fn has_record(&self) -> bool {
        self.end() != End::Outstanding
    }

    fn end(&self) -> End {
        self.table.ends[self.index]
    }

    fn key(&self) -> u32 {
        u32::try_from(self.index).unwrap_or(u32::MAX)
    }

    /// `"completed"`, `"diverged"`, `"failed"` or `"outstanding"`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self.end() {
            End::Outstanding => "outstanding",
            End::Completed(_) => "completed",
            End::Diverged => "diverged",
            End::Failed => "failed",
        }
    }

    #[must_use]
    pub fn is_completed(&self) -> bool {
        self.stopped().is_some()
    }

    #[must_use]
    pub fn is_diverged(&self) -> bool {
        self.end() == End::Diverged
    }

    #[must_use]
    pub fn is_failed(&self) -> bool {
        self.end() == End::Failed
    }

    /// Why a completed trial ended where it did.
    #[must_use]
    pub fn stopped(&self) -> Option<Stopped> {
        match self.end() {
            End::Completed(stopped) => Some(stopped),
            _ => None,
        }
    }

    /// The first step of a diverged trial that left the bound, and the last J inside.
    #[must_use]
    pub fn diverged(&self) -> Option<(u64, Option<f64>)> {
        self.table.diverged.get(&self.key()).copied()
    }

    /// Why a failed trial failed.
    #[must_use]
    pub fn message(&self) -> Option<&'a str> {
        self.table.messages.get(&self.key()).map(String::as_str)
    }

    #[must_use]
    pub fn steps(&self) -> u64 {
        self.table.steps.get(self.index)
    }

    #[must_use]
    pub fn gradient_evaluations(&self) -> u64 {
        self.table.gradient_evaluations.get(self.index)
    }

    #[must_use]
    pub fn best_epoch(&self) -> Option<u64> {
        Some(self.table.best_epoch.get(self.index)).filter(|epoch| *epoch != NONE)
    }

    /// The MSE of a split at the epoch that scores; `None` where it did not complete, or the split does not exist.
    #[must_use]
    pub fn mse(&self, split: Split, score: Score) -> Option<f64> {
        self.table.mse[score as usize][split as usize].get(self.index).copied().filter(|value| !value.is_nan())
    }

    /// The least-squares problem that it was trained on.
    #[must_use]
    pub fn problem(&self) -> Option<Id> {
        self.table.problems.get(self.problem_number()? as usize).copied()
    }

    /// The same as a number: trials on one problem share it.
    #[must_use]
    pub fn problem_number(&self) -> Option<u32> {
        Some(self.table.problem[self.index]).filter(|number| *number != NO_PROBLEM)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_come_back_whatever_their_size() {
        let mut column = Whole::of(NONE, 4);
        let values = [7, u64::from(u32::MAX) - 1, u64::from(u32::MAX), NONE - 1];
        for (index, &value) in values.iter().enumerate() {
            assert_eq!(column.get(index), NONE);
            column.set(index, value);
            assert_eq!((0..=index).map(|index| column.get(index)).collect::<Vec<_>>(), values[..=index]);
        }
        column.set(0, NONE);
        assert_eq!(column.get(0), NONE);
    }
}
