//! Which values of a key help: settings that differ in it alone, held against each other.

use std::collections::{BTreeMap, BTreeSet};

use super::flow::FlowAnswer;
use super::setting::WatchedSetting;
use crate::record::KeyRole;

/// The values of one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remedy {
    /// The position of the key.
    pub key: usize,
    /// Whether the gradient before training is the same with every value, as it is of what acts on steps alone.
    pub same_start: bool,
    pub levels: Vec<RemedyLevel>,
}

/// One value, over settings that exist with each of the key's values.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RemedyLevel {
    pub words: String,
    /// The networks with their starts: each once, whatever the steps are.
    pub starts: usize,
    /// Of these, how the gradient passes before training.
    pub vanish: usize,
    pub explode: usize,
    /// Whose gradient at the start is not on record.
    pub unknown: usize,
    pub settings: usize,
    /// The settings whose gradient passes at the start, and vanishes by the end.
    pub vanish_later: usize,
    pub train: usize,
}

impl RemedyLevel {
    fn add_start(&mut self, setting: &WatchedSetting) {
        self.starts += 1;
        match setting.start.as_ref().map(super::Flow::answer) {
            Some(FlowAnswer::Vanishes) => self.vanish += 1,
            Some(FlowAnswer::Explodes) => self.explode += 1,
            Some(FlowAnswer::Passes) => {}
            None => self.unknown += 1,
        }
    }

    fn add(&mut self, setting: &WatchedSetting) {
        self.settings += 1;
        let answer = |flow: &Option<super::Flow>| flow.as_ref().map(super::Flow::answer);
        let later = (answer(&setting.start), answer(&setting.end));
        self.vanish_later += usize::from(later == (Some(FlowAnswer::Passes), Some(FlowAnswer::Vanishes)));
        self.train += usize::from(setting.trains == Some(true));
    }

    /// The starts whose gradient passes.
    #[must_use]
    pub const fn pass(&self) -> usize {
        self.starts - self.vanish - self.explode - self.unknown
    }
}

/// For each key its values, where some settings differ in that key alone. Only these count, in groups that have every value. A key that
/// tells how steps are taken is no remedy.
#[must_use]
pub fn remedies(settings: &[WatchedSetting], roles: &[KeyRole]) -> Vec<Remedy> {
    let keys = (0..roles.len()).filter(|key| roles[*key] != KeyRole::Knob);
    keys.filter_map(|key| remedy(settings, roles, key)).collect()
}

fn remedy(settings: &[WatchedSetting], roles: &[KeyRole], key: usize) -> Option<Remedy> {
    let mut levels: Vec<&str> = Vec::new();
    let mut groups: BTreeMap<Vec<&str>, Vec<&WatchedSetting>> = BTreeMap::new();
    for setting in settings {
        if !levels.contains(&setting.levels[key].as_str()) {
            levels.push(&setting.levels[key]);
        }
        let others = setting.levels.iter().enumerate().filter(|(other, _)| *other != key);
        groups.entry(others.map(|(_, words)| words.as_str()).collect()).or_default().push(setting);
    }
    let mut found: Vec<RemedyLevel> =
        levels.iter().map(|words| RemedyLevel { words: (*words).to_owned(), ..RemedyLevel::default() }).collect();
    let whole = groups.values().filter(|members| {
        members.len() == levels.len() && levels.iter().all(|words| members.iter().any(|one| one.levels[key] == *words))
    });
    let mut starts: BTreeSet<Vec<&str>> = BTreeSet::new();
    for setting in whole.flatten() {
        if let Some(level) = found.iter_mut().find(|level| level.words == setting.levels[key]) {
            let decides = |at: usize| at == key || roles[at].decides_the_start();
            let start = (0..roles.len()).filter(|at| decides(*at)).map(|at| setting.levels[at].as_str());
            if starts.insert(start.collect()) {
                level.add_start(setting);
            }
            level.add(setting);
        }
    }
    let same_start = !roles[key].decides_the_start();
    (found.len() > 1 && found[0].settings > 0).then_some(Remedy { key, same_start, levels: found })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::watched::Flow;

    fn setting(levels: [&str; 2], ratio: Option<f64>, trains: bool) -> WatchedSetting {
        WatchedSetting {
            contender: 0,
            setting: 0,
            levels: levels.map(str::to_owned).to_vec(),
            layers: 3,
            start: ratio.map(|first| Flow { epoch: 0, first, last: 1.0, largest_relative: 1.0 }),
            end: None,
            distance: None,
            trains: Some(trains),
            remedies: 0,
            diverged_after: None,
        }
    }

    #[test]
    fn only_settings_that_exist_with_each_value_are_held_against_each_other() {
        let settings = [
            setting(["none", "sigmoid"], Some(1e-9), false),
            setting(["batch", "sigmoid"], Some(0.5), true),
            setting(["none", "relu"], Some(1e9), false),
            setting(["batch", "relu"], None, true),
            setting(["none", "tanh"], Some(0.5), true),
        ];
        let found = remedies(&settings, &[KeyRole::Remedy { of_start: true }, KeyRole::Start]);
        assert_eq!(found.iter().map(|remedy| remedy.key).collect::<Vec<_>>(), [0, 1]);
        assert_eq!(
            found[1].levels.iter().map(|level| level.settings).collect::<Vec<_>>(),
            [1; 3],
            "tanh has no batch norm"
        );
        let level = |index: usize| {
            let level = &found[0].levels[index];
            (
                level.words.as_str(),
                level.settings,
                level.vanish,
                level.explode,
                level.pass(),
                level.unknown,
                level.train,
            )
        };
        assert_eq!(level(0), ("none", 2, 1, 1, 0, 0, 0));
        assert_eq!(level(1), ("batch", 2, 0, 0, 1, 1, 2));
    }

    #[test]
    fn a_start_counts_once_and_rates_are_no_remedies() {
        let mut settings = Vec::new();
        for (activation, ratio) in [("sigmoid", 1e-9), ("relu", 0.5)] {
            for rate in ["rate 0.1", "rate 0.2", "rate 0.3"] {
                settings.push(setting([activation, rate], Some(ratio), rate == "rate 0.2"));
            }
        }
        let found = remedies(&settings, &[KeyRole::Start, KeyRole::Knob]);
        assert_eq!(found.iter().map(|remedy| remedy.key).collect::<Vec<_>>(), [0]);
        let [sigmoid, relu] = &found[0].levels[..] else { panic!("two values") };
        assert_eq!((sigmoid.starts, sigmoid.vanish, sigmoid.settings, sigmoid.train), (1, 1, 3, 1));
        assert_eq!((relu.starts, relu.pass(), relu.settings, relu.train), (1, 1, 3, 1));
    }
}
