//! From cells to a data set: parse the chosen columns, settle which rows stay, lay the rest out side by side.

use super::cells::{Cells, Number, Texts, is_missing, number};
use super::choice::Choice;
use super::problems::Problems;
use super::scan::Scan;
use super::{Missing, Options};
use crate::dataset::{DataError, Dataset, fingerprint};
use crate::numeric::Matrix;

/// More levels than this in a `one_hot` column mean an identifier, not a category.
const MOST_LEVELS: usize = 1000;

/// One pass over the columns of a file.
pub(super) struct Reading<'a> {
    scan: &'a Scan<'a>,
    texts: &'a Texts,
    options: &'a Options,
    /// By sound record: no cell of it was missing so far.
    kept: Vec<bool>,
    problems: Problems<'a>,
}

/// A feature of the file on its way into the matrix.
enum Column<'a> {
    Numbers(Vec<f64>),
    /// The cells, and their levels in the rows that stay, sorted.
    Categories(Cells<'a>, Vec<&'a str>),
}

impl<'a> Reading<'a> {
    pub(super) fn new(scan: &'a Scan<'a>, texts: &'a Texts, options: &'a Options, problems: Problems<'a>) -> Self {
        Self { scan, texts, options, kept: vec![true; scan.records.len()], problems }
    }

    /// # Errors
    /// [`DataError::Content`] with all problems, those found before among them.
    pub(super) fn finish(mut self, choice: &Choice) -> Result<Dataset, DataError> {
        let target = choice.target.map(|column| self.numbers(column)).transpose()?;
        let mut columns = Vec::with_capacity(choice.features.len());
        for &(column, one_hot) in &choice.features {
            let content = if one_hot {
                Column::Categories(self.categories(column)?, Vec::new())
            } else {
                Column::Numbers(self.numbers(column)?)
            };
            columns.push((column, content));
        }
        // Only now: a row dropped for its cell in a later column brings no level.
        for (column, content) in &mut columns {
            let Column::Categories(cells, levels) = content else { continue };
            match cells.levels(&self.kept, MOST_LEVELS) {
                Some(found) => *levels = found,
                None => self.problems.add(self.scan.header_line, *column, || {
                    format!("one_hot column \"{}\" has more than {MOST_LEVELS} levels", self.scan.header[*column])
                }),
            }
        }
        let n_kept = self.kept.iter().filter(|kept| **kept).count();
        if n_kept == 0 {
            self.problems.add(self.scan.header_line, usize::MAX, || "no row is left: each has a missing cell");
        }
        self.problems.check()?;

        let mut notes = Vec::new();
        if n_kept < self.kept.len() {
            let (dropped, all) = (self.kept.len() - n_kept, self.kept.len());
            notes.push(format!("{}: {dropped} of {all} rows dropped for missing cells", self.options.path));
        }
        let mut target = target.unwrap_or_default();
        retain(&mut target, &self.kept);
        let (features, feature_names) = self.lay_out(columns, n_kept);
        Ok(Dataset {
            fingerprint: fingerprint(&features, &target),
            features,
            target,
            feature_names,
            target_name: self.options.target.clone(),
            notes,
        })
    }

    /// Writes the columns side by side, a category as one column for each level.
    fn lay_out(&self, columns: Vec<(usize, Column)>, n_kept: usize) -> (Matrix, Vec<String>) {
        let mut names = Vec::new();
        for (column, content) in &columns {
            let name = &self.scan.header[*column];
            match content {
                Column::Numbers(_) => names.push(name.clone()),
                Column::Categories(_, levels) => names.extend(levels.iter().map(|level| format!("{name}={level}"))),
            }
        }
        let mut features = Matrix::filled(n_kept, names.len(), 0.0);
        let mut offset = 0;
        for (_, content) in columns {
            match content {
                Column::Numbers(mut numbers) => {
                    retain(&mut numbers, &self.kept);
                    for (row, value) in numbers.into_iter().enumerate() {
                        features.set(row, offset, value);
                    }
                    offset += 1;
                }
                Column::Categories(cells, levels) => {
                    let cells = cells.iter().zip(&self.kept).filter(|(_, kept)| **kept);
                    for (row, (cell, _)) in cells.enumerate() {
                        if let Ok(level) = levels.binary_search(&cell) {
                            features.set(row, offset + level, 1.0);
                        }
                    }
                    offset += levels.len();
                }
            }
        }
        (features, names)
    }

    fn cells(&self, column: usize) -> Result<Cells<'a>, DataError> {
        self.texts.column(column).map_err(|message| self.problems.fatal(message))
    }

    fn categories(&mut self, column: usize) -> Result<Cells<'a>, DataError> {
        let cells = self.cells(column)?;
        for (index, cell) in cells.iter().enumerate().filter(|(_, cell)| is_missing(cell)) {
            self.missing(column, index, cell);
        }
        Ok(cells)
    }

    /// The numbers of a column; 0 where a cell is none, which a problem or a dropped row tells.
    fn numbers(&mut self, column: usize) -> Result<Vec<f64>, DataError> {
        let cells = self.cells(column)?;
        let mut values = Vec::with_capacity(self.kept.len());
        let mut texts = Vec::new();
        let mut any_number = false;
        for (index, cell) in cells.iter().enumerate() {
            let mut value = 0.0;
            match number(cell) {
                Number::Finite(finite) => {
                    any_number = true;
                    value = finite;
                }
                Number::Infinite => {
                    any_number = true;
                    self.bad_cell(column, index, || format!("{} is not finite", quoted(cell)));
                }
                Number::Missing => self.missing(column, index, cell),
                Number::Text => texts.push((index, cell)),
            }
            values.push(value);
        }
        match texts.as_slice() {
            // Text all the way down is one mistake (a category, a wrong column), not one for each row.
            [(index, cell), _, ..] if !any_number => {
                let (name, cell, row) = (&self.scan.header[column], quoted(cell), self.scan.records[*index].row);
                self.problems.add(self.scan.header_line, column, || {
                    if *name == self.options.target {
                        format!("target \"{name}\" holds text ({cell} in row {row}): a number is expected")
                    } else {
                        format!(
                            "column \"{name}\" holds text ({cell}): list it in one_hot, or leave it out of features"
                        )
                    }
                });
            }
            _ => {
                for (index, cell) in texts {
                    self.bad_cell(column, index, || format!("{} is not a number", quoted(cell)));
                }
            }
        }
        Ok(values)
    }

    fn missing(&mut self, column: usize, index: usize, cell: &str) {
        match self.options.missing {
            Missing::Drop => self.kept[index] = false,
            Missing::Error => {
                self.problems.hint("missing = \"drop\" leaves out the rows that have missing cells");
                self.bad_cell(column, index, || match cell {
                    "" => "the cell is empty".to_owned(),
                    _ => format!("{} is missing", quoted(cell)),
                });
            }
        }
    }

    /// Adds `row 36 (line 38), column "bmi": …`.
    fn bad_cell(&mut self, column: usize, index: usize, what: impl FnOnce() -> String) {
        let (scan, record) = (self.scan, &self.scan.records[index]);
        self.problems.add(record.line, column, || {
            let line = scan.line_of(record, column);
            format!("row {} (line {line}), column \"{}\": {}", record.row, scan.header[column], what())
        });
    }
}

/// Drops the values of rows that do not stay.
fn retain(values: &mut Vec<f64>, kept: &[bool]) {
    let mut kept = kept.iter();
    values.retain(|_| kept.next().copied().unwrap_or(true));
}

/// A cell in quotes, cut where it is long, on one line.
fn quoted(cell: &str) -> String {
    let mut short: String = cell.chars().take(40).collect();
    if short.len() < cell.len() {
        short.push('…');
    }
    format!("\"{}\"", short.escape_debug().to_string().replace("\\\"", "\"").replace("\\'", "'"))
}
