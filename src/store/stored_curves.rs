//! The curves and parameters of a plan's trials, read from their segments when they are needed.

use std::ops::Range;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use rayon::prelude::*;

use super::error::StoreError;
use super::segment::{CURVES, DecodedSegment, WATCHED};
use super::segment_index::{NOWHERE, RecordLocation, SegmentIndex};
use crate::record::{CurveRow, Curves, Watched};

/// Curves of at most this many rows together stay in memory once they are read: some 50 MB.
const MOST_KEPT: usize = 1 << 20;

/// Curves and parameters in their segments.
pub struct StoredCurves(pub(super) SegmentIndex);

impl Curves for StoredCurves {
    fn rows(&self, trial: usize) -> usize {
        self.0.lengths.get(trial).map_or(0, |length| *length as usize)
    }

    fn read(&self, trials: &[usize], take: &mut dyn FnMut(usize, CurveRow<'_>)) {
        let keeps = self.rows() <= MOST_KEPT;
        self.each(trials, &|segment| self.curves_of(segment, keeps), &mut |trial, segment, row| {
            if let Some(curve) = segment.curve(row) {
                take(trial, curve);
            }
        });
    }

    fn read_watched(&self, trials: &[usize], take: &mut dyn FnMut(usize, &[u64], Watched)) {
        self.each(trials, &|segment| self.0.open(segment, Some(WATCHED)).map(Arc::new), &mut |trial, segment, row| {
            if let (Some(epochs), Some(watched)) = (segment.epochs(row), segment.watched(row)) {
                take(trial, epochs, watched);
            }
        });
    }
}

type OpenSegment<'o> = &'o (dyn Fn(u32) -> Result<Arc<DecodedSegment>, StoreError> + Sync);

impl StoredCurves {
    /// Opens the segment of each of some trials, each once, and hands it to `take` with the trial and its row. If one cannot be opened,
    /// the error is kept.
    fn each(&self, trials: &[usize], open: OpenSegment<'_>, take: &mut dyn FnMut(usize, &DecodedSegment, usize)) {
        let located = |trial: &usize| Some((*self.0.locations.get(*trial).filter(|at| **at != NOWHERE)?, *trial));
        let mut wanted: Vec<(RecordLocation, usize)> = trials.iter().filter_map(located).collect();
        wanted.sort_unstable();
        let groups: Vec<&[(RecordLocation, usize)]> =
            wanted.chunk_by(|one, other| one.0.segment == other.0.segment).collect();
        for part in groups.chunks(rayon::current_num_threads()) {
            let open = |group: &&[(RecordLocation, usize)]| open(group[0].0.segment);
            let opened: Vec<Result<Arc<DecodedSegment>, StoreError>> = part.par_iter().map(open).collect();
            for (group, segment) in part.iter().zip(opened) {
                let segment = match segment {
                    Ok(segment) => segment,
                    Err(error) => {
                        self.0.failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
                        return;
                    }
                };
                for (at, trial) in *group {
                    take(*trial, &segment, at.row as usize);
                }
            }
        }
    }

    pub(super) const fn new(segments: SegmentIndex) -> Self {
        Self(segments)
    }

    /// The curves of a segment, which is opened once if it is kept.
    fn curves_of(&self, segment: u32, keeps: bool) -> Result<Arc<DecodedSegment>, StoreError> {
        if !keeps {
            return self.0.open(segment, Some(CURVES)).map(Arc::new);
        }
        let kept = || self.0.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kept().get(&segment) {
            return Ok(Arc::clone(known));
        }
        let opened = Arc::new(self.0.open(segment, Some(CURVES))?);
        kept().insert(segment, Arc::clone(&opened));
        Ok(opened)
    }

    /// Checks that every requested curve could be read. A result without one of them is wrong.
    ///
    /// # Errors
    /// If a segment that was sound could no longer be read.
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

    /// The number of rows of all curves together.
    pub fn rows(&self) -> usize {
        self.0.lengths.iter().map(|length| *length as usize).sum()
    }

    /// Cuts all trials into windows with at most this many trials and rows of curves. A longer curve is a window of its own.
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
}
