//! The keys that tell the watched settings of a task apart, and their values.

use std::collections::BTreeSet;

use crate::analysis::contender::Contender;
use crate::analysis::label::{LEARNING_RATE, label, varying_keys};
use crate::record::Study;

/// A hyperparameter with the keys of its table: `model.init.kind` and `model.init.deviation` are one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyGroup {
    /// Its qualified key: `model.init`; `optimizer` for the optimizers themselves.
    pub key: String,
    /// The keys that vary.
    members: Vec<String>,
}

/// Stands for the optimizers themselves.
pub const OPTIMIZER: &str = "optimizer";

/// The keys that vary within some contender, sorted, and the optimizers if there are several.
#[must_use]
pub fn key_groups(contenders: &[Contender<'_>]) -> Vec<KeyGroup> {
    let mut keys: BTreeSet<String> = BTreeSet::new();
    for contender in contenders {
        keys.extend(varying_keys(contender.combination));
        let rates: BTreeSet<u64> =
            contender.settings.iter().filter_map(|setting| Some(setting.learning_rate?.to_bits())).collect();
        if rates.len() > 1 {
            keys.insert(LEARNING_RATE.to_owned());
        }
    }
    let mut groups: Vec<KeyGroup> = Vec::new();
    for key in keys {
        let whole: Vec<&str> = key.split('.').take(2).collect();
        let whole = whole.join(".");
        match groups.iter_mut().find(|group| group.key == whole) {
            Some(group) => group.members.push(key),
            None => groups.push(KeyGroup { key: whole, members: vec![key] }),
        }
    }
    if contenders.len() > 1 {
        groups.push(KeyGroup { key: OPTIMIZER.to_owned(), members: Vec::new() });
    }
    groups
}

impl KeyGroup {
    /// The value of a setting in words: `init normal, deviation 1.0`.
    #[must_use]
    pub fn level(&self, study: &Study, contender: &Contender<'_>, setting: usize) -> String {
        if self.members.is_empty() {
            return contender.name().to_owned();
        }
        let values = contender.combination.hyperparameters(contender.settings[setting].setting);
        // The word of a row before its keys.
        let mut members = self.members.clone();
        members.sort_by_key(|member| !member.ends_with(".kind"));
        label(&values, &members, &study.labels)
    }
}
