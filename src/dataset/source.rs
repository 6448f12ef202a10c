//! A row of the registry of data sources.

use std::path::Path;

use super::{DataError, Dataset, DatasetSize};
use crate::parameter::Values;
use crate::registry::Row;

/// What a source does.
#[derive(Clone, Copy)]
pub struct SourceFunctions {
    /// Whether the numbers follow from the options alone. The options are then part of a trial's identity, and the revision of
    /// the row counts; otherwise the fingerprint tells of the numbers.
    pub generated: bool,
    /// Loads the data set. Relative paths start from `folder`; `seed` is the trial's, and `None` unless the numbers depend on it.
    pub load: fn(values: &Values, folder: &Path, seed: Option<u64>) -> Result<Dataset, DataError>,
    /// The size of the data set, if it is known without reading the data.
    pub size: fn(values: &Values, folder: &Path) -> Option<DatasetSize>,
    /// Whether the numbers differ from seed to seed.
    pub by_seed: fn(values: &Values) -> bool,
}

/// One row of the registry of sources.
pub type Source = Row<SourceFunctions>;
