//! The planned trials of a study as rows, with everything that names them.

use std::ops::Range;

use crate::record::{Study, StudySetting, Trial};

/// A planned trial with its combination, setting and seed.
pub(super) struct TrialRow<'a> {
    /// Its position among the study's combinations.
    pub combination: usize,
    pub setting: &'a StudySetting,
    pub seed: Option<u64>,
    pub trial: Trial<'a>,
}

/// The rows of these trials, in the plan's order.
pub(super) fn rows<'a>(study: &'a Study, trials: &Range<usize>) -> Vec<TrialRow<'a>> {
    let mut rows = Vec::with_capacity(trials.len());
    for (combination, known) in study.combinations.iter().enumerate() {
        let first = known.settings.partition_point(|s| ((s.first_trial + s.n_trials) as usize) <= trials.start);
        for setting in &known.settings[first..] {
            if setting.first_trial as usize >= trials.end {
                break;
            }
            let inside = study.trials_of(setting).filter(|(_, trial)| trials.contains(&trial.index));
            rows.extend(inside.map(|(seed, trial)| TrialRow { combination, setting, seed, trial }));
        }
    }
    // The settings of one grid can belong to several tasks in turn.
    rows.sort_unstable_by_key(|row| row.trial.index);
    rows
}
