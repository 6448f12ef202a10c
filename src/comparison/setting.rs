//! Labels of trials: the names of dataset, model and optimizer, the values that vary, and the seed.

use std::collections::HashMap;
use std::ops::Range;

use super::cell::{self, Difference};
use super::table_part::TablePart;
use super::table_reader::{Stop, TableReader};
use crate::store::TableColumn;

/// The names of the dataset, model and optimizer of a combination.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CombinationNames {
    pub dataset: String,
    pub model: String,
    pub optimizer: String,
}

impl CombinationNames {
    /// The names in a row of `trials.parquet`.
    pub fn of(table: &TablePart, row: usize) -> Self {
        let name = |column: &str| table.text(column, row).unwrap_or("?").to_owned();
        Self { dataset: name("dataset"), model: name("model"), optimizer: name("optimizer") }
    }

    /// `wine · linear · sgd`
    #[must_use]
    pub fn label(&self) -> String {
        format!("{} · {} · {}", self.dataset, self.model, self.optimizer)
    }
}

/// The columns of [`CombinationNames`].
pub const COMBINATION_COLUMNS: [&str; 3] = ["dataset", "model", "optimizer"];

/// Columns that a label shows elsewhere, or not at all.
const PLACED: &[&str] = &["dataset", "model", "optimizer", "method", "seed"];

/// Names of a trial and of its setting: hashes of what the other columns say, and of the data.
pub const HASHES: [&str; 2] = ["trial", "setting"];

/// The columns of a setting: those before the outcome, without hashes.
pub fn columns<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    names.take_while(|name| *name != "outcome").filter(|name| !HASHES.contains(name)).collect()
}

/// Calls `each` for every run of consecutive rows with the same names.
pub fn by_names(part: &TablePart, each: &mut dyn FnMut(CombinationNames, Range<usize>)) {
    let name = |row: usize| COMBINATION_COLUMNS.map(|column| part.text(column, row));
    let mut start = 0;
    while start < part.rows {
        let names = name(start);
        let end = (start + 1..part.rows).find(|row| name(*row) != names).unwrap_or(part.rows);
        each(CombinationNames::of(part, start), start..end);
        start = end;
    }
}

/// The columns that tell the trials of a table apart.
pub struct Labels {
    /// For each combination: the columns that vary among its trials, in the order of the table.
    varying: HashMap<CombinationNames, Vec<String>>,
}

/// The first trial of a combination, and the columns in which later trials differ from it.
struct FirstTrial {
    cells: TablePart,
    varies: Vec<bool>,
}

impl Labels {
    /// Reads the settings of a table.
    pub fn read(table: &TableReader<'_>) -> Result<Self, Stop> {
        let shown: Vec<&str> = columns(table.names()).into_iter().filter(|name| !PLACED.contains(name)).collect();
        let mut first: HashMap<CombinationNames, FirstTrial> = HashMap::new();
        table.each(&[&COMBINATION_COLUMNS[..], &shown].concat(), &mut |part, _| {
            let shown: Vec<Option<&TableColumn>> = shown.iter().map(|name| part.get(name)).collect();
            by_names(part, &mut |names, rows| {
                let FirstTrial { cells, varies } = first.entry(names).or_insert_with(|| {
                    let cell = |column: &Option<&TableColumn>| Some((String::new(), (*column)?.take(&[rows.start])));
                    let columns = shown.iter().filter_map(cell).collect();
                    FirstTrial { cells: TablePart { columns, rows: 1 }, varies: vec![false; shown.len()] }
                });
                for ((column, (_, cell)), varies) in shown.iter().zip(&cells.columns).zip(varies) {
                    let differs = |row: usize| cell::difference(Some(cell), 0, *column, row, None) != Difference::None;
                    *varies = *varies || rows.clone().any(differs);
                }
            });
            Ok(())
        })?;
        let kept = |varies: Vec<bool>| {
            let varying = shown.iter().zip(varies).filter(|(_, varies)| *varies);
            varying.map(|(name, _)| (*name).to_owned()).collect()
        };
        Ok(Self { varying: first.into_iter().map(|(names, first)| (names, kept(first.varies))).collect() })
    }

    /// The label of a row: `wine · linear · sgd · batch_size 16, learning_rate 0.1 · seed 3`.
    pub fn label(&self, part: &TablePart, row: usize) -> String {
        let names = CombinationNames::of(part, row);
        let mut parts = vec![names.label()];
        let varying = self.varying.get(&names).map_or(&[][..], Vec::as_slice);
        let values: Vec<String> = (varying.iter())
            .map(|name| (name, cell::show(part.get(name), row, None)))
            .filter(|(_, value)| value != "null")
            .map(|(name, value)| format!("{name} {value}"))
            .collect();
        if !values.is_empty() {
            parts.push(values.join(", "));
        }
        let seed = cell::show(part.get("seed"), row, None);
        if seed != "null" {
            parts.push(format!("seed {seed}"));
        }
        parts.join(" · ")
    }
}
