//! One trial of the table: what its record says.

use super::metric_columns::MetricColumns;
use super::table::{NO_PROBLEM, TrialStatus, TrialTable};
use crate::metric::MetricKind;
use crate::record::compact::NONE;
use crate::record::epoch::Epoch;
use crate::record::id::Id;
use crate::record::summary::{MetricSummary, TrialSummary};
use crate::record::trial::{Outcome, Stopped};
use crate::record::watched::WatchSet;
use crate::shape::Split;

impl TrialTable {
    #[must_use]
    pub const fn get(&self, index: usize) -> Trial<'_> {
        Trial { table: self, index }
    }

    pub fn iter(&self) -> impl Iterator<Item = Trial<'_>> {
        (0..self.len()).map(|index| self.get(index))
    }

    /// The number of completed trials that did not descend.
    #[must_use]
    pub fn n_did_not_descend(&self) -> usize {
        self.ascended.iter().filter(|index| self.get(**index as usize).is_completed()).count()
    }

    /// Whether some trial did not descend. Tables have a column for it only then.
    #[must_use]
    pub fn some_did_not_descend(&self) -> bool {
        self.ascended.iter().any(|index| self.get(*index as usize).is_completed())
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

    /// Whether the trial is outstanding because its record lacks something that is asked for.
    #[must_use]
    pub fn is_lacking(&self) -> bool {
        !self.has_record() && self.table.lacking.binary_search(&self.key()).is_ok()
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

    /// Whether it completed with a larger J than at the start. Comparisons count it as diverged.
    #[must_use]
    pub fn did_not_descend(&self) -> bool {
        self.is_completed() && self.table.ascended.contains(&self.key())
    }

    /// Whether it completed, and did not end above its start.
    #[must_use]
    pub fn counts_as_completed(&self) -> bool {
        self.is_completed() && !self.did_not_descend()
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

    /// What its record holds of what was watched.
    #[must_use]
    pub fn watches(&self) -> WatchSet {
        self.table.watches.get(self.index).copied().unwrap_or_default()
    }

    #[must_use]
    pub fn gradient_evaluations(&self) -> u64 {
        self.table.gradient_evaluations.get(self.index)
    }

    /// The record as it was put in; `None` if the trial is outstanding.
    #[must_use]
    pub fn summary(&self) -> Option<TrialSummary> {
        let outcome = match self.status() {
            TrialStatus::Outstanding => return None,
            TrialStatus::Completed(stopped) => Outcome::Completed { stopped },
            TrialStatus::Diverged => {
                let (step, last_loss) = self.diverged()?;
                Outcome::Diverged { step, last_loss }
            }
            TrialStatus::Failed => Outcome::Failed { message: self.message()?.to_owned() },
        };
        let mut metrics = Vec::new();
        // That of the loss comes first.
        let is_own = |columns: &&MetricColumns| Some(columns.kind) == self.metric();
        let (own, others): (Vec<_>, Vec<_>) = self.table.metrics.iter().partition(is_own);
        for columns in own.into_iter().chain(others) {
            let mut metric = MetricSummary::new(columns.kind);
            for split in Split::ALL {
                let value = |epoch| self.recorded(columns.kind, split, epoch);
                metric.set(split, value(Epoch::Last), value(Epoch::Best));
            }
            metric.best_epoch = self.best_epoch(columns.kind);
            metrics.push(metric);
        }
        let (steps, gradient_evaluations) = (self.steps(), self.gradient_evaluations());
        let did_not_descend = self.did_not_descend();
        let (watches, problem) = (self.watches(), self.problem());
        Some(TrialSummary { outcome, steps, gradient_evaluations, metrics, watches, did_not_descend, problem })
    }

    fn columns(&self, kind: &MetricKind) -> Option<&'a MetricColumns> {
        self.table.metrics.iter().find(|columns| columns.kind.name == kind.name)
    }

    /// Whether the record has this metric: a value on some split, or that there is none.
    #[must_use]
    pub fn has_metric(&self, kind: &MetricKind) -> bool {
        self.columns(kind).is_some_and(|columns| columns.is_held(self.index))
    }

    /// Whether the curve of this metric is on record beside that of the loss.
    #[must_use]
    pub fn has_curve(&self, kind: &MetricKind) -> bool {
        self.columns(kind).is_some_and(|columns| columns.has_curve(self.index))
    }

    /// The best epoch by a recorded metric.
    #[must_use]
    pub fn best_epoch(&self, kind: &MetricKind) -> Option<u64> {
        Some(self.columns(kind)?.best_epoch.get(self.index)).filter(|epoch| *epoch != NONE)
    }

    /// The value of a recorded metric; `None` if the trial did not complete, the split does not exist, or the record lacks
    /// the metric. [`Study::value`](crate::record::Study::value) also knows the metrics that follow from others.
    #[must_use]
    pub fn recorded(&self, kind: &MetricKind, split: Split, epoch: Epoch) -> Option<f64> {
        self.columns(kind)?.value(self.index, split, epoch)
    }

    /// The metric of the loss that the trial descends; `None` without a record that has it.
    #[must_use]
    pub fn metric(&self) -> Option<&'static MetricKind> {
        self.table.metrics.get(usize::from(self.table.own[self.index])).map(|columns| columns.kind)
    }

    /// The value of the loss's own metric, which every completed trial has on every split that exists.
    #[must_use]
    pub fn loss(&self, split: Split, epoch: Epoch) -> Option<f64> {
        self.recorded(self.metric()?, split, epoch)
    }

    /// The problem that it was trained on: dataset × split × model shape × l2 × start.
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
    use std::sync::Arc;

    use super::*;
    use crate::metric::mse;
    use crate::record::watched::Watch;

    #[test]
    fn a_summary_comes_back_as_it_was_put_in() {
        let ids = ["completed", "diverged", "failed", "outstanding"].map(Id::of).to_vec();
        let mut table = TrialTable::outstanding(Arc::new(ids));
        let mut metric = MetricSummary::new(mse());
        metric.set(Split::Train, Some(0.5), Some(0.25));
        metric.best_epoch = Some(3);
        let of = |outcome: Outcome, metrics, problem| TrialSummary {
            did_not_descend: outcome.is_completed(),
            outcome,
            steps: 7,
            gradient_evaluations: 70,
            metrics,
            watches: [Watch::Updates].into_iter().collect(),
            problem,
        };
        let none = || vec![MetricSummary::new(mse())];
        let summaries = [
            of(Outcome::Completed { stopped: Stopped::NoImprovement }, vec![metric], Some(Id::of("problem"))),
            of(Outcome::Diverged { step: 4, last_loss: Some(2.0) }, none(), None),
            of(Outcome::Failed { message: "why".to_owned() }, none(), None),
        ];
        summaries.iter().enumerate().for_each(|(index, summary)| table.insert(index, summary.clone()));
        let back: Vec<_> = table.iter().map(|trial| trial.summary()).collect();
        assert_eq!(back, [summaries.map(Some).to_vec(), vec![None]].concat());
    }

    #[test]
    fn a_metric_without_a_value_is_on_record() {
        let f1 = crate::metric::metric("f1").expect("exists");
        let mut table = TrialTable::outstanding(Arc::new(["one", "other"].map(Id::of).to_vec()));
        let summary = |metrics| TrialSummary {
            outcome: Outcome::Completed { stopped: Stopped::Epochs },
            steps: 1,
            gradient_evaluations: 1,
            metrics,
            watches: WatchSet::default(),
            did_not_descend: false,
            problem: None,
        };
        table.insert(0, summary(vec![MetricSummary::new(f1)]));
        table.insert(1, summary(Vec::new()));
        assert_eq!([0, 1].map(|trial| table.get(trial).has_metric(f1)), [true, false]);
        table.insert(0, summary(Vec::new()));
        table.repeat(1, 0);
        assert_eq!([0, 1].map(|trial| table.get(trial).has_metric(f1)), [false, false]);
    }
}
