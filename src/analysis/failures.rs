//! The trials that failed, grouped by their message.

use std::collections::BTreeMap;

use crate::record::Study;

/// The failed trials that share a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailureGroup {
    pub message: String,
    pub count: usize,
    /// The first such trial: optimizer, position of its setting in the plan, seed.
    pub optimizer: String,
    pub setting: u64,
    pub seed: Option<u64>,
}

pub fn failures(study: &Study) -> Vec<FailureGroup> {
    let mut by_message: BTreeMap<&str, FailureGroup> = BTreeMap::new();
    if !study.trials.iter().any(|trial| trial.is_failed()) {
        return Vec::new();
    }
    for combination in &study.combinations {
        for setting in &combination.settings {
            for (seed, trial) in study.trials_of(setting) {
                let Some(message) = trial.message() else { continue };
                let failure = by_message.entry(message).or_insert_with(|| FailureGroup {
                    message: message.to_owned(),
                    count: 0,
                    optimizer: combination.optimizer.clone(),
                    setting: u64::from(setting.index),
                    seed,
                });
                failure.count += 1;
            }
        }
    }
    let mut failures: Vec<FailureGroup> = by_message.into_values().collect();
    failures.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.message.cmp(&b.message)));
    failures
}
