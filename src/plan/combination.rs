//! One dataset × model × optimizer: its grid, and the settings that the rules left in it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::level_axes::LevelAxes;
use super::task_axes::TaskAxes;
use super::{Grid, Setting};

/// One dataset × model × optimizer and the settings that remain of its grid.
#[derive(Debug, Clone)]
pub struct Combination {
    pub grid: Grid,
    /// Positions in the grid that no rule removed, ascending; `None` if no rule removed any.
    pub kept: Option<Vec<u64>>,
    /// The folder that the dataset's relative paths start from.
    pub folder: PathBuf,
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

    /// The most settings that one of its tasks has: points of a data axis that change rows or targets make tasks, and do not compete.
    #[must_use]
    pub fn settings_of_a_task(&self) -> u64 {
        let axes = TaskAxes::of(&self.grid, &BTreeMap::new());
        let Some(kept) = &self.kept else { return self.grid.len() / axes.tasks() };
        let (mut counts, mut digits) = (BTreeMap::<Vec<usize>, u64>::new(), Vec::new());
        for position in kept {
            self.grid.digits(*position, &mut digits);
            *counts.entry(axes.task(&digits)).or_default() += 1;
        }
        counts.into_values().max().unwrap_or(0)
    }

    /// The most contenders of all its tasks together, if these keys are compared.
    #[must_use]
    pub(super) fn contenders_of_tasks(&self, compared: &[String]) -> u64 {
        let tasks = TaskAxes::of(&self.grid, &BTreeMap::new()).tasks();
        tasks.saturating_mul(LevelAxes::of(&self.grid, compared).count() as u64).min(self.len())
    }

    /// The position in the grid of the `index`-th remaining setting, `index < len()`.
    #[must_use]
    pub fn position(&self, index: u64) -> u64 {
        self.kept.as_ref().map_or(index, |kept| kept[usize::try_from(index).unwrap_or(usize::MAX)])
    }

    /// The `index`-th remaining setting, `index < len()`.
    #[must_use]
    pub fn setting(&self, index: u64) -> Setting {
        self.grid.setting(self.position(index))
    }
}
