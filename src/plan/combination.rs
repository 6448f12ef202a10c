//! One dataset × model × optimizer: its grid, and the settings that the rules left in it.

use std::path::PathBuf;

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
