//! The columns of the curves of metrics beside the loss's own. A segment in which no record has any lacks these columns.

use crate::parquet::{ListColumn, TableColumn, TextColumn};
use crate::record::MetricCurve;

/// The curves of each row's record.
#[derive(Default)]
pub struct MetricCurveColumns {
    /// The names of the metrics, one a line. Null without any.
    pub names: TextColumn,
    /// The values on training rows at each evaluated epoch, metric behind metric. Null where a metric is not defined.
    pub train: ListColumn<f64>,
    /// The same on validation rows; empty if there are none.
    pub validation: ListColumn<f64>,
}

impl MetricCurveColumns {
    pub fn push(&mut self, curves: &[MetricCurve]) {
        if curves.is_empty() {
            self.names.push(None);
            self.train.push(None);
            self.validation.push(None);
            return;
        }
        let names: Vec<&str> = curves.iter().map(|curve| curve.name.as_str()).collect();
        self.names.push(Some(&names.join("\n")));
        self.train.push_elements(curves.iter().flat_map(|curve| &curve.train).copied());
        self.validation.push_elements(curves.iter().flat_map(|curve| &curve.validation).copied());
    }

    /// Whether any row has a curve.
    pub fn has_any(&self) -> bool {
        self.names.iter().any(|names| names.is_some())
    }

    pub fn columns(self) -> [(String, TableColumn); 3] {
        [
            ("curve_metrics".into(), TableColumn::Text(self.names)),
            ("curve_metrics_train".into(), TableColumn::Floats(self.train)),
            ("curve_metrics_validation".into(), TableColumn::Floats(self.validation)),
        ]
    }

    /// The curves of each row, given its evaluated epochs; nothing if the columns were not decoded, or the segment lacks
    /// them. `None` if a list has another length than its names and epochs say.
    pub fn curves(&self, epochs: &ListColumn<u64>) -> Option<Vec<Vec<MetricCurve>>> {
        if self.train.rows() == 0 {
            return Some(Vec::new());
        }
        (0..self.train.rows()).map(|row| self.curves_of(row, epochs.get(row).map_or(0, <[u64]>::len))).collect()
    }

    fn curves_of(&self, row: usize, rows: usize) -> Option<Vec<MetricCurve>> {
        let Some(names) = self.names.get(row) else { return Some(Vec::new()) };
        let names: Vec<&str> = names.lines().collect();
        let list = |column: &ListColumn<f64>| -> Vec<Option<f64>> {
            column.elements(row).map_or_else(Vec::new, Iterator::collect)
        };
        let (train, validation) = (list(&self.train), list(&self.validation));
        let fits = |values: &[Option<f64>]| values.len() == names.len() * rows;
        if !fits(&train) || !(validation.is_empty() || fits(&validation)) {
            return None;
        }
        let part = |values: &[Option<f64>], index: usize| {
            if values.is_empty() { Vec::new() } else { values[index * rows..(index + 1) * rows].to_vec() }
        };
        let curve = |(index, name): (usize, &&str)| MetricCurve {
            name: (*name).to_owned(),
            train: part(&train, index),
            validation: part(&validation, index),
        };
        Some(names.iter().enumerate().map(curve).collect())
    }
}
