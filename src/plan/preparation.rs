//! The identity of what preparing a trial's data learns, and how many trials can be chosen.

use std::collections::HashSet;
use std::fmt::Write as _;

use super::data_canonical::data_canonical;
use super::{BoundPlan, PlannedTrial, dataset_key};
use crate::dataset::DIVIDE_BY;
use crate::record::{DataFacts, Id};

impl BoundPlan<'_> {
    /// The facts about the data set that a trial is trained on.
    #[must_use]
    pub fn facts_of(&self, trial: &PlannedTrial) -> Option<&DataFacts> {
        self.facts.get(&dataset_key(&self.setting(&trial.setting)))
    }

    /// Whether preparing a trial's data measures anything that is kept: it has test rows, or its features are scaled.
    #[must_use]
    pub fn is_measured(&self, trial: &PlannedTrial) -> bool {
        let values = self.setting(&trial.setting).dataset.values;
        let standardized = values.get("standardize").and_then(toml::Value::as_bool);
        self.shape_of(trial).n_test > 0 || standardized == Some(true) || values.contains_key(DIVIDE_BY)
    }

    /// The id of a trial's [`Preparation`](crate::record::Preparation): the hash of the canonical text of the prepared data, the
    /// revisions that made it, and the names of the features and of several targets, which the fingerprint of the numbers does
    /// not hold.
    #[must_use]
    pub fn preparation(&self, trial: &PlannedTrial) -> Option<Id> {
        let facts = self.facts_of(trial)?;
        let mut text = data_canonical(&self.setting(&trial.setting), &facts.fingerprint, trial.seed);
        text.push_str(&self.data_revisions[self.shape_of(trial).data_revisions as usize]);
        for name in &facts.feature_names {
            let _ = writeln!(text, "feature = {name:?}");
        }
        // Parameters are called by several targets.
        for name in facts.target_names().iter().filter(|_| !facts.other_targets.is_empty()) {
            let _ = writeln!(text, "target = {name:?}");
        }
        Some(Id::of(&text))
    }

    /// The ids of the preparations of all trials.
    #[must_use]
    pub fn preparations(&self) -> HashSet<Id> {
        let mut known = HashSet::new();
        let trials = (0..self.trials()).map(|index| self.trial(index));
        let first = trials.filter(|trial| known.insert((trial.setting.shape, self.data_number(trial))));
        first.filter_map(|trial| self.preparation(&trial)).collect()
    }

    /// The most trials with test rows that can be chosen, which are those of one setting of each contender of each task, and the
    /// most numbers that are kept of them.
    #[must_use]
    pub fn chosen_at_most(&self) -> (u64, u64) {
        let mut most = vec![(0, 0); self.plan.combinations.len()];
        for shape in &self.shapes {
            let trials = if shape.n_test == 0 {
                0
            } else if shape.deterministic {
                1
            } else {
                self.plan.seeds.len() as u64
            };
            // Outputs, and of each preparation the targets and positions of its test rows.
            let numbers = trials * 3 * shape.n_test;
            let known = &mut most[shape.combination];
            *known = (trials.max(known.0), numbers.max(known.1));
        }
        let all = self.plan.combinations.iter().zip(most).map(|(combination, (trials, numbers))| {
            let settings = combination.contenders_of_tasks(&self.plan.compare);
            (trials.saturating_mul(settings), numbers.saturating_mul(settings))
        });
        all.fold((0, 0), |sum: (u64, u64), one| (sum.0.saturating_add(one.0), sum.1.saturating_add(one.1)))
    }
}
