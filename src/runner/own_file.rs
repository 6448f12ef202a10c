//! The files that the rows of a setting come from.

use std::path::{Path, PathBuf};

use super::data::{PATH, located_values};
use crate::dataset::TEST_PATH;
use crate::plan::Setting;

/// The file of its rows and that of its given test rows, as they are opened from the folder of the experiment; `None` where there is no
/// such file, or its name cannot be read.
#[must_use]
pub fn own_files(setting: &Setting, folder: &Path) -> [Option<PathBuf>; 2] {
    let Ok(values) = located_values(setting, folder) else { return [None, None] };
    [PATH, TEST_PATH].map(|key| Some(folder.join(values.get(key)?.as_str()?)))
}
