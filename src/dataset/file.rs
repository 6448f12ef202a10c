//! The file that a data set names. It is opened, and after reading checked for changes made meanwhile.

use std::fs::{self, File, Metadata};
use std::io;
use std::path::Path;

use super::DataError;
use crate::text::{reason, visible};

/// A regular file, open for reading.
pub(super) struct DataFile<'a> {
    file: File,
    /// As the experiment writes it.
    path: &'a str,
    /// Metadata of the open file from when it was opened; another file may have its name by now.
    opened: Metadata,
}

impl<'a> DataFile<'a> {
    /// Opens a regular file for reading. `path` is as the experiment writes it.
    ///
    /// # Errors
    /// [`DataError::Unreadable`] if it cannot be opened, or is a folder, a pipe or a device: a pipe can be read only once, and a
    /// device may never end.
    pub(super) fn open(folder: &Path, path: &'a str) -> Result<Self, DataError> {
        let full = folder.join(path);
        let unreadable = |error| cannot_read(path, &error);
        // Checked before opening, because opening a pipe waits for a writer.
        let found = fs::metadata(&full).map_err(unreadable)?;
        if found.is_dir() {
            // Fails with the operating system's own message.
            fs::read(&full).map_err(unreadable)?;
        }
        if !found.is_file() {
            let reason = "it is not a regular file (a pipe or a device); write what it holds into one";
            return Err(unreadable(io::Error::other(reason)));
        }
        let file = File::open(&full).map_err(unreadable)?;
        let opened = file.metadata().map_err(unreadable)?;
        Ok(Self { file, path, opened })
    }

    pub(super) const fn file(&self) -> &File {
        &self.file
    }

    /// Size in bytes at the time it was opened.
    pub(super) fn size(&self) -> u64 {
        self.opened.len()
    }

    /// Returns the result of reading, unless the file was written to meanwhile: the numbers would then belong to no version of
    /// it. (If another file takes its name, the open one can still be read to its end.)
    ///
    /// # Errors
    /// [`DataError::Unreadable`] if the file changed, whatever the result is.
    pub(super) fn unchanged<T>(&self, read: Result<T, DataError>) -> Result<T, DataError> {
        let now = self.file.metadata().map_err(|error| cannot_read(self.path, &error))?;
        let (before, after) = (self.opened.len(), now.len());
        let how = match (before == after, self.opened.modified().ok() == now.modified().ok()) {
            (true, true) => return read,
            (false, _) => format!("it had {before} bytes and has {after} now"),
            (true, false) => "it was written to".to_owned(),
        };
        let how = format!("it changed while it was read ({how}); start again once it is complete");
        Err(cannot_read(self.path, &io::Error::other(how)))
    }
}

/// `cannot read data.csv: …`
pub(super) fn cannot_read(path: &str, error: &io::Error) -> DataError {
    let reason = match error.kind() {
        io::ErrorKind::UnexpectedEof => "it ended before its end: it was cut off while it was read".to_owned(),
        _ => reason(error),
    };
    DataError::Unreadable(visible(&format!("cannot read {path}: {reason}")).into_owned())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn data_from_a_file_that_changes_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("d.csv");
        let refusal = |change: &dyn Fn()| {
            fs::write(&path, "a,y\n1,2\n").unwrap();
            let file = DataFile::open(folder.path(), "d.csv").unwrap();
            change();
            file.unchanged(Ok(())).err().map(|error| error.to_string())
        };
        assert_eq!(refusal(&|| {}), None);
        // A new file of the same name does not change the open one.
        let replace = || {
            fs::write(folder.path().join("new"), "b").unwrap();
            fs::rename(folder.path().join("new"), &path).unwrap();
        };
        assert_eq!(refusal(&replace), None);
        let append = || fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(b"3,4\n").unwrap();
        assert_eq!(
            refusal(&append).unwrap(),
            "cannot read d.csv: it changed while it was read (it had 8 bytes and has 12 now); start again once it is complete"
        );
        let touch = || {
            let file = fs::OpenOptions::new().write(true).open(&path).unwrap();
            file.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
        };
        assert_eq!(
            refusal(&touch).unwrap(),
            "cannot read d.csv: it changed while it was read (it was written to); start again once it is complete"
        );
    }
}
