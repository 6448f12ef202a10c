//! Taking over the records and the theory of another store, whose results a person has accepted.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::atomic::{SyncedFile, sync_folder};
use super::error::StoreError;
use super::hashed_files::list;
use super::merge::Union;
use super::segment::{self, DecodedSegment};
use super::store_folder::{FOLDERS, Store};
use super::theory;
use crate::numeric;
use crate::record::{ChosenOutputs, Id, Identities, KeptModel, Preparation, TheoryEntry, TrialRecord};

/// The columns that identify a record.
const IDENTITY: &[&str] = &["id", "numerics_version", "revisions"];

/// The files that change. All new files are written before any old one is removed.
#[derive(Default)]
struct FileChanges {
    /// Files to remove.
    removed: Vec<PathBuf>,
    /// The part of the removed files that stays. It contradicts nothing, and is put in place before they are removed.
    kept: Vec<SyncedFile>,
    /// New files. They may contradict the removed ones, and are put in place after these are removed.
    new: Vec<SyncedFile>,
}

impl Store {
    /// Takes over the records and the theory of `other`, which count from now on; none of its trials may have failed. Equal
    /// records and theory of this store stay. Records of this numerics version and theory that differ are removed, and with them
    /// what is kept of chosen trials and of models, because other numbers choose other trials: the next run computes it again. A full disk
    /// changes nothing. After a crash, at worst a trial is outstanding whose record was wrong; two records never contradict each
    /// other.
    ///
    /// # Errors
    /// If a file cannot be read, written or removed, or has an unknown format.
    pub fn take_over(&self, other: &Self, identities: &Identities) -> Result<(), StoreError> {
        self.create()?;
        let mut change = FileChanges::default();
        self.change_records(other, identities, &mut change)?;
        self.change_theory(other, &mut change)?;
        if !change.removed.is_empty() {
            change.removed.extend(self.form_files::<ChosenOutputs>()?);
            change.removed.extend(self.form_files::<Preparation>()?);
            change.removed.extend(self.form_files::<KeptModel>()?);
        }
        let sync = || FOLDERS.iter().try_for_each(|folder| sync_folder(&self.part(folder)));
        change.kept.into_iter().try_for_each(SyncedFile::place)?;
        sync()?;
        change.removed.iter().try_for_each(|path| remove(path))?;
        sync()?;
        change.new.into_iter().try_for_each(SyncedFile::place)?;
        sync()
    }

    fn change_records(
        &self,
        other: &Self,
        identities: &Identities,
        change: &mut FileChanges,
    ) -> Result<(), StoreError> {
        let held = self.read(identities)?.trials;
        let both = Union::new(self, std::slice::from_ref(other)).read(identities)?;
        let contradicted: HashSet<Id> = both.contradictions.into_iter().collect();
        let is_new = |id: Id| {
            let trial = identities.find(&id).map(|trial| held.get(trial));
            contradicted.contains(&id) || trial.is_none_or(|trial| !trial.has_record() || trial.is_failed())
        };
        for path in other.segment_files()? {
            let segment = Self::segment(&path, None)?.ok_or_else(|| StoreError::lost(&path))?;
            let records = records(&segment, |row| segment.id(row).is_some_and(is_new));
            change.new.extend(self.write_temporary(&records)?);
        }
        for path in self.segment_files()? {
            let Some(named) = Self::segment(&path, Some(IDENTITY))? else { continue };
            let goes = |row: usize| {
                named.numerics_version(row) == Some(numeric::VERSION)
                    && named.id(row).is_some_and(|id| {
                        contradicted.contains(&id) && identities.find_current(&id, named.revisions(row)).is_some()
                    })
            };
            if !(0..named.rows()).any(goes) {
                continue;
            }
            let segment = Self::segment(&path, None)?.ok_or_else(|| StoreError::lost(&path))?;
            change.kept.extend(self.write_temporary(&records(&segment, |row| !goes(row)))?);
            change.removed.push(path);
        }
        Ok(())
    }

    /// A file with theory that differs is replaced by its other entries.
    fn change_theory(&self, other: &Self, change: &mut FileChanges) -> Result<(), StoreError> {
        let mut new: HashMap<Id, Vec<TheoryEntry>> = HashMap::new();
        let mut order: Vec<Id> = Vec::new();
        for entry in other.read_theory()? {
            order.push(entry.problem());
            new.entry(entry.problem()).or_default().push(entry);
        }
        for path in list(&self.theory(), "json")? {
            let Some(entries) = Self::contents(&path, theory::decode)? else { continue };
            let agrees = |entry: &TheoryEntry| {
                let mut new = new.get(&entry.problem()).into_iter().flatten();
                !theory::is_current(entry) || new.all(|new| !new.is_about_the_same(entry) || new == entry)
            };
            let total = entries.len();
            let kept: Vec<TheoryEntry> = entries.into_iter().filter(agrees).collect();
            if kept.len() < total {
                change.kept.extend(self.write_temporary_theory(&kept)?);
                change.removed.push(path);
            }
            for entry in kept {
                if let Some(new) = new.get_mut(&entry.problem()) {
                    new.retain(|new| *new != entry);
                }
            }
        }
        order.dedup();
        let new: Vec<TheoryEntry> = order.into_iter().filter_map(|id| new.remove(&id)).flatten().collect();
        change.new.extend(self.write_temporary_theory(&new)?);
        Ok(())
    }

    fn segment(path: &Path, columns: Option<&[&str]>) -> Result<Option<DecodedSegment>, StoreError> {
        Self::contents(path, |bytes| DecodedSegment::decode(bytes, columns))
    }

    fn write_temporary(&self, records: &[TrialRecord]) -> Result<Option<SyncedFile>, StoreError> {
        let folder = self.segments();
        let encode = || segment::encode(records).map_err(|error| StoreError::encoding(&folder, &error));
        (!records.is_empty()).then(|| Self::named(&folder, &encode()?, "parquet")?.sync()).transpose()
    }

    fn write_temporary_theory(&self, entries: &[TheoryEntry]) -> Result<Option<SyncedFile>, StoreError> {
        (!entries.is_empty())
            .then(|| Self::named(&self.theory(), &self.encode_theory(entries)?, "json")?.sync())
            .transpose()
    }
}

fn records(segment: &DecodedSegment, wanted: impl Fn(usize) -> bool) -> Vec<TrialRecord> {
    (0..segment.rows()).filter(|row| wanted(*row)).filter_map(|row| segment.record(row)).collect()
}

fn remove(path: &Path) -> Result<(), StoreError> {
    fs::remove_file(path).map_err(|error| StoreError::new("remove", path, error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{CheckRecord, Curve, Identities, Outcome, Stopped, Watched};

    fn record(name: &str, steps: u64) -> TrialRecord {
        TrialRecord {
            id: Id::of(name),
            numerics_version: numeric::VERSION,
            setting: name.to_owned(),
            outcome: Outcome::Completed { stopped: Stopped::Epochs },
            steps,
            gradient_evaluations: steps,
            revisions: String::new(),
            metrics: Vec::new(),
            curve: Curve::default(),
            watched: Watched::default(),
            did_not_descend: false,
            theta: None,
            problem: None,
            test_outputs: Vec::new(),
            kept: Vec::new(),
        }
    }

    fn check(steps: u64, measured_mse: f64) -> TheoryEntry {
        let check = CheckRecord {
            numerics_version: numeric::VERSION,
            momentum: 0.0,
            nesterov: false,
            limit: 1.0,
            factor: 0.99,
            learning_rate: 0.99,
            steps,
            start_mse: 1.0,
            measured_mse: Some(measured_mse),
            predicted_mse: None,
        };
        TheoryEntry::Check { problem: Id::of("problem"), check }
    }

    #[test]
    fn taken_over_records_replace_those_of_the_same_trials_and_no_others() {
        let (mine, other) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let (mine, other) = (Store::at(mine.path()), Store::at(other.path()));
        for store in [&mine, &other] {
            store.create().expect("creates");
        }
        mine.write_segment(&[record("a", 1), record("mine", 1)]).expect("writes");
        mine.write_segment(&[record("b", 1)]).expect("writes");
        mine.write_segment(&[TrialRecord { numerics_version: numeric::VERSION + 1, ..record("a", 7) }])
            .expect("writes");
        mine.write_theory(&[check(5, 0.5), check(9, 0.5)]).expect("writes");
        other.write_segment(&[record("a", 2), record("b", 2)]).expect("writes");
        other.write_theory(&[check(5, 0.25)]).expect("writes");
        mine.write_segment(&[record("same", 1)]).expect("writes");
        other.write_segment(&[record("same", 1), record("new", 1)]).expect("writes");
        let before = mine.segment_files().expect("lists");
        let identities = Identities::new(["a", "b", "mine", "same", "new"].map(Id::of).to_vec());
        mine.take_over(&other, &identities).expect("takes over");

        let archive = mine.read(&identities).expect("reads");
        assert!(archive.contradictions.is_empty() && archive.damaged.is_empty());
        let steps: Vec<u64> = archive.trials.iter().map(|trial| trial.steps()).collect();
        assert_eq!(steps, [2, 2, 1, 1, 1]);
        let mut theory = mine.read_theory().expect("reads");
        theory.sort_by_key(|entry| format!("{entry:?}"));
        assert_eq!(theory, [check(5, 0.25), check(9, 0.5)]);
        // Unchanged files: the record of another version, and `same`. New files: `mine`, `a` with `b`, and `new`. Five in all.
        let after = mine.segment_files().expect("lists");
        assert_eq!((after.len(), after.iter().filter(|path| before.contains(path)).count()), (5, 2));
        mine.take_over(&other, &identities).expect("takes over");
        assert_eq!(mine.segment_files().expect("lists"), after, "nothing is left to take over");
    }
}
