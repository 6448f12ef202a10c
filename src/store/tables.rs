//! `trials.parquet`, a row for each planned trial, and `curves.parquet`: written window by window, so that a million trials
//! take no more memory than some thousands.

use std::collections::BTreeMap;
use std::io::Write;
use std::ops::Range;

use super::StoreError;
use super::archive::{StoredCurves, Window};
use super::parquet::{Column, Packing, ParquetError, TableWriter, Texts};
use crate::record::{Curves, Score, Split, Study, StudyColumn, StudyCombination, StudySetting, Trial};

/// Trials of a row group, and rows of their curves.
const WINDOW_TRIALS: usize = 1 << 13;
const WINDOW_ROWS: usize = 1 << 20;

/// Trials that are read together: half of those that are trained together.
const READ_TRIALS: usize = 1 << 14;

/// Rows of a row group of curves, about.
const CURVE_GROUP: usize = 1 << 17;

/// Tables up to here are packed as small as they go; beyond, packing would take longer than training.
const MOST_PACKED: usize = 200_000;

/// Why the tables could not be written.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    #[error("cannot encode {table}: {reason}")]
    Encoding { table: &'static str, reason: ParquetError },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Column names that are ours: a hyperparameter of that name keeps its place before it.
const RESERVED: &[&str] = &["trial", "dataset", "model", "optimizer", "method", "seed", "outcome", "steps", "theta"];

/// Writes both tables. `trials.parquet` has one row a planned trial: names, every hyperparameter (in large tables, those
/// that vary), outcome, metrics, costs, parameters; `curves.parquet` one row an evaluated epoch of each trial.
///
/// # Errors
/// Where a table cannot be encoded or written, or a curve cannot be read again.
pub fn write_tables(
    study: &Study,
    stored: &StoredCurves,
    trials: &mut (dyn Write + Send),
    curves: &mut (dyn Write + Send),
) -> Result<(), TableError> {
    let packing = |rows: usize| if rows <= MOST_PACKED { Packing::Small } else { Packing::Fast };
    let mut trials = TableWriter::new(trials, packing(study.trials.len()));
    let mut curves = TableWriter::new(curves, packing(stored.rows()));
    let layout = Layout::of(study);
    let windows = stored.windows(WINDOW_TRIALS, WINDOW_ROWS);
    let mut parts = together(stored, &windows).into_iter();
    let read = |part: &[Range<usize>]| stored.window(part[0].start..part[part.len() - 1].end);
    let mut next = parts.next().map(|part| (part, read(part)));
    while let Some((part, window)) = next.take() {
        let window = window?;
        let write_trials = || {
            part.iter().try_for_each(|range| {
                let rows = rows(study, range);
                trials.write(trial_columns(study, &layout, &rows, &window))
            })
        };
        let write_curves =
            || part.iter().try_for_each(|range| write_curves(&mut curves, study, stored, &window, range));
        // What comes next is read while this is written.
        let (one, (other, read)) =
            rayon::join(write_trials, || rayon::join(write_curves, || parts.next().map(|part| (part, read(part)))));
        one.map_err(|reason| TableError::Encoding { table: "trials.parquet", reason })?;
        other.map_err(|reason| TableError::Encoding { table: "curves.parquet", reason })?;
        next = read;
    }
    trials.finish().map_err(|reason| TableError::Encoding { table: "trials.parquet", reason })?;
    curves.finish().map_err(|reason| TableError::Encoding { table: "curves.parquet", reason })
}

/// Windows that are read together: trials that were trained together lie in the same segments, which are then opened once.
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

/// A planned trial with all that names it.
struct Row<'a> {
    /// Among the study's combinations.
    combination: usize,
    setting: &'a StudySetting,
    seed: Option<u64>,
    trial: Trial<'a>,
}

/// The rows of some trials, in the plan's order.
fn rows<'a>(study: &'a Study, trials: &Range<usize>) -> Vec<Row<'a>> {
    let mut rows = Vec::with_capacity(trials.len());
    for (combination, known) in study.combinations.iter().enumerate() {
        let first = known.settings.partition_point(|s| ((s.first_trial + s.n_trials) as usize) <= trials.start);
        for setting in &known.settings[first..] {
            if setting.first_trial as usize >= trials.end {
                break;
            }
            let inside = study.trials_of(setting).filter(|(_, trial)| trials.contains(&trial.index));
            rows.extend(inside.map(|(seed, trial)| Row { combination, setting, seed, trial }));
        }
    }
    rows
}

/// The columns of hyperparameters: those that any setting has.
struct Layout<'a> {
    columns: Vec<Hyperparameter<'a>>,
}

struct Hyperparameter<'a> {
    name: String,
    kind: Kind,
    /// By combination: where its values stand, and the values.
    combinations: Vec<(StudyColumn<'a>, Vec<Value<'a>>)>,
}

/// The narrowest type that holds every value; text where they are of several kinds (`batch_size = "full"` beside 16).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Boolean,
    Integer,
    Float,
    Text,
}

struct Value<'a> {
    value: Option<&'a toml::Value>,
    /// Where the column is of texts.
    text: Option<String>,
}

impl<'a> Layout<'a> {
    fn of(study: &'a Study) -> Self {
        let mut keys: BTreeMap<&str, Vec<&StudyCombination>> = BTreeMap::new();
        for combination in &study.combinations {
            for key in combination.keys() {
                let combinations = keys.entry(key).or_default();
                if combinations.last().is_none_or(|last| !std::ptr::eq(*last, combination)) {
                    combinations.push(combination);
                }
            }
        }
        // By its bare name where that is one thing only.
        let bare = |key: &str| key.split_once('.').map_or(key, |(_, rest)| rest).to_owned();
        let mut uses: BTreeMap<String, usize> = BTreeMap::new();
        for key in keys.keys() {
            *uses.entry(bare(key)).or_default() += 1;
        }
        let columns = keys.into_keys().map(|key| {
            let short = bare(key);
            let alone = uses.get(&short) == Some(&1) && !RESERVED.contains(&short.as_str());
            Hyperparameter::of(study, key, if alone { short } else { key.to_owned() })
        });
        // What is the same in a million rows stands in plan.toml.
        let many = study.trials.len() > MOST_PACKED;
        Self { columns: columns.filter(|column| !many || column.varies()).collect() }
    }
}

impl<'a> Hyperparameter<'a> {
    fn of(study: &'a Study, key: &str, name: String) -> Self {
        let columns: Vec<_> = study.combinations.iter().map(|combination| combination.column(key)).collect();
        let values = || columns.iter().flat_map(StudyColumn::values).flatten();
        let kind = if values().all(toml::Value::is_bool) {
            Kind::Boolean
        } else if values().all(toml::Value::is_integer) {
            Kind::Integer
        } else if values().all(toml::Value::is_float) {
            Kind::Float
        } else {
            Kind::Text
        };
        let text = |value: &toml::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let shown =
            |value: Option<&'a toml::Value>| Value { value, text: value.filter(|_| kind == Kind::Text).map(text) };
        let combinations = columns
            .into_iter()
            .map(|column| {
                let values = column.values().into_iter().map(shown).collect();
                (column, values)
            })
            .collect();
        Self { name, kind, combinations }
    }

    /// Whether two settings can differ in it.
    fn varies(&self) -> bool {
        let mut values = self.combinations.iter().flat_map(|(_, values)| values).map(|value| value.value);
        let first = values.next();
        values.any(|value| Some(value) != first)
    }

    fn value(&self, row: &Row<'_>) -> &Value<'a> {
        let (column, values) = &self.combinations[row.combination];
        &values[column.point(row.setting)]
    }

    fn column(&self, rows: &[Row<'_>]) -> Column {
        match self.kind {
            Kind::Boolean => Column::Boolean(rows.iter().map(|row| self.value(row).value?.as_bool()).collect()),
            Kind::Integer => Column::Integer(rows.iter().map(|row| self.value(row).value?.as_integer()).collect()),
            Kind::Float => Column::Float(rows.iter().map(|row| self.value(row).value?.as_float()).collect()),
            Kind::Text => Column::Text(rows.iter().map(|row| self.value(row).text.as_deref()).collect()),
        }
    }
}

fn trial_columns(study: &Study, layout: &Layout<'_>, rows: &[Row<'_>], window: &Window) -> Vec<(String, Column)> {
    let text = |value: &dyn Fn(&Row<'_>) -> Option<&'static str>| Column::Text(rows.iter().map(value).collect());
    let named = |value: fn(&StudyCombination) -> &str| {
        Column::Text(rows.iter().map(|row| Some(value(&study.combinations[row.combination]))).collect())
    };
    let integer = |value: &dyn Fn(&Row<'_>) -> Option<u64>| {
        Column::Integer(rows.iter().map(|row| value(row).map(|v| i64::try_from(v).unwrap_or(i64::MAX))).collect())
    };
    let float = |value: &dyn Fn(&Row<'_>) -> Option<f64>| Column::Float(rows.iter().map(value).collect());
    let mut ids = Texts::default();
    rows.iter().for_each(|row| ids.push(Some(&row.trial.id().hex())));
    let mut columns: Vec<(String, Column)> = vec![
        ("trial".into(), Column::Text(ids)),
        ("dataset".into(), named(|combination| &combination.dataset)),
        ("model".into(), named(|combination| &combination.model)),
        ("optimizer".into(), named(|combination| &combination.optimizer)),
        ("method".into(), named(|combination| &combination.method)),
    ];
    columns.extend(layout.columns.iter().map(|column| (column.name.clone(), column.column(rows))));
    let recorded = |row: &Row<'_>| row.trial.has_record();
    columns.extend([
        ("seed".into(), integer(&|row| row.seed)),
        ("outcome".into(), text(&|row| Some(row.trial.word()))),
        ("stopped".into(), text(&|row| row.trial.stopped().map(|stopped| stopped.word()))),
        ("diverged_step".into(), integer(&|row| row.trial.diverged().map(|(step, _)| step))),
        ("last_loss".into(), float(&|row| row.trial.diverged().and_then(|(_, loss)| loss))),
        ("message".into(), Column::Text(rows.iter().map(|row| row.trial.message()).collect())),
        ("steps".into(), integer(&|row| recorded(row).then(|| row.trial.steps()))),
        ("gradient_evaluations".into(), integer(&|row| recorded(row).then(|| row.trial.gradient_evaluations()))),
    ]);
    for split in Split::ALL {
        columns.push((format!("{}_mse", split.word()), float(&|row| row.trial.mse(split, Score::Final))));
    }
    columns.push(("best_epoch".into(), integer(&|row| row.trial.best_epoch())));
    for split in Split::ALL {
        columns.push((format!("best_{}_mse", split.word()), float(&|row| row.trial.mse(split, Score::Best))));
    }
    let version = u64::from(crate::numeric::VERSION);
    columns.push(("numerics_version".into(), integer(&|row| recorded(row).then_some(version))));
    columns.push(("theta".into(), Column::Floats(rows.iter().map(|row| window.theta(row.trial.index)).collect())));
    columns
}

fn write_curves<W: Write>(
    table: &mut TableWriter<W>,
    study: &Study,
    stored: &StoredCurves,
    window: &Window,
    trials: &Range<usize>,
) -> Result<(), ParquetError> {
    let mut rows = CurveColumns::default();
    for trial in trials.clone() {
        // Settings of two tables may be one trial, whose curve stands once: joined by trial, no row is counted twice.
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
        if rows.errors[0].len() >= CURVE_GROUP {
            table.write(std::mem::take(&mut rows).columns())?;
        }
    }
    table.write(rows.columns())
}

#[derive(Default)]
struct CurveColumns {
    trial: Texts,
    counts: [Vec<Option<i64>>; 3],
    errors: [Vec<Option<f64>>; 2],
}

impl CurveColumns {
    fn columns(self) -> Vec<(String, Column)> {
        let [epoch, step, evaluations] = self.counts;
        let [train, validation] = self.errors;
        vec![
            ("trial".to_owned(), Column::Text(self.trial)),
            ("epoch".to_owned(), Column::Integer(epoch)),
            ("step".to_owned(), Column::Integer(step)),
            ("gradient_evaluations".to_owned(), Column::Integer(evaluations)),
            ("train_mse".to_owned(), Column::Float(train)),
            ("validation_mse".to_owned(), Column::Float(validation)),
        ]
    }
}
