//! The table of all trials' results, column by column, in about 70 bytes per trial.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::metric_columns::MetricColumns;
use crate::metric::MetricKind;
use crate::record::compact::CompactIntegers;
use crate::record::id::Id;
use crate::record::identities::CURVE_OF;
use crate::record::summary::{MetricSummary, TrialSummary};
use crate::record::trial::{Outcome, Stopped};
use crate::record::watched::WatchSet;

/// The records of a plan's trials without their curves and parameters.
#[derive(Debug, Clone, Default)]
pub struct TrialTable {
    pub(super) ids: Arc<Vec<Id>>,
    pub(super) statuses: Vec<TrialStatus>,
    pub(super) steps: CompactIntegers,
    pub(super) gradient_evaluations: CompactIntegers,
    pub(super) metrics: Vec<MetricColumns>,
    /// The metric of each trial's own loss, an index into `metrics`; [`NO_METRIC`] if its record has none.
    pub(super) own: Vec<u8>,
    /// An index into `problems`; [`NO_PROBLEM`] if there is no problem.
    pub(super) problem: Vec<u32>,
    pub(super) problems: Vec<Id>,
    problem_numbers: HashMap<Id, u32>,
    /// For diverged trials, the first step that left the bound and the last J inside it.
    pub(super) diverged: HashMap<u32, (u64, Option<f64>)>,
    pub(super) messages: HashMap<u32, String>,
    /// Outstanding trials that have a record, but one that lacks something that is asked for, in ascending order; and what that is.
    pub(super) lacking: Vec<u32>,
    lacked: BTreeSet<String>,
    /// The completed trials that ended with a larger J than at the start.
    pub(super) ascended: HashSet<u32>,
    /// What the records of trials hold of what was watched. Empty until one holds something.
    pub(super) watches: Vec<WatchSet>,
}

/// The outcome of a trial, in one byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TrialStatus {
    Outstanding,
    Completed(Stopped),
    Diverged,
    Failed,
}

pub(super) const NO_PROBLEM: u32 = u32::MAX;
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
        self.set_watches(index, record.watches);
        self.steps.set(index, record.steps);
        self.gradient_evaluations.set(index, record.gradient_evaluations);
        for columns in &mut self.metrics {
            columns.set(n, index, &[[None; 3]; 2], None);
            columns.set_curve(n, index, false);
            columns.set_undefined(n, index, false);
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
            let known = self.metrics.iter().find(|columns| columns.kind == metric.kind);
            let has_metric = known.is_some_and(|columns| columns.has_value(index));
            let has_curve = known.is_some_and(|columns| columns.has_curve(index));
            if !has_metric {
                self.set_metric(index, metric);
            }
            self.columns_mut(metric.kind).set_curve(n, index, has_curve || metric.has_curve);
        }
    }

    /// Says what the record of the trial at `index` holds of what was watched.
    pub fn set_watches(&mut self, index: usize, watches: WatchSet) {
        if self.watches.is_empty() && !watches.is_empty() {
            self.watches = vec![WatchSet::default(); self.len()];
        }
        if let Some(to) = self.watches.get_mut(index) {
            *to = watches;
        }
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
        columns.set_undefined(n, index, metric.values.as_flattened().iter().all(Option::is_none));
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
        self.set_watches(index, self.get(from).watches());
        self.metrics.iter_mut().for_each(|columns| columns.repeat(index, from));
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
