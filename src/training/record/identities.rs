//! Trial ids, indexed for lookup, and the revisions that each trial's record must have.

use std::sync::Arc;

use hashbrown::HashTable;

use super::{Id, Revisions, TaskMetrics, Trial, WatchSet};
use crate::metric::MetricKind;

/// Begins what a record lacks that holds a metric and not its curve.
pub(super) const CURVE_OF: &str = "the curve of ";

/// The id of each trial, in the plan's order, and the trial of each id. It takes about 44 bytes per trial.
pub struct Identities {
    ids: Arc<Vec<Id>>,
    /// The first trial of each id. Several settings may share an id, because two tables may describe the same trial.
    first: HashTable<u32>,
    /// The different revisions that the trials ask for.
    revisions: Vec<Revisions>,
    /// An index into `revisions` for each trial; empty if all have the same.
    revisions_of: Vec<u32>,
    /// What records must hold, and for each trial an index into it; no index if all must hold the first, and none if records may
    /// hold whatever they do.
    measured: Vec<TaskMetrics>,
    measured_of: Vec<u32>,
}

impl Identities {
    /// Trials whose records may have any revisions.
    #[must_use]
    pub fn new(ids: Vec<Id>) -> Self {
        Self::with_revisions(ids, Vec::new(), Vec::new())
    }

    /// Trials with the revisions that their records must have: for each an index into `revisions`, or none if all have the
    /// first.
    #[must_use]
    pub fn with_revisions(ids: Vec<Id>, revisions: Vec<Revisions>, revisions_of: Vec<u32>) -> Self {
        let mut first = HashTable::with_capacity(ids.len());
        for (index, id) in (0_u32..).zip(&ids) {
            let same = |other: &u32| ids[*other as usize] == *id;
            if first.find(prefix(id), same).is_none() {
                first.insert_unique(prefix(id), index, |other| prefix(&ids[*other as usize]));
            }
        }
        Self { ids: Arc::new(ids), first, revisions, revisions_of, measured: Vec::new(), measured_of: Vec::new() }
    }

    /// The same trials, whose records must hold these metrics: for each an index into `measured`, or none if all have the first.
    #[must_use]
    pub fn with_metrics(self, measured: Vec<TaskMetrics>, measured_of: Vec<u32>) -> Self {
        Self { measured, measured_of, ..self }
    }

    /// The same trials, whose records may lack any metric.
    #[must_use]
    pub fn of_any_metrics(self) -> Self {
        self.with_metrics(Vec::new(), Vec::new())
    }

    /// What the record of a trial must hold, given the trial's position in the plan.
    fn metrics_of(&self, trial: usize) -> Option<&TaskMetrics> {
        self.measured.get(self.measured_of.get(trial).map_or(0, |index| *index as usize))
    }

    /// The metric whose curve a trial's record must hold beside that of the loss.
    #[must_use]
    pub fn curve(&self, trial: usize) -> Option<&'static MetricKind> {
        self.metrics_of(trial)?.recorded_curve()
    }

    /// What a trial's record must hold of what is watched.
    #[must_use]
    pub fn watches(&self, trial: usize) -> WatchSet {
        self.metrics_of(trial).map_or_else(WatchSet::default, |metrics| metrics.watches)
    }

    /// What the record of a trial lacks of the metrics that it must hold: their names, or else `the curve of mae`; and of what is watched.
    #[must_use]
    pub fn lacking(&self, trial: &Trial<'_>) -> Vec<String> {
        let Some(metrics) = self.metrics_of(trial.index) else { return Vec::new() };
        // A failed trial has none, and a diverged one has the curve up to where it ended.
        let missing = metrics.of_rows.iter().filter(|kind| trial.is_completed() && !trial.has_metric(kind));
        let names: Vec<String> = missing.map(|kind| kind.name.to_owned()).collect();
        let lacks_the_curve = |kind: &&MetricKind| {
            (trial.is_completed() || trial.is_diverged())
                // The curve of the loss's own metric is always there.
                && trial.metric() != Some(kind)
                && !trial.has_curve(kind)
                && names.iter().all(|name| name != kind.name)
        };
        let curve = metrics.recorded_curve().filter(lacks_the_curve).map(|kind| format!("{CURVE_OF}{}", kind.name));
        let has_ended = trial.is_completed() || trial.is_diverged();
        let unwatched = metrics.watches.without(trial.watches()).iter().filter(|_| has_ended);
        let unwatched = unwatched.map(|watch| format!("the watched {}", watch.word()));
        names.iter().cloned().chain(curve).chain(unwatched).collect()
    }

    #[must_use]
    pub fn all(&self) -> Arc<Vec<Id>> {
        Arc::clone(&self.ids)
    }

    /// The first trial of the plan with this id.
    #[must_use]
    pub fn find(&self, id: &Id) -> Option<usize> {
        self.first.find(prefix(id), |other| self.ids[*other as usize] == *id).map(|index| *index as usize)
    }

    /// The first trial of the plan with this id, if a record that names these revisions stands for it.
    #[must_use]
    pub fn find_current(&self, id: &Id, recorded: &str) -> Option<usize> {
        let trial = self.find(id)?;
        let index = self.revisions_of.get(trial).map_or(0, |index| *index as usize);
        self.revisions.get(index).is_none_or(|revisions| revisions.made(recorded)).then_some(trial)
    }

    /// The number of different ids.
    #[must_use]
    pub fn distinct(&self) -> usize {
        self.first.len()
    }

    /// The first trial of the plan with the same id, if `trial` is a later one.
    #[must_use]
    pub fn repeats(&self, trial: usize) -> Option<usize> {
        if self.distinct() == self.ids.len() {
            return None;
        }
        self.find(&self.ids[trial]).filter(|first| *first != trial)
    }
}

/// An id is a hash already, so its first bytes serve as its hash.
fn prefix(id: &Id) -> u64 {
    u64::from_le_bytes([id.0[0], id.0[1], id.0[2], id.0[3], id.0[4], id.0[5], id.0[6], id.0[7]])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_several_trials_with_an_id_stands_for_all() {
        let ids: Vec<Id> = ["a", "b", "a", "c", "b"].map(Id::of).to_vec();
        let identities = Identities::new(ids);
        assert_eq!(identities.distinct(), 3);
        assert_eq!(["a", "b", "c", "d"].map(|text| identities.find(&Id::of(text))), [Some(0), Some(1), Some(3), None]);
        assert_eq!([0, 1, 2, 3, 4].map(|trial| identities.repeats(trial)), [None, None, Some(0), None, Some(1)]);
    }
}
