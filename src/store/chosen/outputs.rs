//! The file of chosen outputs: a row for each trial.

use super::reading::Form;
use super::rows::{Rows, floats, ids, integers, named};
use crate::parquet::{TableColumn, TextColumn};
use crate::record::ChosenOutputs;
use crate::store::error::StoreError;
use crate::store::store_folder::{CHOSEN, Store};

/// The columns that say what a row is about. The other one is `outputs`.
const KEY: &[&str] = &["trial", "numerics_version", "revisions", "best_epoch", "preparation"];

impl Form for ChosenOutputs {
    const FOLDER: &'static str = CHOSEN;
    const KEY: &'static [&'static str] = KEY;
    const REST: &'static [&'static str] = &["outputs"];

    fn columns(all: &[Self]) -> Result<Vec<(String, TableColumn)>, serde_json::Error> {
        let revisions: TextColumn =
            all.iter().map(|one| Some(one.revisions.as_str()).filter(|revisions| !revisions.is_empty())).collect();
        Ok(vec![
            named("trial", ids(all.iter().map(|one| one.trial))),
            named("numerics_version", integers(all.iter().map(|one| Some(u64::from(one.numerics_version))))),
            named("revisions", TableColumn::Text(revisions)),
            named("best_epoch", integers(all.iter().map(|one| one.best_epoch))),
            named("preparation", ids(all.iter().map(|one| one.preparation))),
            named("outputs", floats(all.iter().map(|one| Some(one.outputs.as_slice())))),
        ])
    }

    fn key(rows: &Rows, row: usize) -> Option<Self> {
        Some(Self {
            trial: rows.id("trial", row)?,
            numerics_version: u32::try_from(rows.integer("numerics_version", row)?).ok()?,
            revisions: rows.text("revisions", row).unwrap_or_default().to_owned(),
            best_epoch: rows.integer("best_epoch", row),
            preparation: rows.id("preparation", row)?,
            outputs: Vec::new(),
        })
    }

    fn fill(&mut self, rows: &Rows, row: usize) -> Option<()> {
        self.outputs = rows.floats("outputs", row)?;
        Some(())
    }

    fn numerics_version(&self) -> u32 {
        self.numerics_version
    }

    fn about(&self) -> String {
        format!("{} {:?} {}\n{}", self.trial, self.best_epoch, self.preparation, self.revisions)
    }
}

impl Store {
    /// Writes outputs of chosen trials durably, as one file.
    ///
    /// # Errors
    /// If they cannot be written or synced.
    pub fn write_chosen(&self, outputs: &[ChosenOutputs]) -> Result<(), StoreError> {
        self.write_form(outputs)
    }

    /// The outputs of chosen trials of this numerics version that are wanted, which may look at everything but the outputs.
    /// Damaged files are skipped: the next run computes theirs again.
    ///
    /// # Errors
    /// If the folder cannot be listed, or a file cannot be read or has an unknown format.
    pub fn read_chosen(&self, wanted: impl Fn(&ChosenOutputs) -> bool) -> Result<Vec<ChosenOutputs>, StoreError> {
        self.read_form(&wanted)
    }

    /// Whose outputs of this numerics version are stored; the outputs themselves are left empty.
    ///
    /// # Errors
    /// Those of [`read_chosen`](Self::read_chosen).
    pub fn chosen_keys(&self) -> Result<Vec<ChosenOutputs>, StoreError> {
        self.read_keys()
    }
}
