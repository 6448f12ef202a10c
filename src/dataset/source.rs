//! A row of the registry of data sources.

use std::path::Path;

use super::{DataError, Dataset, DatasetSize};
use crate::parameter::{Parameter, Values};

/// One row of the registry of sources.
pub struct Source {
    /// The word after `source =`.
    pub name: &'static str,
    pub doc: &'static str,
    /// Its keys, without the [`COMMON`](super::COMMON) ones.
    pub parameters: &'static [Parameter],
    /// Raised when the same options give other numbers; 1 at first. It counts only for `generated` sources: the numbers of a file
    /// are in the fingerprint.
    pub revision: u32,
    /// Whether the numbers follow from the options alone. The options are then part of a trial's identity.
    pub generated: bool,
    /// Loads the data set. Relative paths start from `folder`; `seed` is the trial's, and `None` unless the numbers depend on it.
    pub load: fn(values: &Values, folder: &Path, seed: Option<u64>) -> Result<Dataset, DataError>,
    /// The size of the data set, if it is known without reading the data.
    pub size: fn(values: &Values, folder: &Path) -> Option<DatasetSize>,
    /// Whether the numbers differ from seed to seed.
    pub by_seed: fn(values: &Values) -> bool,
}
