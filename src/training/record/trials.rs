//! The table of all trials' results, column by column, in about 70 bytes per trial.

use std::collections::HashMap;
use std::sync::Arc;

use super::compact::{CompactIntegers, NONE};
use super::id::Id;
use super::score::Score;
use super::summary::TrialSummary;
use super::trial::{Outcome, Stopped};
use crate::shape::Split;

/// The records of a plan's trials without their curves and parameters.
#[derive(Debug, Clone, Default)]
pub struct TrialTable {
    ids: Arc<Vec<Id>>,
    statuses: Vec<TrialStatus>,
    steps: CompactIntegers,
    gradient_evaluations: CompactIntegers,
    /// [`NONE`] if there is no best epoch.
    best_epoch: CompactIntegers,
    /// The MSE by score and split, NaN if there is none. A column is empty until a trial has a value.
    mse: [[Vec<f64>; 3]; 2],
    /// An index into `problems`; [`NO_PROBLEM`] if there is no problem.
    problem: Vec<u32>,
    problems: Vec<Id>,
    problem_numbers: HashMap<Id, u32>,
    /// For diverged trials, the first step that left the bound and the last J inside it.
    diverged: HashMap<u32, (u64, Option<f64>)>,
    messages: HashMap<u32, String>,
}

/// The outcome of a trial, in one byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TrialStatus {
    Outstanding,
    Completed(Stopped),
    Diverged,
    Failed,
}

const NO_PROBLEM: u32 = u32::MAX;

impl TrialTable {
    /// A table in which every trial is outstanding.
    #[must_use]
    pub fn outstanding(ids: Arc<Vec<Id>>) -> Self {
        let n = ids.len();
        Self {
            ids,
            statuses: vec![TrialStatus::Outstanding; n],
            steps: CompactIntegers::of(0, n),
            gradient_evaluations: CompactIntegers::of(0, n),
            best_epoch: CompactIntegers::of(NONE, n),
            problem: vec![NO_PROBLEM; n],
            ..Self::default()
        }
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.statuses.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.statuses.is_empty()
    }

    #[must_use]
    pub const fn get(&self, index: usize) -> Trial<'_> {
        Trial { table: self, index }
    }

    pub fn iter(&self) -> impl Iterator<Item = Trial<'_>> {
        (0..self.len()).map(|index| self.get(index))
    }

    /// Stores the record of the trial at `index`.
    pub fn insert(&mut self, index: usize, record: TrialSummary) {
        let key = u32::try_from(index).unwrap_or(u32::MAX);
        self.diverged.remove(&key);
        self.messages.remove(&key);
        self.statuses[index] = match record.outcome {
            Outcome::Completed { stopped } => TrialStatus::Completed(stopped),
            Outcome::Diverged { step, last_loss } => {
                self.diverged.insert(key, (step, last_loss));
                TrialStatus::Diverged
            }
            Outcome::Failed { message } => {
                self.messages.insert(key, message);
                TrialStatus::Failed
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

    /// Stores the record of the trial at `from`, which has the same id, for the trial at `index` too.
    pub fn repeat(&mut self, index: usize, from: usize) {
        let (key, source) = (u32::try_from(index).unwrap_or(u32::MAX), u32::try_from(from).unwrap_or(u32::MAX));
        if let Some(diverged) = self.diverged.get(&source).copied() {
            self.diverged.insert(key, diverged);
        }
        if let Some(message) = self.messages.get(&source).cloned() {
            self.messages.insert(key, message);
        }
        self.statuses[index] = self.statuses[from];
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

    /// Whether the trial has a record. Without one it is outstanding.
    #[must_use]
    pub fn has_record(&self) -> bool {
        self.status() != TrialStatus::Outstanding
    }

    fn status(&self) -> TrialStatus {
        self.table.statuses[self.index]
    }

    fn key(&self) -> u32 {
        u32::try_from(self.index).unwrap_or(u32::MAX)
    }

    /// `"completed"`, `"diverged"`, `"failed"` or `"outstanding"`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self.status() {
            TrialStatus::Outstanding => "outstanding",
            TrialStatus::Completed(_) => "completed",
            TrialStatus::Diverged => "diverged",
            TrialStatus::Failed => "failed",
        }
    }

    #[must_use]
    pub fn is_completed(&self) -> bool {
        self.stopped().is_some()
    }

    #[must_use]
    pub fn is_diverged(&self) -> bool {
        self.status() == TrialStatus::Diverged
    }

    #[must_use]
    pub fn is_failed(&self) -> bool {
        self.status() == TrialStatus::Failed
    }

    /// Why a completed trial ended where it did.
    #[must_use]
    pub fn stopped(&self) -> Option<Stopped> {
        match self.status() {
            TrialStatus::Completed(stopped) => Some(stopped),
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

    /// The MSE of a split at the epoch that `score` selects; `None` if the trial did not complete or the split does not
    /// exist.
    #[must_use]
    pub fn mse(&self, split: Split, score: Score) -> Option<f64> {
        self.table.mse[score as usize][split as usize].get(self.index).copied().filter(|value| !value.is_nan())
    }

    /// The least-squares problem that it was trained on.
    #[must_use]
    pub fn problem(&self) -> Option<Id> {
        self.table.problems.get(self.problem_number()? as usize).copied()
    }

    /// The problem as a number, which all trials on one problem share.
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
        let mut column = CompactIntegers::of(NONE, 4);
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
