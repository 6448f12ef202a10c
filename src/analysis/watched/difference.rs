//! What a remedy changes: the keys in which a setting with it differs from the same without.

use super::setting::WatchedSetting;
use crate::record::KeyRole;

/// The keys of remedies, optimizers and their rates in which a setting differs from a plain one, with its values: one key, or several that
/// move together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference(Vec<(usize, String)>);

impl Difference {
    /// What tells `other` from `plain`. `None` if they start otherwise, or differ in how steps are taken alone.
    fn between(plain: &WatchedSetting, other: &WatchedSetting, roles: &[KeyRole]) -> Option<Self> {
        if plain.layers != other.layers {
            return None;
        }
        let mut keys = Vec::new();
        for (key, (own, others)) in plain.levels.iter().zip(&other.levels).enumerate() {
            match roles[key] {
                _ if own == others => {}
                KeyRole::Start => return None,
                _ => keys.push((key, others.clone())),
            }
        }
        keys.iter().any(|(key, _)| roles[*key].is_remedy()).then_some(Self(keys))
    }

    /// Whether it is what tells `other` from `plain`.
    pub fn is_of(&self, plain: &WatchedSetting, other: &WatchedSetting, roles: &[KeyRole]) -> bool {
        Self::between(plain, other, roles).as_ref() == Some(self)
    }

    /// Whether it has all that another has, and more.
    fn contains(&self, other: &Self) -> bool {
        other.0.len() < self.0.len() && other.0.iter().all(|change| self.0.contains(change))
    }

    /// `norm batch`, `l1 0.0001, l2 0.001`
    pub fn words(&self) -> String {
        let words = self.0.iter().map(|(_, words)| words.as_str()).filter(|words| !words.is_empty());
        words.collect::<Vec<_>>().join(", ")
    }
}

/// The differences from plain settings that contain no smaller one, by their keys and then in the order of the settings.
pub fn columns(settings: &[WatchedSetting], plain: &[usize], roles: &[KeyRole]) -> Vec<Difference> {
    let mut found: Vec<Difference> = Vec::new();
    for at in plain {
        for difference in settings.iter().filter_map(|one| Difference::between(&settings[*at], one, roles)) {
            if !found.contains(&difference) {
                found.push(difference);
            }
        }
    }
    let smallest = |one: &&Difference| !found.iter().any(|other| one.contains(other)) && !one.words().is_empty();
    let mut columns: Vec<Difference> = found.iter().filter(smallest).cloned().collect();
    columns.sort_by_key(|difference| difference.0.first().map(|(key, _)| *key));
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    const REMEDY: KeyRole = KeyRole::Remedy { of_start: false };

    fn setting(levels: &[&str]) -> WatchedSetting {
        WatchedSetting {
            contender: 0,
            setting: 0,
            levels: levels.iter().map(|level| (*level).to_owned()).collect(),
            layers: 3,
            start: None,
            end: None,
            distance: None,
            trains: None,
            remedies: 0,
            diverged_after: None,
        }
    }

    fn words(settings: &[WatchedSetting], roles: &[KeyRole]) -> Vec<String> {
        columns(settings, &[0], roles).iter().map(Difference::words).collect()
    }

    #[test]
    fn keys_that_move_together_are_one_column() {
        let settings = [
            setting(&["relu", "l1 0", "l2 0"]),
            setting(&["relu", "l1 0.1", "l2 0.2"]),
            setting(&["tanh", "l1 0", "l2 0.2"]),
        ];
        assert_eq!(words(&settings, &[KeyRole::Start, REMEDY, REMEDY]), ["l1 0.1, l2 0.2"], "tanh starts otherwise");
    }

    #[test]
    fn an_optimizer_has_a_column_for_each_value_of_its_own_key() {
        let settings =
            [setting(&["", "sgd"]), setting(&["clip_norm 0.5", "clipped"]), setting(&["clip_norm 1", "clipped"])];
        assert_eq!(words(&settings, &[REMEDY, REMEDY]), ["clip_norm 0.5, clipped", "clip_norm 1, clipped"]);
    }

    #[test]
    fn two_at_once_are_no_column_where_one_is_and_a_rate_alone_is_none() {
        let settings = [
            setting(&["norm none", "rate 0.1", "sgd"]),
            setting(&["norm batch", "rate 0.1", "sgd"]),
            setting(&["norm batch", "rate 0.2", "sgd"]),
            setting(&["norm none", "rate 0.2", "sgd"]),
            setting(&["norm batch", "rate 0.1", "clipped"]),
            setting(&["norm none", "rate 0.3", "clipped"]),
        ];
        assert_eq!(words(&settings, &[REMEDY, KeyRole::Knob, REMEDY]), ["norm batch", "rate 0.3, clipped"]);
    }
}
