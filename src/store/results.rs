//! The results folder: what readers open, replaced file by file.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufWriter, ErrorKind, Read as _, Write};
use std::path::{Path, PathBuf};

use super::atomic::{StoreError, Writing, write_atomically};
use super::links::{create_folder, refuse_link};
use super::manifest::{self, MANIFEST};

/// What no comparison reads.
pub const COMPARED_APART: &[&str] = &["timing.json"];

/// Subfolders that reports write into.
pub const SUBFOLDERS: &[&str] = &["tables", "plots"];

/// Git is to leave line ends alone: a comparison reads bytes.
const GIT_ATTRIBUTES: &str = "* -text\n";

/// A results folder, and what earlier reports wrote into it.
pub struct Results {
    folder: PathBuf,
    listed: BTreeSet<String>,
}

/// A results folder that a report is written into.
pub struct Report {
    folder: PathBuf,
    /// What the manifest lists: what earlier reports wrote, and what this one will.
    listed: BTreeSet<String>,
    written: BTreeSet<String>,
}

/// A file of a results folder on its way. Dropped, it leaves nothing.
pub struct ResultFile {
    name: String,
    path: PathBuf,
    out: BufWriter<Writing>,
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
    /// The results folder at a path; it is created with its first file.
    ///
    /// # Errors
    /// Where it is not empty and somebody else's, a link, or cannot be read.
    pub fn at(folder: &Path) -> Result<Self, StoreError> {
        refuse_link(folder)?;
        Ok(Self { folder: folder.to_owned(), listed: manifest::listed(folder)? })
    }

    /// Whether files of these names (relative to the folder, with `/`) can be written: nobody else's are in their places.
    ///
    /// # Errors
    /// Where one is, or a place cannot be looked at.
    pub fn check<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Result<(), StoreError> {
        for name in names.into_iter().filter(|name| !self.listed.contains(*name)) {
            let path = self.folder.join(name);
            match fs::symlink_metadata(&path) {
                Ok(_) => return Err(StoreError::taken(&path)),
                Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {}
                Err(error) => return Err(StoreError::new("write", &path, error)),
            }
        }
        Ok(())
    }

    /// Whether a report wrote a file of that name, or could write one.
    #[must_use]
    pub fn writes(&self, name: &str) -> bool {
        self.listed.contains(name) || manifest::is_name(name)
    }

    /// Whether its folders, which are created, take files.
    ///
    /// # Errors
    /// Where one does not.
    pub fn check_folders(&self) -> Result<(), StoreError> {
        // Begun and dropped, a file leaves nothing.
        for folder in ["", "tables/", "plots/", ".sweep/segments/", ".sweep/theory/"] {
            drop(begin(&self.folder, &format!("{folder}file"))?);
        }
        Ok(())
    }

    /// Begins a report of these files: from now on the manifest lists them, too.
    ///
    /// # Errors
    /// Where somebody else's file is in the place of one, or the manifest cannot be written.
    pub fn announce<'a>(self, names: impl IntoIterator<Item = &'a str>) -> Result<Report, StoreError> {
        let names: BTreeSet<&str> = names.into_iter().chain([MANIFEST]).collect();
        self.check(names.iter().copied())?;
        let mut listed = self.listed;
        listed.extend(names.into_iter().map(str::to_owned));
        let report = Report { folder: self.folder, listed, written: BTreeSet::new() };
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
    Ok(ResultFile { name: name.to_owned(), out: BufWriter::new(Writing::new(&path)?), path })
}

impl Report {
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The files that were written, the manifest left out.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.written.iter().map(String::as_str)
    }

    /// Begins one of the files that were announced.
    ///
    /// # Errors
    /// Where the folder cannot be written, or the file was not announced.
    pub fn begin(&self, name: &str) -> Result<ResultFile, StoreError> {
        if !self.listed.contains(name) {
            return Err(StoreError::taken(&self.folder.join(name)));
        }
        begin(&self.folder, name)
    }

    /// Puts a file in its place, durably. One that holds those bytes already is left alone.
    ///
    /// # Errors
    /// Where it cannot be written; the file that was there is then intact.
    pub fn end(&mut self, file: ResultFile) -> Result<(), StoreError> {
        let ResultFile { name, path, out } = file;
        let writing = out.into_inner().map_err(|error| StoreError::new("write", &path, error.into_error()))?;
        if !same(writing.path(), &path) {
            writing.persist()?;
        }
        self.written.insert(name);
        Ok(())
    }

    /// Writes a file whole.
    ///
    /// # Errors
    /// Where it cannot be written; the file that was there is then intact.
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

    /// Removes what earlier reports wrote and this one did not; the manifest lists what is left.
    ///
    /// # Errors
    /// Where a file cannot be removed, or the manifest cannot be written.
    pub fn finish(&mut self) -> Result<(), StoreError> {
        for name in self.listed.iter().filter(|name| *name != MANIFEST && !self.written.contains(*name)) {
            let path = self.folder.join(name);
            // A folder in the place of a file is no report's.
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

/// Whether a file is there, and no link, which is replaced, or pipe, which to open would wait.
fn is_file(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_file())
}

/// Whether two files hold the same bytes; `false` where one cannot be read.
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

/// The files of a results folder, relative to it, sorted; hidden ones and what is compared apart are left out, and so are
/// names that are not UTF-8, which no report writes.
///
/// # Errors
/// Where the folder cannot be listed.
pub fn list_files(folder: &Path) -> Result<Vec<String>, StoreError> {
    let mut files = Vec::new();
    let mut pending: Vec<PathBuf> = vec![folder.to_owned()];
    while let Some(at) = pending.pop() {
        let listing = fs::read_dir(&at).map_err(|error| StoreError::new("list the folder", &at, error))?;
        for entry in listing {
            let entry = entry.map_err(|error| StoreError::new("list the folder", &at, error))?;
            let path = entry.path();
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => pending.push(path),
                Ok(_) if !path.is_file() => {}
                Ok(_) => {
                    if let Some(relative) = path.strip_prefix(folder).ok().and_then(Path::to_str) {
                        files.push(if cfg!(windows) { relative.replace('\\', "/") } else { relative.to_owned() });
                    }
                }
                Err(_) => {}
            }
        }
    }
    files.retain(|name| !COMPARED_APART.contains(&name.rsplit('/').next().unwrap_or(name)));
    files.sort();
    Ok(files)
}
