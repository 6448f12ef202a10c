//! The columns of `curves.parquet`.

use std::collections::HashSet;
use std::io::Write;
use std::ops::Range;

use crate::metric::MetricKind;
use crate::parquet::{ParquetError, TableColumn, TableWriter, TextColumn};
use crate::record::{Id, Split, Study};
use crate::store::curve_window::CurveWindow;
use crate::store::stored_curves::StoredCurves;

/// A row group of curves has about this many rows.
const CURVE_GROUP: usize = 1 << 17;

/// Writes the curves of these trials, of all or of those that `kept` names.
///
/// # Errors
/// If they cannot be encoded or written.
pub(super) fn write_curves<W: Write>(
    table: &mut TableWriter<W>,
    study: &Study,
    stored: &StoredCurves,
    window: &CurveWindow,
    kept: Option<&HashSet<Id>>,
    trials: &Range<usize>,
) -> Result<(), ParquetError> {
    // The curves of other metrics follow from these.
    let kinds = study.recorded_curves();
    let mut rows = CurveColumns::new(kinds.len());
    for trial in trials.clone() {
        // Two settings may share one trial. Its curve is written once, so that joining the tables by trial counts no row twice.
        let Some(curve) = window.curve(trial).filter(|_| !stored.is_repeated(trial)) else { continue };
        let trial = study.trials.get(trial);
        if kept.is_some_and(|kept| !kept.contains(&trial.id())) {
            continue;
        }
        let id = trial.id().hex();
        for index in 0..curve.epoch.len() {
            rows.trial.push(Some(&id));
            for (column, values) in rows.counts.iter_mut().zip([curve.epoch, curve.step, curve.gradient_evaluations]) {
                column.push(values.get(index).and_then(|&value| i64::try_from(value).ok()));
            }
        }
        let length = rows.counts[0].len();
        for (kind, columns) in kinds.iter().zip(&mut rows.values) {
            let is_there = trial.metric() == Some(kind) || curve.metrics.iter().any(|metric| metric.name == kind.name);
            for (column, split) in columns.iter_mut().zip([Split::Train, Split::Validation]) {
                if is_there {
                    column.extend(curve.values(kind, split, None));
                }
                column.resize(length, None);
            }
        }
        if length >= CURVE_GROUP {
            let full = std::mem::replace(&mut rows, CurveColumns::new(kinds.len()));
            table.write(full.columns(&kinds))?;
        }
    }
    table.write(rows.columns(&kinds))
}

/// The cells of a row group being filled.
struct CurveColumns {
    trial: TextColumn,
    counts: [Vec<Option<i64>>; 3],
    /// On training and on validation rows, metric by metric.
    values: Vec<[Vec<Option<f64>>; 2]>,
}

impl CurveColumns {
    fn new(metrics: usize) -> Self {
        Self { trial: TextColumn::default(), counts: Default::default(), values: vec![Default::default(); metrics] }
    }

    fn columns(self, kinds: &[&MetricKind]) -> Vec<(String, TableColumn)> {
        let [epoch, step, evaluations] = self.counts;
        let mut columns = vec![
            ("trial".to_owned(), TableColumn::Text(self.trial)),
            ("epoch".to_owned(), TableColumn::Integer(epoch)),
            ("step".to_owned(), TableColumn::Integer(step)),
            ("gradient_evaluations".to_owned(), TableColumn::Integer(evaluations)),
        ];
        for (kind, values) in kinds.iter().zip(self.values) {
            let names = ["train", "validation"].map(|split| format!("{split}_{}", kind.name));
            columns.extend(names.into_iter().zip(values.map(TableColumn::Float)));
        }
        columns
    }
}
