//! What the columns of a text are, by its first rows: their names, and which hold numbers.

use std::collections::HashSet;

use super::classes::{MOST_CLASSES, hardly_repeats};
use super::layout::Layout;
use super::target::Holds;
use crate::dataset::number_format::NumberFormat;
use crate::dataset::table::{TextShape, is_usual_marker};

/// The columns of a text.
pub(super) struct SampleColumns {
    /// Whether the first row has the names.
    pub header: bool,
    /// What the first row is, where all of it are numbers.
    pub first_numbers: FirstNumbers,
    pub names: Vec<String>,
    /// Whether these are all rows of the file.
    pub is_all: bool,
    pub contents: Vec<ColumnOfSample>,
}

impl SampleColumns {
    /// `header` says whether the first row has the names, if that is given; otherwise it is guessed.
    pub(super) fn of(layout: &Layout, format: NumberFormat, header: Option<bool>) -> Self {
        let Some((first, rows)) = layout.rows.split_first() else {
            return Self {
                header: true,
                first_numbers: FirstNumbers::Data,
                names: Vec::new(),
                is_all: false,
                contents: Vec::new(),
            };
        };
        let columns: Vec<ColumnOfSample> =
            (0..first.len()).map(|column| ColumnOfSample::of(rows, column, format)).collect();
        let header = header.unwrap_or_else(|| rows.is_empty() || has_names(first, &columns, format));
        let names = match header {
            true => first.clone(),
            false => (1..=first.len()).map(|column| format!("column_{column}")).collect(),
        };
        let first_numbers = if header { FirstNumbers::Data } else { FirstNumbers::of(first, &columns, format) };
        Self { header, first_numbers, names, is_all: layout.is_all, contents: columns }
    }

    /// What the column of this name holds.
    pub(super) fn content(&self, name: &str) -> Option<&ColumnOfSample> {
        let at = self.names.iter().position(|known| known == name)?;
        self.contents.get(at)
    }

    /// Why a column cannot be a target, and what would make it one; `None` if it may be, or is not there.
    pub(super) fn no_target(&self, name: &str) -> Option<(String, &'static str)> {
        self.content(name)?.no_target()
    }
}

/// The cells of a column below the first row.
pub(super) struct ColumnOfSample {
    /// Whether most of them are numbers.
    pub is_number: bool,
    numbers: usize,
    /// Cells that are missing in every reading.
    pub missing: u64,
    low: f64,
    high: f64,
    /// The first few texts that are no numbers, all different.
    texts: Vec<String>,
    /// The number of different texts that are no numbers, and of cells that hold one.
    different: usize,
    others: usize,
    /// What most of the texts look like.
    shape: Option<TextShape>,
    /// Whether most texts would be numbers if decimals had a point.
    pub has_points: bool,
}

impl ColumnOfSample {
    fn of(rows: &[Vec<String>], column: usize, format: NumberFormat) -> Self {
        const TEXTS: usize = 3;
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        let (mut numbers, mut others, mut points) = (0, 0, 0);
        let mut texts: Vec<String> = Vec::new();
        let mut different: HashSet<&str> = HashSet::new();
        let mut shapes: Vec<(TextShape, usize)> = Vec::new();
        let all = || rows.iter().filter_map(|row| row.get(column));
        let missing = all().filter(|cell| is_empty(cell)).count() as u64;
        let cells = all().filter(|cell| !is_missing(cell));
        for cell in cells {
            if let Some(value) = value(cell, format) {
                numbers += 1;
                low = low.min(value);
                high = high.max(value);
                continue;
            }
            others += 1;
            different.insert(cell);
            points += usize::from(cell.parse::<f64>().is_ok_and(f64::is_finite));
            if texts.len() < TEXTS && !texts.contains(cell) {
                texts.push(cell.clone());
            }
            if let Some(shape) = TextShape::of(cell) {
                match shapes.iter_mut().find(|(known, _)| *known == shape) {
                    Some((_, count)) => *count += 1,
                    None => shapes.push((shape, 1)),
                }
            }
        }
        let shape = shapes.into_iter().filter(|(_, count)| 2 * count >= others).max_by_key(|(_, count)| *count);
        let (is_number, has_points) = (numbers > others, points > numbers && 2 * points > others);
        let (different, shape) = (different.len(), shape.map(|(shape, _)| shape));
        Self { is_number, numbers, missing, low, high, texts, different, others, shape, has_points }
    }

    /// What it holds, as far as a target needs it.
    pub(super) fn holds(&self) -> Holds {
        match self.shape {
            _ if self.is_number => Holds::Numbers,
            None if self.hardly_repeats().is_none() && !self.texts.is_empty() => Holds::Classes,
            _ => Holds::Other,
        }
    }

    /// Why its texts are hardly classes; `None` if they may be.
    fn hardly_repeats(&self) -> Option<String> {
        let repeats = self.different <= MOST_CLASSES && 2 * self.different <= self.others;
        (!repeats).then(|| hardly_repeats(self.others, self.different))
    }

    /// What the cells are, in a word or two.
    pub(super) fn kind(&self) -> &'static str {
        match self.shape {
            _ if self.is_number => "numbers",
            Some(shape) => shape.words(),
            None if self.texts.is_empty() => "no values",
            None => "text",
        }
    }

    /// Why it cannot be a target, and what would make it one (nothing, of texts that hardly repeat); `None` if it may be.
    pub(super) fn no_target(&self) -> Option<(String, &'static str)> {
        if self.is_number {
            return None;
        }
        let examples: Vec<String> = self.texts.iter().take(2).map(|text| format!("\"{text}\"")).collect();
        let remedy = match self.shape {
            Some(TextShape::Percent) => "write numbers without % into the file",
            Some(TextShape::Date) => "write numbers (a year, days since the first) into the file",
            Some(_) => "write bare numbers into the file",
            None if self.texts.is_empty() => return Some(("it holds no values".to_owned(), "fill it in")),
            None => return Some((self.hardly_repeats()?, "")),
        };
        Some((format!("it holds {} ({})", self.kind(), examples.join(", ")), remedy))
    }
}

/// Whether the first row holds names and is not one of data.
fn has_names(first: &[String], columns: &[ColumnOfSample], format: NumberFormat) -> bool {
    let cells = || first.iter().zip(columns).filter(|(cell, _)| !is_missing(cell));
    if cells().next().is_none() || cells().all(|(cell, _)| value(cell, format).is_some()) {
        return false;
    }
    let (mut named, mut data) = (0, 0);
    for (cell, column) in cells().filter(|(_, column)| column.is_number) {
        match value(cell, format) {
            None => named += 1,
            // The year at the head of a column is no number of that column.
            Some(value) => data += usize::from((column.low..=column.high).contains(&value)),
        }
    }
    named > 0 || data == 0
}

/// What a first row of numbers is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FirstNumbers {
    Data,
    /// Years that follow each other, above other numbers: they are names.
    Years,
    /// In most columns far from all other numbers: perhaps names.
    Far,
}

impl FirstNumbers {
    fn of(first: &[String], columns: &[ColumnOfSample], format: NumberFormat) -> Self {
        /// In multiples of the range of the others.
        const FAR: f64 = 3.0;
        const FEWEST_ROWS: usize = 4;
        let values: Option<Vec<f64>> = first.iter().map(|cell| value(cell, format)).collect();
        let Some(values) = values.filter(|values| values.len() > 1) else { return Self::Data };
        let outside = |ranges: f64| {
            let is_outside = |(value, column): &(&f64, &ColumnOfSample)| {
                let margin = ranges * (column.high - column.low);
                **value < column.low - margin || **value > column.high + margin
            };
            2 * values.iter().zip(columns).filter(is_outside).count() > columns.len()
        };
        let follow =
            values.windows(2).all(|pair| pair[1] == pair[0] + 1.0) && values.iter().all(|value| is_year(*value));
        let is_enough = columns.iter().all(|column| column.numbers >= FEWEST_ROWS && column.low < column.high);
        match () {
            () if follow && outside(0.0) => Self::Years,
            () if is_enough && outside(FAR) => Self::Far,
            () => Self::Data,
        }
    }
}

/// Whether a number is probably a calendar year.
pub(super) fn is_year(value: f64) -> bool {
    value.fract() == 0.0 && (1900.0..=2100.0).contains(&value)
}

fn value(cell: &str, format: NumberFormat) -> Option<f64> {
    let truth = || match cell {
        _ if cell.eq_ignore_ascii_case("true") => Some(1.0),
        _ if cell.eq_ignore_ascii_case("false") => Some(0.0),
        _ => None,
    };
    format.parse(cell).filter(|value| value.is_finite()).or_else(truth)
}

fn is_missing(cell: &str) -> bool {
    is_empty(cell) || is_usual_marker(cell)
}

fn is_empty(cell: &str) -> bool {
    cell.is_empty() || cell.eq_ignore_ascii_case("na") || cell.eq_ignore_ascii_case("nan")
}
