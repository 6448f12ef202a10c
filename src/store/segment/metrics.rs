//! The columns of a record's metrics: parallel lists of names, values, best epochs and reasons.

use crate::parquet::{ListColumn, TextColumn};
use crate::record::{Metric, Split};

/// The metrics of each row. A column that was not decoded is empty.
#[derive(Default)]
pub struct MetricColumns {
    /// Names such as `train mae`, one a line.
    pub names: TextColumn,
    /// The values. A null list has only nulls.
    pub last: ListColumn<f64>,
    pub best: ListColumn<f64>,
    /// The best epochs. Null if all metrics have that of the record.
    pub best_epoch: ListColumn<u64>,
    /// Why a metric is undefined, one line a metric. Null if there is no reason.
    pub undefined: TextColumn,
}

impl MetricColumns {
    pub fn push(&mut self, metrics: &[Metric]) {
        let names: Vec<String> =
            metrics.iter().map(|metric| format!("{} {}", metric.split.word(), metric.name)).collect();
        self.names.push(Some(&names.join("\n")));
        push_list(&mut self.last, metrics.iter().map(|metric| metric.last));
        push_list(&mut self.best, metrics.iter().map(|metric| metric.best));
        let shared = metrics.first().and_then(|metric| metric.best_epoch);
        if metrics.iter().all(|metric| metric.best_epoch == shared) {
            self.best_epoch.push(None);
        } else {
            self.best_epoch.push_elements(metrics.iter().map(|metric| metric.best_epoch));
        }
        let reason = |metric: &Metric| metric.undefined.as_deref().unwrap_or_default().replace('\n', " ");
        let reasons: Vec<String> = metrics.iter().map(reason).collect();
        self.undefined.push(reasons.iter().any(|reason| !reason.is_empty()).then(|| reasons.join("\n")).as_deref());
    }

    /// The splits and names of a row's metrics, each with its position in the lists. Those of a split that this version does not
    /// know are left out. `None` if the row has no names, or one is not of that form.
    pub fn named(&self, row: usize) -> Option<Vec<(usize, Split, &str)>> {
        let mut named = Vec::new();
        for (index, line) in self.names.get(row)?.lines().enumerate() {
            let (word, name) = line.split_once(' ')?;
            named.extend(Split::ALL.into_iter().find(|known| known.word() == word).map(|split| (index, split, name)));
        }
        Some(named)
    }

    /// The best epoch that a metric has of its own; `None` if it has that of the record.
    pub fn best_epoch(&self, row: usize, index: usize) -> Option<Option<u64>> {
        Some(self.best_epoch.elements(row)?.nth(index).flatten())
    }

    /// The number of metrics in a row.
    pub fn count(&self, row: usize) -> usize {
        self.names.get(row).map_or(0, |names| names.lines().count())
    }

    /// The metrics of a row. Where they name no best epoch of their own they have `best_epoch`.
    pub fn get(&self, row: usize, best_epoch: Option<u64>) -> Option<Vec<Metric>> {
        let epochs: Option<Vec<Option<u64>>> = self.best_epoch.elements(row).map(Iterator::collect);
        let reasons: Vec<&str> = self.undefined.get(row).map_or_else(Vec::new, |text| text.split('\n').collect());
        let metric = |(index, split, name): (usize, Split, &str)| Metric {
            split,
            name: name.to_owned(),
            last: value(&self.last, row, index),
            best: value(&self.best, row, index),
            best_epoch: epochs.as_ref().map_or(best_epoch, |epochs| epochs.get(index).copied().flatten()),
            undefined: reasons.get(index).filter(|reason| !reason.is_empty()).map(|&reason| reason.to_owned()),
        };
        Some(self.named(row)?.into_iter().map(metric).collect())
    }
}

/// A number of a row's list; `None` if it is null or there is none.
pub fn value(lists: &ListColumn<f64>, row: usize, index: usize) -> Option<f64> {
    lists.elements(row)?.nth(index).flatten()
}

fn push_list(column: &mut ListColumn<f64>, values: impl Iterator<Item = Option<f64>> + Clone) {
    if values.clone().any(|value| value.is_some()) || values.clone().next().is_none() {
        column.push_elements(values);
    } else {
        column.push(None);
    }
}
