//! Tables for programs: all digits, one header line.

mod comparisons;
mod learning_rates;
mod mse;
mod settings;

use super::csv::Csv;
use crate::analysis::{Analysis, Counts, SettingResult};
use crate::record::{Score, Split};

/// One row of the registry of tables.
pub struct TableKind {
    /// Relative to the results folder.
    pub path: &'static str,
    pub write: fn(&Analysis<'_>, &mut Csv<'_>),
}

pub static TABLES: &[TableKind] = &[mse::TABLE, settings::TABLE, learning_rates::TABLE, comparisons::TABLE];

/// Settings of one optimizer on one task up to which the tables have a row for each; `trials.parquet` has all.
pub const MOST_ROWS: usize = 100_000;

const COUNT_COLUMNS: [&str; 4] = ["completed", "diverged", "failed", "outstanding"];

fn counts(csv: &mut Csv<'_>, counts: Counts) {
    for count in [counts.completed, counts.diverged, counts.failed, counts.outstanding] {
        csv.count(count as u64);
    }
}

/// Columns of each split's MSE, at the last evaluated epoch and at the best one.
const SCORES: [(Score, &str); 2] = [(Score::Final, "final"), (Score::Best, "best")];

fn mse_columns(statistics: &[&str]) -> Vec<String> {
    let mut columns = Vec::new();
    for (_, when) in SCORES {
        for split in Split::ALL {
            columns.extend(statistics.iter().map(|statistic| format!("{}_mse_{when}_{statistic}", split.word())));
        }
    }
    columns
}

/// Calls `write` with each sample of those columns, or leaves them empty.
fn mse_cells(
    csv: &mut Csv<'_>,
    result: &SettingResult<'_>,
    columns: usize,
    write: fn(&mut Csv<'_>, &crate::analysis::Sample),
) {
    for (score, _) in SCORES {
        for split in Split::ALL {
            match result.mse(split, score) {
                Some(sample) => write(csv, &sample),
                None => csv.empty(columns),
            }
        }
    }
}
