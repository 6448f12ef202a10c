//! The curves and parameters of consecutive trials, read together.

use std::ops::Range;
use std::sync::{Arc, PoisonError};

use rayon::prelude::*;

use super::error::StoreError;
use super::segment::{CURVES_AND_THETA, DecodedSegment};
use super::segment_index::{NOWHERE, RecordLocation};
use super::stored_curves::StoredCurves;
use crate::parquet::ListColumn;
use crate::record::{CurveRow, MetricCurve, Watched};

/// At most this many rows of curves are kept in memory from one window to the next.
const MOST_RECENT: usize = 1 << 17;

/// Curves and parameters of consecutive trials.
pub struct CurveWindow {
    /// The trials of the window.
    pub trials: Range<usize>,
    /// The row of each trial in the columns below; `None` without a record.
    rows: Vec<Option<usize>>,
    theta: ListColumn<f64>,
    epoch: ListColumn<u64>,
    step: ListColumn<u64>,
    gradient_evaluations: ListColumn<u64>,
    train: ListColumn<f64>,
    validation: ListColumn<f64>,
    metrics: Vec<Vec<MetricCurve>>,
    watched: Vec<Watched>,
}

impl CurveWindow {
    pub fn theta(&self, trial: usize) -> Option<&[f64]> {
        self.theta.get(self.rows[trial - self.trials.start]?)
    }

    pub fn watched(&self, trial: usize) -> Option<&Watched> {
        self.watched.get(self.rows[trial - self.trials.start]?)
    }

    pub fn curve(&self, trial: usize) -> Option<CurveRow<'_>> {
        let row = self.rows[trial - self.trials.start]?;
        Some(CurveRow {
            epoch: self.epoch.get(row)?,
            step: self.step.get(row)?,
            gradient_evaluations: self.gradient_evaluations.get(row)?,
            train: self.train.get(row)?,
            validation: self.validation.get(row)?,
            metrics: self.metrics.get(row)?,
        })
    }
}

impl StoredCurves {
    /// Reads the curves and parameters of consecutive trials. Opens each segment once.
    ///
    /// # Errors
    /// If a segment that was sound can no longer be read.
    pub fn window(&self, trials: Range<usize>) -> Result<CurveWindow, StoreError> {
        let mut wanted: Vec<(RecordLocation, usize)> = (trials.clone())
            .map(|trial| (self.0.locations[trial], trial - trials.start))
            .filter(|(at, _)| *at != NOWHERE)
            .collect();
        wanted.sort_unstable();
        let mut window = CurveWindow {
            rows: vec![None; trials.len()],
            trials,
            theta: ListColumn::default(),
            epoch: ListColumn::default(),
            step: ListColumn::default(),
            gradient_evaluations: ListColumn::default(),
            train: ListColumn::default(),
            validation: ListColumn::default(),
            metrics: Vec::new(),
            watched: Vec::new(),
        };
        let groups: Vec<&[(RecordLocation, usize)]> =
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
            let opened: Vec<Result<Arc<DecodedSegment>, StoreError>> =
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
                    window.metrics.push(curve.metrics.to_vec());
                    window.watched.push(segment.watched(row).unwrap_or_default());
                    window.rows[*trial] = Some(next);
                    next += 1;
                }
            }
        }
        *self.0.recent.lock().unwrap_or_else(PoisonError::into_inner) = kept;
        Ok(window)
    }
}
