//! An experiment with every default filled in, every axis expanded and every rule applied.

use super::Combination;
use crate::metric::MetricKind;
use crate::record::Epoch;

/// A resolved experiment.
#[derive(Debug, Clone)]
pub struct Plan {
    pub name: String,
    pub title: String,
    pub seeds: Vec<u64>,
    /// The metric that ranks settings, and the epoch at which it is taken.
    pub metric: &'static MetricKind,
    pub epoch: Epoch,
    /// Dataset × model × optimizer, sorted by their table names.
    pub combinations: Vec<Combination>,
    /// Each `[[exclude]]` rule with the number of settings that it removed.
    pub rules: Vec<RuleEffect>,
    /// The experiment with `extends` and overrides applied, defaults filled in, and axes as written: `plan.toml`.
    pub resolved: toml::Table,
    /// Data sets whose path was relative to another folder than the experiment's. In `resolved` it is relative to the
    /// experiment's.
    pub moved: Vec<String>,
}

/// What an `[[exclude]]` rule did.
#[derive(Debug, Clone)]
pub struct RuleEffect {
    /// `experiments/x.toml:31`
    pub place: String,
    pub removed: u64,
}

impl Plan {
    /// The number of settings in all combinations.
    #[must_use]
    pub fn settings(&self) -> u64 {
        self.combinations.iter().map(Combination::len).sum()
    }
}
