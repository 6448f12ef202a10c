//! Which of many watched settings are drawn: a line for each value of one key, a panel for each of another, everything else the same.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::setting::WatchedSetting;
use crate::record::KeyRole;

/// The settings that are drawn: `[panels, lines]`, positions among the watched ones.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DrawnGrid {
    /// The positions of the keys whose values are panels and lines; `None` if none vary.
    pub panel_key: Option<usize>,
    pub line_key: Option<usize>,
    /// The titles of the panels; one without words if there is no key.
    pub panels: Vec<String>,
    pub lines: Vec<String>,
    /// The setting of each panel and line; `None` where there is none.
    pub settings: Vec<Vec<Option<usize>>>,
    /// The other keys and their values, in words: `depth 32, norm none`; and without those that change the number of layers.
    pub fixed: String,
    pub fixed_at_any_depth: String,
    /// The keys that change the number of layers.
    pub depth_keys: Vec<usize>,
    /// Whether every remedy that some setting lacks is off in the drawn settings, or in those of them that have the fewest.
    pub is_plain: bool,
    /// The numbers of values that are left out of panels and of lines.
    pub left_out: (usize, usize),
}

/// The most panels of a figure, and the most lines that can be told apart.
const MOST_PANELS: usize = 6;
const MOST_LINES: usize = 6;

impl DrawnGrid {
    /// Chooses among settings with several layers, by the role of each key. The two keys are those that move the flow most: of those that
    /// make the network and its start before remedies, and without those that change the number of layers, if there are others. Everything
    /// else is as in the group of settings that has the fewest remedies; of several the largest, the one with most layers, and the first by
    /// `places`, the contenders' places in the file.
    #[must_use]
    pub fn of(settings: &[WatchedSetting], roles: &[KeyRole], places: &[usize]) -> Self {
        let keys = roles.len();
        let is_drawn = |setting: &&WatchedSetting| setting.has_depth();
        let drawn: Vec<&WatchedSetting> = settings.iter().filter(is_drawn).collect();
        let varies = |key: &usize| drawn.windows(2).any(|pair| pair[0].levels[*key] != pair[1].levels[*key]);
        let moving: Vec<usize> = (0..keys).filter(varies).collect();
        let shapes = |key: &usize| changes_layers(&drawn, *key);
        let mut candidates: Vec<usize> = moving.iter().copied().filter(|key| !shapes(key)).collect();
        if candidates.is_empty() {
            candidates.clone_from(&moving);
        }
        let comes_later = |key: &usize| roles[*key] != KeyRole::Start;
        candidates.sort_by(|one, other| {
            let by_effect = effect(&drawn, *other).total_cmp(&effect(&drawn, *one));
            comes_later(one).cmp(&comes_later(other)).then(by_effect).then(one.cmp(other))
        });
        let (line_key, panel_key) = (candidates.first().copied(), candidates.get(1).copied());
        let others: Vec<usize> = (0..keys).filter(|key| Some(*key) != line_key && Some(*key) != panel_key).collect();
        let mut groups: BTreeMap<Vec<&str>, Vec<usize>> = BTreeMap::new();
        for (index, setting) in settings.iter().enumerate().filter(|(_, setting)| is_drawn(setting)) {
            let place = others.iter().map(|key| setting.levels[*key].as_str()).collect();
            groups.entry(place).or_default().push(index);
        }
        let layers = |members: &[usize]| members.iter().map(|index| settings[*index].layers).max().unwrap_or(0);
        let remedies = |members: &[usize]| members.iter().map(|index| settings[*index].remedies).min().unwrap_or(0);
        let best = groups.values().max_by_key(|members| {
            let first = members.first().map(|index| (places.get(settings[*index].contender), *index));
            (Reverse(remedies(members)), members.len(), layers(members), Reverse(first))
        });
        let Some(members) = best else { return Self::default() };
        let (panels, no_panels) = levels(settings, members, panel_key, MOST_PANELS);
        let (lines, no_lines) = levels(settings, members, line_key, MOST_LINES);
        let is = |setting: &WatchedSetting, key: Option<usize>, words: &str| {
            key.is_none_or(|key| setting.levels[key] == words)
        };
        let at = |panel: &str, line: &str| {
            members
                .iter()
                .copied()
                .find(|index| is(&settings[*index], panel_key, panel) && is(&settings[*index], line_key, line))
        };
        let of_panel = |panel: &String| lines.iter().map(|line| at(panel, line)).collect();
        // What all have in common without a choice needs no words.
        let told: Vec<usize> = others.into_iter().filter(|key| moving.contains(key)).collect();
        let depth_keys: Vec<usize> = moving.iter().copied().filter(shapes).collect();
        let elsewhere: Vec<usize> = told.iter().copied().filter(|key| !depth_keys.contains(key)).collect();
        let words = |keys: &[usize]| members.first().map_or_else(String::new, |first| settings[*first].words(keys));
        Self {
            panel_key,
            line_key,
            settings: panels.iter().map(of_panel).collect(),
            fixed: words(&told),
            fixed_at_any_depth: words(&elsewhere),
            depth_keys,
            is_plain: remedies(members) == 0,
            panels,
            lines,
            left_out: (no_panels, no_lines),
        }
    }

    /// The drawn settings, each once.
    pub fn all(&self) -> impl Iterator<Item = usize> + '_ {
        self.settings.iter().flatten().filter_map(|setting| *setting)
    }
}

/// The values of a key among some settings, in their order, and the number of those beyond the first `most`.
fn levels(settings: &[WatchedSetting], members: &[usize], key: Option<usize>, most: usize) -> (Vec<String>, usize) {
    let Some(key) = key else { return (vec![String::new()], 0) };
    let mut found: Vec<String> = Vec::new();
    for index in members {
        let words = &settings[*index].levels[key];
        if !found.contains(words) {
            found.push(words.clone());
        }
    }
    let left_out = found.len().saturating_sub(most);
    found.truncate(most);
    (found, left_out)
}

/// Whether settings that differ in a key alone differ in the number of layers.
fn changes_layers(settings: &[&WatchedSetting], key: usize) -> bool {
    let mut layers: BTreeMap<&str, usize> = BTreeMap::new();
    for setting in settings {
        layers
            .entry(&setting.levels[key])
            .and_modify(|most| *most = (*most).max(setting.layers))
            .or_insert(setting.layers);
    }
    let mut values = layers.values();
    let first = values.next();
    values.any(|other| Some(other) != first)
}

/// How much of the spread of the flow a key's values account for: of the logarithm of the ratio, and of the largest gradient beside its
/// block.
fn effect(settings: &[&WatchedSetting], key: usize) -> f64 {
    let logarithm =
        |value: f64| libm::log10(if value > 1e-30 { if value < 1e30 { value } else { 1e30 } } else { 1e-30 });
    let share = |number: &dyn Fn(&WatchedSetting) -> f64| {
        let values: Vec<(&str, f64)> =
            settings.iter().map(|setting| (setting.levels[key].as_str(), number(setting))).collect();
        let mean = |values: &[f64]| values.iter().fold(0.0, |sum, value| sum + value) / values.len().max(1) as f64;
        let all: Vec<f64> = values.iter().map(|(_, value)| *value).collect();
        let center = mean(&all);
        let total = all.iter().fold(0.0, |sum, value| sum + (value - center) * (value - center));
        let mut by_level: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
        values.iter().for_each(|(level, value)| by_level.entry(level).or_default().push(*value));
        let of_level = |values: &Vec<f64>| values.len() as f64 * (mean(values) - center) * (mean(values) - center);
        let between = by_level.values().fold(0.0, |sum, values| sum + of_level(values));
        if total > 0.0 { between / total } else { 0.0 }
    };
    let flow = |setting: &WatchedSetting, of: fn(&super::Flow) -> f64| setting.start.as_ref().map_or(0.0, of);
    share(&|setting| logarithm(flow(setting, super::Flow::ratio)))
        + share(&|setting| logarithm(flow(setting, |flow| flow.largest_relative)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::watched::Flow;

    fn setting(levels: [&str; 3], layers: usize, ratio: f64) -> WatchedSetting {
        WatchedSetting {
            contender: 0,
            setting: 0,
            levels: levels.map(str::to_owned).to_vec(),
            layers,
            start: Some(Flow { epoch: 0, first: ratio, last: 1.0, largest_relative: 1.0 }),
            end: None,
            distance: None,
            trains: None,
            remedies: 0,
            diverged_after: None,
        }
    }

    #[test]
    fn lines_and_panels_are_what_matters_most_at_the_greatest_depth() {
        let mut settings = Vec::new();
        for (depth, layers) in [("depth 2", 3), ("depth 32", 33)] {
            for (activation, small) in [("sigmoid", 0.25_f64), ("tanh", 0.9)] {
                for (init, shrink) in [("glorot", 1.0), ("small", 0.9)] {
                    settings.push(setting([depth, activation, init], layers, (small * shrink).powi(layers as i32)));
                }
            }
        }
        let grid = DrawnGrid::of(&settings, &[KeyRole::Start; 3], &[0]);
        assert_eq!((grid.line_key, grid.panel_key), (Some(1), Some(2)));
        assert_eq!((grid.fixed.as_str(), grid.left_out), ("depth 32", (0, 0)));
        assert_eq!(grid.lines, ["sigmoid", "tanh"]);
        assert_eq!(grid.settings, [[Some(4), Some(6)], [Some(5), Some(7)]]);
        let by_depth: Vec<WatchedSetting> =
            settings.iter().filter(|one| one.levels[1..] == ["tanh", "glorot"]).cloned().collect();
        let grid = DrawnGrid::of(&by_depth, &[KeyRole::Start; 3], &[0]);
        assert_eq!((grid.line_key, grid.panel_key, grid.lines.len()), (Some(0), None, 2), "nothing else varies");
        assert_eq!(DrawnGrid::of(&[], &[KeyRole::Start; 3], &[]), DrawnGrid::default());
    }

    #[test]
    fn the_group_without_remedies_is_drawn_and_of_several_the_first_of_the_file() {
        let mut settings = Vec::new();
        for (contender, norm) in [(0, "batch"), (1, "batch"), (1, "none"), (0, "none")] {
            for activation in ["sigmoid", "tanh", "relu"] {
                let mut one = setting([activation, norm, ["a", "b"][contender]], 9, 0.5);
                one.contender = contender;
                one.remedies = usize::from(norm == "batch");
                settings.push(one);
            }
        }
        let roles = [KeyRole::Start, KeyRole::Remedy { of_start: true }, KeyRole::Remedy { of_start: false }];
        // Fewer settings lack the norm, and the second contender comes first in the file.
        settings.remove(8);
        let drawn = |places: &[usize]| {
            let grid = DrawnGrid::of(&settings, &roles, places);
            assert_eq!((grid.line_key, grid.panel_key, grid.is_plain), (Some(0), Some(1), true));
            grid.fixed
        };
        assert_eq!(drawn(&[1, 0]), "a", "the larger group");
        settings.pop();
        let drawn = |places: &[usize]| DrawnGrid::of(&settings, &roles, places).fixed;
        assert_eq!((drawn(&[1, 0]), drawn(&[0, 1])), ("b".to_owned(), "a".to_owned()));
    }

    #[test]
    fn where_no_setting_lacks_all_remedies_those_with_the_fewest_are_drawn() {
        let mut settings = Vec::new();
        for (norm, clip, remedies) in [("batch", "clip", 2), ("batch", "", 1)] {
            for activation in ["sigmoid", "tanh"] {
                settings.push(WatchedSetting { remedies, ..setting([activation, norm, clip], 9, 0.5) });
            }
        }
        let roles = [KeyRole::Start, KeyRole::Remedy { of_start: true }, KeyRole::Remedy { of_start: false }];
        let grid = DrawnGrid::of(&settings, &roles, &[0]);
        assert_eq!((grid.is_plain, grid.all().count()), (false, 4), "clipping is the second key");
    }
}
