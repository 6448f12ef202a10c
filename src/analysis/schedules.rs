//! The schedules that a task compares: the rate of each update as a share of the learning rate. They follow from what the plan says;
//! those that follow losses, from recorded ones.

use std::collections::{BTreeSet, HashSet};

use super::contender::Contender;
use super::label::{label, number};
use super::replayed_rates::{Replayed, replay};
use super::score::SettingResult;
use crate::parameter::Values;
use crate::record::{Study, StudyColumn, StudyCombination};
use crate::schedule::{self, Horizon, Schedule};

/// The keys of a schedule, as the study names them.
const SCHEDULE: &str = "optimizer.schedule.";
const KIND: &str = "optimizer.schedule.kind";
/// The most schedules of a task.
const MOST_SCHEDULES: usize = 40;
/// The most updates of a curve. Between two of them a line is as good as the truth to the eye.
const MOST_UPDATES: u64 = 600;
/// Means are over all updates, or over this many, evenly spread.
const MOST_SUMMED: u64 = 100_000;

/// One schedule over a trial of one length.
#[derive(Debug, Clone, PartialEq)]
pub struct ScheduleCurve {
    /// Its kind, and what tells it from the others of that kind here: `step, every 30`.
    pub label: String,
    /// Its keys as a file has them, with the defaults.
    pub keys: Values,
    /// The optimizers that have it, with the best setting of each that does: positions among the contenders of the task, and
    /// among the settings of the contender.
    pub users: Vec<(usize, usize)>,
    pub horizon: Horizon,
    /// Whether the rates follow the losses of each trial. They are then those of the best setting's trials, from their recorded
    /// losses, if these are known.
    pub follows_losses: bool,
    /// (updates done before, α_k/α), ascending, from 0 to the last update: the median over trials if it follows their losses. Empty if
    /// it is not known.
    pub points: Vec<(u64, f64)>,
    /// The quartiles over trials, if it follows their losses.
    pub band: Vec<(u64, f64, f64)>,
    /// The number of these trials.
    pub trials: usize,
    /// The mean of α_k/α over the updates of the trial.
    pub mean: Option<f64>,
}

impl ScheduleCurve {
    /// α_k/α of the update that follows a share of the trial; of the last one if the share is 1.
    #[must_use]
    pub fn after(&self, share: f64) -> Option<f64> {
        let last = self.points.last()?.0;
        let at = (share * self.horizon.steps as f64).round() as u64;
        let found = self.points.partition_point(|(k, _)| *k < at.min(last));
        self.points.get(found).map(|point| point.1)
    }
}

/// A difference in α_k/α that no eye sees.
const UNSEEN: f64 = 0.01;

impl ScheduleCurve {
    /// Whether another curve of the same keys, over as many epochs of another number of updates, is drawn where this one is.
    fn looks_like(&self, other: &Self) -> bool {
        let epochs = |curve: &Self| curve.horizon.steps.checked_div(curve.horizon.steps_per_epoch);
        let near = |part: u32| {
            let share = f64::from(part) / 20.0;
            let (one, two) = (self.after(share), other.after(share));
            one.zip(two).is_some_and(|(one, two)| (one - two).abs() <= UNSEEN)
        };
        let unrelated = self.follows_losses || other.follows_losses || self.keys != other.keys;
        // (The first of few updates stands for a longer stretch than the first of many.)
        !unrelated && epochs(self) == epochs(other) && (1..20).all(near)
    }
}

/// What a setting says of its schedule, by the columns of its combination.
struct Columns<'a> {
    keys: Vec<(&'a str, StudyColumn<'a>)>,
    epochs: StudyColumn<'a>,
    batch_size: StudyColumn<'a>,
}

impl<'a> Columns<'a> {
    fn of(combination: &'a StudyCombination) -> Self {
        let names: BTreeSet<&String> = combination.keys().filter(|key| key.starts_with(SCHEDULE)).collect();
        Self {
            keys: names.into_iter().map(|key| (key.as_str(), combination.column(key))).collect(),
            epochs: combination.column("train.epochs"),
            batch_size: combination.column("optimizer.batch_size"),
        }
    }

    fn keys(&self, result: &SettingResult<'_>) -> Values {
        let value =
            |(key, column): &(&str, StudyColumn<'_>)| Some(((*key).to_owned(), column.get(result.setting)?.clone()));
        self.keys.iter().filter_map(value).collect()
    }

    /// The planned length of a setting's trials.
    fn horizon(&self, result: &SettingResult<'_>, n_train: u64) -> Option<Horizon> {
        let setting = result.setting;
        let epochs =
            self.epochs.get(setting).and_then(toml::Value::as_integer).and_then(|epochs| u64::try_from(epochs).ok())?;
        let steps_per_epoch = match result.study.batch_size(setting, self.batch_size.get(setting)) {
            Some((Some(rows), false)) => n_train.div_ceil(rows.max(1)),
            _ => 1,
        };
        Some(Horizon { steps: epochs.saturating_mul(steps_per_epoch), steps_per_epoch })
    }
}

/// The schedules of a task, in the order of its optimizers, those of an optimizer by its best settings. Empty unless there are
/// several. `n_train` is the number of training rows.
pub fn schedules(study: &Study, contenders: &[Contender<'_>], n_train: u64) -> Vec<ScheduleCurve> {
    let mut found: Vec<ScheduleCurve> = Vec::new();
    for (index, contender) in contenders.iter().enumerate() {
        let columns = Columns::of(contender.combination);
        let mut seen: HashSet<Vec<usize>> = HashSet::new();
        let mut own: Vec<Values> = Vec::new();
        let ranked: HashSet<usize> = contender.ranking.order.iter().copied().collect();
        let unranked = (0..contender.settings.len()).filter(|position| !ranked.contains(position));
        for position in contender.ranking.order.iter().copied().chain(unranked) {
            let result = &contender.settings[position];
            // Its points on the axes of the schedule's keys.
            if !seen.insert(columns.keys.iter().map(|(_, column)| column.point(result.setting)).collect()) {
                continue;
            }
            let keys = columns.keys(result);
            // A schedule that is linked with other keys stands at several points.
            if own.contains(&keys) {
                continue;
            }
            own.push(keys.clone());
            let Some(horizon) = columns.horizon(result, n_train).filter(|_| !keys.is_empty()) else { continue };
            let same =
                |curve: &&mut ScheduleCurve| curve.keys == keys && curve.horizon == horizon && !curve.follows_losses;
            if let Some(curve) = found.iter_mut().find(same) {
                curve.users.push((index, position));
            } else if found.len() < MOST_SCHEDULES {
                let new = curve(keys, (index, position), horizon, (study, contender.combination, result));
                match new.as_ref().and_then(|new| found.iter_mut().find(|curve| curve.looks_like(new))) {
                    Some(curve) => curve.users.push((index, position)),
                    None => found.extend(new),
                }
            }
        }
    }
    let first = found.first().map(|curve| &curve.keys);
    if found.iter().all(|curve| Some(&curve.keys) == first) {
        return Vec::new();
    }
    name(&mut found, study, contenders);
    found
}

/// Its curve over a trial; `None` if this version knows no such schedule.
fn curve(
    keys: Values,
    user: (usize, usize),
    horizon: Horizon,
    (study, combination, result): (&Study, &StudyCombination, &SettingResult<'_>),
) -> Option<ScheduleCurve> {
    let own: Values = keys.iter().map(|(key, value)| (key.replacen(SCHEDULE, "", 1), value.clone())).collect();
    let schedule = schedule::read(Some(&toml::Value::Table(own))).ok()?;
    let follows_losses = schedule.memory().is_some();
    let known = ScheduleCurve {
        label: String::new(),
        keys,
        users: vec![user],
        horizon,
        follows_losses,
        points: Vec::new(),
        band: Vec::new(),
        trials: 0,
        mean: None,
    };
    if horizon.steps == 0 {
        return Some(known);
    }
    if follows_losses {
        let replayed = replay(study, combination, result.setting, &*schedule, horizon);
        return Some(match replayed {
            Some(Replayed { points, band, trials }) => {
                ScheduleCurve { mean: Some(mean_of_steps(&points)), points, band, trials, ..known }
            }
            None => known,
        });
    }
    Some(ScheduleCurve { points: points(&*schedule, horizon), mean: Some(mean(&*schedule, horizon)), ..known })
}

/// Updates from the first to the last, evenly spread.
fn spread(steps: u64, most: u64) -> impl Iterator<Item = u64> {
    let (last, count) = (steps.saturating_sub(1), steps.clamp(1, most + 1));
    (0..count).map(move |index| match count {
        1 => 0,
        _ => u64::try_from(u128::from(last) * u128::from(index) / u128::from(count - 1)).unwrap_or(last),
    })
}

fn points(schedule: &dyn Schedule, horizon: Horizon) -> Vec<(u64, f64)> {
    spread(horizon.steps, MOST_UPDATES).map(|k| (k, schedule.rate(1.0, k, horizon))).collect()
}

/// The mean of points that stand at the first and at the last update of each stretch.
fn mean_of_steps(points: &[(u64, f64)]) -> f64 {
    let last = points.last().map_or(0, |point| point.0);
    let stretch = |pair: &[(u64, f64)]| (pair[1].0 - pair[0].0) as f64 * (pair[0].1 + pair[1].1) / 2.0;
    let area = points.windows(2).map(stretch).fold(0.0, |sum, part| sum + part);
    if last == 0 { points.first().map_or(f64::NAN, |point| point.1) } else { area / last as f64 }
}

fn mean(schedule: &dyn Schedule, horizon: Horizon) -> f64 {
    let (sum, count) = spread(horizon.steps, MOST_SUMMED)
        .fold((0.0, 0.0), |(sum, count), k| (sum + schedule.rate(1.0, k, horizon), count + 1.0));
    sum / count
}

/// Names each schedule by its kind and by the keys in which it differs from others of that kind; where the same keys stand over
/// several lengths of a trial, by its optimizers.
fn name(all: &mut [ScheduleCurve], study: &Study, contenders: &[Contender<'_>]) {
    let kind =
        |curve: &ScheduleCurve| curve.keys.get(KIND).and_then(toml::Value::as_str).unwrap_or_default().to_owned();
    let labels: Vec<String> = all
        .iter()
        .map(|curve| {
            let same_kind = || all.iter().filter(|other| kind(other) == kind(curve));
            let keys: BTreeSet<&String> = same_kind().flat_map(|other| other.keys.keys()).collect();
            let differ = |key: &&String| {
                key.as_str() != KIND && same_kind().any(|other| other.keys.get(*key) != curve.keys.get(*key))
            };
            let differing: Vec<String> = keys.into_iter().filter(differ).cloned().collect();
            let said = label(&curve.keys, &differing, &study.labels);
            if said.is_empty() { kind(curve) } else { format!("{}, {said}", kind(curve)) }
        })
        .collect();
    for (index, curve) in all.iter_mut().enumerate() {
        let repeated = labels.iter().filter(|other| **other == labels[index]).count() > 1;
        let users: Vec<&str> =
            curve.users.iter().map(|(user, _)| contenders[*user].combination.optimizer.as_str()).collect();
        curve.label =
            if repeated { format!("{} ({})", labels[index], users.join(", ")) } else { labels[index].clone() };
    }
}

/// The learning rate of the best setting of an optimizer that has the schedule.
#[must_use]
pub fn rate_of(contender: &Contender<'_>, position: usize) -> Option<f64> {
    let column = contender.combination.column(super::label::LEARNING_RATE);
    column.get(contender.settings.get(position)?.setting).and_then(number)
}
