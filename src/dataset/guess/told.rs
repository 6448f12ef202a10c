//! Whether a column is a likely target: not one of a few calendar years, nor one that no other column tells while others are told well.

use super::columns::is_year;
use crate::dataset::Dataset;
use crate::dataset::table::is_called_identifier;
use crate::record::ColumnKind;

/// Rows that are looked at, from all over the file.
const MOST_ROWS: usize = 2000;

/// Features that are looked at.
const MOST_FEATURES: usize = 300;

/// Correlations in fewer rows tell nothing.
const FEWEST_ROWS: usize = 50;

/// From this correlation on a column is told well.
const WELL: f64 = 0.6;

/// A larger one is that of a copy in another unit.
const COPY: f64 = 0.9999;

/// Why a target is an unlikely one.
pub(super) struct Unlikely {
    pub why: String,
    /// Columns that others tell well.
    pub better: Vec<String>,
}

/// Why the target of these data is an unlikely one; `None` if it may be.
pub(super) fn unlikely(data: &Dataset) -> Option<Unlikely> {
    let columns = Columns::of(data);
    let (target, others) = columns.all.split_last()?;
    let is_wanted = |column: &&Column| {
        column.is_measured
            && !column.is_of_few_years()
            && !is_called_identifier(&column.name)
            && columns.told(column) >= WELL
    };
    let better = || others.iter().filter(is_wanted).map(|column| column.name.clone()).collect::<Vec<_>>();
    if target.is_of_few_years() {
        let why = format!("it holds {} calendar years", target.different);
        return Some(Unlikely { why, better: better() });
    }
    let (rows, told) = (columns.rows, columns.told(target));
    // Three standard errors of a correlation that is none.
    if rows < FEWEST_ROWS || told > 0.05 + 3.0 / (rows as f64).sqrt() {
        return None;
    }
    let better = better();
    let first = others.iter().rfind(|column| better.contains(&column.name))?;
    let why = format!(
        "no other column tells it (the largest correlation is {told:.2}), and {} is told by others ({:.2})",
        first.name,
        columns.told(first)
    );
    Some(Unlikely { why, better })
}

/// The columns of a data set, in the rows that are looked at.
struct Columns {
    rows: usize,
    /// The target last. A category has a column for each level.
    all: Vec<Column>,
}

struct Column {
    name: String,
    /// Neither a category, nor 0 and 1, nor a time.
    is_measured: bool,
    is_years: bool,
    different: usize,
    rows: usize,
    /// The values less their mean, with squares that add up to 1; empty of a constant.
    scaled: Vec<f64>,
}

impl Columns {
    fn of(data: &Dataset) -> Self {
        let step = data.features.rows.div_ceil(MOST_ROWS).max(1);
        let rows: Vec<usize> = (0..data.features.rows).step_by(step).collect();
        let mut all = Vec::new();
        let mut first = 0;
        let Some((target, features)) = data.reading.columns.split_last() else { return Self { rows: 0, all } };
        for column in features {
            let width = match column.kind {
                ColumnKind::Categories { levels } => levels as usize,
                _ => 1,
            };
            for feature in (first..first + width).take(MOST_FEATURES.saturating_sub(all.len())) {
                let values = rows.iter().map(|row| data.features.row(*row)[feature]).collect();
                let is_measured =
                    matches!(column.kind, ColumnKind::Number | ColumnKind::WholeNumber) && !column.is_time;
                all.push(Column::of(&column.name, is_measured, values));
            }
            first += width;
        }
        let values = rows.iter().map(|row| data.target[*row]).collect();
        all.push(Column::of(&target.name, !target.is_time, values));
        Self { rows: rows.len(), all }
    }

    /// The largest correlation of a column with another one, without its sign.
    fn told(&self, column: &Column) -> f64 {
        let mut told = 0.0;
        for other in self.all.iter().filter(|other| other.name != column.name) {
            let mut product = 0.0;
            for (one, another) in column.scaled.iter().zip(&other.scaled) {
                product += one * another;
            }
            if product.abs() > told && product.abs() < COPY {
                told = product.abs();
            }
        }
        told
    }
}

impl Column {
    fn of(name: &str, is_measured: bool, values: Vec<f64>) -> Self {
        let mut sorted = values.clone();
        sorted.sort_unstable_by(f64::total_cmp);
        sorted.dedup();
        let (rows, different, is_years) = (values.len(), sorted.len(), values.iter().all(|value| is_year(*value)));
        let (mut mean, mut squares) = (0.0, 0.0);
        values.iter().for_each(|value| mean += value / rows as f64);
        values.iter().for_each(|value| squares += (value - mean) * (value - mean));
        let scaled = match squares > 0.0 && different > 1 {
            true => values.iter().map(|value| (value - mean) / squares.sqrt()).collect(),
            false => Vec::new(),
        };
        Self { name: name.to_owned(), is_measured, is_years, different, rows, scaled }
    }

    /// Whether its years are too few and stand too often to be measured.
    const fn is_of_few_years(&self) -> bool {
        self.is_years && self.different > 1 && 3 * self.different <= self.rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parameter::Values;

    fn unlikely_of(header: &str, row: impl Fn(usize) -> String) -> Option<(String, Vec<String>)> {
        let folder = tempfile::tempdir().unwrap();
        let rows: String = (0..200).map(|at| row(at) + "\n").collect();
        std::fs::write(folder.path().join("d.csv"), format!("{header}\n{rows}")).unwrap();
        let given: Values = "target = \"t\"".parse().unwrap();
        let guess = crate::dataset::guess(folder.path(), "d.csv", &given).unwrap();
        unlikely(&guess.data).map(|found| (found.why, found.better))
    }

    #[test]
    fn a_target_that_nothing_tells_is_unlikely_where_another_column_is_told() {
        let noise = |row: usize| (row * 7919 + 13) % 101;
        let of = |row: usize| (row * 37 + row * row) % 97;
        // b follows a; t follows nothing.
        let (why, better) =
            unlikely_of("a,b,t", |row| format!("{},{}.5,{}", of(row), 2 * of(row) + row % 9, noise(row * row)))
                .unwrap();
        assert!(why.starts_with("no other column tells it (the largest correlation is 0.0"), "{why}");
        assert!(why.ends_with("and b is told by others (1.00)"), "{why}");
        assert_eq!(better, ["a", "b"]);
        // No column is told.
        assert_eq!(unlikely_of("a,t", |row| format!("{},{}", of(row), noise(row * row))), None);
        // The target is told.
        assert_eq!(unlikely_of("a,b,t", |row| format!("{},{},{}", noise(row), of(row), of(row) + row % 5)), None);
    }

    #[test]
    fn a_few_calendar_years_are_no_target() {
        let of = |row: usize| (row * 37 + row * row) % 97;
        let years = |different: usize| {
            unlikely_of("a,b,t", move |row| format!("{},{},{}", of(row), 3 * of(row) + row % 7, 1990 + row % different))
        };
        assert_eq!(years(3), Some(("it holds 3 calendar years".to_owned(), vec!["a".to_owned(), "b".to_owned()])));
        assert!(years(90).is_none_or(|(why, _)| !why.contains("calendar")));
    }
}
