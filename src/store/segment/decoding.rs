//! From the bytes of a segment to its columns and trial records.

use super::columns::ALL;
use super::metric_curves::MetricCurveColumns;
use super::metrics::{MetricColumns, value};
use super::watched::WatchedColumns;
use crate::parquet::{ListColumn, TableColumn, TextColumn, decode as decode_columns};
use crate::record::{CurveRow, Id, MetricCurve, Outcome, Stopped, TrialRecord, TrialSummary, WatchSet, Watched};
use crate::store::format::{Format, Unreadable};

/// Decodes all records of a segment.
///
/// # Errors
/// If the bytes are not a segment, or have an unknown format.
pub fn decode(bytes: Vec<u8>) -> Result<Vec<TrialRecord>, Unreadable> {
    let segment = DecodedSegment::decode(bytes, None)?;
    (0..segment.rows()).map(|row| segment.record(row)).collect::<Option<_>>().ok_or(Unreadable::Damaged)
}

/// The decoded columns of a segment, all or some of them. A column that was not decoded is empty.
#[derive(Default)]
pub struct DecodedSegment {
    rows: usize,
    id: TextColumn,
    numerics_version: Vec<Option<i64>>,
    revisions: TextColumn,
    setting: TextColumn,
    outcome: TextColumn,
    stopped: TextColumn,
    diverged_step: Vec<Option<i64>>,
    last_loss: Vec<Option<f64>>,
    message: TextColumn,
    steps: Vec<Option<i64>>,
    gradient_evaluations: Vec<Option<i64>>,
    best_epoch: Vec<Option<i64>>,
    problem: TextColumn,
    theta: ListColumn<f64>,
    curve_epoch: ListColumn<u64>,
    curve_step: ListColumn<u64>,
    curve_gradient_evaluations: ListColumn<u64>,
    curve_train: ListColumn<f64>,
    curve_validation: ListColumn<f64>,
    metrics: MetricColumns,
    curve_metrics: TextColumn,
    /// Empty if no record has it.
    did_not_descend: Vec<Option<bool>>,
    /// The curves of metrics of each row. Empty if they were not decoded, or no row has any.
    metric_curves: Vec<Vec<MetricCurve>>,
    watched: WatchedColumns,
}

impl DecodedSegment {
    /// Decodes all columns of a segment that this version knows, or those named in `columns`.
    ///
    /// # Errors
    /// If the bytes are not a segment, or have an unknown format.
    pub fn decode(bytes: Vec<u8>, columns: Option<&[&str]>) -> Result<Self, Unreadable> {
        Format::of_table(&bytes)?.check()?;
        let wanted = columns.unwrap_or(ALL);
        let mut segment = Self::default();
        let mut curves = MetricCurveColumns::default();
        for (name, column) in decode_columns(bytes, Some(wanted))? {
            segment.rows = column.len();
            match (name.as_str(), column) {
                ("id", TableColumn::Text(values)) => segment.id = values,
                ("numerics_version", TableColumn::Integer(values)) => segment.numerics_version = values,
                ("revisions", TableColumn::Text(values)) => segment.revisions = values,
                ("setting", TableColumn::Text(values)) => segment.setting = values,
                ("outcome", TableColumn::Text(values)) => segment.outcome = values,
                ("stopped", TableColumn::Text(values)) => segment.stopped = values,
                ("diverged_step", TableColumn::Integer(values)) => segment.diverged_step = values,
                ("last_loss", TableColumn::Float(values)) => segment.last_loss = values,
                ("message", TableColumn::Text(values)) => segment.message = values,
                ("steps", TableColumn::Integer(values)) => segment.steps = values,
                ("gradient_evaluations", TableColumn::Integer(values)) => segment.gradient_evaluations = values,
                ("best_epoch", TableColumn::Integer(values)) => segment.best_epoch = values,
                ("problem", TableColumn::Text(values)) => segment.problem = values,
                ("theta", TableColumn::Floats(values)) => segment.theta = values,
                ("curve_epoch", TableColumn::Integers(values)) => segment.curve_epoch = values,
                ("curve_step", TableColumn::Integers(values)) => segment.curve_step = values,
                ("curve_gradient_evaluations", TableColumn::Integers(values)) => {
                    segment.curve_gradient_evaluations = values
                }
                ("curve_train", TableColumn::Floats(values)) => segment.curve_train = values,
                ("curve_validation", TableColumn::Floats(values)) => segment.curve_validation = values,
                ("metrics", TableColumn::Text(values)) => segment.metrics.names = values,
                ("metrics_last", TableColumn::Floats(values)) => segment.metrics.last = values,
                ("metrics_best", TableColumn::Floats(values)) => segment.metrics.best = values,
                ("metrics_best_epoch", TableColumn::Integers(values)) => segment.metrics.best_epoch = values,
                ("metrics_undefined", TableColumn::Text(values)) => segment.metrics.undefined = values,
                ("curve_metrics", TableColumn::Text(values)) => curves.names = values,
                ("curve_metrics_train", TableColumn::Floats(values)) => curves.train = values,
                ("curve_metrics_validation", TableColumn::Floats(values)) => curves.validation = values,
                ("did_not_descend", TableColumn::Boolean(values)) => segment.did_not_descend = values,
                ("watch", TableColumn::Text(values)) => segment.watched.watches = values,
                ("watch_series", TableColumn::Text(values)) => segment.watched.series = values,
                ("watch_values", TableColumn::Floats(values)) => segment.watched.values = values,
                _ => return Err(Unreadable::Damaged),
            }
        }
        // Records without ids are nobody's: this is no segment.
        if wanted.contains(&"id") && segment.id.is_empty() && segment.rows > 0 || segment.rows == 0 {
            return Err(Unreadable::Damaged);
        }
        segment.metric_curves = curves.curves(&segment.curve_epoch).ok_or(Unreadable::Damaged)?;
        segment.curve_metrics = curves.names;
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

    /// The revisions that a record names; empty if it names none.
    pub fn revisions(&self, row: usize) -> &str {
        self.revisions.get(row).unwrap_or_default()
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

    /// The summary of the record in a row; `None` if a column is missing or holds something the program never writes.
    pub fn summary(&self, row: usize) -> Option<TrialSummary> {
        let mut metrics = Vec::new();
        for (index, split, name) in self.metrics.named(row)? {
            if let Some(metric) = TrialSummary::metric_mut(&mut metrics, name) {
                let of = |lists: &ListColumn<f64>| value(lists, row, index);
                metric.set(split, of(&self.metrics.last), of(&self.metrics.best));
                metric.best_epoch = self.metrics.best_epoch(row, index).unwrap_or_else(|| count(&self.best_epoch, row));
            }
        }
        for name in self.metrics_with_curves(row).lines() {
            if let Some(metric) = TrialSummary::metric_mut(&mut metrics, name) {
                metric.has_curve = true;
            }
        }
        Some(TrialSummary {
            outcome: self.outcome(row)?,
            steps: count(&self.steps, row)?,
            gradient_evaluations: count(&self.gradient_evaluations, row)?,
            metrics,
            watches: self.watches(row),
            did_not_descend: self.did_not_descend.get(row).copied().flatten() == Some(true),
            problem: self.problem.get(row).map(Id::parse).map_or(Some(None), |id| id.map(Some))?,
        })
    }

    /// The names of the metrics in a row's record, one a line.
    pub fn metric_names(&self, row: usize) -> &str {
        self.metrics.names.get(row).unwrap_or_default()
    }

    /// The names of the metrics beside the loss's own whose curves are in a row's record, one a line.
    pub fn metrics_with_curves(&self, row: usize) -> &str {
        self.curve_metrics.get(row).unwrap_or_default()
    }

    /// What a row's record holds of what was watched.
    pub fn watches(&self, row: usize) -> WatchSet {
        self.watched.watches(row)
    }

    /// The same with its series. `None` if a list has another length than the names and epochs say.
    pub fn watched(&self, row: usize) -> Option<Watched> {
        self.watched.get(row, self.curve_length(row))
    }

    /// The evaluated epochs of a row.
    pub fn epochs(&self, row: usize) -> Option<&[u64]> {
        self.curve_epoch.get(row)
    }

    /// The number of metrics in a row's record, and of their curves.
    pub fn n_metrics(&self, row: usize) -> usize {
        self.metrics.count(row) + self.metrics_with_curves(row).lines().count()
    }

    /// The number of rows of all curves together.
    pub fn curve_rows(&self) -> usize {
        self.curve_train.total()
    }

    /// The number of rows of the curve in a row.
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
            metrics: self.metric_curves.get(row).map_or(&[], Vec::as_slice),
        })
    }

    pub fn theta(&self, row: usize) -> Option<&[f64]> {
        self.theta.get(row)
    }

    /// The record in a row; `None` if a column is missing or holds something the program never writes.
    pub fn record(&self, row: usize) -> Option<TrialRecord> {
        let summary = self.summary(row)?;
        Some(TrialRecord {
            id: self.id(row)?,
            numerics_version: self.numerics_version(row)?,
            setting: self.setting.get(row)?.to_owned(),
            outcome: summary.outcome,
            steps: summary.steps,
            gradient_evaluations: summary.gradient_evaluations,
            revisions: self.revisions(row).to_owned(),
            metrics: self.metrics.get(row, count(&self.best_epoch, row))?,
            curve: self.curve(row)?.into(),
            watched: self.watched(row)?,
            did_not_descend: summary.did_not_descend,
            theta: self.theta(row).map(<[f64]>::to_vec),
            problem: summary.problem,
            test_outputs: Vec::new(),
            kept: Vec::new(),
        })
    }
}

fn count(values: &[Option<i64>], row: usize) -> Option<u64> {
    u64::try_from(values.get(row).copied()??).ok()
}
