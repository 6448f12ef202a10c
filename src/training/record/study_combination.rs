//! The settings of one optimizer on one task, decoded from their positions in a grid.

use super::task_metrics::TaskMetrics;
use crate::parameter::Values;
use crate::shape::grid;

/// The settings of one dataset × model × optimizer, or of one value of the keys that are compared.
#[derive(Debug, Clone)]
pub struct StudyCombination {
    /// The data set: the name of its table, with what tells its rows or targets apart if the file lists several (`line noise 0.1`).
    pub dataset: String,
    /// Table names.
    pub table: String,
    pub model: String,
    /// What its task is measured by.
    pub metrics: TaskMetrics,
    pub optimizer_table: String,
    /// What competes on the task: the optimizer's table, or a value of the keys that are compared (`batch_size 8`; of one optimizer
    /// among several `sgd batch_size 8`).
    pub optimizer: String,
    /// The values of the keys that are compared, by qualified key; empty where the optimizer takes part as itself.
    pub level: Values,
    /// The same in words, in the order of `[report] compare`.
    pub levels: Vec<StudyLevel>,
    /// `"gd"`, `"sgd"`, …
    pub method: String,
    /// Whether its only learning rate is the default of its method.
    pub rate_is_default: bool,
    /// What somebody uses who tunes nothing. `None` if no program has a default learning rate of the method.
    pub untuned: Option<Untuned>,
    /// The hyperparameters that no axis sets, by qualified key (`optimizer.momentum`), with dots for nested tables
    /// (`optimizer.schedule.kind`).
    pub fixed: Values,
    /// The axes of its grid. The last one varies fastest.
    pub axes: Vec<StudyAxis>,
    pub settings: Vec<StudySetting>,
}

/// The value of a key that is compared (`[report] compare`).
#[derive(Debug, Clone, PartialEq)]
pub struct StudyLevel {
    /// The qualified key: `optimizer.momentum`.
    pub key: String,
    /// The value in words, as the contender's name has it: `momentum 0.9`.
    pub words: String,
    /// The same without the key: `0.9`.
    pub value: String,
    /// The number, if it is one.
    pub number: Option<f64>,
}

/// The defaults of a method.
#[derive(Debug, Clone, PartialEq)]
pub struct Untuned {
    /// The program whose learning rate it is.
    pub program: &'static str,
    pub learning_rate: f64,
    /// The other keys with their defaults, by qualified key: those of the method, and of others that differ from it in their defaults alone
    /// (AdamW from Adam).
    pub keys: Vec<Values>,
    /// The keys that may have any value, because no default of the method says it.
    pub free: &'static [&'static str],
}

impl Untuned {
    /// Whether hyperparameters have no other key of the method than at its default, whatever the learning rate is.
    #[must_use]
    pub fn has_defaults(&self, hyperparameters: &Values) -> bool {
        let is_default = |defaults: &Values| {
            hyperparameters.iter().all(|(key, value)| {
                let Some(name) = key.strip_prefix("optimizer.") else { return true };
                name == "learning_rate" || self.free.contains(&name) || defaults.get(key) == Some(value)
            })
        };
        self.keys.iter().any(is_default)
    }
}

/// One axis of a grid.
#[derive(Debug, Clone)]
pub struct StudyAxis {
    /// The qualified keys that vary along it (`optimizer.learning_rate`, `model.l2`, `train.epochs`).
    pub keys: Vec<String>,
    pub points: usize,
    /// The values that its points set, flat like [`StudyCombination::fixed`]: for each key, a value for each point that
    /// has it.
    pub columns: Vec<(String, Vec<Option<toml::Value>>)>,
}

impl StudyAxis {
    #[must_use]
    pub const fn new(keys: Vec<String>) -> Self {
        Self { keys, points: 0, columns: Vec::new() }
    }

    /// Adds a point.
    pub fn push(&mut self, point: Values) {
        for (key, value) in point {
            let known = self.columns.iter().position(|(column, _)| *column == key);
            let column = known.unwrap_or_else(|| {
                self.columns.push((key, Vec::new()));
                self.columns.len() - 1
            });
            let values = &mut self.columns[column].1;
            values.resize(self.points, None);
            values.push(Some(value));
        }
        self.points += 1;
    }

    /// The value of a key at a point.
    #[must_use]
    pub fn get(&self, key: &str, point: usize) -> Option<&toml::Value> {
        let (_, values) = self.columns.iter().find(|(column, _)| column == key)?;
        values.get(point)?.as_ref()
    }
}

/// One setting with its trials over seeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StudySetting {
    /// Position in the combination's grid.
    pub position: u64,
    /// Position among all settings of the plan.
    pub index: u32,
    /// Its trials in [`Study::trials`](super::Study::trials), one per seed.
    pub first_trial: u32,
    pub n_trials: u32,
    /// Whether nothing depends on the seed. The setting then has one trial, without a seed.
    pub deterministic: bool,
    /// Index into [`Study::regimes`](super::Study::regimes).
    pub regime: u32,
    /// The first half of a hash of what its trials share: their canonical text without the seed.
    pub hash: u64,
}

/// One hyperparameter over the settings of a combination.
pub struct StudyColumn<'a> {
    fixed: Option<&'a toml::Value>,
    /// The settings between two points, the number of points, and the values of the first points.
    axis: Option<(u64, usize, &'a [Option<toml::Value>])>,
}

impl<'a> StudyColumn<'a> {
    #[must_use]
    pub fn get(&self, setting: &StudySetting) -> Option<&'a toml::Value> {
        match self.axis {
            Some((_, _, values)) => values.get(self.point(setting))?.as_ref(),
            None => self.fixed,
        }
    }

    /// Its values: one per point of its axis, or a single one if no axis varies it.
    #[must_use]
    pub fn values(&self) -> Vec<Option<&'a toml::Value>> {
        match self.axis {
            Some((_, points, values)) => (0..points).map(|point| values.get(point)?.as_ref()).collect(),
            None => vec![self.fixed],
        }
    }

    /// The position of a setting among [`Self::values`].
    #[must_use]
    pub fn point(&self, setting: &StudySetting) -> usize {
        self.axis.map_or(0, |(stride, points, _)| digit(setting.position, stride, points))
    }
}

fn digit(position: u64, stride: u64, points: usize) -> usize {
    usize::try_from(grid::digit(position, stride, points as u64)).unwrap_or(0)
}

impl StudyCombination {
    /// Every hyperparameter of a setting by qualified key, defaults filled in.
    #[must_use]
    pub fn hyperparameters(&self, setting: &StudySetting) -> Values {
        let mut values = self.fixed.clone();
        for (axis, digit) in self.axes.iter().zip(self.digits(setting)) {
            let set = axis.columns.iter().filter_map(|(key, values)| Some((key.clone(), values.get(digit)?.clone()?)));
            values.extend(set);
        }
        values
    }

    /// The positions of a setting along the axes.
    #[must_use]
    pub fn digits(&self, setting: &StudySetting) -> Vec<usize> {
        (0..self.axes.len()).map(|axis| self.digit(setting, axis)).collect()
    }

    /// The position of a setting along one axis.
    #[must_use]
    pub fn digit(&self, setting: &StudySetting, axis: usize) -> usize {
        digit(setting.position, self.stride(axis), self.axes[axis].points)
    }

    /// Settings of the grid between two points of an axis.
    #[must_use]
    pub fn stride(&self, axis: usize) -> u64 {
        grid::stride(self.axes[axis + 1..].iter().map(|axis| axis.points as u64))
    }

    /// One hyperparameter over all settings.
    #[must_use]
    pub fn column<'a>(&'a self, key: &str) -> StudyColumn<'a> {
        let axis = self.axes.iter().enumerate().find_map(|(index, axis)| {
            let (_, values) = axis.columns.iter().find(|(column, _)| column == key)?;
            Some((self.stride(index), axis.points, values.as_slice()))
        });
        StudyColumn { fixed: self.fixed.get(key), axis }
    }

    /// Every key that any of its settings has.
    pub fn keys(&self) -> impl Iterator<Item = &String> {
        self.fixed.keys().chain(self.axes.iter().flat_map(|axis| &axis.columns).map(|(key, _)| key))
    }
}

impl StudySetting {
    /// The name of the setting in every table: 16 hexadecimal digits. It stays when settings are added beside it. The id of a
    /// trial without a seed begins with it.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{:016x}", self.hash)
    }

    /// Positions of its trials in [`Study::trials`](super::Study::trials).
    pub fn trials(&self) -> impl Iterator<Item = usize> + use<> {
        let first = self.first_trial as usize;
        first..first + self.n_trials as usize
    }
}
