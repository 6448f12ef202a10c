//! The results folder: what readers open, replaced file by file.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufWriter, Read as _, Write};
use std::path::{Path, PathBuf};

use super::atomic::{StoreError, Writing};
use super::links::create_folder;

/// What no comparison reads.
pub const COMPARED_APART: &[&str] = &["timing.json"];

/// Subfolders whose tables and plots are the program's: those that an earlier experiment left are removed.
pub const OWNED: &[&str] = &["tables", "plots"];

/// The files beside them.
const OWNED_FILES: &[&str] = &["report.html", "report.md", "plan.toml", "trials.parquet", "curves.parquet"];

/// Whether the program would write a file of that name into a results folder; what else is there is its reader's own.
#[must_use]
pub fn is_owned(name: &str) -> bool {
    OWNED_FILES.contains(&name) || in_owned_folder(name)
}

fn in_owned_folder(name: &str) -> bool {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    match name.split_once('/') {
        Some(("tables", file)) => !file.contains('/') && ending == "csv",
        Some(("plots", file)) => !file.contains('/') && ["svg", "png"].contains(&ending),
        _ => false,
    }
}

/// A results folder that is written.
pub struct Results {
    folder: PathBuf,
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
    #[must_use]
    pub fn at(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), written: BTreeSet::new() }
    }

    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The files that were written.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.written.iter().map(String::as_str)
    }

    /// Begins a file (`name` is relative to the folder, with `/`).
    ///
    /// # Errors
    /// Where the folder cannot be written.
    pub fn begin(&self, name: &str) -> Result<ResultFile, StoreError> {
        let path = self.folder.join(name);
        if let Some(parent) = path.parent() {
            create_folder(&self.folder, parent)?;
        }
        Ok(ResultFile { name: name.to_owned(), out: BufWriter::new(Writing::new(&path)?), path })
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

    /// Removes the tables and plots that an earlier report left.
    ///
    /// # Errors
    /// Where a file cannot be removed.
    pub fn finish(&self) -> Result<(), StoreError> {
        for name in list_files(&self.folder)? {
            if in_owned_folder(&name) && !self.written.contains(&name) {
                let path = self.folder.join(&name);
                fs::remove_file(&path).map_err(|error| StoreError::new("remove", &path, error))?;
            }
        }
        Ok(())
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

/// The files of a results folder, relative to it, sorted; hidden ones and what is compared apart are left out.
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
                    if let Ok(relative) = path.strip_prefix(folder) {
                        files.push(relative.to_string_lossy().replace('\\', "/"));
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
