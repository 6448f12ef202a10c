//! The file of kept models: a row for each trial and epoch.

use super::reading::Form;
use super::rows::{Rows, floats, ids, integers, named, names};
use crate::parquet::{TableColumn, TextColumn};
use crate::record::{KeptModel, TrainingEnd};
use crate::store::error::StoreError;
use crate::store::store_folder::{KEPT, Store};

/// The columns that say what a row is about.
const KEY: &[&str] = &["trial", "numerics_version", "revisions", "best_epoch", "training", "epoch"];

/// The others. What training carries on is a list of names, of their lengths, and of all numbers one behind the other.
const REST: &[&str] =
    &["parameters", "statistics", "steps", "gradient_evaluations", "carried", "lengths", "numbers", "recorder"];

impl Form for KeptModel {
    const FOLDER: &'static str = KEPT;
    const KEY: &'static [&'static str] = KEY;
    const REST: &'static [&'static str] = REST;

    fn columns(all: &[Self]) -> Result<Vec<(String, TableColumn)>, serde_json::Error> {
        let ends = || all.iter().map(|one| one.end.as_ref());
        let number = |of: fn(&TrainingEnd) -> u64| integers(ends().map(move |end| end.map(of)));
        let revisions: TextColumn =
            all.iter().map(|one| Some(one.revisions.as_str()).filter(|revisions| !revisions.is_empty())).collect();
        let training: Vec<Option<String>> = ends().map(|end| Some(end?.training.hex())).collect();
        let carried: Vec<Vec<String>> = ends()
            .map(|end| end.map_or_else(Vec::new, |end| end.carried.iter().map(|(name, _)| name.clone()).collect()))
            .collect();
        let lengths: Vec<Option<Vec<u64>>> =
            ends().map(|end| Some(end?.carried.iter().map(|(_, values)| values.len() as u64).collect())).collect();
        let numbers: Vec<Option<Vec<f64>>> =
            ends().map(|end| Some(end?.carried.iter().flat_map(|(_, values)| values).copied().collect())).collect();
        Ok(vec![
            named("trial", ids(all.iter().map(|one| one.trial))),
            named("numerics_version", integers(all.iter().map(|one| Some(u64::from(one.numerics_version))))),
            named("revisions", TableColumn::Text(revisions)),
            named("best_epoch", integers(all.iter().map(|one| one.best_epoch))),
            named("training", TableColumn::Text(training.iter().map(Option::as_deref).collect())),
            named("epoch", number(|end| end.epoch)),
            named("parameters", floats(all.iter().map(|one| Some(one.parameters.as_slice())))),
            named("statistics", floats(all.iter().map(|one| Some(one.statistics.as_slice())))),
            named("steps", number(|end| end.steps)),
            named("gradient_evaluations", number(|end| end.gradient_evaluations)),
            named("carried", names(carried.iter().map(Vec::as_slice))?),
            named("lengths", TableColumn::Integers(lengths.iter().map(Option::as_deref).collect())),
            named("numbers", floats(numbers.iter().map(Option::as_deref))),
            named("recorder", TableColumn::Text(ends().map(|end| Some(end?.recorder.as_str())).collect())),
        ])
    }

    fn key(rows: &Rows, row: usize) -> Option<Self> {
        let end = rows.id("training", row).zip(rows.integer("epoch", row)).map(|(training, epoch)| TrainingEnd {
            training,
            epoch,
            steps: 0,
            gradient_evaluations: 0,
            carried: Vec::new(),
            recorder: String::new(),
        });
        Some(Self {
            trial: rows.id("trial", row)?,
            numerics_version: u32::try_from(rows.integer("numerics_version", row)?).ok()?,
            revisions: rows.text("revisions", row).unwrap_or_default().to_owned(),
            best_epoch: rows.integer("best_epoch", row),
            parameters: Vec::new(),
            statistics: Vec::new(),
            end,
        })
    }

    fn fill(&mut self, rows: &Rows, row: usize) -> Option<()> {
        self.parameters = rows.floats("parameters", row)?;
        self.statistics = rows.floats("statistics", row).unwrap_or_default();
        let Some(end) = &mut self.end else { return Some(()) };
        end.steps = rows.integer("steps", row)?;
        end.gradient_evaluations = rows.integer("gradient_evaluations", row)?;
        end.recorder = rows.text("recorder", row)?.to_owned();
        let (names, lengths) = (rows.names("carried", row)?, rows.integers("lengths", row)?);
        let numbers = rows.floats("numbers", row)?;
        let mut rest = numbers.as_slice();
        for (name, length) in names.into_iter().zip(lengths) {
            let (values, others) = rest.split_at_checked(usize::try_from(length).ok()?)?;
            end.carried.push((name, values.to_vec()));
            rest = others;
        }
        Some(())
    }

    fn numerics_version(&self) -> u32 {
        self.numerics_version
    }

    fn about(&self) -> String {
        format!("{} {:?}\n{}", self.trial, self.best_epoch, self.revisions)
    }
}

impl Store {
    /// Writes kept models durably, as one file.
    ///
    /// # Errors
    /// If they cannot be written or synced.
    pub fn write_kept(&self, models: &[KeptModel]) -> Result<(), StoreError> {
        self.write_form(models)
    }

    /// The kept models of this numerics version that are wanted, which may look at everything but their numbers. Damaged files are
    /// skipped.
    ///
    /// # Errors
    /// If the folder cannot be listed, or a file cannot be read or has an unknown format.
    pub fn read_kept(&self, wanted: impl Fn(&KeptModel) -> bool) -> Result<Vec<KeptModel>, StoreError> {
        self.read_form(&wanted)
    }

    /// Which models of this numerics version are kept, without their numbers.
    ///
    /// # Errors
    /// Those of [`read_kept`](Self::read_kept).
    pub fn kept_keys(&self) -> Result<Vec<KeptModel>, StoreError> {
        self.read_keys()
    }

    /// The number of files of kept models that were skipped as damaged.
    ///
    /// # Errors
    /// Those of [`read_kept`](Self::read_kept).
    pub fn damaged_kept(&self) -> Result<Vec<std::path::PathBuf>, StoreError> {
        self.damaged_form::<KeptModel>()
    }
}
