//! Writing a report into its results folder, file by file.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufWriter, ErrorKind, Read as _, Write};
use std::path::{Path, PathBuf};

use super::atomic::{TemporaryFile, write_atomically};
use super::error::StoreError;
use super::links::create_folder;
use super::manifest::{self, MANIFEST};
use super::results::Results;

/// Makes git keep line ends, because comparisons read bytes.
const GIT_ATTRIBUTES: &str = "* -text\n";

/// Writes a report into a results folder.
pub struct ReportWriter {
    folder: PathBuf,
    /// The files in the manifest: those of earlier reports, and those that this report will write.
    listed: BTreeSet<String>,
    written: BTreeSet<String>,
}

/// A file of a results folder that is being written. If dropped, it disappears.
pub struct ResultFile {
    name: String,
    path: PathBuf,
    out: BufWriter<TemporaryFile>,
}

impl Write for ResultFile {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}

impl Results {
    /// Creates the folders of a report and checks that files can be written there.
    ///
    /// # Errors
    /// If they cannot.
    pub fn check_folders(&self) -> Result<(), StoreError> {
        // A file that is begun and dropped disappears.
        for folder in ["", "tables/", "plots/", ".sweep/segments/", ".sweep/theory/"] {
            drop(begin(&self.folder, &format!("{folder}file"))?);
        }
        Ok(())
    }

    /// Begins a report with these files. From now on the manifest lists them too.
    ///
    /// # Errors
    /// If somebody else's file has one of the names, or the manifest cannot be written.
    pub fn announce<'a>(self, names: impl IntoIterator<Item = &'a str>) -> Result<ReportWriter, StoreError> {
        let names: BTreeSet<&str> = names.into_iter().chain([MANIFEST]).collect();
        self.check(names.iter().copied())?;
        let mut listed = self.listed;
        listed.extend(names.into_iter().map(str::to_owned));
        let report = ReportWriter { folder: self.folder, listed, written: BTreeSet::new() };
        report.write_manifest(&report.listed)?;
        let attributes = report.folder.join(".gitattributes");
        if fs::symlink_metadata(&attributes).is_err_and(|error| error.kind() == ErrorKind::NotFound) {
            write_atomically(&attributes, GIT_ATTRIBUTES.as_bytes())?;
        }
        Ok(report)
    }
}

/// Begins a file of a results folder.
fn begin(results: &Path, name: &str) -> Result<ResultFile, StoreError> {
    let path = results.join(name);
    if let Some(parent) = path.parent() {
        create_folder(results, parent)?;
    }
    Ok(ResultFile { name: name.to_owned(), out: BufWriter::new(TemporaryFile::new(&path)?), path })
}

impl ReportWriter {
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The files written so far, without the manifest.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.written.iter().map(String::as_str)
    }

    /// Begins one of the announced files.
    ///
    /// # Errors
    /// If the folder cannot be written, or the file was not announced.
    pub fn begin(&self, name: &str) -> Result<ResultFile, StoreError> {
        if !self.listed.contains(name) {
            return Err(StoreError::taken(&self.folder.join(name)));
        }
        begin(&self.folder, name)
    }

    /// Puts a file in its place, durably. An existing file with the same bytes is left alone.
    ///
    /// # Errors
    /// If it cannot be written. A file that was there before is then intact.
    pub fn end(&mut self, file: ResultFile) -> Result<(), StoreError> {
        let ResultFile { name, path, out } = file;
        let file = out.into_inner().map_err(|error| StoreError::new("write", &path, error.into_error()))?;
        if !same(file.path(), &path) {
            file.persist()?;
        }
        self.written.insert(name);
        Ok(())
    }

    /// Writes a whole file.
    ///
    /// # Errors
    /// If it cannot be written. A file that was there before is then intact.
    pub fn put(&mut self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let path = self.folder.join(name);
        if is_file(&path) && fs::read(&path).is_ok_and(|old| old == bytes) {
            self.written.insert(name.to_owned());
            return Ok(());
        }
        let mut file = self.begin(name)?;
        file.write_all(bytes).map_err(|error| StoreError::new("write", &file.path, error))?;
        self.end(file)
    }

    /// Removes the files of earlier reports that this one did not write, also from the manifest.
    ///
    /// # Errors
    /// If a file cannot be removed, or the manifest cannot be written.
    pub fn finish(&mut self) -> Result<(), StoreError> {
        for name in self.listed.iter().filter(|name| *name != MANIFEST && !self.written.contains(*name)) {
            let path = self.folder.join(name);
            // No report wrote a folder in the place of a file.
            if fs::symlink_metadata(&path).is_ok_and(|found| !found.is_dir()) {
                fs::remove_file(&path).map_err(|error| StoreError::new("remove", &path, error))?;
            }
        }
        let mut listed = self.written.clone();
        listed.insert(MANIFEST.to_owned());
        self.write_manifest(&listed)?;
        self.listed = listed;
        Ok(())
    }

    fn write_manifest(&self, names: &BTreeSet<String>) -> Result<(), StoreError> {
        let (path, text) = (self.folder.join(MANIFEST), manifest::text(names));
        if is_file(&path) && fs::read(&path).is_ok_and(|old| old == text.as_bytes()) {
            return Ok(());
        }
        create_folder(&self.folder, &self.folder)?;
        write_atomically(&path, text.as_bytes())
    }
}

/// Whether a path is a regular file: not a link, which would be replaced, and not a pipe, where opening would wait.
fn is_file(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_file())
}

/// Whether two files hold the same bytes; `false` if one cannot be read.
fn same(one: &Path, other: &Path) -> bool {
    if !is_file(other) {
        return false;
    }
    let (Ok(mut one), Ok(mut other)) = (fs::File::open(one), fs::File::open(other)) else { return false };
    let length = |file: &fs::File| file.metadata().map(|metadata| metadata.len()).ok();
    if length(&one) != length(&other) {
        return false;
    }
    let (mut left, mut right) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    loop {
        let Ok(n) = one.read(&mut left) else { return false };
        if n == 0 {
            return true;
        }
        if other.read_exact(&mut right[..n]).is_err() || left[..n] != right[..n] {
            return false;
        }
    }
}
