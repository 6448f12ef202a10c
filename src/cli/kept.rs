//! Which models `[train] keep` asks for that a store does not have.

use std::collections::HashSet;
use std::ops::Range;

use super::failure::CommandFailure;
use super::printer::Printer;
use crate::metric;
use crate::plan::BoundPlan;
use crate::record::{Id, Identities, KeptModel, Trial, TrialTable};
use crate::report::plural;
use crate::store::Store;
use crate::train::Keep;

/// The epoch that the kept model of a trial is asked for, as a [`KeptModel`] names it; nothing if none is asked for.
#[must_use]
pub fn asked(bound: &BoundPlan<'_>, trial: &Trial<'_>) -> Option<Option<u64>> {
    let planned = bound.trial(trial.index);
    match bound.plan.keep() {
        _ if !trial.is_completed() => None,
        Keep::None => None,
        Keep::Last => Some(None),
        // Where the score is never defined, no epoch is the best.
        Keep::Best => {
            let score = bound.plan.metrics[planned.setting.combination].score;
            Some(Some(trial.best_epoch(metric::metric(score.recorded_as())?)?))
        }
    }
}

/// Whether a kept model is what a trial of the plan would keep now.
pub fn is_current(identities: &Identities, model: &KeptModel) -> bool {
    identities.find_current(&model.trial, &model.revisions).is_some()
}

/// The completed trials of a part of the plan whose model is asked for and not kept, each identity once. Damaged files are told.
///
/// # Errors
/// If the store cannot be read.
pub fn lacking(
    bound: &BoundPlan<'_>,
    identities: &Identities,
    trials: &TrialTable,
    part: Range<usize>,
    store: &Store,
    printer: &Printer,
) -> Result<Vec<u32>, CommandFailure> {
    if bound.plan.keep() == Keep::None {
        return Ok(Vec::new());
    }
    let keys = store.kept_keys()?;
    let known: HashSet<(Id, Option<u64>)> = keys
        .iter()
        .filter(|model| is_current(identities, model))
        .map(|model| (model.trial, model.best_epoch))
        .collect();
    let lacks = |index: &usize| {
        let trial = trials.get(*index);
        let epoch = asked(bound, &trial).filter(|_| identities.repeats(*index).is_none());
        epoch.is_some_and(|epoch| !known.contains(&(trial.id(), epoch)))
    };
    let lacking: Vec<u32> = part.filter(lacks).filter_map(|index| u32::try_from(index).ok()).collect();
    let damaged = store.damaged_kept()?;
    if !damaged.is_empty() {
        printer.note(&format!(
            "warning: {} of kept models in the store cannot be used: the bytes do not match the name. What it held is trained \
             again (`sweep clean` removes it)",
            plural(damaged.len(), "file")
        ));
    }
    if !lacking.is_empty() {
        let them =
            if lacking.len() == 1 { "has a record and no kept model" } else { "have a record and no kept model" };
        printer.note(&format!("{} {them}: trained again for it", plural(lacking.len(), "trial")));
    }
    Ok(lacking)
}

/// Whether a trial of the plan has a kept model, or goes on from its end once it is trained.
pub fn is_of(bound: &BoundPlan<'_>, identities: &Identities, trials: &TrialTable, model: &KeptModel) -> bool {
    if is_current(identities, model) {
        return true;
    }
    let Some(end) = &model.end else { return false };
    let goes_on =
        |index: usize| !trials.get(index).has_record() && bound.training(&bound.trial(index)) == Some(end.training);
    (0..bound.trials()).any(goes_on)
}

/// Adds these trials to the outstanding ones, in the plan's order.
pub fn add(outstanding: &mut Vec<u32>, lacking: Vec<u32>) {
    outstanding.extend(lacking);
    outstanding.sort_unstable();
    outstanding.dedup();
}
