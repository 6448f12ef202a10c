//! What will be trained: settings, seeds, and the identity of each trial. Grids decode an index and are never
//! materialised; nothing here reads a file.

mod bound;
mod grid;
mod identities;
mod identity;
mod partition;
mod setting;
mod shape;
mod study;

pub use bound::{BoundPlan, Facts, MOST_TRIALS, PlannedSetting, PlannedTrial, dataset_key, shapes_at_most, table_of};
pub use grid::{Axis, Grid, Point};
pub use partition::Partition;
pub use setting::{Component, ResolvedTable, Setting};
pub use shape::{Shape, TheoryNeed, build_model, build_optimizer, data_canonical};

use std::path::PathBuf;

use crate::record::Score;

/// An experiment, resolved: every default filled in, every axis expanded, every rule applied.
#[derive(Debug, Clone)]
pub struct Plan {
    pub name: String,
    pub title: String,
    pub seeds: Vec<u64>,
    pub score: Score,
    /// Dataset × model × optimizer, sorted by their table names.
    pub combinations: Vec<Combination>,
    /// Each `[[exclude]]` rule with the number of settings that it removed.
    pub rules: Vec<Rule>,
    /// The experiment with `extends` and overrides applied and defaults filled in, axes as written: `plan.toml`.
    pub resolved: toml::Table,
    /// Data sets whose path starts from another folder than the experiment's, and in `resolved` from that one.
    pub moved: Vec<String>,
}

/// One dataset × model × optimizer and the settings that are left of its grid.
#[derive(Debug, Clone)]
pub struct Combination {
    pub grid: Grid,
    /// Positions in the grid that no rule removed, ascending; `None` where none was.
    pub kept: Option<Vec<u64>>,
    /// The folder that the dataset's relative paths start from.
    pub folder: PathBuf,
}

/// An `[[exclude]]` rule and what it did.
#[derive(Debug, Clone)]
pub struct Rule {
    /// `experiments/x.toml:31`
    pub place: String,
    pub removed: u64,
}

impl Combination {
    #[must_use]
    pub fn len(&self) -> u64 {
        self.kept.as_ref().map_or_else(|| self.grid.len(), |kept| kept.len() as u64)
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The position in the grid of the `index`-th setting that is left, `index < len()`.
    #[must_use]
    pub fn position(&self, index: u64) -> u64 {
        self.kept.as_ref().map_or(index, |kept| kept[usize::try_from(index).unwrap_or(usize::MAX)])
    }

    /// The `index`-th setting that is left, `index < len()`.
    #[must_use]
    pub fn setting(&self, index: u64) -> Setting {
        self.grid.setting(self.position(index))
    }
}

impl Plan {
    /// Settings in all combinations.
    #[must_use]
    pub fn settings(&self) -> u64 {
        self.combinations.iter().map(Combination::len).sum()
    }
}
