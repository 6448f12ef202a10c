//! Where the records of a plan's trials lie: in which segment and row.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use super::agreement::agree;
use super::error::StoreError;
use super::segment::DecodedSegment;
use super::store_folder::Store;
use crate::record::{Id, TrialRecord, TrialTable};

/// Where a record lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RecordLocation {
    pub segment: u32,
    pub row: u32,
}

/// The location of a trial without a record.
pub(super) const NOWHERE: RecordLocation = RecordLocation { segment: u32::MAX, row: u32::MAX };

/// The segments, and the location of each trial's record in them.
#[derive(Default)]
pub(super) struct SegmentIndex {
    pub paths: Vec<PathBuf>,
    /// The location of each trial of the plan.
    pub locations: Vec<RecordLocation>,
    /// The number of rows of each trial's curve.
    pub lengths: Vec<u32>,
    /// Trials that have the id of an earlier trial.
    pub repeated: HashSet<usize>,
    /// Segments of the last window, because the next window often begins in one of them.
    pub recent: Mutex<Vec<(u32, Arc<DecodedSegment>)>>,
    /// The curves of segments that were opened, where all curves together are few: ties, times and figures ask for many of the same.
    pub kept: Mutex<HashMap<u32, Arc<DecodedSegment>>>,
    /// Why a segment that had been sound could not be read when one of its curves was needed.
    pub failed: Mutex<Option<StoreError>>,
    /// How often a segment was opened.
    pub opened: AtomicUsize,
}

impl SegmentIndex {
    /// Reads a segment again; `None` if it is damaged by now, or gone.
    ///
    /// # Errors
    /// If it cannot be read. Its content is then unknown.
    fn find(&self, segment: u32, columns: Option<&[&str]>) -> Result<Option<DecodedSegment>, StoreError> {
        self.opened.fetch_add(1, Ordering::Relaxed);
        let decode = |bytes| DecodedSegment::decode(bytes, columns);
        self.paths.get(segment as usize).map_or(Ok(None), |path| Store::contents(path, decode))
    }

    /// The same for a segment that must still be there.
    ///
    /// # Errors
    /// If it cannot be read, is damaged by now, or gone.
    pub(super) fn open(&self, segment: u32, columns: Option<&[&str]>) -> Result<DecodedSegment, StoreError> {
        self.find(segment, columns)?.ok_or_else(|| self.lost(segment))
    }

    /// The error for a segment that is no longer readable.
    pub(super) fn lost(&self, segment: u32) -> StoreError {
        StoreError::lost(self.paths.get(segment as usize).map_or(Path::new(""), PathBuf::as_path))
    }

    /// The trials whose two records contradict each other. `repeated` holds, for each trial with two records, both locations.
    ///
    /// # Errors
    /// If a segment cannot be read.
    pub(super) fn contradictions(
        &self,
        mut repeated: Vec<(RecordLocation, RecordLocation, usize)>,
        trials: &TrialTable,
    ) -> Result<Vec<Id>, StoreError> {
        repeated.sort_by_key(|(first, second, _)| (first.segment, second.segment, first.row));
        let mut contradictions = Vec::new();
        let mut open: [Option<(u32, DecodedSegment)>; 2] = [None, None];
        for (first, second, trial) in repeated {
            let mut record = |slot: usize, at: RecordLocation| -> Result<Option<TrialRecord>, StoreError> {
                if open[slot].as_ref().is_none_or(|(segment, _)| *segment != at.segment) {
                    open[slot] = self.find(at.segment, None)?.map(|found| (at.segment, found));
                }
                Ok(open[slot].as_ref().and_then(|(_, segment)| segment.record(at.row as usize)))
            };
            // A record that is gone by now contradicts nothing.
            if let (Some(one), Some(other)) = (record(0, first)?, record(1, second)?)
                && !agree(&one, &other)
            {
                contradictions.push(trials.get(trial).id());
            }
        }
        Ok(contradictions)
    }
}
