//! The schedules that a task compares: the rate of each update as a share of the learning rate. They follow from what the plan says,
//! and from no record.

use std::collections::{BTreeSet, HashMap};

use super::contender::Contender;
use super::label::{label, number};
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
    /// Whether the rates follow the losses of each trial. They are then not known from the plan, and there is no curve.
    pub follows_losses: bool,
    /// (updates done before, α_k/α), ascending, from 0 to the last update.
    pub points: Vec<(u64, f64)>,
    /// The mean of α_k/α over the updates of the trial.
    pub mean: f64,
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
    let mut known: HashMap<(String, u64, u64), usize> = HashMap::new();
    for (index, contender) in contenders.iter().enumerate() {
        let columns = Columns::of(contender.combination);
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let ranked: BTreeSet<usize> = contender.ranking.order.iter().copied().collect();
        let unranked = (0..contender.settings.len()).filter(|position| !ranked.contains(position));
        for position in contender.ranking.order.iter().copied().chain(unranked) {
            let result = &contender.settings[position];
            let value = |(key, column): &(&str, StudyColumn<'_>)| {
                Some(((*key).to_owned(), column.get(result.setting)?.clone()))
            };
            let keys: Values = columns.keys.iter().filter_map(value).collect();
            let text = keys.to_string();
            if keys.is_empty() || !seen.insert(text.clone()) {
                continue;
            }
            let Some(horizon) = columns.horizon(result, n_train) else { continue };
            let at = *known.entry((text, horizon.steps, horizon.steps_per_epoch)).or_insert(found.len());
            if let Some(curve) = found.get_mut(at) {
                curve.users.push((index, position));
            } else if let Some(curve) = curve(keys, (index, position), horizon).filter(|_| found.len() < MOST_SCHEDULES)
            {
                found.push(curve);
            } else {
                known.retain(|_, place| *place != at);
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
fn curve(keys: Values, user: (usize, usize), horizon: Horizon) -> Option<ScheduleCurve> {
    let own: Values = keys.iter().map(|(key, value)| (key.replacen(SCHEDULE, "", 1), value.clone())).collect();
    let schedule = schedule::read(Some(&toml::Value::Table(own))).ok()?;
    let follows_losses = schedule.memory().is_some();
    let (points, mean) = match follows_losses || horizon.steps == 0 {
        true => (Vec::new(), f64::NAN),
        false => (points(&*schedule, horizon), mean(&*schedule, horizon)),
    };
    Some(ScheduleCurve { label: String::new(), keys, users: vec![user], horizon, follows_losses, points, mean })
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
