//! The table of all trials' results, column by column, in about 70 bytes per trial.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::compact::{CompactIntegers, NONE};
use super::epoch::Epoch;
use super::id::Id;
use super::identities::CURVE_OF;
use super::summary::{MetricSummary, TrialSummary};
use super::trial::{Outcome, Stopped};
use crate::metric::MetricKind;
use crate::shape::Split;

/// The records of a plan's trials without their curves and parameters.
#[derive(Debug, Clone, Default)]
pub struct TrialTable {
    ids: Arc<Vec<Id>>,
    statuses: Vec<TrialStatus>,
    steps: CompactIntegers,
    gradient_evaluations: CompactIntegers,
    metrics: Vec<MetricColumns>,
    /// The metric of each trial's own loss, an index into `metrics`; [`NO_METRIC`] if its record has none.
    own: Vec<u8>,
    /// An index into `problems`; [`NO_PROBLEM`] if there is no problem.
    problem: Vec<u32>,
    problems: Vec<Id>,
    problem_numbers: HashMap<Id, u32>,
    /// For diverged trials, the first step that left the bound and the last J inside it.
    diverged: HashMap<u32, (u64, Option<f64>)>,
    messages: HashMap<u32, String>,
    /// Outstanding trials that have a record, but one that lacks something that is asked for, in ascending order; and what that is.
    lacking: Vec<u32>,
    lacked: BTreeSet<String>,
    /// The completed trials that ended with a larger J than at the start.
    ascended: HashSet<u32>,
}

/// The values of one metric, trial by trial.
#[derive(Debug, Clone)]
struct MetricColumns {
    kind: &'static MetricKind,
    /// By epoch (last, best) and split, NaN if there is none. A column is empty until a trial has a value.
    values: [[Vec<f64>; 3]; 2],
    /// [`NONE`] if there is no best epoch.
    best_epoch: CompactIntegers,
    /// Whether its curve is on record beside that of the loss. Empty until a trial has one.
    has_curve: Vec<bool>,
}

impl MetricColumns {
    fn new(kind: &'static MetricKind, n: usize) -> Self {
        Self { kind, values: Default::default(), best_epoch: CompactIntegers::of(NONE, n), has_curve: Vec::new() }
    }

    fn set_curve(&mut self, n: usize, index: usize, has_curve: bool) {
        if self.has_curve.is_empty() && has_curve {
            self.has_curve = vec![false; n];
        }
        if let Some(to) = self.has_curve.get_mut(index) {
            *to = has_curve;
        }
    }

    fn set(&mut self, n: usize, index: usize, values: &[[Option<f64>; 3]; 2], best_epoch: Option<u64>) {
        self.best_epoch.set(index, best_epoch.unwrap_or(NONE));
        for (column, &value) in self.values.as_flattened_mut().iter_mut().zip(values.as_flattened()) {
            if column.is_empty() && value.is_some() {
                *column = vec![f64::NAN; n];
            }
            if let Some(to) = column.get_mut(index) {
                *to = value.unwrap_or(f64::NAN);
            }
        }
    }
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
const NO_METRIC: u8 = u8::MAX;

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
            own: vec![NO_METRIC; n],
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
        let n = self.len();
        let key = u32::try_from(index).unwrap_or(u32::MAX);
        self.diverged.remove(&key);
        self.messages.remove(&key);
        self.ascended.remove(&key);
        if record.did_not_descend {
            self.ascended.insert(key);
        }
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
        for columns in &mut self.metrics {
            columns.set(n, index, &[[None; 3]; 2], None);
            columns.set_curve(n, index, false);
        }
        record.metrics.iter().for_each(|metric| self.set_metric(index, metric));
        // A record begins with the metric of its loss.
        let own = record.metrics.first().and_then(|own| self.metrics.iter().position(|known| known.kind == own.kind));
        self.own[index] = own.and_then(|own| u8::try_from(own).ok()).unwrap_or(NO_METRIC);
        self.problem[index] = record.problem.map_or(NO_PROBLEM, |id| self.number(id));
    }

    /// Makes the trial at `index` outstanding.
    pub fn reset(&mut self, index: usize) {
        self.statuses[index] = TrialStatus::Outstanding;
    }

    /// Adds the metrics and curves of another record of the trial at `index` that its record lacks.
    pub fn add_metrics(&mut self, index: usize, metrics: &[MetricSummary]) {
        let n = self.len();
        for metric in metrics {
            let (has_metric, has_curve) =
                (self.get(index).has_metric(metric.kind), self.get(index).has_curve(metric.kind));
            if !has_metric {
                self.set_metric(index, metric);
            }
            self.columns_mut(metric.kind).set_curve(n, index, has_curve || metric.has_curve);
        }
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

    /// Says which problem the trial at `index` was trained on, where its record does not.
    pub fn set_problem(&mut self, index: usize, id: Id) {
        self.problem[index] = self.number(id);
    }

    fn set_metric(&mut self, index: usize, metric: &MetricSummary) {
        let n = self.len();
        let columns = self.columns_mut(metric.kind);
        columns.set(n, index, &metric.values, metric.best_epoch);
        columns.set_curve(n, index, metric.has_curve);
    }

    fn columns_mut(&mut self, kind: &'static MetricKind) -> &mut MetricColumns {
        let n = self.len();
        let known = self.metrics.iter().position(|columns| columns.kind == kind);
        let position = known.unwrap_or_else(|| {
            self.metrics.push(MetricColumns::new(kind, n));
            self.metrics.len() - 1
        });
        &mut self.metrics[position]
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
        if self.ascended.contains(&source) {
            self.ascended.insert(key);
        }
        self.statuses[index] = self.statuses[from];
        for column in [&mut self.steps, &mut self.gradient_evaluations] {
            column.set(index, column.get(from));
        }
        if self.lacking.binary_search(&source).is_ok() {
            self.note_lacking(index, []);
        }
        self.problem[index] = self.problem[from];
        self.own[index] = self.own[from];
        for columns in &mut self.metrics {
            columns.best_epoch.set(index, columns.best_epoch.get(from));
            for column in columns.values.iter_mut().flatten().filter(|column| !column.is_empty()) {
                column[index] = column[from];
            }
            if !columns.has_curve.is_empty() {
                columns.has_curve[index] = columns.has_curve[from];
            }
        }
    }

    /// Notes that the record of an outstanding trial lacks these. Trials are noted in ascending order.
    pub fn note_lacking(&mut self, index: usize, lacked: impl IntoIterator<Item = String>) {
        self.lacking.push(u32::try_from(index).unwrap_or(u32::MAX));
        self.lacked.extend(lacked);
    }

    /// What the records of some outstanding trials lack: `mae and the curve of mae`. Empty if none lacks anything.
    #[must_use]
    pub fn lacked(&self) -> String {
        // A trial that diverged lacks the curve alone. Where others lack the metric too, that says it.
        let whole = |name: &str| self.lacked.contains(name);
        let said = |name: &&str| !name.strip_prefix(CURVE_OF).is_some_and(whole);
        self.lacked.iter().map(String::as_str).filter(said).collect::<Vec<_>>().join(" and ")
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
        Some(TrialSummary { outcome, steps, gradient_evaluations, metrics, did_not_descend, problem: self.problem() })
    }

    fn columns(&self, kind: &MetricKind) -> Option<&'a MetricColumns> {
        self.table.metrics.iter().find(|columns| columns.kind.name == kind.name)
    }

    /// Whether the record has a value of this metric on some split.
    #[must_use]
    pub fn has_metric(&self, kind: &MetricKind) -> bool {
        Split::ALL.into_iter().any(|split| self.recorded(kind, split, Epoch::Last).is_some())
    }

    /// Whether the curve of this metric is on record beside that of the loss.
    #[must_use]
    pub fn has_curve(&self, kind: &MetricKind) -> bool {
        self.columns(kind).is_some_and(|columns| columns.has_curve.get(self.index) == Some(&true))
    }

    /// The best epoch by a recorded metric.
    #[must_use]
    pub fn best_epoch(&self, kind: &MetricKind) -> Option<u64> {
        Some(self.columns(kind)?.best_epoch.get(self.index)).filter(|epoch| *epoch != NONE)
    }

    /// The value of a recorded metric; `None` if the trial did not complete, the split does not exist, or the record lacks
    /// the metric. [`Study::value`](super::Study::value) also knows the metrics that follow from others.
    #[must_use]
    pub fn recorded(&self, kind: &MetricKind, split: Split, epoch: Epoch) -> Option<f64> {
        let column = &self.columns(kind)?.values[epoch as usize][split as usize];
        column.get(self.index).copied().filter(|value| !value.is_nan())
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
    use super::*;
    use crate::metric::mse;

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
