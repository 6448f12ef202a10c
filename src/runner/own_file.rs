//! The file that the rows of a setting come from.

use std::path::{Path, PathBuf};

use super::data::{PATH, located_values};
use crate::plan::Setting;

/// As it is opened, relative to the folder of the experiment; `None` where the rows come from no file, or its name cannot be read.
#[must_use]
pub fn own_file(setting: &Setting, folder: &Path) -> Option<PathBuf> {
    let values = located_values(setting, folder).ok()?;
    Some(folder.join(values.get(PATH)?.as_str()?))
}
