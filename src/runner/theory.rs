//! Completes what is stored of theory: a problem record for each problem of the plan, SGD's limits, check trials.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rayon::prelude::*;

use super::data::SharedData;
use super::{SharedModel, Work};
use crate::plan::{BoundPlan, PlannedTrial, TheoryNeed, build_model};
use crate::record::{CheckRecord, Id, ProblemRecord};
use crate::shape::Recurrence;
use crate::store::{Store, StoreError, TheoryEntry};
use crate::train::{check_trials, problem_record, sgd_limits};

/// Check trials of one recurrence. Their number of steps is the plan's, so that a report does not depend on what was
/// planned when the store first saw the problem.
struct Check {
    recurrence: Recurrence,
    steps: u64,
}

/// A recurrence to be found by: bits of its momentum, of which both zeros have the same.
type Key = (u64, bool);

fn key(momentum: f64, nesterov: bool) -> Key {
    ((momentum + 0.0).to_bits(), nesterov)
}

/// What the plan asks of one problem.
struct Need {
    /// Any trial on it.
    trial: PlannedTrial,
    /// Its record, once it is known.
    record: Option<ProblemRecord>,
    /// In the order in which the plan asks, each once.
    batch_sizes: Vec<u64>,
    checks: Vec<Check>,
    /// The same, to be found in: an axis may have a hundred thousand of them.
    sizes: HashSet<u64>,
    recurrences: HashMap<Key, usize>,
}

impl Need {
    fn of(trial: PlannedTrial) -> Self {
        let (batch_sizes, checks) = (Vec::new(), Vec::new());
        Self { trial, record: None, batch_sizes, checks, sizes: HashSet::new(), recurrences: HashMap::new() }
    }

    fn add(&mut self, theory: Option<TheoryNeed>) {
        match theory {
            Some(TheoryNeed::SgdLimit { batch_size }) if self.sizes.insert(batch_size) => {
                self.batch_sizes.push(batch_size);
            }
            Some(TheoryNeed::Check { recurrence, steps }) => {
                let position =
                    *self.recurrences.entry(key(recurrence.momentum, recurrence.nesterov)).or_insert(self.checks.len());
                match self.checks.get_mut(position) {
                    Some(known) => known.steps = known.steps.max(steps),
                    None => self.checks.push(Check { recurrence, steps }),
                }
            }
            _ => {}
        }
    }

    /// Whether the plan asks for this check.
    fn asks(&self, check: &CheckRecord) -> bool {
        let position = self.recurrences.get(&key(check.momentum, check.nesterov));
        position.and_then(|&position| self.checks.get(position)).is_some_and(|wanted| wanted.steps == check.steps)
    }

    /// Takes off what is known of the problem. What the plan asks for is not looked up after that.
    fn subtract(&mut self, known: &[&TheoryEntry]) {
        let (mut sizes, mut checks) = (HashSet::new(), HashSet::new());
        for entry in known {
            match entry {
                TheoryEntry::Problem { record, .. } => self.record = Some(record.clone()),
                TheoryEntry::SgdLimit { batch_size, .. } => _ = sizes.insert(*batch_size),
                TheoryEntry::Check { check, .. } => {
                    checks.insert((key(check.momentum, check.nesterov), check.steps));
                }
            }
        }
        self.batch_sizes.retain(|size| !sizes.contains(size));
        let is_known = |Check { recurrence: Recurrence { momentum, nesterov }, steps }: &Check| {
            checks.contains(&(key(*momentum, *nesterov), *steps))
        };
        self.checks.retain(|check| !is_known(check));
    }

    fn is_met(&self) -> bool {
        self.record.is_some() && self.batch_sizes.is_empty() && self.checks.is_empty()
    }
}

/// What is missing of theory, computed as soon as the last trial on its data has ended: the prepared problem is then still
/// in memory, and is let go after that.
pub struct Completion<'a> {
    bound: &'a BoundPlan<'a>,
    data: &'a SharedData,
    /// By the number of the prepared data that is needed.
    left: Mutex<BTreeMap<u32, Left>>,
    entries: Mutex<Vec<(Id, Vec<TheoryEntry>)>>,
}

/// What is left to do with one problem.
#[derive(Default)]
struct Left {
    trials: usize,
    needs: Vec<(Id, Need)>,
}

impl<'a> Completion<'a> {
    /// For a run that trains the trials at `indices`; what the store holds of theory is not computed again.
    ///
    /// # Errors
    /// Where the store cannot be listed.
    pub fn new(work: &Work<'a>, indices: &[u32], store: &Store) -> Result<Self, StoreError> {
        let (bound, data) = (work.bound, work.data);
        let known = store.read_theory()?;
        let mut left: BTreeMap<u32, Left> = BTreeMap::new();
        let mut examples = Vec::new();
        for &index in indices {
            let trial = bound.trial(index as usize);
            let left = left.entry(bound.data_number(&trial)).or_insert_with(|| {
                examples.push(trial);
                Left::default()
            });
            left.trials += 1;
        }
        let known_of = by_problem(&known);
        let here = problems_of(work);
        for (id, mut need) in needs(bound).into_iter().filter(|(id, _)| here.contains(id)) {
            need.subtract(known_of.get(&id).map_or(&[], Vec::as_slice));
            if !need.is_met() {
                let trial = need.trial;
                left.entry(bound.data_number(&trial)).or_default().needs.push((id, need));
                examples.push(trial);
            }
        }
        data.expect(bound, examples.iter());
        Ok(Self { bound, data, left: Mutex::new(left), entries: Mutex::default() })
    }

    fn left(&self) -> MutexGuard<'_, BTreeMap<u32, Left>> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// So many trials on this data have ended.
    pub fn trained(&self, data: u32, trials: usize, stop: &AtomicBool) {
        let last = {
            let mut all = self.left();
            let last = all.get_mut(&data).is_some_and(|left| {
                left.trials = left.trials.saturating_sub(trials);
                left.trials == 0
            });
            if last { all.remove(&data) } else { None }
        };
        if let Some(left) = last {
            self.complete(data, left, stop);
        }
    }

    /// What is needed of problems that no trial was trained on.
    pub fn complete_rest(&self, stop: &AtomicBool) {
        let rest = std::mem::take(&mut *self.left());
        rest.into_iter().par_bridge().for_each(|(data, left)| self.complete(data, left, stop));
    }

    fn complete(&self, data: u32, left: Left, stop: &AtomicBool) {
        for (id, need) in left.needs {
            if stop.load(Ordering::Relaxed) {
                return;
            }
            // Where theory cannot be had, the report goes without.
            let missing = || missing(self.bound, self.data, id, &need);
            let entries = catch_unwind(AssertUnwindSafe(missing)).unwrap_or_default();
            self.entries.lock().unwrap_or_else(PoisonError::into_inner).push((id, entries));
        }
        self.data.release(data);
    }

    /// Stores what was computed.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn store(self, store: &Store) -> Result<(), StoreError> {
        let mut entries = self.entries.into_inner().unwrap_or_else(PoisonError::into_inner);
        entries.sort_by_key(|(id, _)| *id);
        let entries: Vec<TheoryEntry> = entries.into_iter().flat_map(|(_, entries)| entries).collect();
        if entries.is_empty() { Ok(()) } else { store.write_theory(&entries) }
    }
}

fn needs(bound: &BoundPlan<'_>) -> Vec<(Id, Need)> {
    let mut needs: BTreeMap<Id, Need> = BTreeMap::new();
    let mut seen = vec![false; bound.shapes.len()];
    for setting in (0..bound.settings()).map(|index| bound.planned_setting(index)) {
        if std::mem::replace(&mut seen[setting.shape], true) {
            continue;
        }
        for trial in (0..setting.n_trials).map(|seed| bound.trial_of(setting, seed)) {
            let Some(id) = bound.problem(&trial) else { continue };
            needs.entry(id).or_insert_with(|| Need::of(trial)).add(bound.shape_of(&trial).theory);
        }
    }
    needs.into_iter().collect()
}

/// Problems of which the plan asks for more than is known.
#[must_use]
pub fn without_theory(bound: &BoundPlan<'_>, known: &[TheoryEntry]) -> usize {
    let by_problem = by_problem(known);
    let unmet = |(id, mut need): (Id, Need)| {
        need.subtract(by_problem.get(&id).map_or(&[], Vec::as_slice));
        !need.is_met()
    };
    needs(bound).into_iter().map(unmet).filter(|unmet| *unmet).count()
}

/// The problems of the part of a plan that is trained here: the rest is completed where its trials are trained.
fn problems_of(work: &Work<'_>) -> HashSet<Id> {
    let mut numbers = HashSet::new();
    let trials = work.part.clone().map(|index| work.bound.trial(index));
    trials
        .filter(|trial| numbers.insert(work.bound.problem_number(trial)))
        .filter_map(|trial| work.bound.problem(&trial))
        .collect()
}

/// The entries of one problem that the store lacks; none where its data cannot be prepared (its trials say why).
fn missing(bound: &BoundPlan<'_>, data: &SharedData, id: Id, need: &Need) -> Vec<TheoryEntry> {
    let setting = bound.setting(&need.trial.setting);
    let prepare = || -> Result<_, String> {
        let prepared = data.prepared(bound, &need.trial)?;
        let model: SharedModel = Arc::from(build_model(&setting)?);
        let start = model.start(prepared.parameters(), need.trial.seed)?;
        Ok((prepared, model, start))
    };
    let mut entries = Vec::new();
    let Ok((prepared, model, start)) = prepare() else { return entries };
    let l2 = model.penalty().l2;
    let record = match &need.record {
        Some(record) => record.clone(),
        None => {
            let Some(record) = problem_record(&prepared, l2, &start) else { return entries };
            entries.push(TheoryEntry::Problem { problem: id, record: record.clone() });
            record
        }
    };
    entries.extend(sgd_limits(&prepared, l2, &need.batch_sizes).into_iter().map(|(batch_size, limit)| {
        TheoryEntry::SgdLimit { problem: id, numerics_version: record.numerics_version, batch_size, limit }
    }));
    for Check { recurrence, steps } in &need.checks {
        let trained = check_trials(&prepared, &model, &record, &start, *recurrence, *steps);
        entries.extend(trained.into_iter().map(|check| TheoryEntry::Check { problem: id, check }));
    }
    entries
}

fn by_problem(known: &[TheoryEntry]) -> HashMap<Id, Vec<&TheoryEntry>> {
    let mut by_problem: HashMap<Id, Vec<&TheoryEntry>> = HashMap::new();
    known.iter().for_each(|entry| by_problem.entry(entry.problem()).or_default().push(entry));
    by_problem
}

/// Picks what the plan asks for out of all that is known, so that a report depends on the plan alone.
pub fn select(bound: &BoundPlan<'_>, known: &[TheoryEntry]) -> Selected {
    let mut selected = Selected::default();
    let by_problem = by_problem(known);
    for (id, need) in needs(bound) {
        let known = by_problem.get(&id).map_or(&[][..], Vec::as_slice);
        for entry in known {
            match entry {
                TheoryEntry::Problem { record, .. } => {
                    selected.problems.insert(id, record.clone());
                }
                TheoryEntry::Check { check, .. } if need.asks(check) => {
                    selected.checks.entry(id).or_default().push(check.clone());
                }
                _ => {}
            }
        }
        if let Some(record) = selected.problems.get_mut(&id) {
            let mut limits: Vec<(u64, f64)> = known
                .iter()
                .filter_map(|entry| match entry {
                    TheoryEntry::SgdLimit { batch_size, limit: Some(limit), .. } if need.sizes.contains(batch_size) => {
                        Some((*batch_size, *limit))
                    }
                    _ => None,
                })
                .collect();
            limits.sort_by_key(|(size, _)| *size);
            limits.dedup_by_key(|(size, _)| *size);
            record.sgd_limits = limits;
        }
        if let Some(checks) = selected.checks.get_mut(&id) {
            checks.sort_by(|a, b| {
                (a.momentum.total_cmp(&b.momentum))
                    .then(a.nesterov.cmp(&b.nesterov))
                    .then(a.factor.total_cmp(&b.factor))
            });
            checks.dedup_by(|a, b| a.momentum == b.momentum && a.nesterov == b.nesterov && a.factor == b.factor);
        }
    }
    selected
}

/// Theory that one plan's report reads.
#[derive(Debug, Default)]
pub struct Selected {
    pub problems: BTreeMap<Id, ProblemRecord>,
    pub checks: BTreeMap<Id, Vec<CheckRecord>>,
}
