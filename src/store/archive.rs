//! Where the records of a plan's trials lie in a store, to be read again in parts: a segment at a time, never all at once.

use std::collections::HashSet;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;

use super::format::Unreadable;
use super::parquet::Lists;
use super::segment::{CURVES, CURVES_AND_THETA, SUMMARY, Segment};
use super::{Store, StoreError};
use crate::numeric;
use crate::record::{CurveRow, Curves, Id, Identities, Outcome, TrialRecord, TrialSummary, TrialTable};

/// Where a record lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Location {
    segment: u32,
    row: u32,
}

/// Rows of curves in segments that are kept from one window to the next.
const MOST_RECENT: usize = 1 << 17;

const NOWHERE: Location = Location { segment: u32::MAX, row: u32::MAX };

/// What a store holds of a plan.
pub struct Archive {
    /// What is known of each trial of the plan.
    pub trials: TrialTable,
    /// Files that were not read since their bytes do not hash to their name, or cannot be decoded.
    pub damaged: Vec<PathBuf>,
    /// Trials of which two records of this numerics version differ: a broken promise.
    pub contradictions: Vec<Id>,
    segments: Segments,
}

/// The segments and what lies where.
#[derive(Default)]
struct Segments {
    paths: Vec<PathBuf>,
    /// Of each trial of the plan.
    locations: Vec<Location>,
    /// Rows of each trial's curve.
    lengths: Vec<u32>,
    /// Trials whose id an earlier one has.
    repeated: HashSet<usize>,
    /// Segments that the last window was read from: the next one begins where it ended.
    recent: Mutex<Vec<(u32, Arc<Segment>)>>,
    /// Why a segment that was sound could not be read when a curve of it was asked for.
    failed: Mutex<Option<StoreError>>,
    /// How often a segment was opened.
    opened: AtomicUsize,
}

/// One row of a segment.
struct Found {
    trial: usize,
    row: u32,
    length: u32,
    summary: TrialSummary,
}

impl Store {
    /// Reads what is known of a plan's trials; records of other plans and of other numerics versions are passed over.
    ///
    /// # Errors
    /// Where the folder cannot be listed, a segment cannot be read, or is of a format that is not known here.
    pub fn read(&self, identities: &Identities) -> Result<Archive, StoreError> {
        Archive::of(self.segment_files()?, identities)
    }
}

impl Archive {
    /// Reads what some segments hold of a plan's trials.
    ///
    /// # Errors
    /// Where a segment cannot be read, or is of a format that is not known here.
    pub(super) fn of(paths: Vec<PathBuf>, identities: &Identities) -> Result<Self, StoreError> {
        let ids = identities.all();
        let n = ids.len();
        let mut trials = TrialTable::outstanding(ids);
        let mut segments = Segments { paths, locations: vec![NOWHERE; n], lengths: vec![0; n], ..Segments::default() };
        let mut damaged = Vec::new();
        let mut repeated: Vec<(Location, Location, usize)> = Vec::new();
        // Some at a time, so that their order decides and not all of them are in memory.
        let together = rayon::current_num_threads();
        for start in (0..segments.paths.len()).step_by(together) {
            let part = &segments.paths[start..segments.paths.len().min(start + together)];
            let read: Vec<_> =
                part.par_iter().map(|path| Store::contents(path, |bytes| found(bytes, identities))).collect();
            for (offset, rows) in read.into_iter().enumerate() {
                let path = &segments.paths[start + offset];
                let Some(rows) = rows? else {
                    // It may have been removed since it was listed.
                    if path.exists() {
                        damaged.push(path.clone());
                    }
                    continue;
                };
                let segment = u32::try_from(start + offset).unwrap_or(u32::MAX);
                for Found { trial, row, length, summary } in rows {
                    let here = Location { segment, row };
                    let known = trials.get(trial);
                    let failed = matches!(summary.outcome, Outcome::Failed { .. });
                    // Of two records with one id, completed or diverged beats failed.
                    if known.has_record() && !known.is_failed() {
                        if !failed {
                            repeated.push((segments.locations[trial], here, trial));
                        }
                        continue;
                    }
                    if known.is_failed() && failed {
                        continue;
                    }
                    trials.insert(trial, summary);
                    segments.locations[trial] = here;
                    segments.lengths[trial] = length;
                }
            }
        }
        let contradictions = segments.contradictions(repeated, &trials)?;
        for trial in 0..n {
            if let Some(first) = identities.repeats(trial) {
                trials.repeat(trial, first);
                segments.locations[trial] = segments.locations[first];
                segments.repeated.insert(trial);
            }
        }
        Ok(Archive { trials, damaged, contradictions, segments })
    }
}

/// The rows of a segment that the plan asks for.
fn found(bytes: Vec<u8>, identities: &Identities) -> Result<Vec<Found>, Unreadable> {
    let segment = Segment::decode(bytes, Some(SUMMARY))?;
    let mut rows = Vec::new();
    for row in 0..segment.rows() {
        rows.extend(planned(&segment, row, identities).ok_or(Unreadable::Damaged)?);
    }
    Ok(rows)
}

/// A row of a segment, where the plan asks for it; `None` where it holds what we never write.
fn planned(segment: &Segment, row: usize, identities: &Identities) -> Option<Option<Found>> {
    let (id, version) = (segment.id(row)?, segment.numerics_version(row)?);
    let Some(trial) = identities.find(&id).filter(|_| version == numeric::VERSION) else { return Some(None) };
    let narrow = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
    Some(Some(Found {
        trial,
        row: narrow(row),
        length: narrow(segment.curve_length(row)),
        summary: segment.summary(row)?,
    }))
}

impl Segments {
    /// A segment that was sound when it was read first; `None` where it is damaged now, or gone.
    ///
    /// # Errors
    /// Where it cannot be read, which says nothing of what is in it.
    fn find(&self, segment: u32, columns: Option<&[&str]>) -> Result<Option<Segment>, StoreError> {
        self.opened.fetch_add(1, Ordering::Relaxed);
        let decode = |bytes| Segment::decode(bytes, columns);
        self.paths.get(segment as usize).map_or(Ok(None), |path| Store::contents(path, decode))
    }

    /// The same of one that must still be there.
    fn open(&self, segment: u32, columns: Option<&[&str]>) -> Result<Segment, StoreError> {
        self.find(segment, columns)?.ok_or_else(|| self.lost(segment))
    }

    fn lost(&self, segment: u32) -> StoreError {
        StoreError::lost(self.paths.get(segment as usize).map_or(Path::new(""), PathBuf::as_path))
    }

    /// Of trials that lie twice in the store, those whose two records differ.
    fn contradictions(
        &self,
        mut repeated: Vec<(Location, Location, usize)>,
        trials: &TrialTable,
    ) -> Result<Vec<Id>, StoreError> {
        repeated.sort_by_key(|(first, second, _)| (first.segment, second.segment, first.row));
        let mut contradictions = Vec::new();
        let mut open: [Option<(u32, Segment)>; 2] = [None, None];
        for (first, second, trial) in repeated {
            let mut record = |slot: usize, at: Location| -> Result<Option<TrialRecord>, StoreError> {
                if open[slot].as_ref().is_none_or(|(segment, _)| *segment != at.segment) {
                    open[slot] = self.find(at.segment, None)?.map(|found| (at.segment, found));
                }
                Ok(open[slot].as_ref().and_then(|(_, segment)| segment.record(at.row as usize)))
            };
            // One that is gone since contradicts nothing.
            if let (Some(one), Some(other)) = (record(0, first)?, record(1, second)?)
                && one != other
            {
                contradictions.push(trials.get(trial).id());
            }
        }
        Ok(contradictions)
    }
}

impl Archive {
    /// The whole record of a trial; `None` where it has none.
    ///
    /// # Errors
    /// Where a segment that was sound can no longer be read.
    pub fn record(&self, trial: usize) -> Result<Option<TrialRecord>, StoreError> {
        match self.segments.locations.get(trial).filter(|at| **at != NOWHERE) {
            Some(at) => {
                let record = self.segments.open(at.segment, None)?.record(at.row as usize);
                record.map(Some).ok_or_else(|| self.segments.lost(at.segment))
            }
            None => Ok(None),
        }
    }

    /// The whole records of all trials that have one, each id once, segment by segment.
    ///
    /// # Errors
    /// Where a segment that was sound can no longer be read.
    pub fn records(&self) -> Result<Vec<TrialRecord>, StoreError> {
        let mut wanted: Vec<Location> = self.segments.locations.iter().copied().filter(|at| *at != NOWHERE).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let mut records = Vec::with_capacity(wanted.len());
        for group in wanted.chunk_by(|one, other| one.segment == other.segment) {
            let segment = self.segments.open(group[0].segment, None)?;
            for at in group {
                records.push(segment.record(at.row as usize).ok_or_else(|| self.segments.lost(at.segment))?);
            }
        }
        Ok(records)
    }

    /// The table, and the curves that belong to it.
    #[must_use]
    pub fn split(self) -> (TrialTable, Arc<StoredCurves>) {
        (self.trials, Arc::new(StoredCurves(self.segments)))
    }
}

/// Curves and parameters where they lie.
pub struct StoredCurves(Segments);

impl Curves for StoredCurves {
    fn rows(&self, trial: usize) -> usize {
        self.0.lengths.get(trial).map_or(0, |length| *length as usize)
    }

    fn read(&self, trials: &[usize], take: &mut dyn FnMut(usize, CurveRow<'_>)) {
        let located = |trial: &usize| Some((*self.0.locations.get(*trial).filter(|at| **at != NOWHERE)?, *trial));
        let mut wanted: Vec<(Location, usize)> = trials.iter().filter_map(located).collect();
        wanted.sort_unstable();
        let groups: Vec<&[(Location, usize)]> =
            wanted.chunk_by(|one, other| one.0.segment == other.0.segment).collect();
        for part in groups.chunks(rayon::current_num_threads()) {
            let open = |group: &&[(Location, usize)]| self.0.open(group[0].0.segment, Some(CURVES));
            let opened: Vec<Result<Segment, StoreError>> = part.par_iter().map(open).collect();
            for (group, segment) in part.iter().zip(opened) {
                let segment = match segment {
                    Ok(segment) => segment,
                    Err(error) => {
                        self.0.failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
                        return;
                    }
                };
                for (at, trial) in *group {
                    if let Some(curve) = segment.curve(at.row as usize) {
                        take(*trial, curve);
                    }
                }
            }
        }
    }
}

/// Curves and parameters of consecutive trials.
pub struct Window {
    /// The trials.
    pub trials: Range<usize>,
    /// Their rows below, `None` without a record.
    rows: Vec<Option<usize>>,
    theta: Lists<f64>,
    epoch: Lists<u64>,
    step: Lists<u64>,
    gradient_evaluations: Lists<u64>,
    train: Lists<f64>,
    validation: Lists<f64>,
}

impl Window {
    pub fn theta(&self, trial: usize) -> Option<&[f64]> {
        self.theta.get(self.rows[trial - self.trials.start]?)
    }

    pub fn curve(&self, trial: usize) -> Option<CurveRow<'_>> {
        let row = self.rows[trial - self.trials.start]?;
        Some(CurveRow {
            epoch: self.epoch.get(row)?,
            step: self.step.get(row)?,
            gradient_evaluations: self.gradient_evaluations.get(row)?,
            train: self.train.get(row)?,
            validation: self.validation.get(row)?,
        })
    }
}

impl StoredCurves {
    /// Whether every curve that was asked for could be read: what lacks one is not to be believed.
    ///
    /// # Errors
    /// Where a segment that was sound could no longer be read.
    pub fn check(&self) -> Result<(), StoreError> {
        let lost = self.0.failed.lock().unwrap_or_else(PoisonError::into_inner).clone();
        lost.map_or(Ok(()), Err)
    }

    /// How often a segment was opened since the store was read.
    pub fn opened(&self) -> usize {
        self.0.opened.load(Ordering::Relaxed)
    }

    /// Whether an earlier trial of the plan has the same id.
    pub fn is_repeated(&self, trial: usize) -> bool {
        self.0.repeated.contains(&trial)
    }

    /// Rows of all curves.
    pub fn rows(&self) -> usize {
        self.0.lengths.iter().map(|length| *length as usize).sum()
    }

    /// Cuts all trials into windows of at most so many trials and rows of curves.
    pub fn windows(&self, most_trials: usize, most_rows: usize) -> Vec<Range<usize>> {
        let mut windows = Vec::new();
        let (mut start, mut rows) = (0, 0);
        for (trial, length) in self.0.lengths.iter().enumerate() {
            let length = *length as usize;
            if trial > start && (trial - start == most_trials || rows + length > most_rows) {
                windows.push(start..trial);
                (start, rows) = (trial, 0);
            }
            rows += length;
        }
        windows.push(start..self.0.lengths.len());
        windows
    }

    /// Reads the curves and parameters of consecutive trials, each segment once.
    ///
    /// # Errors
    /// Where a segment that was sound can no longer be read.
    pub fn window(&self, trials: Range<usize>) -> Result<Window, StoreError> {
        let mut wanted: Vec<(Location, usize)> = (trials.clone())
            .map(|trial| (self.0.locations[trial], trial - trials.start))
            .filter(|(at, _)| *at != NOWHERE)
            .collect();
        wanted.sort_unstable();
        let mut window = Window {
            rows: vec![None; trials.len()],
            trials,
            theta: Lists::default(),
            epoch: Lists::default(),
            step: Lists::default(),
            gradient_evaluations: Lists::default(),
            train: Lists::default(),
            validation: Lists::default(),
        };
        let groups: Vec<&[(Location, usize)]> =
            wanted.chunk_by(|one, other| one.0.segment == other.0.segment).collect();
        let together = rayon::current_num_threads();
        let mut next = 0;
        let recent = std::mem::take(&mut *self.0.recent.lock().unwrap_or_else(PoisonError::into_inner));
        let open = |number: u32| {
            let known = recent.iter().find(|(known, _)| *known == number).map(|(_, segment)| Arc::clone(segment));
            known.map_or_else(|| self.0.open(number, Some(CURVES_AND_THETA)).map(Arc::new), Ok)
        };
        let (mut kept, mut rows) = (Vec::new(), 0);
        for part in groups.chunks(together) {
            let opened: Vec<Result<Arc<Segment>, StoreError>> =
                part.par_iter().map(|group| open(group[0].0.segment)).collect();
            for (group, segment) in part.iter().zip(opened) {
                let number = group[0].0.segment;
                let segment = segment?;
                rows += segment.curve_rows();
                if rows <= MOST_RECENT {
                    kept.push((number, Arc::clone(&segment)));
                }
                for (at, trial) in *group {
                    let row = at.row as usize;
                    let Some(curve) = segment.curve(row) else { continue };
                    window.theta.push(segment.theta(row));
                    window.epoch.push(Some(curve.epoch));
                    window.step.push(Some(curve.step));
                    window.gradient_evaluations.push(Some(curve.gradient_evaluations));
                    window.train.push(Some(curve.train));
                    window.validation.push(Some(curve.validation));
                    window.rows[*trial] = Some(next);
                    next += 1;
                }
            }
        }
        *self.0.recent.lock().unwrap_or_else(PoisonError::into_inner) = kept;
        Ok(window)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the operating system refuses to read is neither damaged nor gone, and its word is kept.
    #[test]
    fn a_segment_that_cannot_be_read_is_an_error_with_its_reason() {
        let place = tempfile::tempdir().unwrap();
        let name = |text: &str| place.path().join(format!("{}.parquet", Id::of(text)));
        std::fs::create_dir(name("a folder")).unwrap();
        let at = |segment| Location { segment, row: 0 };
        let segments = || Segments {
            paths: vec![name("a folder"), name("gone")],
            locations: vec![at(0), at(1), NOWHERE],
            ..Segments::default()
        };
        let trials = TrialTable::outstanding(Arc::new(vec![Id::of("a trial")]));
        let refused = segments().contradictions(vec![(at(0), at(1), 0)], &trials).unwrap_err().to_string();
        assert!(refused.contains("cannot read") && refused.ends_with("is a directory"), "{refused}");
        assert_eq!(
            segments().contradictions(vec![(at(1), at(1), 0)], &trials).unwrap(),
            [],
            "what is gone says nothing"
        );
        let archive = Archive { trials, damaged: Vec::new(), contradictions: Vec::new(), segments: segments() };
        assert!(archive.record(0).unwrap_err().to_string().ends_with("is a directory"));
        assert!(archive.record(1).unwrap_err().to_string().contains("it is gone"));
        assert_eq!(archive.record(2).unwrap(), None);
        let curves = StoredCurves(segments());
        let read = |trial: usize| curves.read(&[trial], &mut |_, _| panic!("there is no curve"));
        read(2);
        assert!(curves.check().is_ok());
        read(0);
        assert!(curves.check().unwrap_err().to_string().ends_with("is a directory"));
        assert!(curves.window(0..1).is_err_and(|error| error.to_string().ends_with("is a directory")));
    }
}
