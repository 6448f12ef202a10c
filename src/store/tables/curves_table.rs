//! The columns of `curves.parquet`.

use std::collections::HashSet;
use std::io::Write;
use std::ops::Range;

use crate::metric::MetricKind;
use crate::parquet::{ParquetError, TableColumn, TableWriter, TextColumn};
use crate::record::{Id, Split, Study, TaskMetrics};
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
    let tasks = TasksOfTrials::of(study);
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
        let metrics = tasks.metrics(trial.index);
        for (kind, columns) in kinds.iter().zip(&mut rows.values) {
            // A record may hold the curve of a metric that another plan asked for.
            let is_asked_for = metrics.is_none_or(|metrics| metrics.has_curve(kind));
            let is_there = is_asked_for
                && (trial.metric() == Some(kind) || curve.metrics.iter().any(|metric| metric.name == kind.name));
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

/// What the task of each trial is measured by, where tasks differ in it.
struct TasksOfTrials<'a> {
    study: &'a Study,
    /// The first trial of each setting with the position of its combination, in the order of the trials; empty where all tasks agree.
    firsts: Vec<(usize, usize)>,
}

impl<'a> TasksOfTrials<'a> {
    fn of(study: &'a Study) -> Self {
        let mut firsts = Vec::new();
        if study.combinations.windows(2).any(|pair| pair[0].metrics != pair[1].metrics) {
            for (position, combination) in study.combinations.iter().enumerate() {
                firsts.extend(combination.settings.iter().map(|setting| (setting.first_trial as usize, position)));
            }
            firsts.sort_unstable();
        }
        Self { study, firsts }
    }

    fn metrics(&self, trial: usize) -> Option<&'a TaskMetrics> {
        let after = self.firsts.partition_point(|(first, _)| *first <= trial);
        let (_, combination) = self.firsts.get(after.checked_sub(1)?)?;
        Some(&self.study.combinations[*combination].metrics)
    }
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
