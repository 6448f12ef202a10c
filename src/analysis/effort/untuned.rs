//! An optimizer at the defaults of a program: the learning rate that the program takes where nothing is said, and every other key of the
//! method at its default. It is read off the planned settings; nothing is trained for it.

use std::collections::BTreeSet;

use super::choices::Choices;
use crate::analysis::contender::Contender;
use crate::analysis::estimate::Level;
use crate::analysis::label::LEARNING_RATE;
use crate::analysis::task::Task;

/// A planned rate this near to the default is the default: axes are rounded to 12 digits.
const ROUNDING: f64 = 1e-9;

/// The nearest planned rate stands for the default within half a decade.
const NEAR: f64 = 0.5;

/// Of a grid with more settings none is looked up.
const MOST_SETTINGS: usize = 10_000;

/// What an optimizer gives at its defaults.
#[derive(Debug, Clone, PartialEq)]
pub struct AtDefaults {
    /// The program, and its learning rate.
    pub program: &'static str,
    pub default_rate: f64,
    /// `None` if no setting has this rate, or one near it, with the other keys at their defaults.
    pub found: Option<FoundDefaults>,
}

/// The planned setting.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundDefaults {
    /// The planned rate, and whether it is the default.
    pub rate: f64,
    pub is_exact: bool,
    /// Its position among the contender's settings: the one that most seeds choose, where keys of data, model and batches leave several.
    pub setting: usize,
    /// What it gives on the rows that compare.
    pub level: Level,
    /// The number of seeds at which predicting the mean stands in.
    pub capped: usize,
}

/// `None` where no program has a default rate of the method.
#[must_use]
pub fn at_defaults(task: &Task<'_>, contender: &Contender<'_>, choices: &Choices) -> Option<AtDefaults> {
    let untuned = contender.combination.untuned.as_ref()?;
    let distance = |rate: f64| (libm::log10(rate) - libm::log10(untuned.learning_rate)).abs();
    let few = contender.settings.len() <= MOST_SETTINGS;
    let planned = contender.settings.iter().enumerate().filter(|_| few).filter_map(|(index, result)| {
        let values = contender.combination.hyperparameters(result.setting);
        let rate = values.get(LEARNING_RATE)?.as_float()?;
        untuned.has_defaults(&values).then(|| (distance(rate), rate, index))
    });
    let planned: Vec<(f64, f64, usize)> = planned.filter(|(distance, ..)| *distance <= NEAR + ROUNDING).collect();
    let nearest = planned.iter().min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let found = nearest.and_then(|&(distance, rate, _)| {
        let settings: BTreeSet<usize> = planned.iter().filter(|known| known.1 == rate).map(|known| known.2).collect();
        let (level, setting, capped) = choices.among(task, &settings)?;
        Some(FoundDefaults { rate, is_exact: distance <= ROUNDING, setting, level, capped })
    });
    Some(AtDefaults { program: untuned.program, default_rate: untuned.learning_rate, found })
}
