//! The columns of what was watched. A segment in which no record holds any of it lacks these columns.

use crate::parquet::{ListColumn, TableColumn, TextColumn};
use crate::record::{Watch, WatchSet, Watched, WatchedSeries};

/// What was watched of each row's trial.
#[derive(Default)]
pub struct WatchedColumns {
    /// The words of `[train] watch`, one a line. Null where nothing was watched.
    pub watches: TextColumn,
    /// Quantity and place of each series with a space between, one series a line: `gradient_norm dense_1.weights`.
    pub series: TextColumn,
    /// The values at each evaluated epoch, series behind series. Null where one is not defined.
    pub values: ListColumn<f64>,
}

impl WatchedColumns {
    pub fn push(&mut self, watched: &Watched) {
        if watched.watches.is_empty() {
            self.watches.push(None);
            self.series.push(None);
            self.values.push(None);
            return;
        }
        let words: Vec<&str> = watched.watches.iter().map(Watch::word).collect();
        self.watches.push(Some(&words.join("\n")));
        let lines: Vec<String> =
            watched.series.iter().map(|series| format!("{} {}", series.quantity, series.place)).collect();
        self.series.push(Some(&lines.join("\n")));
        self.values.push_elements(watched.series.iter().flat_map(|series| &series.values).copied());
    }

    /// Whether any row has something.
    pub fn has_any(&self) -> bool {
        self.watches.iter().any(|watches| watches.is_some())
    }

    pub fn columns(self) -> [(String, TableColumn); 3] {
        [
            ("watch".into(), TableColumn::Text(self.watches)),
            ("watch_series".into(), TableColumn::Text(self.series)),
            ("watch_values".into(), TableColumn::Floats(self.values)),
        ]
    }

    /// What was watched of a row's trial. A word that this version does not know is left out.
    pub fn watches(&self, row: usize) -> WatchSet {
        self.watches.get(row).unwrap_or_default().lines().filter_map(Watch::named).collect()
    }

    /// The same with the series, of which each has `epochs` values. `None` if the list has another length.
    pub fn get(&self, row: usize, epochs: usize) -> Option<Watched> {
        let watches = self.watches(row);
        let Some(lines) = self.series.get(row) else { return Some(Watched::new(watches)) };
        let values: Vec<Option<f64>> = self.values.elements(row).map_or_else(Vec::new, Iterator::collect);
        let lines: Vec<&str> = lines.lines().collect();
        if values.len() != lines.len() * epochs {
            return None;
        }
        let series = |(index, line): (usize, &&str)| {
            let (quantity, place) = line.split_once(' ')?;
            let values = values[index * epochs..(index + 1) * epochs].to_vec();
            Some(WatchedSeries { quantity: quantity.to_owned(), place: place.to_owned(), values })
        };
        let series = lines.iter().enumerate().map(series).collect::<Option<_>>()?;
        Some(Watched { watches, series })
    }
}
