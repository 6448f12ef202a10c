//! From trial records to the bytes of a segment.

use super::metric_curves::MetricCurveColumns;
use super::metrics::MetricColumns;
use super::watched::WatchedColumns;
use crate::parquet::{Packing, ParquetError, TableColumn, TextColumn, encode as encode_columns};
use crate::record::{Curve, Outcome, TrialRecord};
use crate::store::format::Format;

/// The bytes of a segment with these records.
///
/// # Errors
/// If polars refuses the columns.
pub fn encode(records: &[TrialRecord]) -> Result<Vec<u8>, ParquetError> {
    fn signed(value: u64) -> i64 {
        i64::try_from(value).unwrap_or(i64::MAX)
    }
    type FieldOf<'a, T> = &'a dyn Fn(&TrialRecord) -> T;
    let integer = |value: FieldOf<'_, Option<i64>>| TableColumn::Integer(records.iter().map(value).collect());
    let text = |value: fn(&TrialRecord) -> Option<&str>| TableColumn::Text(records.iter().map(value).collect());
    let integers =
        |value: fn(&Curve) -> &[u64]| TableColumn::Integers(records.iter().map(|r| Some(value(&r.curve))).collect());
    let floats = |value: fn(&TrialRecord) -> Option<&[f64]>| TableColumn::Floats(records.iter().map(value).collect());
    let mut ids = TextColumn::default();
    let mut problems = TextColumn::default();
    let mut metrics = MetricColumns::default();
    let mut curves = MetricCurveColumns::default();
    let mut watched = WatchedColumns::default();
    for record in records {
        ids.push(Some(&record.id.hex()));
        problems.push(record.problem.map(|id| id.hex()).as_deref());
        metrics.push(&record.metrics);
        curves.push(&record.curve.metrics);
        watched.push(&record.watched);
    }
    let mut columns: Vec<(String, TableColumn)> = vec![
        ("id".into(), TableColumn::Text(ids)),
        ("numerics_version".into(), integer(&|r| Some(i64::from(r.numerics_version)))),
        ("revisions".into(), text(|r| Some(r.revisions.as_str()).filter(|revisions| !revisions.is_empty()))),
        ("setting".into(), text(|r| Some(&r.setting))),
        ("outcome".into(), text(|r| Some(r.outcome.word()))),
        (
            "stopped".into(),
            text(|r| match &r.outcome {
                Outcome::Completed { stopped } => Some(stopped.word()),
                _ => None,
            }),
        ),
        (
            "diverged_step".into(),
            integer(&|r| match &r.outcome {
                Outcome::Diverged { step, .. } => Some(signed(*step)),
                _ => None,
            }),
        ),
        (
            "last_loss".into(),
            TableColumn::Float(
                records
                    .iter()
                    .map(|r| match &r.outcome {
                        Outcome::Diverged { last_loss, .. } => *last_loss,
                        _ => None,
                    })
                    .collect(),
            ),
        ),
        (
            "message".into(),
            text(|r| match &r.outcome {
                Outcome::Failed { message } => Some(message),
                _ => None,
            }),
        ),
        ("steps".into(), integer(&|r| Some(signed(r.steps)))),
        ("gradient_evaluations".into(), integer(&|r| Some(signed(r.gradient_evaluations)))),
        ("best_epoch".into(), integer(&|r| r.best_epoch().map(signed))),
        ("problem".into(), TableColumn::Text(problems)),
        ("theta".into(), floats(|r| r.theta.as_deref())),
        ("curve_epoch".into(), integers(|curve| &curve.epoch)),
        ("curve_step".into(), integers(|curve| &curve.step)),
        ("curve_gradient_evaluations".into(), integers(|curve| &curve.gradient_evaluations)),
        ("curve_train".into(), floats(|r| Some(&r.curve.train))),
        ("curve_validation".into(), floats(|r| Some(&r.curve.validation))),
        ("metrics".into(), TableColumn::Text(metrics.names)),
        ("metrics_last".into(), TableColumn::Floats(metrics.last)),
        ("metrics_best".into(), TableColumn::Floats(metrics.best)),
        ("metrics_best_epoch".into(), TableColumn::Integers(metrics.best_epoch)),
        ("metrics_undefined".into(), TableColumn::Text(metrics.undefined)),
    ];
    let with_metric_curves = curves.has_any();
    if with_metric_curves {
        columns.extend(curves.columns());
    }
    let with_ascents = records.iter().any(|record| record.did_not_descend);
    if with_ascents {
        let ascents = records.iter().map(|record| Some(record.did_not_descend)).collect();
        columns.push(("did_not_descend".into(), TableColumn::Boolean(ascents)));
    }
    let with_watched = watched.has_any();
    if with_watched {
        columns.extend(watched.columns());
    }
    let format = Format::of_segment(with_metric_curves, with_ascents, with_watched);
    encode_columns(columns, Packing::Fast, format.labels())
}
