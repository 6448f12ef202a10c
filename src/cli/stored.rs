//! What a store holds of a plan: its records, its theory, and the study that reporting reads.

use std::collections::HashMap;
use std::sync::Arc;

use super::chosen;
use super::failure::CommandFailure;
use super::printer::Printer;
use crate::plan::{self, BoundPlan};
use crate::record::{ChosenOutputs, Id, Identities, Preparation, Study, TestPredictions, TheoryEntry};
use crate::store::{Archive, Store, StoredCurves};

/// The most ids that a message lists.
const MOST_IDS: usize = 5;

/// The planned trial whose id starts with these digits.
///
/// # Errors
/// If there is none, or more than one.
pub fn find_trial(identities: &Identities, digits: &str) -> Result<usize, CommandFailure> {
    let wanted = digits.to_lowercase();
    let ids = identities.all();
    let first = |index: &usize| ids[*index].hex().starts_with(&wanted) && identities.repeats(*index).is_none();
    let matching: Vec<usize> = (0..ids.len()).filter(first).collect();
    let refused = |message| Err(CommandFailure::new(CommandFailure::INPUT, message));
    match matching[..] {
        [trial] => Ok(trial),
        [] => refused(format!("no planned trial has an id that begins with \"{}\"", wanted.escape_debug())),
        _ => {
            let shown: Vec<String> = matching.iter().take(MOST_IDS).map(|index| ids[*index].short()).collect();
            let more = matching.len().saturating_sub(MOST_IDS);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            refused(format!(
                "{} trials have ids that begin with \"{wanted}\": {}{more}; write more digits",
                matching.len(),
                shown.join(", ")
            ))
        }
    }
}

/// Reads the records and the theory of a store, and warns about damaged files.
///
/// # Errors
/// If it cannot be listed.
pub fn read(
    store: &Store,
    identities: &Identities,
    printer: &Printer,
) -> Result<(Archive, Vec<TheoryEntry>), CommandFailure> {
    let records = store.read(identities)?;
    warn_of_damage(&records, printer)?;
    let theory = store.read_theory()?;
    Ok((records, theory))
}

/// Warns about damaged files in a store.
///
/// # Errors
/// If a trial has two different records.
pub fn warn_of_damage(records: &Archive, printer: &Printer) -> Result<(), CommandFailure> {
    if !records.damaged.is_empty() {
        let (are, their) = if records.damaged.len() == 1 { (" is", "its") } else { ("s are", "their") };
        printer.note(&format!(
            "warning: {} file{are} damaged in the store and not read: `sweep run` trains {their} trials again",
            records.damaged.len(),
        ));
        for path in records.damaged.iter().take(5) {
            printer.note(&format!("  {}", path.display()));
        }
    }
    refuse_contradictions(records)
}

/// # Errors
/// If a trial has two different records.
pub fn refuse_contradictions(records: &Archive) -> Result<(), CommandFailure> {
    if let Some(id) = records.contradictions.first() {
        return Err(CommandFailure::new(
            CommandFailure::DIFFERENT,
            format!(
                "there are different results of the same trial {} ({} such): the promise of equal bytes is broken; \
                 `sweep run --fresh` trains into a new store, and please report it",
                id.short(),
                records.contradictions.len()
            ),
        ));
    }
    Ok(())
}

/// The most numbers of predictions that a report keeps in memory.
const MOST_PREDICTIONS: u64 = 1 << 25;

/// Adds what chosen trials predict for test rows, where a report reads it, as far as the store keeps it.
///
/// # Errors
/// If the store cannot be read.
pub fn add_predictions(
    study: &mut Study,
    bound: &BoundPlan<'_>,
    identities: &Identities,
    store: &Store,
) -> Result<(), CommandFailure> {
    let wanted = chosen::reported(study, bound, identities);
    let numbers = |first: usize| {
        let shape = bound.shape_of(&bound.trial(first));
        shape.n_test.saturating_mul(shape.n_outputs as u64)
    };
    let numbers = wanted.keys().fold(0_u64, |sum, (first, ..)| sum.saturating_add(numbers(*first)));
    if wanted.is_empty() || numbers > MOST_PREDICTIONS {
        return Ok(());
    }
    let key = |one: &ChosenOutputs| {
        Some((identities.find_current(&one.trial, &one.revisions)?, one.best_epoch, one.preparation))
    };
    let kept = store.read_chosen(|one| key(one).is_some_and(|key| wanted.contains_key(&key)))?;
    let preparations = store.read_preparations(|id| kept.iter().any(|one| one.preparation == *id))?;
    // The targets, how many there are of a row, and the weights.
    type RowsOfTest = (Arc<[f64]>, usize, Option<Arc<[f64]>>);
    let of_rows = |known: Preparation| {
        let n_targets = known.test_targets.len().checked_div(known.test_rows.len()).unwrap_or(1).max(1);
        (known.id, (known.test_targets.into(), n_targets, known.test_weights.map(Arc::from)))
    };
    let rows: HashMap<Id, RowsOfTest> = preparations.into_iter().map(of_rows).collect();
    for one in kept {
        let (Some(trials), Some((targets, n_targets, weights))) =
            (key(&one).and_then(|key| wanted.get(&key)), rows.get(&one.preparation))
        else {
            continue;
        };
        for &trial in trials {
            let kind = bound.shape_of(&bound.trial(trial)).predicts;
            let (targets, n_targets, weights) = (Arc::clone(targets), *n_targets, weights.clone());
            let predictions = TestPredictions { kind, outputs: one.outputs.clone(), targets, n_targets, weights };
            study.test_predictions.insert(trial, predictions);
        }
    }
    Ok(())
}

/// The study that reporting reads, and its curves.
#[must_use]
pub fn study(bound: &BoundPlan<'_>, archive: Archive, theory: &[TheoryEntry]) -> (Study, Arc<StoredCurves>) {
    let selected = plan::select_theory(bound, theory);
    let (trials, curves) = archive.split();
    let study = bound.study(trials, Arc::<StoredCurves>::clone(&curves), selected);
    (study, curves)
}
