//! Completes what is stored of each problem of the plan: its record, its targets' moments, baselines, SGD's stability limits,
//! the bound of its curvature, check trials.

use std::collections::{BTreeMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rayon::prelude::*;

use super::data::SharedData;
use super::work::{SharedModel, Work};
use crate::numeric;
use crate::plan::{BoundPlan, CheckNeed, ProblemNeeds, build_model, entries_by_problem, problem_needs};
use crate::record::{Id, TheoryEntry};
use crate::store::{Store, StoreError};
use crate::train::{
    baseline_records, check_trials, curvature_bound, largest_class_weight, noise_floors, optimum, problem_record,
    sgd_limits,
};

/// The theory that is still missing. It is computed as soon as the last trial on its data ends: the prepared problem is then
/// still in memory, and is dropped afterwards.
pub struct Completion<'a> {
    bound: &'a BoundPlan<'a>,
    data: &'a SharedData,
    /// By the number of the prepared data.
    left: Mutex<BTreeMap<u32, Left>>,
    entries: Mutex<Vec<(Id, Vec<TheoryEntry>)>>,
}

/// The work left on one prepared problem.
#[derive(Default)]
struct Left {
    trials: usize,
    needs: Vec<(Id, ProblemNeeds)>,
}

impl<'a> Completion<'a> {
    /// For a run that trains the trials at `indices`. Theory that the store holds is not computed again.
    ///
    /// # Errors
    /// If the store cannot be listed.
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
        let known_of = entries_by_problem(&known);
        let here = problems_of(work);
        for (id, mut need) in problem_needs(bound).into_iter().filter(|(id, _)| here.contains(id)) {
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

    /// Records that this many trials on the data have ended.
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

    /// Completes problems that no trial of this run was trained on.
    pub fn complete_rest(&self, stop: &AtomicBool) {
        let rest = std::mem::take(&mut *self.left());
        rest.into_iter().par_bridge().for_each(|(data, left)| self.complete(data, left, stop));
    }

    fn complete(&self, data: u32, left: Left, stop: &AtomicBool) {
        for (id, need) in left.needs {
            if stop.load(Ordering::Relaxed) {
                return;
            }
            // If theory cannot be computed, the report does without it.
            let missing = || missing(self.bound, self.data, id, &need);
            let entries = catch_unwind(AssertUnwindSafe(missing)).unwrap_or_default();
            self.entries.lock().unwrap_or_else(PoisonError::into_inner).push((id, entries));
        }
        self.data.release(data);
    }

    /// Stores what was computed.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn store(self, store: &Store) -> Result<(), StoreError> {
        let mut entries = self.entries.into_inner().unwrap_or_else(PoisonError::into_inner);
        entries.sort_by_key(|(id, _)| *id);
        let entries: Vec<TheoryEntry> = entries.into_iter().flat_map(|(_, entries)| entries).collect();
        if entries.is_empty() { Ok(()) } else { store.write_theory(&entries) }
    }
}

/// The problems of the part of the plan that is trained here. The others are completed where their trials are trained.
fn problems_of(work: &Work<'_>) -> HashSet<Id> {
    let mut numbers = HashSet::new();
    let trials = work.part.clone().map(|index| work.bound.trial(index));
    trials
        .filter(|trial| numbers.insert(work.bound.problem_number(trial)))
        .filter_map(|trial| work.bound.problem(&trial))
        .collect()
}

/// The entries of one problem that the store lacks; empty if its data cannot be prepared (the failed trials say why).
fn missing(bound: &BoundPlan<'_>, data: &SharedData, id: Id, need: &ProblemNeeds) -> Vec<TheoryEntry> {
    let setting = bound.setting(&need.trial.setting);
    let prepare = || -> Result<_, String> {
        let prepared = data.prepared(bound, &need.trial)?;
        let model: SharedModel = Arc::from(build_model(&setting)?);
        let start = model.start(&*prepared.layout_of(&*model)?, need.trial.seed)?;
        Ok((prepared, model, start))
    };
    let mut entries = Vec::new();
    let Ok((prepared, model, start)) = prepare() else { return entries };
    if !need.has_targets {
        let splits = prepared.target_moments();
        entries.push(TheoryEntry::Targets { problem: id, numerics_version: numeric::VERSION, splits });
    }
    let baselines = baseline_records(&prepared, &*model, &need.baselines);
    entries.extend(baselines.into_iter().map(|record| TheoryEntry::Baseline { problem: id, record }));
    let l2 = model.penalty().l2;
    let largest = largest_class_weight(&prepared, &*model);
    let curvature = need.curvature_of.and_then(|smoothness| curvature_bound(&prepared, smoothness * largest, l2));
    entries.extend(curvature.map(|bound| TheoryEntry::Curvature {
        problem: id,
        numerics_version: numeric::VERSION,
        bound,
    }));
    if need.wants_optimum {
        let found = optimum(&prepared, &model, l2, &start);
        entries.extend(found.map(|record| TheoryEntry::Optimum { problem: id, record }));
    }
    if !need.needs_record {
        return entries;
    }
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
    let floors = noise_floors(&prepared, l2, &need.floors).into_iter();
    entries.extend(floors.map(|((batch_size, learning_rate), excess)| TheoryEntry::NoiseFloor {
        problem: id,
        numerics_version: record.numerics_version,
        batch_size,
        learning_rate,
        excess,
    }));
    for CheckNeed { recurrence, steps } in &need.checks {
        let trained = check_trials(&prepared, &model, &record, &start, *recurrence, *steps);
        entries.extend(trained.into_iter().map(|check| TheoryEntry::Check { problem: id, check }));
    }
    entries
}
