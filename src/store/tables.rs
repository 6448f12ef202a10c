//! `trials.parquet`, a row for each planned trial, and `curves.parquet`.

use std::collections::BTreeMap;

use super::parquet::{Column, Packing, ParquetError, encode};
use crate::record::{Outcome, Split, Study, StudyBlock, StudySetting, StudyTrial, TrialRecord};

/// A planned trial with all that names it.
struct Row<'a> {
    block: &'a StudyBlock,
    setting: &'a StudySetting,
    trial: &'a StudyTrial,
}

impl Row<'_> {
    fn record(&self) -> Option<&TrialRecord> {
        self.trial.record.as_deref()
    }
}

fn rows(study: &Study) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    for block in &study.blocks {
        for setting in &block.settings {
            rows.extend(setting.trials.iter().map(|trial| Row { block, setting, trial }));
        }
    }
    rows
}

/// Column names that are ours: a hyperparameter of that name keeps its place before it.
const RESERVED: &[&str] = &["trial", "dataset", "model", "optimizer", "method", "seed", "outcome", "steps", "theta"];

/// One row a planned trial: names, every hyperparameter, outcome, metrics, costs, parameters.
///
/// # Errors
/// Where the table cannot be encoded.
pub fn trials_table(study: &Study) -> Result<Vec<u8>, ParquetError> {
    let rows = rows(study);
    let text = |value: &dyn Fn(&Row<'_>) -> Option<String>| Column::Text(rows.iter().map(value).collect());
    let integer = |value: &dyn Fn(&Row<'_>) -> Option<u64>| {
        Column::Integer(rows.iter().map(|row| value(row).map(|v| i64::try_from(v).unwrap_or(i64::MAX))).collect())
    };
    let float = |value: &dyn Fn(&Row<'_>) -> Option<f64>| Column::Float(rows.iter().map(value).collect());
    let mut columns: Vec<(String, Column)> = vec![
        ("trial".into(), text(&|row| Some(row.trial.id.to_string()))),
        ("dataset".into(), text(&|row| Some(row.block.dataset.clone()))),
        ("model".into(), text(&|row| Some(row.block.model.clone()))),
        ("optimizer".into(), text(&|row| Some(row.block.optimizer.clone()))),
        ("method".into(), text(&|row| Some(row.block.method.clone()))),
    ];
    columns.extend(hyperparameters(&rows));
    columns.extend([
        ("seed".into(), integer(&|row| row.trial.seed)),
        ("outcome".into(), text(&|row| Some(row.record().map_or("outstanding", |r| r.outcome.word()).to_owned()))),
        (
            "stopped".into(),
            text(&|row| match row.record()?.outcome {
                Outcome::Completed { stopped } => Some(stopped.word().to_owned()),
                _ => None,
            }),
        ),
        (
            "diverged_step".into(),
            integer(&|row| match row.record()?.outcome {
                Outcome::Diverged { step, .. } => Some(step),
                _ => None,
            }),
        ),
        (
            "last_loss".into(),
            float(&|row| match row.record()?.outcome {
                Outcome::Diverged { last_loss, .. } => last_loss,
                _ => None,
            }),
        ),
        (
            "message".into(),
            text(&|row| match &row.record()?.outcome {
                Outcome::Failed { message } => Some(message.clone()),
                _ => None,
            }),
        ),
        ("steps".into(), integer(&|row| Some(row.record()?.steps))),
        ("gradient_evaluations".into(), integer(&|row| Some(row.record()?.gradient_evaluations))),
    ]);
    for split in Split::ALL {
        columns.push((format!("{}_mse", split.word()), float(&|row| row.record()?.last(split))));
    }
    columns.push(("best_epoch".into(), integer(&|row| row.record()?.best_epoch)));
    for split in Split::ALL {
        columns.push((format!("best_{}_mse", split.word()), float(&|row| row.record()?.best(split))));
    }
    columns.push(("numerics_version".into(), integer(&|row| Some(row.record()?.numerics_version.into()))));
    let theta = rows.iter().map(|row| row.record().and_then(|record| record.theta.clone())).collect();
    columns.push(("theta".into(), Column::Floats(theta)));
    encode(&columns, Packing::Small)
}

/// A column for each hyperparameter that any setting has, by its bare name where that is one thing only.
fn hyperparameters(rows: &[Row<'_>]) -> Vec<(String, Column)> {
    let mut keys: BTreeMap<&str, Vec<Option<&toml::Value>>> = BTreeMap::new();
    for (index, row) in rows.iter().enumerate() {
        for (key, value) in row.setting.hyperparameters.iter() {
            keys.entry(key).or_insert_with(|| vec![None; rows.len()])[index] = Some(value);
        }
    }
    let bare = |key: &str| key.split_once('.').map_or(key, |(_, rest)| rest).to_owned();
    let mut uses: BTreeMap<String, usize> = BTreeMap::new();
    for key in keys.keys() {
        *uses.entry(bare(key)).or_default() += 1;
    }
    keys.into_iter()
        .map(|(key, values)| {
            let short = bare(key);
            let alone = uses.get(&short) == Some(&1) && !RESERVED.contains(&short.as_str());
            (if alone { short } else { key.to_owned() }, typed(&values))
        })
        .collect()
}

/// The narrowest type that holds every value; text where they are of several kinds (`batch_size = "full"` beside 16).
fn typed(values: &[Option<&toml::Value>]) -> Column {
    let all = |test: &dyn Fn(&toml::Value) -> bool| values.iter().flatten().all(|value| test(value));
    if all(&|value| value.is_bool()) {
        Column::Boolean(values.iter().map(|value| value.and_then(toml::Value::as_bool)).collect())
    } else if all(&|value| value.is_integer()) {
        Column::Integer(values.iter().map(|value| value.and_then(toml::Value::as_integer)).collect())
    } else if all(&|value| value.is_float()) {
        Column::Float(values.iter().map(|value| value.and_then(toml::Value::as_float)).collect())
    } else {
        let text = |value: &toml::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        Column::Text(values.iter().map(|value| value.map(text)).collect())
    }
}

/// One row an evaluated epoch of each trial.
///
/// # Errors
/// Where the table cannot be encoded.
pub fn curves_table(study: &Study) -> Result<Vec<u8>, ParquetError> {
    let mut trial = Vec::new();
    let mut counts: [Vec<Option<i64>>; 3] = Default::default();
    let mut errors: [Vec<Option<f64>>; 2] = Default::default();
    for row in rows(study) {
        let Some(record) = row.record() else { continue };
        let curve = &record.curve;
        let id = record.id.to_string();
        for index in 0..curve.epoch.len() {
            trial.push(Some(id.clone()));
            for (column, values) in counts.iter_mut().zip([&curve.epoch, &curve.step, &curve.gradient_evaluations]) {
                column.push(values.get(index).and_then(|&value| i64::try_from(value).ok()));
            }
            for (column, values) in errors.iter_mut().zip([&curve.train, &curve.validation]) {
                column.push(values.get(index).copied());
            }
        }
    }
    let [epoch, step, evaluations] = counts;
    let [train, validation] = errors;
    let columns = [
        ("trial".to_owned(), Column::Text(trial)),
        ("epoch".to_owned(), Column::Integer(epoch)),
        ("step".to_owned(), Column::Integer(step)),
        ("gradient_evaluations".to_owned(), Column::Integer(evaluations)),
        ("train_mse".to_owned(), Column::Float(train)),
        ("validation_mse".to_owned(), Column::Float(validation)),
    ];
    encode(&columns, Packing::Small)
}
