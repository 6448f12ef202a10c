//! A segment: trial records as columns that never change. Hyperparameters stay inside the canonical setting; they become
//! columns in `trials.parquet` only.

use super::format::{Format, Unreadable};
use super::parquet::{Column, Lists, Packing, ParquetError, Texts, decode as decode_columns, encode as encode_columns};
use crate::record::{Curve, CurveRow, Id, Metric, Outcome, Split, Stopped, TrialRecord, TrialSummary};

/// The columns that a [`TrialSummary`] is made of.
pub const SUMMARY: &[&str] = &[
    "id",
    "numerics_version",
    "outcome",
    "stopped",
    "diverged_step",
    "last_loss",
    "message",
    "steps",
    "gradient_evaluations",
    "best_epoch",
    "problem",
    "metrics",
    "metrics_last",
    "metrics_best",
    "curve_epoch",
];

/// The columns of curves and parameters.
pub const CURVES_AND_THETA: &[&str] =
    &["theta", "curve_epoch", "curve_step", "curve_gradient_evaluations", "curve_train", "curve_validation"];

/// The columns of curves alone.
pub const CURVES: &[&str] = CURVES_AND_THETA.split_at(1).1;

/// The bytes of a segment with these records.
///
/// # Errors
/// Where polars refuses the columns.
pub fn encode(records: &[TrialRecord]) -> Result<Vec<u8>, ParquetError> {
    fn signed(value: u64) -> i64 {
        i64::try_from(value).unwrap_or(i64::MAX)
    }
    type Row<'a, T> = &'a dyn Fn(&TrialRecord) -> T;
    let integer = |value: Row<'_, Option<i64>>| Column::Integer(records.iter().map(value).collect());
    let text = |value: fn(&TrialRecord) -> Option<&str>| Column::Text(records.iter().map(value).collect());
    let integers =
        |value: fn(&Curve) -> &[u64]| Column::Integers(records.iter().map(|r| Some(value(&r.curve))).collect());
    let floats = |value: fn(&TrialRecord) -> Option<&[f64]>| Column::Floats(records.iter().map(value).collect());
    let mut ids = Texts::default();
    let mut problems = Texts::default();
    let (mut metrics, mut last, mut best) = (Texts::default(), Lists::default(), Lists::default());
    for record in records {
        ids.push(Some(&record.id.hex()));
        problems.push(record.problem.map(|id| id.hex()).as_deref());
        // Metrics as parallel lists: names such as `train mse`, values or nothing at all.
        let names: Vec<String> =
            record.metrics.iter().map(|metric| format!("{} {}", metric.split.word(), metric.name)).collect();
        metrics.push(Some(&names.join("\n")));
        let values = |value: fn(&Metric) -> Option<f64>| record.metrics.iter().map(value).collect::<Option<Vec<f64>>>();
        last.push(values(|metric| metric.last).as_deref());
        best.push(values(|metric| metric.best).as_deref());
    }
    let columns: Vec<(String, Column)> = vec![
        ("id".into(), Column::Text(ids)),
        ("numerics_version".into(), integer(&|r| Some(i64::from(r.numerics_version)))),
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
            Column::Float(
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
        ("best_epoch".into(), integer(&|r| r.best_epoch.map(signed))),
        ("problem".into(), Column::Text(problems)),
        ("theta".into(), floats(|r| r.theta.as_deref())),
        ("curve_epoch".into(), integers(|curve| &curve.epoch)),
        ("curve_step".into(), integers(|curve| &curve.step)),
        ("curve_gradient_evaluations".into(), integers(|curve| &curve.gradient_evaluations)),
        ("curve_train".into(), floats(|r| Some(&r.curve.train))),
        ("curve_validation".into(), floats(|r| Some(&r.curve.validation))),
        ("metrics".into(), Column::Text(metrics)),
        ("metrics_last".into(), Column::Floats(last)),
        ("metrics_best".into(), Column::Floats(best)),
    ];
    encode_columns(columns, Packing::Fast, Format::current().labels())
}

/// Every record of the bytes of a segment.
///
/// # Errors
/// Where they are not a segment, or one of a format that is not known here.
pub fn decode(bytes: Vec<u8>) -> Result<Vec<TrialRecord>, Unreadable> {
    let segment = Segment::decode(bytes, None)?;
    (0..segment.rows()).map(|row| segment.record(row)).collect::<Option<_>>().ok_or(Unreadable::Damaged)
}

/// The columns of a segment, or some of them.
#[derive(Default)]
pub struct Segment {
    rows: usize,
    id: Texts,
    numerics_version: Vec<Option<i64>>,
    setting: Texts,
    outcome: Texts,
    stopped: Texts,
    diverged_step: Vec<Option<i64>>,
    last_loss: Vec<Option<f64>>,
    message: Texts,
    steps: Vec<Option<i64>>,
    gradient_evaluations: Vec<Option<i64>>,
    best_epoch: Vec<Option<i64>>,
    problem: Texts,
    theta: Lists<f64>,
    curve_epoch: Lists<u64>,
    curve_step: Lists<u64>,
    curve_gradient_evaluations: Lists<u64>,
    curve_train: Lists<f64>,
    curve_validation: Lists<f64>,
    metrics: Texts,
    metrics_last: Lists<f64>,
    metrics_best: Lists<f64>,
}

impl Segment {
    /// Decodes the bytes of a segment: all of it, or the columns that are asked for.
    ///
    /// # Errors
    /// Where it is not a segment, or one of a format that is not known here.
    pub fn decode(bytes: Vec<u8>, columns: Option<&[&str]>) -> Result<Self, Unreadable> {
        Format::of_table(&bytes)?.check()?;
        let mut segment = Self::default();
        for (name, column) in decode_columns(bytes, columns)? {
            segment.rows = column.len();
            match (name.as_str(), column) {
                ("id", Column::Text(values)) => segment.id = values,
                ("numerics_version", Column::Integer(values)) => segment.numerics_version = values,
                ("setting", Column::Text(values)) => segment.setting = values,
                ("outcome", Column::Text(values)) => segment.outcome = values,
                ("stopped", Column::Text(values)) => segment.stopped = values,
                ("diverged_step", Column::Integer(values)) => segment.diverged_step = values,
                ("last_loss", Column::Float(values)) => segment.last_loss = values,
                ("message", Column::Text(values)) => segment.message = values,
                ("steps", Column::Integer(values)) => segment.steps = values,
                ("gradient_evaluations", Column::Integer(values)) => segment.gradient_evaluations = values,
                ("best_epoch", Column::Integer(values)) => segment.best_epoch = values,
                ("problem", Column::Text(values)) => segment.problem = values,
                ("theta", Column::Floats(values)) => segment.theta = values,
                ("curve_epoch", Column::Integers(values)) => segment.curve_epoch = values,
                ("curve_step", Column::Integers(values)) => segment.curve_step = values,
                ("curve_gradient_evaluations", Column::Integers(values)) => segment.curve_gradient_evaluations = values,
                ("curve_train", Column::Floats(values)) => segment.curve_train = values,
                ("curve_validation", Column::Floats(values)) => segment.curve_validation = values,
                ("metrics", Column::Text(values)) => segment.metrics = values,
                ("metrics_last", Column::Floats(values)) => segment.metrics_last = values,
                ("metrics_best", Column::Floats(values)) => segment.metrics_best = values,
                _ => return Err(Unreadable::Damaged),
            }
        }
        Ok(segment)
    }

    pub const fn rows(&self) -> usize {
        self.rows
    }

    pub fn id(&self, row: usize) -> Option<Id> {
        Id::parse(self.id.get(row)?)
    }

    pub fn numerics_version(&self, row: usize) -> Option<u32> {
        u32::try_from(self.numerics_version.get(row).copied()??).ok()
    }

    fn outcome(&self, row: usize) -> Option<Outcome> {
        Some(match self.outcome.get(row)? {
            "completed" => {
                let word = self.stopped.get(row)?;
                Outcome::Completed { stopped: Stopped::ALL.into_iter().find(|stopped| stopped.word() == word)? }
            }
            "diverged" => {
                Outcome::Diverged { step: count(&self.diverged_step, row)?, last_loss: *self.last_loss.get(row)? }
            }
            "failed" => Outcome::Failed { message: self.message.get(row)?.to_owned() },
            _ => return None,
        })
    }

    /// What a table keeps of a row; `None` where a column is missing or holds what we never write.
    pub fn summary(&self, row: usize) -> Option<TrialSummary> {
        let mut mse = [[None; 3]; 2];
        for (index, line) in self.metrics.get(row)?.lines().enumerate() {
            let (split, name) = line.split_once(' ')?;
            let split = Split::ALL.into_iter().find(|known| known.word() == split)?;
            if name == "mse" {
                for (values, lists) in mse.iter_mut().zip([&self.metrics_last, &self.metrics_best]) {
                    values[split as usize] = lists.get(row).and_then(|list| list.get(index).copied());
                }
            }
        }
        Some(TrialSummary {
            outcome: self.outcome(row)?,
            steps: count(&self.steps, row)?,
            gradient_evaluations: count(&self.gradient_evaluations, row)?,
            best_epoch: count(&self.best_epoch, row),
            mse,
            problem: self.problem.get(row).map(Id::parse).map_or(Some(None), |id| id.map(Some))?,
        })
    }

    /// The rows of all curves.
    pub fn curve_rows(&self) -> usize {
        self.curve_train.total()
    }

    /// The rows of a curve.
    pub fn curve_length(&self, row: usize) -> usize {
        self.curve_epoch.get(row).map_or(0, <[u64]>::len)
    }

    pub fn curve(&self, row: usize) -> Option<CurveRow<'_>> {
        Some(CurveRow {
            epoch: self.curve_epoch.get(row)?,
            step: self.curve_step.get(row)?,
            gradient_evaluations: self.curve_gradient_evaluations.get(row)?,
            train: self.curve_train.get(row)?,
            validation: self.curve_validation.get(row)?,
        })
    }

    pub fn theta(&self, row: usize) -> Option<&[f64]> {
        self.theta.get(row)
    }

    /// The record of a row of a segment decoded whole; `None` where it holds what we never write.
    pub fn record(&self, row: usize) -> Option<TrialRecord> {
        let summary = self.summary(row)?;
        Some(TrialRecord {
            id: self.id(row)?,
            numerics_version: self.numerics_version(row)?,
            setting: self.setting.get(row)?.to_owned(),
            outcome: summary.outcome,
            steps: summary.steps,
            gradient_evaluations: summary.gradient_evaluations,
            best_epoch: summary.best_epoch,
            metrics: self.metrics(row)?,
            curve: self.curve(row)?.into(),
            theta: self.theta(row).map(<[f64]>::to_vec),
            problem: summary.problem,
        })
    }

    fn metrics(&self, row: usize) -> Option<Vec<Metric>> {
        let (last, best) = (self.metrics_last.get(row), self.metrics_best.get(row));
        let value = |values: Option<&[f64]>, index: usize| values.and_then(|values| values.get(index).copied());
        let metric = |(index, line): (usize, &str)| {
            let (split, name) = line.split_once(' ')?;
            Some(Metric {
                split: Split::ALL.into_iter().find(|known| known.word() == split)?,
                name: name.to_owned(),
                last: value(last, index),
                best: value(best, index),
            })
        };
        self.metrics.get(row)?.lines().enumerate().map(metric).collect()
    }
}

fn count(values: &[Option<i64>], row: usize) -> Option<u64> {
    u64::try_from(values.get(row).copied()??).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(outcome: Outcome, value: Option<f64>) -> TrialRecord {
        TrialRecord {
            id: Id::of("a trial"),
            numerics_version: 1,
            setting: "method = \"gd\"\n".into(),
            outcome,
            steps: 3,
            gradient_evaluations: 300,
            best_epoch: Some(2),
            metrics: [Split::Train, Split::Test]
                .map(|split| Metric { split, name: "mse".into(), last: value, best: value })
                .to_vec(),
            curve: Curve {
                epoch: vec![0, 3],
                step: vec![0, 3],
                gradient_evaluations: vec![0, 300],
                train: vec![0.1 + 0.2, 1e-300],
                validation: vec![],
            },
            theta: value.map(|value| vec![value, -0.0]),
            problem: Some(Id::of("a problem")),
        }
    }

    #[test]
    fn records_come_back_bit_for_bit() {
        let records = vec![
            record(Outcome::Completed { stopped: Stopped::TargetLoss }, Some(1.0 / 3.0)),
            record(Outcome::Diverged { step: 17, last_loss: Some(1e300) }, None),
            record(Outcome::Failed { message: "a | panic\n\u{1b}[31m".into() }, None),
        ];
        let segment = Segment::decode(encode(&records).expect("encodes"), None).expect("decodes");
        let decoded: Vec<TrialRecord> = (0..3).map(|row| segment.record(row).expect("a record")).collect();
        assert_eq!(decoded, records);
        let some = Segment::decode(encode(&records).expect("encodes"), Some(SUMMARY)).expect("decodes");
        for (row, record) in records.iter().enumerate() {
            assert_eq!(some.summary(row), Some(record.into()));
            assert_eq!(some.curve_length(row), 2);
        }
        assert_eq!(decoded[0].theta.as_ref().expect("kept")[1].to_bits(), (-0.0_f64).to_bits());
    }

    #[test]
    fn bytes_that_are_not_a_segment_are_an_error() {
        assert!(Segment::decode(b"PAR1 nonsense PAR1".to_vec(), None).is_err());
        assert!(Segment::decode(Vec::new(), None).is_err());
    }
}
