//! The columns of `watched.parquet`.

use std::collections::HashSet;
use std::io::Write;
use std::ops::Range;

use crate::parquet::{ParquetError, TableColumn, TableWriter, TextColumn};
use crate::record::{Id, QUANTITIES, Study, WatchSet, Watched};
use crate::store::curve_window::CurveWindow;
use crate::store::stored_curves::StoredCurves;

/// A row group has about this many rows.
const GROUP: usize = 1 << 17;

/// Writes what was watched of these trials, of all or of those that `kept` names: a row for each evaluated epoch and place, with a column
/// for each quantity that the study watches.
///
/// # Errors
/// If it cannot be encoded or written.
pub(super) fn write_watched<W: Write>(
    table: &mut TableWriter<W>,
    study: &Study,
    stored: &StoredCurves,
    window: &CurveWindow,
    kept: Option<&HashSet<Id>>,
    trials: &Range<usize>,
) -> Result<(), ParquetError> {
    let watches = study.watches();
    let mut rows = WatchedRows::new(watches);
    for trial in trials.clone() {
        let Some(curve) = window.curve(trial).filter(|_| !stored.is_repeated(trial)) else { continue };
        let (Some(watched), id) = (window.watched(trial), study.trials.get(trial).id()) else { continue };
        if kept.is_none_or(|kept| kept.contains(&id)) {
            rows.push(&id.hex(), curve.epoch, watched);
        }
        if rows.epoch.len() >= GROUP {
            table.write(std::mem::replace(&mut rows, WatchedRows::new(watches)).columns())?;
        }
    }
    table.write(rows.columns())
}

/// The cells of a row group being filled.
struct WatchedRows {
    trial: TextColumn,
    place: TextColumn,
    epoch: Vec<Option<i64>>,
    values: Vec<(&'static str, Vec<Option<f64>>)>,
}

impl WatchedRows {
    fn new(watches: WatchSet) -> Self {
        let wanted = QUANTITIES.iter().filter(|quantity| watches.has(quantity.watch));
        let values = wanted.map(|quantity| (quantity.name, Vec::new())).collect();
        Self { trial: TextColumn::default(), place: TextColumn::default(), epoch: Vec::new(), values }
    }

    fn push(&mut self, id: &str, epochs: &[u64], watched: &Watched) {
        let mut places: Vec<&str> = Vec::new();
        for series in &watched.series {
            let is_wanted = self.values.iter().any(|(name, _)| *name == series.quantity);
            if is_wanted && !places.contains(&series.place.as_str()) {
                places.push(&series.place);
            }
        }
        for place in places {
            for &epoch in epochs {
                self.trial.push(Some(id));
                self.place.push(Some(place).filter(|place| !place.is_empty()));
                self.epoch.push(i64::try_from(epoch).ok());
            }
            for (name, column) in &mut self.values {
                let mut series = watched.series.iter();
                if let Some(found) = series.find(|series| series.quantity == *name && series.place == place) {
                    column.extend_from_slice(&found.values);
                }
                column.resize(self.epoch.len(), None);
            }
        }
    }

    fn columns(self) -> Vec<(String, TableColumn)> {
        let mut columns = vec![
            ("trial".to_owned(), TableColumn::Text(self.trial)),
            ("epoch".to_owned(), TableColumn::Integer(self.epoch)),
            ("place".to_owned(), TableColumn::Text(self.place)),
        ];
        columns.extend(self.values.into_iter().map(|(name, values)| (name.to_owned(), TableColumn::Float(values))));
        columns
    }
}
