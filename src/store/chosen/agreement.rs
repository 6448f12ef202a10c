//! Whether stores agree in what they keep of chosen trials.

use std::collections::HashMap;

use super::reading::{Form, rows};
use crate::record::{ChosenOutputs, KeptModel, Preparation};
use crate::store::error::StoreError;
use crate::store::merge::Union;
use crate::store::store_folder::Store;

impl Union<'_> {
    /// Whether two entries about the same chosen trial, the same preparation or the same kept model differ. This must never happen.
    ///
    /// # Errors
    /// If a folder cannot be listed, a file cannot be read, or a file has an unknown format.
    pub fn chosen_contradict(&self) -> Result<bool, StoreError> {
        Ok(self.differ::<ChosenOutputs>()? || self.differ::<Preparation>()? || self.differ::<KeptModel>()?)
    }

    fn differ<F: Form>(&self) -> Result<bool, StoreError> {
        // Hashes, because the outputs of all stores may not fit in memory.
        let mut known: HashMap<blake3::Hash, blake3::Hash> = HashMap::new();
        for store in self.all() {
            for path in store.form_files::<F>()? {
                let read = Store::contents(&path, |bytes| rows(bytes, &F::is_current))?;
                for entry in read.into_iter().flatten() {
                    let content = blake3::hash(format!("{entry:?}").as_bytes());
                    let about = blake3::hash(entry.about().as_bytes());
                    if *known.entry(about).or_insert(content) != content {
                        return Ok(true);
                    }
                }
            }
        }
        Ok(false)
    }
}
