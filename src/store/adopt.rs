//! Taking over what another store holds: for results that are accepted on purpose.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use super::segment::Segment;
use super::{Store, StoreError, TheoryEntry, list, theory};
use crate::numeric;
use crate::record::{Id, TrialRecord};

/// The columns that name a record.
const NAMES: &[&str] = &["id", "numerics_version"];

impl Store {
    /// Takes over every record and all theory of `other`, which count from now on: what this store holds of the same
    /// trials, in this numerics version, goes; its other records stay. A crash on the way leaves trials outstanding, and
    /// never two records that contradict each other.
    ///
    /// # Errors
    /// Where a file cannot be read, written or removed.
    pub fn adopt(&self, other: &Self) -> Result<(), StoreError> {
        self.create()?;
        let mut adopted: HashSet<Id> = HashSet::new();
        for path in other.segment_files()? {
            let segment = Self::segment(&path, Some(NAMES))?.ok_or_else(|| StoreError::lost(&path))?;
            adopted.extend((0..segment.rows()).filter_map(|row| segment.id(row)));
        }
        let mut replaced = Vec::new();
        for path in self.segment_files()? {
            let Some(named) = Self::segment(&path, Some(NAMES))? else { continue };
            let goes = |row: usize| {
                named.numerics_version(row) == Some(numeric::VERSION)
                    && named.id(row).is_some_and(|id| adopted.contains(&id))
            };
            if !(0..named.rows()).any(goes) {
                continue;
            }
            if !(0..named.rows()).all(goes)
                && let Some(segment) = Self::segment(&path, None)?
            {
                let kept: Vec<TrialRecord> =
                    (0..segment.rows()).filter(|row| !goes(*row)).filter_map(|row| segment.record(row)).collect();
                self.write_segment(&kept)?;
            }
            replaced.push(path);
        }
        self.adopt_theory(other)?;
        for path in &replaced {
            remove(path)?;
        }
        for path in other.segment_files()? {
            let bytes = Self::sound(&path)?.ok_or_else(|| StoreError::lost(&path))?;
            self.write_named(&self.segments(), &bytes, "parquet")?;
        }
        Ok(())
    }

    fn segment(path: &Path, columns: Option<&[&str]>) -> Result<Option<Segment>, StoreError> {
        Self::contents(path, |bytes| Segment::decode(bytes, columns))
    }

    /// What is known of one thing differently goes with its file; what else that file knows is written again.
    fn adopt_theory(&self, other: &Self) -> Result<(), StoreError> {
        let adopted = other.read_theory()?;
        for path in list(&self.theory(), "json")? {
            let Some(entries) = Self::contents(&path, theory::decode)? else { continue };
            let agrees = |entry: &TheoryEntry| {
                !entry.is_current() || adopted.iter().all(|new| !new.is_about_the_same(entry) || new == entry)
            };
            let total = entries.len();
            let kept: Vec<TheoryEntry> = entries.into_iter().filter(agrees).collect();
            if kept.len() < total {
                if !kept.is_empty() {
                    self.write_theory(&kept)?;
                }
                remove(&path)?;
            }
        }
        if adopted.is_empty() { Ok(()) } else { self.write_theory(&adopted) }
    }
}

fn remove(path: &Path) -> Result<(), StoreError> {
    fs::remove_file(path).map_err(|error| StoreError::new("remove", path, error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{CheckRecord, Curve, Identities, Outcome, Stopped};

    fn record(name: &str, steps: u64) -> TrialRecord {
        TrialRecord {
            id: Id::of(name),
            numerics_version: numeric::VERSION,
            setting: name.to_owned(),
            outcome: Outcome::Completed { stopped: Stopped::Epochs },
            steps,
            gradient_evaluations: steps,
            best_epoch: None,
            metrics: Vec::new(),
            curve: Curve::default(),
            theta: None,
            problem: None,
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
    fn adopted_records_replace_those_of_the_same_trials_and_no_others() {
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
        mine.adopt(&other).expect("adopts");

        let identities = Identities::new(["a", "b", "mine"].map(Id::of).to_vec());
        let archive = mine.read(&identities).expect("reads");
        assert!(archive.contradictions.is_empty() && archive.damaged.is_empty());
        let steps: Vec<u64> = archive.trials.iter().map(|trial| trial.steps()).collect();
        assert_eq!(steps, [2, 2, 1]);
        let mut theory = mine.read_theory().expect("reads");
        theory.sort_by_key(|entry| format!("{entry:?}"));
        assert_eq!(theory, [check(5, 0.25), check(9, 0.5)]);
        // The record of another version stays.
        assert_eq!(mine.segment_files().expect("lists").len(), 3);
    }
}
