//! Output files outside the results folder. They never replace a user's work.

use std::fs;
use std::path::{Path, PathBuf};

use super::failure::CommandFailure;
use crate::store::results_folder_of;
use crate::text::reason;

/// A file that a command will write.
pub struct OutputFile<'a> {
    pub path: &'a Path,
    /// The text behind the path in messages, such as ` (--junit)`.
    pub named: &'static str,
    /// Files that the command reads, with a description of each. They are never replaced.
    pub inputs: Vec<(PathBuf, &'static str)>,
    /// Whether an earlier command of this kind wrote the file.
    pub is_ours: fn(&Path) -> bool,
    /// A description of such a file: `a JUnit file of sweep`; `None` where every file is kept.
    pub ours: Option<&'static str>,
    /// Whether to replace a file that is not ours.
    pub force: bool,
}

impl OutputFile<'_> {
    /// Checks whether the file may be written. Call this before any long work.
    ///
    /// # Errors
    /// If its folder does not exist, a folder has its name, or it must not be replaced.
    pub fn check(&self) -> Result<(), CommandFailure> {
        let refused = |reason: String| {
            let (path, named) = (self.path.display(), self.named);
            Err(CommandFailure::new(CommandFailure::FILES, format!("cannot write {path}{named}: {reason}")))
        };
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if !folder.is_dir() {
            return refused(format!("there is no folder {}", folder.display()));
        }
        if self.path.is_dir() || self.path.file_name().is_none() {
            return refused("it is a folder".to_owned());
        }
        let place = fs::canonicalize(self.path).or_else(|_| {
            let name = self.path.file_name().unwrap_or_default();
            fs::canonicalize(folder).map(|folder| folder.join(name))
        });
        let place = match place {
            Ok(place) => place,
            Err(error) => return refused(reason(&error)),
        };
        // A link inside a results folder counts as inside, wherever it leads.
        let here = std::path::absolute(self.path).unwrap_or_else(|_| self.path.to_owned());
        let results = results_folder_of(&place).or_else(|| results_folder_of(&here));
        if results.is_some_and(|folder| folder.ends_with(".sweep")) {
            return refused("it would lie in the store of a results folder".to_owned());
        }
        // A pipe or a device is written to, and holds nothing that could be lost.
        if !place.is_file() {
            return Ok(());
        }
        if let Some((_, what)) = self.inputs.iter().find(|(input, _)| is_same_file(input, &place)) {
            return refused(format!("it is {what}"));
        }
        if (self.is_ours)(&place) {
            return Ok(());
        }
        if let Some(results) = results {
            return refused(format!("it belongs to the results folder {}", results.display()));
        }
        let is_toml = place.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml"));
        if self.force && is_toml && !self.named.is_empty() {
            return refused("it may be an experiment".to_owned());
        }
        if self.force {
            return Ok(());
        }
        refused(match self.ours {
            None => "it is there already; --force replaces it".to_owned(),
            Some(ours) => format!("a file is there that is not {ours}; --force replaces it"),
        })
    }
}

/// Whether two paths lead to one file.
pub fn is_same_file(one: &Path, other: &Path) -> bool {
    let same_path = || fs::canonicalize(one).is_ok_and(|one| one == other);
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let number = |path: &Path| fs::metadata(path).ok().map(|found| (found.dev(), found.ino()));
        number(one).is_some_and(|known| number(other) == Some(known)) || same_path()
    }
    #[cfg(not(unix))]
    same_path()
}
