//! The file that a data set names: opened, read by position or from front to back, and held against what it was when it
//! was opened.

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
    /// Of the file that is open, whatever its name has come to mean since.
    opened: Metadata,
}

impl<'a> DataFile<'a> {
    /// Opens a regular file for reading; `path` is as the experiment writes it.
    ///
    /// # Errors
    /// [`DataError::Unreadable`] where it cannot be opened, or is a folder, a pipe or a device: what a pipe holds is gone
    /// after one reading, and a device may never end.
    pub(super) fn open(folder: &Path, path: &'a str) -> Result<Self, DataError> {
        let full = folder.join(path);
        let unreadable = |error| cannot_read(path, &error);
        // Before it is opened: to open a pipe waits for somebody to write.
        let found = fs::metadata(&full).map_err(unreadable)?;
        if found.is_dir() {
            // The system's own words.
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

    /// In bytes, when it was opened.
    pub(super) fn size(&self) -> u64 {
        self.opened.len()
    }

    /// What was read from it, unless it was written to meanwhile: the numbers would be of no version of the file. (One that
    /// is replaced by another of its name is read to its end as it was.)
    ///
    /// # Errors
    /// [`DataError::Unreadable`] where it changed, whatever was found in it.
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

/// Bytes that are read by position, so that a file which shrinks meanwhile is an error of the system. (Mapped into memory,
/// it would end the program.)
pub(super) trait ReadAt {
    /// Fills `buffer` with the bytes from `offset` on.
    ///
    /// # Errors
    /// What the system says; [`io::ErrorKind::UnexpectedEof`] where there are fewer bytes.
    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()>;
}

impl ReadAt for File {
    #[cfg(unix)]
    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(self, buffer, offset)
    }

    #[cfg(not(unix))]
    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        use std::io::{Read as _, Seek as _};

        let mut file = self;
        file.seek(io::SeekFrom::Start(offset))?;
        file.read_exact(buffer)
    }
}

impl ReadAt for [u8] {
    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        let end = || io::Error::from(io::ErrorKind::UnexpectedEof);
        let start = usize::try_from(offset).map_err(|_| end())?;
        let found = start.checked_add(buffer.len()).and_then(|to| self.get(start..to)).ok_or_else(end)?;
        buffer.copy_from_slice(found);
        Ok(())
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
    fn what_is_read_from_a_file_that_changes_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("d.csv");
        let refusal = |change: &dyn Fn()| {
            fs::write(&path, "a,y\n1,2\n").unwrap();
            let file = DataFile::open(folder.path(), "d.csv").unwrap();
            change();
            file.unchanged(Ok(())).err().map(|error| error.to_string())
        };
        assert_eq!(refusal(&|| {}), None);
        // A new file of the same name leaves the open one as it was.
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

    #[test]
    fn bytes_beyond_the_end_are_an_error() {
        let mut two = [0; 2];
        let bytes: &[u8] = b"abc";
        bytes.read_exact_at(&mut two, 1).unwrap();
        assert_eq!(&two, b"bc");
        for offset in [2, 3, u64::MAX] {
            assert_eq!(bytes.read_exact_at(&mut two, offset).unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        }
    }
}
