//! Completes what is stored of theory: a problem record for each problem of the plan, SGD's limits, check trials.

use std::collections::{BTreeMap, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::SharedModel;
use super::data::Data;
use crate::optimizer::Recurrence;
use crate::plan::{Bound, PlannedTrial, TheoryNeed, build_model};
use crate::record::{CheckRecord, Id, ProblemRecord};
use crate::store::{Store, StoreError, TheoryEntry};
use crate::train::{check_trials, problem_record, sgd_limits};

/// Check trials of one recurrence. Their number of steps is the plan's, so that a report does not depend on what was
/// planned when the store first saw the problem.
struct Check {
    recurrence: Recurrence,
    steps: u64,
}

impl Check {
    fn is(&self, known: &CheckRecord) -> bool {
        let Recurrence { momentum, nesterov } = self.recurrence;
        known.momentum == momentum && known.nesterov == nesterov && known.steps == self.steps
    }
}

/// What the plan asks of one problem.
struct Need {
    /// Any trial on it.
    trial: PlannedTrial,
    batch_sizes: Vec<u64>,
    checks: Vec<Check>,
}

impl Need {
    fn add(&mut self, theory: Option<TheoryNeed>) {
        match theory {
            Some(TheoryNeed::SgdLimit { batch_size }) if !self.batch_sizes.contains(&batch_size) => {
                self.batch_sizes.push(batch_size);
            }
            Some(TheoryNeed::Check { momentum, nesterov, steps }) => {
                let recurrence = Recurrence { momentum, nesterov };
                match self.checks.iter_mut().find(|known| known.recurrence == recurrence) {
                    Some(known) => known.steps = known.steps.max(steps),
                    None => self.checks.push(Check { recurrence, steps }),
                }
            }
            _ => {}
        }
    }
}

/// Computes and stores what is missing.
pub fn complete(bound: &Bound<'_>, data: &Data, store: &Store, stop: &AtomicBool) -> Result<(), StoreError> {
    let known = store.read_theory()?;
    let needs = needs(bound);
    let entries: Vec<Vec<TheoryEntry>> = needs
        .into_par_iter()
        .map(|(id, need)| {
            if stop.load(Ordering::Relaxed) {
                return Vec::new();
            }
            // Where theory cannot be had, the report goes without.
            catch_unwind(AssertUnwindSafe(|| missing(bound, data, &known, id, &need))).unwrap_or_default()
        })
        .collect();
    let entries: Vec<TheoryEntry> = entries.into_iter().flatten().collect();
    if entries.is_empty() || stop.load(Ordering::Relaxed) { Ok(()) } else { store.write_theory(&entries) }
}

fn needs(bound: &Bound<'_>) -> Vec<(Id, Need)> {
    let mut needs: BTreeMap<Id, Need> = BTreeMap::new();
    let mut seen = vec![false; bound.shapes.len()];
    for setting in (0..bound.settings()).map(|index| bound.planned_setting(index)) {
        if std::mem::replace(&mut seen[setting.shape], true) {
            continue;
        }
        for trial in (0..setting.n_trials).map(|seed| bound.trial_of(setting, seed)) {
            let Some(id) = bound.problem(&trial) else { continue };
            let need = || Need { trial, batch_sizes: Vec::new(), checks: Vec::new() };
            needs.entry(id).or_insert_with(need).add(bound.shape_of(&trial).theory);
        }
    }
    needs.into_iter().collect()
}

/// The entries of one problem that the store lacks; none where its data cannot be prepared (its trials say why).
fn missing(bound: &Bound<'_>, data: &Data, known: &[TheoryEntry], id: Id, need: &Need) -> Vec<TheoryEntry> {
    let mut entries = Vec::new();
    let setting = bound.setting(&need.trial.setting);
    let prepared = || -> Result<_, String> {
        let problem = data.problem(bound, &need.trial)?;
        let model: SharedModel = Arc::from(build_model(&setting)?);
        let start = model.start(problem.parameters(), need.trial.seed)?;
        Ok((problem, model, start))
    };
    let record = known.iter().find_map(|entry| match entry {
        TheoryEntry::Problem { problem, record } if *problem == id => Some(record.clone()),
        _ => None,
    });
    let limits: Vec<u64> = need
        .batch_sizes
        .iter()
        .copied()
        .filter(|&size| {
            !known.iter().any(|entry| {
                matches!(entry, TheoryEntry::SgdLimit { problem, batch_size, .. } if *problem == id && *batch_size == size)
            })
        })
        .collect();
    let checks: Vec<&Check> = need
        .checks
        .iter()
        .filter(|wanted| {
            !known.iter().any(
                |entry| matches!(entry, TheoryEntry::Check { problem, check } if *problem == id && wanted.is(check)),
            )
        })
        .collect();
    if record.is_some() && limits.is_empty() && checks.is_empty() {
        return entries;
    }
    let Ok((problem, model, start)) = prepared() else { return entries };
    let l2 = model.penalty().l2;
    let record = match record {
        Some(record) => record,
        None => {
            let Some(record) = problem_record(&problem, l2, &start) else { return entries };
            entries.push(TheoryEntry::Problem { problem: id, record: record.clone() });
            record
        }
    };
    entries.extend(sgd_limits(&problem, l2, &limits).into_iter().map(|(batch_size, limit)| TheoryEntry::SgdLimit {
        problem: id,
        numerics_version: record.numerics_version,
        batch_size,
        limit,
    }));
    for Check { recurrence, steps } in checks {
        let trained = check_trials(&problem, &model, &record, &start, *recurrence, *steps);
        entries.extend(trained.into_iter().map(|check| TheoryEntry::Check { problem: id, check }));
    }
    entries
}

/// Picks what the plan asks for out of all that is known, so that a report depends on the plan alone.
pub fn select(bound: &Bound<'_>, known: &[TheoryEntry]) -> Selected {
    let mut selected = Selected::default();
    let mut by_problem: HashMap<Id, Vec<&TheoryEntry>> = HashMap::new();
    known.iter().for_each(|entry| by_problem.entry(entry.problem()).or_default().push(entry));
    for (id, need) in needs(bound) {
        let known = by_problem.get(&id).map_or(&[][..], Vec::as_slice);
        for entry in known {
            match entry {
                TheoryEntry::Problem { record, .. } => {
                    selected.problems.insert(id, record.clone());
                }
                TheoryEntry::Check { check, .. } if need.checks.iter().any(|wanted| wanted.is(check)) => {
                    let checks = selected.checks.entry(id).or_default();
                    if !checks.contains(check) {
                        checks.push(check.clone());
                    }
                }
                _ => {}
            }
        }
        if let Some(record) = selected.problems.get_mut(&id) {
            let mut limits: Vec<(u64, f64)> = known
                .iter()
                .filter_map(|entry| match entry {
                    TheoryEntry::SgdLimit { batch_size, limit: Some(limit), .. }
                        if need.batch_sizes.contains(batch_size) =>
                    {
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
