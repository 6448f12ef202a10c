//! The stability limits of a combination's settings, and the trials beyond them.

use std::collections::HashMap;

use super::label::{LEARNING_RATE, number};
use crate::record::{Study, StudyColumn, StudyCombination, StudySetting, Trial};
use crate::shape::Regime;
use crate::theory::largest_stable_rate;

/// The largest stable rates of a combination's settings. Each is computed once.
pub struct StabilityLimits<'a> {
    study: &'a Study,
    rates: StudyColumn<'a>,
    /// By the number of the regime and the number of the problem in the study.
    known: HashMap<(u32, u32), Option<f64>>,
}

impl<'a> StabilityLimits<'a> {
    pub fn of(study: &'a Study, combination: &'a StudyCombination) -> Self {
        Self { study, rates: combination.column(LEARNING_RATE), known: HashMap::new() }
    }

    pub fn rate(&self, setting: &StudySetting) -> Option<f64> {
        self.rates.get(setting).and_then(number)
    }

    /// The number of completed trials of a setting whose rate lies beyond the limit.
    pub fn unstable(&mut self, setting: &StudySetting) -> u32 {
        let study = self.study;
        let mut unstable = 0;
        for trial in study.records_of(setting) {
            unstable += u32::from(self.is_unstable(setting, &trial));
        }
        unstable
    }

    /// Whether a completed trial of a setting has a rate beyond the limit.
    pub fn is_unstable(&mut self, setting: &StudySetting, trial: &Trial<'_>) -> bool {
        let Some(rate) = self.rate(setting).filter(|_| trial.is_completed()) else { return false };
        let Some(regime @ Regime::Full(_)) = self.study.regime(setting) else { return false };
        let Some(problem) = trial.problem_number() else { return false };
        let limit = *self.known.entry((setting.regime, problem)).or_insert_with(|| {
            let record = trial.problem().and_then(|id| self.study.problems.get(&id));
            record.and_then(|record| largest_stable_rate(regime, record))
        });
        limit.is_some_and(|limit| rate > limit)
    }
}
