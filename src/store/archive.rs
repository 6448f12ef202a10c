//! What a store holds of a plan: a table of all trials in memory, and the records themselves, which are read again from their
//! segments when they are needed.

use std::path::PathBuf;
use std::sync::Arc;

use rayon::prelude::*;

use super::error::StoreError;
use super::format::Unreadable;
use super::segment::{DecodedSegment, SUMMARY};
use super::segment_index::{NOWHERE, RecordLocation, SegmentIndex};
use super::store_folder::Store;
use super::stored_curves::StoredCurves;
use crate::numeric;
use crate::record::{Id, Identities, Outcome, TrialRecord, TrialSummary, TrialTable};

/// What a store holds of a plan.
pub struct Archive {
    /// The summary of each trial of the plan.
    pub trials: TrialTable,
    /// Files that were not read, because their bytes do not hash to their name or cannot be decoded.
    pub damaged: Vec<PathBuf>,
    /// Trials with two different records of this numerics version and these revisions. This must never happen.
    pub contradictions: Vec<Id>,
    segments: SegmentIndex,
}

/// A record of the plan, found in a row of a segment.
struct FoundRecord {
    trial: usize,
    row: u32,
    /// The number of rows of its curve.
    length: u32,
    held: Held,
    summary: TrialSummary,
}

/// How much a record holds, from poorer to richer: whether the curve that the plan asks for, whether all that the plan watches, and the
/// number of its metrics, of their curves, and of what was watched.
type Held = (bool, bool, u16);

impl Store {
    /// Reads the records of a plan's trials. Skips records of other plans, numerics versions and revisions of registry rows.
    ///
    /// # Errors
    /// If the folder cannot be listed, a segment cannot be read, or a segment has an unknown format.
    pub fn read(&self, identities: &Identities) -> Result<Archive, StoreError> {
        Archive::of(self.segment_files()?, identities)
    }
}

impl Archive {
    /// Reads the records of a plan's trials from these segments.
    ///
    /// # Errors
    /// If a segment cannot be read, or has an unknown format.
    pub(super) fn of(paths: Vec<PathBuf>, identities: &Identities) -> Result<Self, StoreError> {
        let ids = identities.all();
        let n = ids.len();
        let mut trials = TrialTable::outstanding(ids);
        let mut segments =
            SegmentIndex { paths, locations: vec![NOWHERE; n], lengths: vec![0; n], ..SegmentIndex::default() };
        let mut damaged = Vec::new();
        // What each trial's record holds.
        let mut richest: Vec<Held> = vec![(false, false, 0); n];
        let mut repeated: Vec<(RecordLocation, RecordLocation, usize)> = Vec::new();
        // A few at a time, so that not all of them are in memory. Their results are used in order.
        let together = rayon::current_num_threads();
        for start in (0..segments.paths.len()).step_by(together) {
            let part = &segments.paths[start..segments.paths.len().min(start + together)];
            let read: Vec<_> =
                part.par_iter().map(|path| Store::contents(path, |bytes| found(bytes, identities))).collect();
            for (offset, rows) in read.into_iter().enumerate() {
                let path = &segments.paths[start + offset];
                let Some(rows) = rows? else {
                    // The file may have been removed since it was listed.
                    if path.exists() {
                        damaged.push(path.clone());
                    }
                    continue;
                };
                let segment = u32::try_from(start + offset).unwrap_or(u32::MAX);
                for FoundRecord { trial, row, length, held, summary } in rows {
                    let here = RecordLocation { segment, row };
                    let known = trials.get(trial);
                    let failed = matches!(summary.outcome, Outcome::Failed { .. });
                    // A completed or diverged record replaces a failed one of the same id, and a richer one a poorer one.
                    if known.has_record() && !known.is_failed() {
                        if !failed {
                            repeated.push((segments.locations[trial], here, trial));
                        }
                        if failed {
                            continue;
                        }
                        // The table holds the metrics of both, which agree in what both hold, and what one of them watched.
                        trials.add_metrics(trial, &summary.metrics);
                        if held > richest[trial] {
                            richest[trial] = held;
                            trials.set_watches(trial, summary.watches);
                            segments.locations[trial] = here;
                            segments.lengths[trial] = length;
                        }
                        continue;
                    }
                    if known.is_failed() && failed {
                        continue;
                    }
                    trials.insert(trial, summary);
                    richest[trial] = held;
                    segments.locations[trial] = here;
                    segments.lengths[trial] = length;
                }
            }
        }
        let contradictions = segments.contradictions(repeated, &trials)?;
        for trial in 0..n {
            // It is trained once more, for what its record lacks.
            let lacking = identities.lacking(&trials.get(trial));
            if !lacking.is_empty() {
                trials.reset(trial);
                trials.note_lacking(trial, lacking);
                segments.locations[trial] = NOWHERE;
                segments.lengths[trial] = 0;
            }
            if let Some(first) = identities.repeats(trial) {
                trials.repeat(trial, first);
                segments.locations[trial] = segments.locations[first];
                segments.repeated.insert(trial);
            }
        }
        Ok(Archive { trials, damaged, contradictions, segments })
    }
}

/// The records of the plan in a segment.
fn found(bytes: Vec<u8>, identities: &Identities) -> Result<Vec<FoundRecord>, Unreadable> {
    let segment = DecodedSegment::decode(bytes, Some(SUMMARY))?;
    let mut rows = Vec::new();
    for row in 0..segment.rows() {
        rows.extend(planned(&segment, row, identities).ok_or(Unreadable::Damaged)?);
    }
    Ok(rows)
}

/// The record in a row. The inner `None` is a record of another plan, numerics version or revision; the outer one is a row with
/// something that the program never writes.
fn planned(segment: &DecodedSegment, row: usize, identities: &Identities) -> Option<Option<FoundRecord>> {
    let (id, version) = (segment.id(row)?, segment.numerics_version(row)?);
    let current = identities.find_current(&id, segment.revisions(row)).filter(|_| version == numeric::VERSION);
    let Some(trial) = current else { return Some(None) };
    let narrow = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
    let is_asked_for = |name: &str| identities.curve(trial).is_some_and(|kind| kind.name == name);
    let has_the_curve = segment.metrics_with_curves(row).lines().any(is_asked_for);
    let watches = segment.watches(row);
    let has_watched = identities.watches(trial).without(watches).is_empty();
    Some(Some(FoundRecord {
        trial,
        row: narrow(row),
        length: narrow(segment.curve_length(row)),
        held: (has_the_curve, has_watched, u16::try_from(segment.n_metrics(row) + watches.len()).unwrap_or(u16::MAX)),
        summary: segment.summary(row)?,
    }))
}

impl Archive {
    /// The whole record of a trial; `None` if it has none.
    ///
    /// # Errors
    /// If a segment that was sound can no longer be read.
    pub fn record(&self, trial: usize) -> Result<Option<TrialRecord>, StoreError> {
        match self.segments.locations.get(trial).filter(|at| **at != NOWHERE) {
            Some(at) => {
                let record = self.segments.open(at.segment, None)?.record(at.row as usize);
                record.map(Some).ok_or_else(|| self.segments.lost(at.segment))
            }
            None => Ok(None),
        }
    }

    /// The whole records of all trials that have one, each id once, in the order of the segments.
    ///
    /// # Errors
    /// If a segment that was sound can no longer be read.
    pub fn records(&self) -> Result<Vec<TrialRecord>, StoreError> {
        let mut wanted: Vec<RecordLocation> =
            self.segments.locations.iter().copied().filter(|at| *at != NOWHERE).collect();
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

    /// The table of trials, and their curves.
    #[must_use]
    pub fn split(self) -> (TrialTable, Arc<StoredCurves>) {
        (self.trials, Arc::new(StoredCurves::new(self.segments)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Curves as _;

    /// A segment that the operating system cannot read is neither damaged nor gone. The error keeps the system's reason.
    #[test]
    fn a_segment_that_cannot_be_read_is_an_error_with_its_reason() {
        let place = tempfile::tempdir().unwrap();
        let name = |text: &str| place.path().join(format!("{}.parquet", Id::of(text)));
        std::fs::create_dir(name("a folder")).unwrap();
        let at = |segment| RecordLocation { segment, row: 0 };
        let segments = || SegmentIndex {
            paths: vec![name("a folder"), name("gone")],
            locations: vec![at(0), at(1), NOWHERE],
            ..SegmentIndex::default()
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
        let curves = StoredCurves::new(segments());
        let read = |trial: usize| curves.read(&[trial], &mut |_, _| panic!("there is no curve"));
        read(2);
        assert!(curves.check().is_ok());
        read(0);
        assert!(curves.check().unwrap_err().to_string().ends_with("is a directory"));
        assert!(curves.window(0..1).is_err_and(|error| error.to_string().ends_with("is a directory")));
    }
}
