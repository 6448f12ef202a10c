//! The file of what preparing data learned: a row for each preparation.

use super::reading::Form;
use super::rows::{Rows, floats, ids, integers, named, names};
use crate::parquet::TableColumn;
use crate::record::{Id, Preparation};
use crate::store::error::StoreError;
use crate::store::format::Format;
use crate::store::store_folder::{PREPARATIONS, Store};

/// The column that only rows with weights have.
const WEIGHTS: &str = "test_weights";

fn any_weights(all: &[Preparation]) -> bool {
    all.iter().any(|one| one.test_weights.is_some())
}

impl Form for Preparation {
    const FOLDER: &'static str = PREPARATIONS;
    const KEY: &'static [&'static str] = &["id", "numerics_version"];
    const REST: &'static [&'static str] =
        &["features", "columns", "mean", "deviation", "test_rows", "test_targets", WEIGHTS];

    fn columns(all: &[Self]) -> Result<Vec<(String, TableColumn)>, serde_json::Error> {
        let rows = all.iter().map(|one| Some(one.test_rows.as_slice())).collect();
        let mut columns = vec![
            named("id", ids(all.iter().map(|one| one.id))),
            named("numerics_version", integers(all.iter().map(|one| Some(u64::from(one.numerics_version))))),
            named("features", names(all.iter().map(|one| one.features.as_slice()))?),
            named("columns", names(all.iter().map(|one| one.columns.as_slice()))?),
            named("mean", floats(all.iter().map(|one| one.mean.as_deref()))),
            named("deviation", floats(all.iter().map(|one| one.deviation.as_deref()))),
            named("test_rows", TableColumn::Integers(rows)),
            named("test_targets", floats(all.iter().map(|one| Some(one.test_targets.as_slice())))),
        ];
        if any_weights(all) {
            columns.push(named(WEIGHTS, floats(all.iter().map(|one| one.test_weights.as_deref()))));
        }
        Ok(columns)
    }

    fn format(all: &[Self]) -> Format {
        Format::of_preparations(any_weights(all))
    }

    fn key(rows: &Rows, row: usize) -> Option<Self> {
        Some(Self {
            id: rows.id("id", row)?,
            numerics_version: u32::try_from(rows.integer("numerics_version", row)?).ok()?,
            features: Vec::new(),
            columns: Vec::new(),
            mean: None,
            deviation: None,
            test_rows: Vec::new(),
            test_targets: Vec::new(),
            test_weights: None,
        })
    }

    fn fill(&mut self, rows: &Rows, row: usize) -> Option<()> {
        self.features = rows.names("features", row)?;
        self.columns = rows.names("columns", row)?;
        self.mean = rows.floats("mean", row);
        self.deviation = rows.floats("deviation", row);
        self.test_rows = rows.integers("test_rows", row)?;
        self.test_targets = rows.floats("test_targets", row)?;
        self.test_weights = rows.floats(WEIGHTS, row);
        Some(())
    }

    fn numerics_version(&self) -> u32 {
        self.numerics_version
    }

    fn about(&self) -> String {
        self.id.hex()
    }
}

impl Store {
    /// Writes preparations durably, as one file.
    ///
    /// # Errors
    /// If they cannot be written or synced.
    pub fn write_preparations(&self, preparations: &[Preparation]) -> Result<(), StoreError> {
        self.write_form(preparations)
    }

    /// The preparations of this numerics version whose id is wanted. Damaged files are skipped.
    ///
    /// # Errors
    /// If the folder cannot be listed, or a file cannot be read or has an unknown format.
    pub fn read_preparations(&self, wanted: impl Fn(&Id) -> bool) -> Result<Vec<Preparation>, StoreError> {
        self.read_form(&|preparation: &Preparation| wanted(&preparation.id))
    }

    /// The ids of the preparations of this numerics version.
    ///
    /// # Errors
    /// Those of [`read_preparations`](Self::read_preparations).
    pub fn preparation_ids(&self) -> Result<Vec<Id>, StoreError> {
        Ok(self.read_keys::<Preparation>()?.into_iter().map(|preparation| preparation.id).collect())
    }
}
