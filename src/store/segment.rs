//! A segment: trial records as columns that never change. Hyperparameters stay inside the canonical setting; they become
//! columns in `trials.parquet` only.

use super::parquet::{Column, Packing, ParquetError, decode as decode_columns, encode as encode_columns};
use crate::record::{Curve, Id, Metric, Outcome, Split, Stopped, TrialRecord};

/// Raised when the columns change; a reader refuses what it does not know.
const SCHEMA: i64 = 1;

/// Encodes records.
pub fn encode(records: &[TrialRecord]) -> Result<Vec<u8>, ParquetError> {
    fn signed(value: u64) -> i64 {
        i64::try_from(value).unwrap_or(i64::MAX)
    }
    let text = |value: &dyn Fn(&TrialRecord) -> Option<String>| Column::Text(records.iter().map(value).collect());
    let integer = |value: &dyn Fn(&TrialRecord) -> Option<i64>| Column::Integer(records.iter().map(value).collect());
    let integers =
        |value: &dyn Fn(&Curve) -> Vec<u64>| Column::Integers(records.iter().map(|r| Some(value(&r.curve))).collect());
    let floats = |value: &dyn Fn(&TrialRecord) -> Option<Vec<f64>>| Column::Floats(records.iter().map(value).collect());
    let mut columns: Vec<(String, Column)> = vec![
        ("schema".into(), integer(&|_| Some(SCHEMA))),
        ("id".into(), text(&|r| Some(r.id.to_string()))),
        ("numerics_version".into(), integer(&|r| Some(i64::from(r.numerics_version)))),
        ("setting".into(), text(&|r| Some(r.setting.clone()))),
        ("outcome".into(), text(&|r| Some(r.outcome.word().to_owned()))),
        (
            "stopped".into(),
            text(&|r| match &r.outcome {
                Outcome::Completed { stopped } => Some(stopped.word().to_owned()),
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
            text(&|r| match &r.outcome {
                Outcome::Failed { message } => Some(message.clone()),
                _ => None,
            }),
        ),
        ("steps".into(), integer(&|r| Some(signed(r.steps)))),
        ("gradient_evaluations".into(), integer(&|r| Some(signed(r.gradient_evaluations)))),
        ("best_epoch".into(), integer(&|r| r.best_epoch.map(signed))),
        ("problem".into(), text(&|r| r.problem.map(|id| id.to_string()))),
        ("theta".into(), floats(&|r| r.theta.clone())),
        ("curve_epoch".into(), integers(&|curve| curve.epoch.clone())),
        ("curve_step".into(), integers(&|curve| curve.step.clone())),
        ("curve_gradient_evaluations".into(), integers(&|curve| curve.gradient_evaluations.clone())),
        ("curve_train".into(), floats(&|r| Some(r.curve.train.clone()))),
        ("curve_validation".into(), floats(&|r| Some(r.curve.validation.clone()))),
    ];
    // Metrics as parallel lists: names such as `train mse`, values with a mask where there is none.
    columns.push((
        "metrics".into(),
        text(&|r| {
            let names: Vec<String> =
                r.metrics.iter().map(|metric| format!("{} {}", metric.split.word(), metric.name)).collect();
            Some(names.join("\n"))
        }),
    ));
    columns.push(("metrics_last".into(), floats(&|r| r.metrics.iter().map(|metric| metric.last).collect())));
    columns.push(("metrics_best".into(), floats(&|r| r.metrics.iter().map(|metric| metric.best).collect())));
    encode_columns(&columns, Packing::Fast)
}

/// Decodes the bytes of a segment.
pub fn decode(bytes: Vec<u8>) -> Result<Vec<TrialRecord>, ParquetError> {
    let columns = Columns(decode_columns(bytes)?);
    let rows = columns.rows();
    (0..rows).map(|row| columns.record(row).ok_or_else(ParquetError::malformed)).collect()
}

struct Columns(Vec<(String, Column)>);

impl Columns {
    fn rows(&self) -> usize {
        self.0.first().map_or(0, |(_, column)| column.len())
    }

    fn column(&self, name: &str) -> Option<&Column> {
        self.0.iter().find(|(column, _)| column == name).map(|(_, column)| column)
    }

    fn text(&self, name: &str, row: usize) -> Option<Option<&str>> {
        match self.column(name)? {
            Column::Text(values) => Some(values.get(row)?.as_deref()),
            _ => None,
        }
    }

    fn integer(&self, name: &str, row: usize) -> Option<Option<u64>> {
        match self.column(name)? {
            Column::Integer(values) => match values.get(row)? {
                Some(value) => Some(Some(u64::try_from(*value).ok()?)),
                None => Some(None),
            },
            _ => None,
        }
    }

    fn float(&self, name: &str, row: usize) -> Option<Option<f64>> {
        match self.column(name)? {
            Column::Float(values) => values.get(row).copied(),
            _ => None,
        }
    }

    fn integers(&self, name: &str, row: usize) -> Option<Vec<u64>> {
        match self.column(name)? {
            Column::Integers(values) => values.get(row)?.clone(),
            _ => None,
        }
    }

    fn floats(&self, name: &str, row: usize) -> Option<Option<Vec<f64>>> {
        match self.column(name)? {
            Column::Floats(values) => values.get(row).cloned(),
            _ => None,
        }
    }

    /// The record of a row; `None` where a column is missing or holds what we never write.
    fn record(&self, row: usize) -> Option<TrialRecord> {
        if self.integer("schema", row)?? != SCHEMA.unsigned_abs() {
            return None;
        }
        let outcome = match self.text("outcome", row)?? {
            "completed" => {
                let word = self.text("stopped", row)??;
                Outcome::Completed { stopped: Stopped::ALL.into_iter().find(|stopped| stopped.word() == word)? }
            }
            "diverged" => Outcome::Diverged {
                step: self.integer("diverged_step", row)??,
                last_loss: self.float("last_loss", row)?,
            },
            "failed" => Outcome::Failed { message: self.text("message", row)??.to_owned() },
            _ => return None,
        };
        Some(TrialRecord {
            id: Id::parse(self.text("id", row)??)?,
            numerics_version: u32::try_from(self.integer("numerics_version", row)??).ok()?,
            setting: self.text("setting", row)??.to_owned(),
            outcome,
            steps: self.integer("steps", row)??,
            gradient_evaluations: self.integer("gradient_evaluations", row)??,
            best_epoch: self.integer("best_epoch", row)?,
            metrics: self.metrics(row)?,
            curve: Curve {
                epoch: self.integers("curve_epoch", row)?,
                step: self.integers("curve_step", row)?,
                gradient_evaluations: self.integers("curve_gradient_evaluations", row)?,
                train: self.floats("curve_train", row)??,
                validation: self.floats("curve_validation", row)??,
            },
            theta: self.floats("theta", row)?,
            problem: match self.text("problem", row)? {
                Some(text) => Some(Id::parse(text)?),
                None => None,
            },
        })
    }

    fn metrics(&self, row: usize) -> Option<Vec<Metric>> {
        let last = self.floats("metrics_last", row)?;
        let best = self.floats("metrics_best", row)?;
        self.text("metrics", row)??
            .lines()
            .enumerate()
            .map(|(index, line)| {
                let (split, name) = line.split_once(' ')?;
                Some(Metric {
                    split: Split::ALL.into_iter().find(|known| known.word() == split)?,
                    name: name.to_owned(),
                    last: last.as_ref().and_then(|values| values.get(index).copied()),
                    best: best.as_ref().and_then(|values| values.get(index).copied()),
                })
            })
            .collect()
    }
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
        let decoded = decode(encode(&records).expect("encodes")).expect("decodes");
        assert_eq!(decoded, records);
        assert_eq!(decoded[0].theta.as_ref().expect("kept")[1].to_bits(), (-0.0_f64).to_bits());
    }

    #[test]
    fn bytes_that_are_not_a_segment_are_an_error() {
        assert!(decode(b"PAR1 nonsense PAR1".to_vec()).is_err());
        assert!(decode(Vec::new()).is_err());
    }
}
