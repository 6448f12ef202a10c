//! Trials as people name them: the tables that they are made of, what varies among their like, and the seed.

use std::collections::HashMap;

use super::cell::{self, Difference};
use super::table::Table;

/// The names of a dataset, a model and an optimizer.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Names {
    pub dataset: String,
    pub model: String,
    pub optimizer: String,
}

impl Names {
    /// Of a row of `trials.parquet`.
    pub fn of(table: &Table, row: usize) -> Self {
        let name = |column: &str| table.text(column, row).unwrap_or("?").to_owned();
        Self { dataset: name("dataset"), model: name("model"), optimizer: name("optimizer") }
    }

    /// `wine · linear · sgd`
    #[must_use]
    pub fn label(&self) -> String {
        format!("{} · {} · {}", self.dataset, self.model, self.optimizer)
    }
}

/// Columns whose values stand in a label at a place of their own, or not at all.
const PLACED: &[&str] = &["dataset", "model", "optimizer", "method", "seed"];

/// The columns of a setting: those between the trial's id and its outcome.
#[must_use]
pub fn columns(table: &Table) -> Vec<&str> {
    let names = table.columns.iter().map(|(name, _)| name.as_str());
    names.take_while(|name| *name != "outcome").filter(|name| *name != "trial").collect()
}

/// What tells the trials of a table apart.
pub struct Labels<'a> {
    table: &'a Table,
    /// By names: the columns that vary among the trials of that name.
    varying: HashMap<Names, Vec<usize>>,
}

impl<'a> Labels<'a> {
    pub fn new(table: &'a Table) -> Self {
        let shown: Vec<usize> = columns(table)
            .into_iter()
            .filter(|name| !PLACED.contains(name))
            .filter_map(|name| table.columns.iter().position(|(known, _)| known == name))
            .collect();
        let mut first: HashMap<Names, (usize, Vec<bool>)> = HashMap::new();
        for row in 0..table.rows {
            let (first, varies) = first.entry(Names::of(table, row)).or_insert_with(|| (row, vec![false; shown.len()]));
            for (index, varies) in shown.iter().zip(varies.iter_mut()).filter(|(_, varies)| !**varies) {
                let column = Some(&table.columns[*index].1);
                *varies = cell::difference(column, *first, column, row, None) != Difference::None;
            }
        }
        let kept = |varies: Vec<bool>| {
            shown.iter().zip(varies).filter(|(_, varies)| *varies).map(|(index, _)| *index).collect()
        };
        let varying = first.into_iter().map(|(names, (_, varies))| (names, kept(varies))).collect();
        Self { table, varying }
    }

    /// `wine · linear · sgd · batch_size 16, learning_rate 0.1 · seed 3`
    pub fn label(&self, row: usize) -> String {
        let names = Names::of(self.table, row);
        let mut parts = vec![names.label()];
        let values: Vec<String> = self
            .varying
            .get(&names)
            .map_or(&[][..], Vec::as_slice)
            .iter()
            .map(|&index| {
                let (name, column) = &self.table.columns[index];
                (name, column.show(row))
            })
            .filter(|(_, value)| value != "null")
            .map(|(name, value)| format!("{name} {value}"))
            .collect();
        if !values.is_empty() {
            parts.push(values.join(", "));
        }
        let seed = cell::show(self.table.get("seed"), row, None);
        if seed != "null" {
            parts.push(format!("seed {seed}"));
        }
        parts.join(" · ")
    }
}
