//! The columns of `curves.parquet`.

use std::io::Write;
use std::ops::Range;

use crate::metric::{self, MetricKind, Values};
use crate::parquet::{ParquetError, TableColumn, TableWriter, TextColumn};
use crate::record::{Split, Study};
use crate::store::curve_window::CurveWindow;
use crate::store::stored_curves::StoredCurves;

/// A row group of curves has about this many rows.
const CURVE_GROUP: usize = 1 << 17;

/// Writes the curves of these trials.
///
/// # Errors
/// If they cannot be encoded or written.
pub(super) fn write_curves<W: Write>(
    table: &mut TableWriter<W>,
    study: &Study,
    stored: &StoredCurves,
    window: &CurveWindow,
    trials: &Range<usize>,
) -> Result<(), ParquetError> {
    // The curves of other metrics follow from that of the loss.
    let scored = Some(study.metric).filter(|kind| matches!(kind.values, Values::Outputs(_)));
    let mut rows = CurveColumns::default();
    for trial in trials.clone() {
        // Two settings may share one trial. Its curve is written once, so that joining the tables by trial counts no row twice.
        let Some(curve) = window.curve(trial).filter(|_| !stored.is_repeated(trial)) else { continue };
        let id = study.trials.get(trial).id().hex();
        for index in 0..curve.epoch.len() {
            rows.trial.push(Some(&id));
            for (column, values) in rows.counts.iter_mut().zip([curve.epoch, curve.step, curve.gradient_evaluations]) {
                column.push(values.get(index).and_then(|&value| i64::try_from(value).ok()));
            }
            for (column, values) in rows.errors.iter_mut().zip([curve.train, curve.validation]) {
                column.push(values.get(index).copied());
            }
        }
        if let Some(kind) = scored {
            for (column, split) in rows.scores.iter_mut().zip([Split::Train, Split::Validation]) {
                column.extend(curve.values(kind, split, None));
                column.resize(rows.errors[0].len(), None);
            }
        }
        if rows.errors[0].len() >= CURVE_GROUP {
            table.write(std::mem::take(&mut rows).columns(scored))?;
        }
    }
    table.write(rows.columns(scored))
}

/// The cells of a row group being filled.
#[derive(Default)]
struct CurveColumns {
    trial: TextColumn,
    counts: [Vec<Option<i64>>; 3],
    errors: [Vec<Option<f64>>; 2],
    /// The score, if it has a curve of its own.
    scores: [Vec<Option<f64>>; 2],
}

impl CurveColumns {
    fn columns(self, scored: Option<&MetricKind>) -> Vec<(String, TableColumn)> {
        let [epoch, step, evaluations] = self.counts;
        let [train, validation] = self.errors;
        let loss = metric::of_loss().name;
        let mut columns = vec![
            ("trial".to_owned(), TableColumn::Text(self.trial)),
            ("epoch".to_owned(), TableColumn::Integer(epoch)),
            ("step".to_owned(), TableColumn::Integer(step)),
            ("gradient_evaluations".to_owned(), TableColumn::Integer(evaluations)),
            (format!("train_{loss}"), TableColumn::Float(train)),
            (format!("validation_{loss}"), TableColumn::Float(validation)),
        ];
        if let Some(kind) = scored {
            let names = ["train", "validation"].map(|split| format!("{split}_{}", kind.name));
            columns.extend(names.into_iter().zip(self.scores.map(TableColumn::Float)));
        }
        columns
    }
}
