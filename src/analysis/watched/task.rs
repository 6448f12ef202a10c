//! What was watched of the settings of one task.

use std::collections::{BTreeMap, BTreeSet};

use super::chosen::DrawnGrid;
use super::flow::{Flow, is_weights};
use super::keys::{KeyGroup, OPTIMIZER, key_groups};
use super::medians::MedianWatched;
use super::remedies::{Remedy, remedies};
use super::remedy_matrix::RemedyMatrix;
use super::setting::WatchedSetting;
use crate::analysis::baselines::BaselineRow;
use crate::analysis::contender::Contender;
use crate::analysis::score::SettingResult;
use crate::baseline::MEAN;
use crate::record::{ACTIVATION_NORM, GRADIENT_NORM, KeyRole, Split, Study, TaskMetrics, Watch, WatchSet, Watched};

/// The most rates of a contender whose sharpness is drawn.
const MOST_RATES: usize = 4;

/// What was watched of one task.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskWatched {
    pub watches: WatchSet,
    /// What tells settings apart: qualified keys, or `optimizer`.
    pub keys: Vec<String>,
    /// Those with a record: first, of the settings that differ in how steps are taken alone, the one with the best score, without words for
    /// that; then, where several do, each of them.
    pub settings: Vec<WatchedSetting>,
    /// The number of the first ones, which are held against each other.
    pub tuned: usize,
    /// The keys that tell how steps are taken, of which each of the first ones has its best values.
    pub knobs: Vec<usize>,
    pub grid: DrawnGrid,
    /// For each contender the settings whose sharpness is drawn.
    pub rates: Vec<Vec<usize>>,
    /// Of the drawn settings.
    pub drawn: BTreeMap<usize, MedianWatched>,
    pub remedies: Vec<Remedy>,
    pub matrix: RemedyMatrix,
    /// The score of the baseline that a setting must beat.
    pub baseline: Option<f64>,
}

/// A trial with its evaluated epochs and what was watched of it.
type ReadTrial = (usize, (Vec<u64>, Watched));

/// What is kept of each trial of a setting.
#[derive(Default)]
struct Trials {
    layers: usize,
    start: Vec<Flow>,
    end: Vec<Flow>,
    /// The last evaluated epochs of trials that diverged.
    diverged_after: Vec<u64>,
}

/// `None` where nothing is watched, or no record holds it.
#[must_use]
pub fn task_watched(
    study: &Study,
    metrics: &TaskMetrics,
    contenders: &[Contender<'_>],
    baselines: &[BaselineRow],
    ranked_on: Split,
) -> Option<TaskWatched> {
    if metrics.watches.is_empty() {
        return None;
    }
    let groups = key_groups(study, contenders);
    let roles: Vec<KeyRole> = groups.iter().map(|group| group.role).collect();
    let mut places: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for (index, contender) in contenders.iter().enumerate() {
        for (setting, result) in contender.settings.iter().enumerate() {
            places.extend(study.records_of(result.setting).map(|trial| (trial.index, (index, setting))));
        }
    }
    let mut found: BTreeMap<(usize, usize), Trials> = BTreeMap::new();
    let trials: Vec<usize> = places.keys().copied().collect();
    study.curves.read_watched(&trials, &mut |trial, epochs, watched| {
        let Some(place) = places.get(&trial).filter(|_| !watched.watches.is_empty()) else { return };
        let of_setting = found.entry(*place).or_default();
        let blocks = watched.places(&GRADIENT_NORM).filter(|place| is_weights(place)).count();
        of_setting.layers = blocks.max(watched.places(&ACTIVATION_NORM).count());
        of_setting.start.extend(Flow::of(&watched, epochs, 0));
        if study.trials.get(trial).is_diverged() {
            // Its last evaluated epoch is none at which it ended.
            of_setting.diverged_after.extend(epochs.last());
        } else {
            of_setting.end.extend(Flow::of(&watched, epochs, epochs.len().wrapping_sub(1)));
        }
    });
    let mean = baselines.iter().find(|row| row.kind.name == MEAN.name);
    let baseline = mean.and_then(|row| row.of_metric(metrics.score, ranked_on)?.mean());
    let distance = |result: &SettingResult<'_>| result.distance().filter(|distance| distance.is_finite());
    let all = contenders.iter().flat_map(|contender| &contender.settings).filter_map(distance);
    let best = all.fold(f64::INFINITY, f64::min);
    let mut settings: Vec<WatchedSetting> = found
        .into_iter()
        .map(|((contender, setting), trials)| {
            let of = &contenders[contender];
            let distance = distance(&of.settings[setting]);
            let half_way = |baseline: f64| 0.5 * (metrics.score.distance(baseline) + best);
            let better = |baseline: f64| distance.is_some_and(|found| found < half_way(baseline));
            WatchedSetting {
                contender,
                setting,
                levels: groups.iter().map(|group| group.level(study, of, setting)).collect(),
                layers: trials.layers,
                start: Flow::median(&trials.start),
                end: Flow::median(&trials.end),
                distance,
                trains: baseline.map(better),
                remedies: 0,
                diverged_after: trials.diverged_after.iter().copied().max().filter(|_| trials.end.is_empty()),
            }
        })
        .collect();
    if settings.is_empty() {
        return None;
    }
    count_remedies(study, contenders, &mut settings);
    let knobs: Vec<usize> = (0..roles.len()).filter(|key| roles[*key] == KeyRole::Knob).collect();
    let mut all = settings;
    let mut settings = if knobs.is_empty() { std::mem::take(&mut all) } else { tuned(&all, &knobs) };
    let grid = DrawnGrid::of(&settings, &roles, &places_in_file(study, contenders));
    let (remedies, matrix) = (remedies(&settings, &roles), RemedyMatrix::of(&settings, &roles, &grid));
    let tuned = settings.len();
    settings.append(&mut all);
    let rates = contenders.iter().enumerate().map(|(index, contender)| rates(contender, index, &settings)).collect();
    let mut watched = TaskWatched {
        watches: metrics.watches,
        tuned,
        knobs,
        remedies,
        matrix,
        keys: groups.into_iter().map(|group: KeyGroup| group.key).collect(),
        settings,
        grid,
        rates,
        drawn: BTreeMap::new(),
        baseline,
    };
    watched.read(study, contenders);
    Some(watched)
}

/// Of the settings that differ in how steps are taken alone, the one with the best score; of several the first.
fn tuned(settings: &[WatchedSetting], knobs: &[usize]) -> Vec<WatchedSetting> {
    let mut best: BTreeMap<(usize, Vec<String>), usize> = BTreeMap::new();
    let mut order = Vec::new();
    let distance = |at: usize| settings[at].distance.unwrap_or(f64::INFINITY);
    let without_words = |setting: &WatchedSetting| {
        let mut levels = setting.levels.clone();
        knobs.iter().for_each(|key| levels[*key].clear());
        levels
    };
    for (at, setting) in settings.iter().enumerate() {
        let group = (setting.contender, without_words(setting));
        match best.get_mut(&group) {
            Some(known) if distance(at) < distance(*known) => *known = at,
            Some(_) => {}
            None => {
                order.push(group.clone());
                best.insert(group, at);
            }
        }
    }
    let tuned = |group: &(usize, Vec<String>)| {
        let at = best.get(group)?;
        Some(WatchedSetting { levels: group.1.clone(), ..settings[*at].clone() })
    };
    order.iter().filter_map(tuned).collect()
}

/// Counts the remedies of each setting that some other lacks.
fn count_remedies(study: &Study, contenders: &[Contender<'_>], settings: &mut [WatchedSetting]) {
    let own = |setting: &WatchedSetting| -> BTreeSet<String> {
        let of = &contenders[setting.contender];
        let values = of.combination.hyperparameters(of.settings[setting.setting].setting);
        let there = values.iter().filter(|(_, value)| !KeyRole::is_off(value)).filter_map(|(key, _)| {
            let whole = key.split('.').take(2).collect::<Vec<_>>().join(".");
            study.roles.get(&whole).copied().unwrap_or_default().is_remedy().then_some(whole)
        });
        there.collect()
    };
    let all: Vec<BTreeSet<String>> = settings.iter().map(own).collect();
    let everywhere = |key: &&String| all.iter().all(|own| own.contains(*key));
    for (setting, own) in settings.iter_mut().zip(&all) {
        setting.remedies = own.len() - own.iter().filter(everywhere).count();
    }
}

/// For each contender the place of its optimizer in the file.
fn places_in_file(study: &Study, contenders: &[Contender<'_>]) -> Vec<usize> {
    let declared = &study.declared.optimizers;
    let place = |contender: &Contender<'_>| {
        declared.iter().position(|table| *table == contender.combination.optimizer_table).unwrap_or(declared.len())
    };
    contenders.iter().map(place).collect()
}

/// The settings of a contender's best series whose rates are drawn, evenly spread.
fn rates(contender: &Contender<'_>, index: usize, settings: &[WatchedSetting]) -> Vec<usize> {
    let position = |setting: &usize| {
        settings.iter().rposition(|watched| watched.contender == index && watched.setting == *setting)
    };
    let series: Vec<usize> = match contender.best_series() {
        Some(series) => series.settings.iter().filter_map(position).collect(),
        None => contender.ranking.order.first().and_then(position).into_iter().collect(),
    };
    let count = series.len().min(MOST_RATES);
    let at = |place: usize| if count < 2 { 0 } else { place * (series.len() - 1) / (count - 1) };
    (0..count).map(|place| series[at(place)]).collect()
}

impl TaskWatched {
    /// Reads the series of what is drawn.
    fn read(&mut self, study: &Study, contenders: &[Contender<'_>]) {
        let sharpness =
            self.rates.iter().flatten().copied().filter(|_| self.watches.has(Watch::Sharpness) || !self.has_depth());
        let mut trials: BTreeMap<usize, usize> = BTreeMap::new();
        let cures = self.matrix.told_cures(&self.settings);
        let cures = cures.iter().flat_map(|(_, change)| {
            let row = &self.matrix.rows[change.row];
            std::iter::once(row.plain).chain(row.with[change.remedy])
        });
        for position in self.grid.all().chain(cures).chain(sharpness) {
            let WatchedSetting { contender, setting, .. } = self.settings[position];
            let result = &contenders[contender].settings[setting];
            trials.extend(study.records_of(result.setting).map(|trial| (trial.index, position)));
        }
        let mut found: BTreeMap<usize, Vec<ReadTrial>> = BTreeMap::new();
        let wanted: Vec<usize> = trials.keys().copied().collect();
        study.curves.read_watched(&wanted, &mut |trial, epochs, watched| {
            if let Some(position) = trials.get(&trial) {
                found.entry(*position).or_default().push((trial, (epochs.to_vec(), watched)));
            }
        });
        for (position, mut of_setting) in found {
            of_setting.sort_by_key(|(trial, _)| *trial);
            let of_setting: Vec<_> = of_setting.into_iter().map(|(_, watched)| watched).collect();
            self.drawn.extend(MedianWatched::of(&of_setting).map(|median| (position, median)));
        }
    }

    /// Whether there are several layers to compare.
    #[must_use]
    pub fn has_depth(&self) -> bool {
        self.settings.iter().any(WatchedSetting::has_depth)
    }

    /// The settings that are held against each other, with their positions.
    pub fn compared(&self) -> impl Iterator<Item = (usize, &WatchedSetting)> + Clone {
        self.settings.iter().enumerate().take(self.tuned)
    }

    /// A key as tables call it: `init`.
    #[must_use]
    pub fn key_name(&self, key: usize) -> &str {
        let name = &self.keys[key];
        if name == OPTIMIZER { name } else { name.rsplit_once('.').map_or(name, |(_, name)| name) }
    }

    /// All words that tell a setting apart.
    #[must_use]
    pub fn words(&self, position: usize) -> String {
        let keys: Vec<usize> = (0..self.keys.len()).collect();
        self.settings[position].words(&keys)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_settings_that_differ_in_their_steps_alone_the_best_is_held_against_others() {
        let setting = |setting: usize, levels: [&str; 2], distance: Option<f64>| WatchedSetting {
            contender: 0,
            setting,
            levels: levels.map(str::to_owned).to_vec(),
            layers: 3,
            start: None,
            end: None,
            distance,
            trains: None,
            remedies: 0,
            diverged_after: None,
        };
        let all = [
            setting(0, ["relu", "rate 0.1"], None),
            setting(1, ["relu", "rate 0.2"], Some(0.4)),
            setting(2, ["relu", "rate 0.3"], Some(0.4)),
            setting(3, ["tanh", "rate 0.1"], None),
        ];
        let found = tuned(&all, &[1]);
        let brief: Vec<_> = found.iter().map(|one| (one.setting, one.levels.join("/"), one.distance)).collect();
        assert_eq!(brief, [(1, "relu/".to_owned(), Some(0.4)), (3, "tanh/".to_owned(), None)]);
    }
}
