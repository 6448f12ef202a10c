//! Writes the tables window by window, while the next window is being read.

use std::collections::HashSet;
use std::io::Write;
use std::ops::Range;

use super::curves_table::write_curves;
use super::hyperparameters::HyperparameterColumns;
use super::trial_rows::rows;
use super::trials_table::trial_columns;
use super::watched_table::write_watched;
use crate::parquet::{Packing, ParquetError, TableWriter};
use crate::record::{Curves, Id, Study};
use crate::store::error::StoreError;
use crate::store::stored_curves::StoredCurves;

/// A window, which is a row group of `trials.parquet`, has at most this many trials and rows of curves.
const WINDOW_TRIALS: usize = 1 << 13;
const WINDOW_ROWS: usize = 1 << 20;

/// At most this many trials are read together: half of those that are trained together.
const READ_TRIALS: usize = 1 << 14;

/// Tables of up to this many rows are packed as small as possible. Packing larger ones would take longer than training.
const MOST_PACKED: usize = 200_000;

/// Why a table could not be written.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    #[error("cannot encode {table}: {reason}")]
    Encoding { table: &'static str, reason: ParquetError },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Where the tables are written.
pub struct TableFiles<'f> {
    pub trials: &'f mut (dyn Write + Send),
    pub curves: &'f mut (dyn Write + Send),
    /// `None` where nothing is watched.
    pub watched: Option<&'f mut (dyn Write + Send)>,
}

/// Writes the tables. `trials.parquet` has one row for each planned trial: names, every hyperparameter (in large tables, those
/// that vary), outcome, metrics, costs and parameters. `curves.parquet` has one row for each evaluated epoch of each trial, and
/// `watched.parquet` one for each evaluated epoch and place of the model. Parameters, curves and what was watched may be of the trials alone that `kept` names.
///
/// # Errors
/// If a table cannot be encoded or written, or a curve cannot be read again.
pub fn write_tables(
    study: &Study,
    stored: &StoredCurves,
    kept: Option<&HashSet<Id>>,
    files: TableFiles<'_>,
) -> Result<(), TableError> {
    let packing = |rows: usize| if rows <= MOST_PACKED { Packing::Small } else { Packing::Fast };
    let TableFiles { trials, curves, watched } = files;
    let mut trials = TableWriter::new(trials, packing(study.trials.len()));
    let rows_of_curves = kept.map_or_else(
        || stored.rows(),
        |kept| {
            let is_kept = |trial: &usize| kept.contains(&study.trials.get(*trial).id());
            (0..study.trials.len()).filter(is_kept).map(|trial| Curves::rows(stored, trial)).sum()
        },
    );
    let mut curves = TableWriter::new(curves, packing(rows_of_curves));
    let mut watched = watched.map(|watched| TableWriter::new(watched, packing(rows_of_curves)));
    // In large tables, hyperparameters that are the same everywhere are left out: they stand in plan.toml.
    let hyperparameters = HyperparameterColumns::of(study, study.trials.len() > MOST_PACKED);
    let windows = stored.windows(WINDOW_TRIALS, WINDOW_ROWS);
    let mut parts = together(stored, &windows).into_iter();
    let read = |part: &[Range<usize>]| stored.window(part[0].start..part[part.len() - 1].end);
    let mut next = parts.next().map(|part| (part, read(part)));
    while let Some((part, window)) = next.take() {
        let window = window?;
        let write_trials = || {
            part.iter().try_for_each(|range| {
                let rows = rows(study, range);
                trials.write(trial_columns(study, &hyperparameters, &rows, &window, kept))
            })
        };
        let write_curves =
            || part.iter().try_for_each(|range| write_curves(&mut curves, study, stored, &window, kept, range));
        if let Some(watched) = &mut watched {
            let written = part.iter().try_for_each(|range| write_watched(watched, study, stored, &window, kept, range));
            written.map_err(|reason| TableError::Encoding { table: "watched.parquet", reason })?;
        }
        // The next window is read while this one is written.
        let (one, (other, read)) =
            rayon::join(write_trials, || rayon::join(write_curves, || parts.next().map(|part| (part, read(part)))));
        one.map_err(|reason| TableError::Encoding { table: "trials.parquet", reason })?;
        other.map_err(|reason| TableError::Encoding { table: "curves.parquet", reason })?;
        next = read;
    }
    trials.finish().map_err(|reason| TableError::Encoding { table: "trials.parquet", reason })?;
    if let Some(watched) = watched {
        watched.finish().map_err(|reason| TableError::Encoding { table: "watched.parquet", reason })?;
    }
    curves.finish().map_err(|reason| TableError::Encoding { table: "curves.parquet", reason })
}

/// Groups windows that are read together. Trials that were trained together lie in the same segments, which are then opened once.
fn together<'w>(stored: &StoredCurves, mut windows: &'w [Range<usize>]) -> Vec<&'w [Range<usize>]> {
    let mut parts = Vec::new();
    while let Some(first) = windows.first() {
        let rows = |range: &Range<usize>| range.clone().map(|trial| Curves::rows(stored, trial)).sum::<usize>();
        let (mut count, mut all) = (1, rows(first));
        while let Some(next) = windows.get(count)
            && next.end - first.start <= READ_TRIALS
            && all + rows(next) <= WINDOW_ROWS
        {
            (count, all) = (count + 1, all + rows(next));
        }
        let (part, rest) = windows.split_at(count);
        parts.push(part);
        windows = rest;
    }
    parts
}
