//! Computes the ids of all trials of a plan.

use rayon::prelude::*;

use super::canonical::{training_canonical, write_seed};
use super::{BoundPlan, PlannedTrial};
use crate::record::{Id, Identities};

impl BoundPlan<'_> {
    /// The first half of a hash of the text that all trials of a setting share, for each setting in the plan's order.
    pub(super) fn setting_hashes(&self) -> Vec<u64> {
        let hash = |texts: &mut (Vec<usize>, String), index: usize| {
            let (digits, text) = texts;
            text.clear();
            self.write_canonical(&self.planned_setting(index), digits, text);
            Id::of(text).0.first_chunk().map_or(0, |half| u64::from_be_bytes(*half))
        };
        (0..self.settings()).into_par_iter().map_init(Default::default, hash).collect()
    }

    /// The id of every trial, in the plan's order.
    #[must_use]
    pub fn identities(&self) -> Identities {
        const TOGETHER: usize = 4096;
        let mut ids = vec![Id([0; 32]); self.trials()];
        let mut parts = Vec::new();
        let mut rest = ids.as_mut_slice();
        for first in (0..self.settings()).step_by(TOGETHER) {
            let settings = first..self.settings().min(first + TOGETHER);
            let trials = |index| self.planned_setting(index).first_trial;
            let end = if settings.end < self.settings() { trials(settings.end) } else { self.trials() };
            let (part, after) = rest.split_at_mut(end - trials(settings.start));
            parts.push((settings, part));
            rest = after;
        }
        parts.into_par_iter().for_each(|(settings, part)| {
            let (mut digits, mut text) = (Vec::new(), String::new());
            let mut places = part.iter_mut();
            for setting in settings.map(|index| self.planned_setting(index)) {
                text.clear();
                self.write_canonical(&setting, &mut digits, &mut text);
                let shared = text.len();
                for (seed, place) in (0..setting.n_trials).zip(&mut places) {
                    write_seed(&mut text, self.trial_of(setting, seed).seed);
                    *place = Id::of(&text);
                    text.truncate(shared);
                }
            }
        });
        Identities::with_revisions(ids, self.revisions.clone(), self.revisions_by_trial())
            .with_metrics(self.plan.distinct_metrics(), self.metrics_by_trial())
    }

    /// The identity of a trial's training whatever its number of epochs: the hash of its canonical text without that. `None` if its
    /// schedule knows the end, so that with more epochs it takes other steps.
    #[must_use]
    pub fn training(&self, trial: &PlannedTrial) -> Option<Id> {
        if self.shape_of(trial).knows_the_end {
            return None;
        }
        let setting = self.setting(&trial.setting);
        let fingerprint = &self.facts_of(trial)?.fingerprint;
        let mut text = training_canonical(&setting, fingerprint);
        write_seed(&mut text, trial.seed);
        Some(Id::of(&text))
    }

    /// For each trial an index into the different metrics of tasks; empty if all have the same.
    fn metrics_by_trial(&self) -> Vec<u32> {
        let distinct = self.plan.distinct_metrics();
        if distinct.len() < 2 {
            return Vec::new();
        }
        let of =
            |metrics| distinct.iter().position(|known| known == metrics).and_then(|index| u32::try_from(index).ok());
        let of_combination: Vec<u32> =
            self.plan.metrics.iter().map(|metrics| of(metrics).unwrap_or_default()).collect();
        let mut by_trial = Vec::with_capacity(self.trials());
        for setting in (0..self.settings()).map(|index| self.planned_setting(index)) {
            by_trial.extend(std::iter::repeat_n(of_combination[setting.combination], setting.n_trials));
        }
        by_trial
    }

    /// For each trial the index of the revisions that its record must have; empty if all have the same.
    fn revisions_by_trial(&self) -> Vec<u32> {
        if self.revisions.len() < 2 {
            return Vec::new();
        }
        let mut by_trial = Vec::with_capacity(self.trials());
        for setting in (0..self.settings()).map(|index| self.planned_setting(index)) {
            by_trial.extend(std::iter::repeat_n(self.shapes[setting.shape].revisions, setting.n_trials));
        }
        by_trial
    }
}
