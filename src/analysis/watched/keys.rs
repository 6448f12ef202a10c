//! The keys that tell the watched settings of a task apart, and their values.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::contender::Contender;
use crate::analysis::label::{LEARNING_RATE, label, varying_keys};
use crate::record::{KeyRole, Study};

/// A hyperparameter with the keys of its table: `model.init.kind` and `model.init.deviation` are one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyGroup {
    /// Its qualified key: `model.init`; `optimizer` for the optimizers themselves.
    pub key: String,
    /// The keys that vary.
    members: Vec<String>,
    pub role: KeyRole,
}

/// Stands for the optimizers themselves.
pub const OPTIMIZER: &str = "optimizer";

/// The keys that vary within some contender, sorted, and the optimizers if there are several.
#[must_use]
pub fn key_groups(study: &Study, contenders: &[Contender<'_>]) -> Vec<KeyGroup> {
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
            None => {
                let role = study.roles.get(&whole).copied().unwrap_or_default();
                groups.push(KeyGroup { key: whole, members: vec![key], role });
            }
        }
    }
    for group in &mut groups {
        group.drop_what_follows(contenders);
    }
    if contenders.len() > 1 {
        groups.push(KeyGroup {
            key: OPTIMIZER.to_owned(),
            members: Vec::new(),
            role: KeyRole::Remedy { of_start: false },
        });
    }
    groups
}

impl KeyGroup {
    /// Drops the keys of a row that have one value for each row: they follow from its name.
    fn drop_what_follows(&mut self, contenders: &[Contender<'_>]) {
        let Some(kind) = self.members.iter().find(|member| member.ends_with(".kind")).cloned() else { return };
        let follows = |member: &String| {
            let mut values: BTreeMap<Option<String>, Option<String>> = BTreeMap::new();
            contenders.iter().all(|contender| {
                let [kinds, members] = [&kind, member].map(|key| contender.combination.column(key));
                contender.settings.iter().all(|result| {
                    let text = |value: Option<&toml::Value>| value.map(ToString::to_string);
                    let (row, value) = (text(kinds.get(result.setting)), text(members.get(result.setting)));
                    *values.entry(row).or_insert_with(|| value.clone()) == value
                })
            })
        };
        self.members.retain(|member| *member == kind || !follows(member));
    }

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
