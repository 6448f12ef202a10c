//! Merging stores: checking that they agree, then copying files. Order and repetition do not matter.

use std::collections::HashMap;
use std::path::Path;

use super::archive::Archive;
use super::atomic::write_atomically;
use super::error::StoreError;
use super::hashed_files::list;
use super::store_folder::{FOLDERS, Store, THEORY};
use crate::record::{Id, Identities, TheoryEntry};

/// Stores that belong together, seen as one. Merging copies the others into the first.
pub struct Union<'a> {
    into: &'a Store,
    from: &'a [Store],
}

/// The result of merging, in numbers of files.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct MergeCounts {
    /// Files that were copied into the first store.
    pub copied: usize,
    /// Files that it already had.
    pub known: usize,
}

impl<'a> Union<'a> {
    #[must_use]
    pub const fn new(into: &'a Store, from: &'a [Store]) -> Self {
        Self { into, from }
    }

    /// Reads the records of a plan's trials from all the stores, with the damaged files and the contradictions.
    ///
    /// # Errors
    /// If a folder cannot be listed, a segment cannot be read, or a segment has an unknown format.
    pub fn read(&self, identities: &Identities) -> Result<Archive, StoreError> {
        let mut paths = Vec::new();
        for store in self.all() {
            paths.extend(store.segment_files()?);
        }
        Archive::of(paths, identities)
    }

    /// Problems about which two entries differ. This must never happen.
    ///
    /// # Errors
    /// If a folder cannot be listed, a file cannot be read, or a file has an unknown format.
    pub fn contradicting_problems(&self) -> Result<Vec<Id>, StoreError> {
        let mut known: HashMap<Id, Vec<TheoryEntry>> = HashMap::new();
        let mut contradicting = Vec::new();
        for store in self.all() {
            for entry in store.read_theory()? {
                let known = known.entry(entry.problem()).or_default();
                match known.iter().find(|known| known.is_about_the_same(&entry)) {
                    Some(same) if *same != entry => contradicting.push(entry.problem()),
                    Some(_) => {}
                    None => known.push(entry),
                }
            }
        }
        contradicting.sort_unstable();
        contradicting.dedup();
        Ok(contradicting)
    }

    /// Copies every sound file that the first store lacks.
    ///
    /// # Errors
    /// If a file cannot be read or written. Files that were already copied stay.
    pub fn copy(&self) -> Result<MergeCounts, StoreError> {
        let mut merged = MergeCounts::default();
        for store in self.from {
            for part in FOLDERS {
                let (folder, from) = (self.into.part(part), store.part(part));
                for file in list(&from, if part == THEORY { "json" } else { "parquet" })? {
                    self.copy_file(&folder, &file, &mut merged)?;
                }
            }
        }
        Ok(merged)
    }

    fn copy_file(&self, folder: &Path, file: &Path, merged: &mut MergeCounts) -> Result<(), StoreError> {
        let Some(name) = file.file_name() else { return Ok(()) };
        let target = folder.join(name);
        if Store::sound(&target)?.is_some() {
            merged.known += 1;
        } else if let Some(bytes) = Store::sound(file)? {
            write_atomically(&target, &bytes)?;
            merged.copied += 1;
        }
        Ok(())
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Store> {
        std::iter::once(self.into).chain(self.from)
    }
}
