//! Completes what is stored of theory: a problem record for each problem of the plan, SGD's limits, check trials.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::SharedModel;
use super::data::Data;
use crate::optimizer::Recurrence;
use crate::plan::{Bound, PlannedTrial, TheoryNeed, build_model};
use crate::record::Id;
use crate::store::{Store, StoreError, TheoryEntry};
use crate::train::{check_trials, problem_record, sgd_limits};

/// What the plan asks of one problem.
struct Need {
    /// Any trial on it.
    trial: PlannedTrial,
    batch_sizes: Vec<u64>,
    /// (momentum, Nesterov, the longest run).
    recurrences: Vec<(f64, bool, u64)>,
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
    for trial in &bound.trials {
        let (Some(id), setting) = (trial.problem, &bound.settings[trial.setting]) else { continue };
        let need =
            needs.entry(id).or_insert_with(|| Need { trial: *trial, batch_sizes: Vec::new(), recurrences: Vec::new() });
        match setting.theory {
            Some(TheoryNeed::SgdLimit { batch_size }) if !need.batch_sizes.contains(&batch_size) => {
                need.batch_sizes.push(batch_size);
            }
            Some(TheoryNeed::Check { momentum, nesterov }) => {
                let same = |known: &&mut (f64, bool, u64)| known.0 == momentum && known.1 == nesterov;
                match need.recurrences.iter_mut().find(same) {
                    Some(known) => known.2 = known.2.max(setting.epochs),
                    None => need.recurrences.push((momentum, nesterov, setting.epochs)),
                }
            }
            _ => {}
        }
    }
    needs.into_iter().collect()
}

/// The entries of one problem that the store lacks; none where its data cannot be prepared (its trials say why).
fn missing(bound: &Bound<'_>, data: &Data, known: &[TheoryEntry], id: Id, need: &Need) -> Vec<TheoryEntry> {
    let mut entries = Vec::new();
    let setting = bound.setting(&bound.settings[need.trial.setting]);
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
    let recurrences: Vec<&(f64, bool, u64)> = need
        .recurrences
        .iter()
        .filter(|(momentum, nesterov, _)| {
            !known.iter().any(|entry| {
                matches!(entry, TheoryEntry::Check { problem, check }
                    if *problem == id && check.momentum == *momentum && check.nesterov == *nesterov)
            })
        })
        .collect();
    if record.is_some() && limits.is_empty() && recurrences.is_empty() {
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
    for &&(momentum, nesterov, epochs) in &recurrences {
        let recurrence = Recurrence { momentum, nesterov };
        let checks = check_trials(&problem, &model, &record, &start, recurrence, epochs);
        entries.extend(checks.into_iter().map(|check| TheoryEntry::Check { problem: id, check }));
    }
    entries
}

/// Picks what the plan asks for out of all that is known, so that a report depends on the plan alone.
pub fn select(bound: &Bound<'_>, known: &[TheoryEntry]) -> Selected {
    let mut selected = Selected::default();
    let needs = needs(bound);
    for (id, need) in needs {
        for entry in known {
            match entry {
                TheoryEntry::Problem { problem, record } if *problem == id => {
                    selected.problems.insert(id, record.clone());
                }
                TheoryEntry::Check { problem, check }
                    if *problem == id
                        && need.recurrences.iter().any(|r| r.0 == check.momentum && r.1 == check.nesterov) =>
                {
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
                    TheoryEntry::SgdLimit { problem, batch_size, limit: Some(limit), .. }
                        if *problem == id && need.batch_sizes.contains(batch_size) =>
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
    pub problems: BTreeMap<Id, crate::record::ProblemRecord>,
    pub checks: BTreeMap<Id, Vec<crate::record::CheckRecord>>,
}
