//! Files and records that nothing refers to: damaged files, records of other plans or numerics versions, second copies.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::chosen::{Form, keys};
use super::error::StoreError;
use super::format::{Format, FormatVersion, Unreadable};
use super::fresh::remove_ours;
use super::hashed_files::list;
use super::segment::{DecodedSegment, SUMMARY};
use super::store_folder::Store;
use super::theory;
use crate::numeric;
use crate::record::{
    ChosenOutputs, Id, Identities, KeptModel, Outcome, Preparation, TheoryEntry, TrialRecord, TrialTable, WatchSet,
};

/// The parts of a store that the current plan does not refer to.
#[derive(Debug, Default)]
pub struct Unreferenced {
    /// Files whose bytes do not hash to their name, or that hold something the program never writes.
    pub damaged: Vec<PathBuf>,
    /// Temporary files that a killed process left behind.
    pub unfinished: Vec<PathBuf>,
    /// Segments with records that nothing refers to.
    pub segments: Vec<StaleSegment>,
    /// Files about problems that the plan does not have.
    pub theory: Vec<PathBuf>,
    /// Files about chosen trials that the plan does not have, or about their data, and kept models that nothing asks for.
    pub chosen: Vec<PathBuf>,
    /// The new store of an unfinished run with `--fresh`.
    pub fresh: Option<PathBuf>,
    /// The number of records that the plan refers to.
    pub kept: usize,
}

/// A segment with records that nothing refers to.
#[derive(Debug)]
pub struct StaleSegment {
    path: PathBuf,
    /// Rows that something refers to.
    kept: Vec<usize>,
    /// The number of records that nothing refers to.
    pub records: usize,
}

impl Unreferenced {
    /// Whether there is nothing to remove.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.damaged.is_empty()
            && self.unfinished.is_empty()
            && self.segments.is_empty()
            && self.theory.is_empty()
            && self.chosen.is_empty()
            && self.fresh.is_none()
    }

    /// Size of the files that would be removed, in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let whole = self.segments.iter().filter(|stale| stale.kept.is_empty()).map(|stale| &stale.path);
        let files = self.damaged.iter().chain(&self.unfinished).chain(&self.theory).chain(&self.chosen).chain(whole);
        files.chain(&self.fresh).map(|path| size(path)).sum()
    }
}

impl Store {
    /// Finds what a plan does not refer to. `trials` are the plan's trials as they were read from this store, `problems` and
    /// `preparations` those of the plan; `is_kept` says which kept models it asks for. The caller must hold the lock.
    ///
    /// # Errors
    /// If a folder cannot be listed, or a file cannot be read or has an unknown format.
    pub fn unreferenced(
        &self,
        identities: &Identities,
        trials: &TrialTable,
        problems: &HashSet<Id>,
        preparations: &HashSet<Id>,
        is_kept: &dyn Fn(&KeptModel) -> bool,
    ) -> Result<Unreferenced, StoreError> {
        let mut found = Unreferenced { unfinished: self.unfinished_files(), ..Unreferenced::default() };
        // If there is a sound record of a trial, its failed record is not needed.
        let trial = |row: &StoredRow| row.trial.filter(|trial| trials.get(*trial).is_failed() == row.failed);
        let paths = self.segment_files()?;
        // Of two records of a trial the richer one stays, and the other one too if it holds something beside.
        let mut richest: Vec<Arc<str>> = vec!["".into(); trials.len()];
        for path in &paths {
            for row in Self::contents(path, |bytes| rows(bytes, identities))?.map_or_else(Vec::new, |(rows, _)| rows) {
                if let Some(trial) = trial(&row)
                    && row.held.lines().count() > richest[trial].lines().count()
                {
                    richest[trial] = row.held;
                }
            }
        }
        let mut seen: HashSet<(usize, Arc<str>)> = HashSet::new();
        for path in paths {
            let Some((rows, is_newer)) = Self::contents(&path, |bytes| rows(bytes, identities))? else {
                found.damaged.extend(Some(path).filter(|path| is_named(path)));
                continue;
            };
            let wanted = |row: &usize| {
                let row = &rows[*row];
                trial(row).is_some_and(|trial| {
                    let has = |name: &str| richest[trial].lines().any(|known| known == name);
                    let adds = !row.held.lines().all(has);
                    (adds || row.held == richest[trial]) && seen.insert((trial, Arc::clone(&row.held)))
                })
            };
            let kept: Vec<usize> = (0..rows.len()).filter(wanted).collect();
            found.kept += kept.len();
            let records = rows.len() - kept.len();
            // What is written again loses the columns that this version does not know.
            if records > 0 && (!is_newer || kept.is_empty()) {
                found.segments.push(StaleSegment { path, kept, records });
            }
        }
        for path in list(&self.theory(), "json")? {
            match Self::contents(&path, theory::decode)? {
                Some(entries) => {
                    let wanted = |entry: &TheoryEntry| theory::is_current(entry) && problems.contains(&entry.problem());
                    if !entries.iter().any(wanted) {
                        found.theory.push(path);
                    }
                }
                None => found.damaged.extend(Some(path).filter(|path| is_named(path))),
            }
        }
        self.stale::<ChosenOutputs>(&mut found, |one| {
            identities.find_current(&one.trial, &one.revisions).is_some() && preparations.contains(&one.preparation)
        })?;
        self.stale::<Preparation>(&mut found, |one| preparations.contains(&one.id))?;
        self.stale::<KeptModel>(&mut found, is_kept)?;
        found.fresh = Some(self.fresh_folder()).filter(|folder| folder.exists());
        Ok(found)
    }

    /// Adds the files of one kind in which nothing is wanted, or that are damaged.
    fn stale<F: Form>(&self, found: &mut Unreferenced, wanted: impl Fn(&F) -> bool) -> Result<(), StoreError> {
        for path in self.form_files::<F>()? {
            match Self::contents(&path, keys::<F>)? {
                Some(rows) if rows.iter().any(|row| row.is_current() && wanted(row)) => {}
                Some(_) => found.chosen.push(path),
                None => found.damaged.extend(Some(path).filter(|path| is_named(path))),
            }
        }
        Ok(())
    }

    /// Removes what nothing refers to. A record that the plan refers to is in a durable file at every moment.
    ///
    /// # Errors
    /// If a file cannot be written or removed.
    pub fn remove(&self, unreferenced: &Unreferenced) -> Result<(), StoreError> {
        for stale in &unreferenced.segments {
            if !stale.kept.is_empty() {
                let records = Self::contents(&stale.path, |bytes| records(bytes, &stale.kept))?;
                let records = records.ok_or_else(|| StoreError::lost(&stale.path))?;
                self.write_segment(&records)?;
            }
            remove(&stale.path)?;
        }
        let files = [&unreferenced.damaged, &unreferenced.unfinished, &unreferenced.theory, &unreferenced.chosen];
        files.into_iter().flatten().try_for_each(|path| remove(path))?;
        if let Some(folder) = &unreferenced.fresh {
            remove_ours(folder)?;
        }
        Ok(())
    }
}

/// What decides whether a row of a segment stays.
struct StoredRow {
    /// The trial whose current record it is, if any.
    trial: Option<usize>,
    failed: bool,
    /// The names of its metrics, of those with a curve of their own, and of what was watched, one a line.
    held: Arc<str>,
}

/// The rows of a segment, and whether a later version wrote it.
fn rows(bytes: Vec<u8>, identities: &Identities) -> Result<(Vec<StoredRow>, bool), Unreadable> {
    let is_newer = Format::of_table(&bytes)?.version > FormatVersion::NEWEST;
    let segment = DecodedSegment::decode(bytes, Some(SUMMARY))?;
    // Nearly all rows have the same names.
    let mut last: Arc<str> = "".into();
    let mut held = |metrics: &str, curves: &str, watches: WatchSet| {
        let mut named: String = curves.lines().map(|name| format!("\ncurve {name}")).collect();
        named.extend(watches.iter().map(|watch| format!("\nwatch {}", watch.word())));
        if last.strip_prefix(metrics) != Some(named.as_str()) {
            last = format!("{metrics}{named}").into();
        }
        Arc::clone(&last)
    };
    let row = |row| {
        let (id, version) = (segment.id(row)?, segment.numerics_version(row)?);
        let trial = identities.find_current(&id, segment.revisions(row)).filter(|_| version == numeric::VERSION);
        Some(StoredRow {
            trial,
            failed: matches!(segment.summary(row)?.outcome, Outcome::Failed { .. }),
            held: held(segment.metric_names(row), segment.metrics_with_curves(row), segment.watches(row)),
        })
    };
    let rows = (0..segment.rows()).map(row).collect::<Option<Vec<_>>>().ok_or(Unreadable::Damaged)?;
    Ok((rows, is_newer))
}

fn records(bytes: Vec<u8>, rows: &[usize]) -> Result<Vec<TrialRecord>, Unreadable> {
    let segment = DecodedSegment::decode(bytes, None)?;
    rows.iter().map(|row| segment.record(*row)).collect::<Option<_>>().ok_or(Unreadable::Damaged)
}

/// Whether a file's name is one that the program gives, whatever is in the file. Other files belong to somebody else.
fn is_named(path: &Path) -> bool {
    path.file_stem().and_then(std::ffi::OsStr::to_str).is_some_and(|name| Id::parse(name).is_some())
}

/// Size in bytes of a file, or of all files of a folder.
fn size(path: &Path) -> u64 {
    match fs::read_dir(path) {
        Ok(listing) => listing.filter_map(Result::ok).map(|entry| size(&entry.path())).sum(),
        Err(_) => fs::metadata(path).map_or(0, |metadata| metadata.len()),
    }
}

fn remove(path: &Path) -> Result<(), StoreError> {
    fs::remove_file(path).map_err(|error| StoreError::new("remove", path, error))
}
