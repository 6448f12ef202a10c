//! Several stores into one: whatever their order, however often. Merging is copying files, once it is known that they agree.

use std::path::Path;

use super::{Archive, Store, StoreError, write_atomically};
use crate::record::{Id, Identities, TheoryEntry};

/// Stores that belong together, the first of which takes up the others.
pub struct Union<'a> {
    into: &'a Store,
    from: &'a [Store],
}

/// What a union came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// Files that the store took up.
    pub copied: usize,
    /// Files that it had already.
    pub known: usize,
}

impl<'a> Union<'a> {
    #[must_use]
    pub const fn new(into: &'a Store, from: &'a [Store]) -> Self {
        Self { into, from }
    }

    /// What all of them hold of a plan's trials, the damaged files and the contradictions among them.
    ///
    /// # Errors
    /// Where a folder cannot be listed, or a segment is of a format that is not known here.
    pub fn read(&self, identities: &Identities) -> Result<Archive, StoreError> {
        let mut paths = Vec::new();
        for store in self.all() {
            paths.extend(store.segment_files()?);
        }
        Archive::of(paths, identities)
    }

    /// Problems of which two stores know different things: a broken promise.
    ///
    /// # Errors
    /// Where a folder cannot be listed, or a file is of a format that is not known here.
    pub fn contradicting_problems(&self) -> Result<Vec<Id>, StoreError> {
        let mut known: std::collections::HashMap<Id, Vec<TheoryEntry>> = std::collections::HashMap::new();
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
    /// Where a file cannot be written; those that were copied stay.
    pub fn copy(&self) -> Result<Merged, StoreError> {
        let mut merged = Merged::default();
        for store in self.from {
            for (folder, files) in [
                (self.into.segments(), store.segment_files()?),
                (self.into.theory(), super::list(&store.theory(), "json")?),
            ] {
                for file in files {
                    self.copy_file(&folder, &file, &mut merged)?;
                }
            }
        }
        Ok(merged)
    }

    fn copy_file(&self, folder: &Path, file: &Path, merged: &mut Merged) -> Result<(), StoreError> {
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

    fn all(&self) -> impl Iterator<Item = &Store> {
        std::iter::once(self.into).chain(self.from)
    }
}
