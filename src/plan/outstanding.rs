//! Which trials of a plan are still to be trained, given the records that exist.

use std::ops::Range;

use crate::record::{Identities, TrialTable};

/// Which failed trials are trained again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Retry {
    None,
    All,
    /// The failed trials at these positions in the plan.
    Trials(Vec<usize>),
}

/// The trials of a part of the plan that have no record, each identity once. A failed trial has a record. A record that lacks
/// a metric or the score's curve was not read as one.
#[must_use]
pub fn outstanding(identities: &Identities, trials: &TrialTable, part: Range<usize>, retry: &Retry) -> Vec<u32> {
    let wanted = |index: &usize| {
        let trial = trials.get(*index);
        let again = match retry {
            Retry::None => false,
            Retry::All => trial.is_failed(),
            Retry::Trials(named) => trial.is_failed() && named.contains(index),
        };
        (again || !trial.has_record()) && identities.repeats(*index).is_none()
    };
    part.filter(wanted).filter_map(|index| u32::try_from(index).ok()).collect()
}

/// The trials of a part of the plan, each identity once.
#[must_use]
pub fn distinct(identities: &Identities, part: Range<usize>) -> Vec<u32> {
    let first = |index: &usize| identities.repeats(*index).is_none();
    part.filter(first).filter_map(|index| u32::try_from(index).ok()).collect()
}

/// The number of trials that have a record and are not trained again, each identity counted once.
#[must_use]
pub fn recorded(identities: &Identities, trials: &TrialTable, outstanding: &[u32]) -> usize {
    let has_record = |index: &usize| trials.get(*index).has_record() && identities.repeats(*index).is_none();
    let again = outstanding.iter().filter(|index| trials.get(**index as usize).has_record()).count();
    (0..trials.len()).filter(has_record).count() - again
}
