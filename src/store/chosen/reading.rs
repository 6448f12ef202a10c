//! Reading and writing the files of all kinds.

use std::path::PathBuf;

use super::rows::Rows;
use crate::numeric;
use crate::parquet::{Packing, TableColumn, decode, encode};
use crate::store::error::StoreError;
use crate::store::format::{Format, Unreadable};
use crate::store::hashed_files::list;
use crate::store::store_folder::Store;

/// What a row of such a file holds.
pub trait Form: std::fmt::Debug + Sized {
    /// The part of the store.
    const FOLDER: &'static str;
    /// The columns that say what a row is about.
    const KEY: &'static [&'static str];
    /// The other columns.
    const REST: &'static [&'static str];

    /// # Errors
    /// If a list of names cannot be encoded.
    fn columns(all: &[Self]) -> Result<Vec<(String, TableColumn)>, serde_json::Error>;

    /// The format of a file of these rows: the oldest that has all of its columns.
    fn format(_all: &[Self]) -> Format {
        Format::current()
    }

    /// A row by its key, with nothing else; `None` if it is not what the program writes.
    fn key(rows: &Rows, row: usize) -> Option<Self>;

    /// Adds what the other columns hold; `None` if it is not what the program writes.
    fn fill(&mut self, rows: &Rows, row: usize) -> Option<()>;

    fn numerics_version(&self) -> u32;

    /// A text of what it is about. Rows of this numerics version that are about the same must be equal.
    fn about(&self) -> String;

    /// Whether it was computed with this version of the numerics.
    fn is_current(&self) -> bool {
        self.numerics_version() == numeric::VERSION
    }
}

impl Store {
    /// The files of one kind.
    pub(in crate::store) fn form_files<F: Form>(&self) -> Result<Vec<PathBuf>, StoreError> {
        list(&self.part(F::FOLDER), "parquet")
    }

    pub(super) fn write_form<F: Form>(&self, all: &[F]) -> Result<(), StoreError> {
        let folder = self.part(F::FOLDER);
        let columns = F::columns(all).map_err(|error| StoreError::encoding(&folder, &error))?;
        let bytes = encode(columns, Packing::Fast, F::format(all).labels());
        let bytes = bytes.map_err(|error| StoreError::encoding(&folder, &error))?;
        self.write_named(&folder, &bytes, "parquet")
    }

    pub(super) fn read_form<F: Form>(&self, wanted: &dyn Fn(&F) -> bool) -> Result<Vec<F>, StoreError> {
        let mut read = Vec::new();
        for path in self.form_files::<F>()? {
            let wanted = |row: &F| row.is_current() && wanted(row);
            read.extend(Self::contents(&path, |bytes| rows(bytes, &wanted))?.into_iter().flatten());
        }
        Ok(read)
    }

    /// The files of one kind whose bytes do not hash to their name, or that hold something the program never writes.
    pub(super) fn damaged_form<F: Form>(&self) -> Result<Vec<PathBuf>, StoreError> {
        let mut damaged = Vec::new();
        for path in self.form_files::<F>()? {
            if Self::contents(&path, keys::<F>)?.is_none() && path.exists() {
                damaged.push(path);
            }
        }
        Ok(damaged)
    }

    pub(super) fn read_keys<F: Form>(&self) -> Result<Vec<F>, StoreError> {
        let mut read = Vec::new();
        for path in self.form_files::<F>()? {
            read.extend(Self::contents(&path, keys::<F>)?.into_iter().flatten().filter(F::is_current));
        }
        Ok(read)
    }
}

fn table(bytes: Vec<u8>, columns: &[&str]) -> Result<Rows, Unreadable> {
    Format::of_table(&bytes)?.check()?;
    Ok(Rows::new(decode(bytes, Some(columns))?))
}

/// The keys of a file's rows.
///
/// # Errors
/// If the bytes are not such a file, or have an unknown format.
pub fn keys<F: Form>(bytes: Vec<u8>) -> Result<Vec<F>, Unreadable> {
    let rows = table(bytes, F::KEY)?;
    let keys: Option<Vec<F>> = (0..rows.len()).map(|row| F::key(&rows, row)).collect();
    keys.filter(|keys| !keys.is_empty()).ok_or(Unreadable::Damaged)
}

/// The wanted rows of a file.
///
/// # Errors
/// If the bytes are not such a file, or have an unknown format.
pub fn rows<F: Form>(bytes: Vec<u8>, wanted: &dyn Fn(&F) -> bool) -> Result<Vec<F>, Unreadable> {
    let rows = table(bytes, &[F::KEY, F::REST].concat())?;
    let mut read = Vec::new();
    for row in 0..rows.len() {
        let mut found = F::key(&rows, row).ok_or(Unreadable::Damaged)?;
        if wanted(&found) {
            found.fill(&rows, row).ok_or(Unreadable::Damaged)?;
            read.push(found);
        }
    }
    Ok(read)
}
