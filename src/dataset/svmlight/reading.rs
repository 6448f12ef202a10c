//! Reads SVMlight text into a data set: its size first, then its numbers.

use std::fmt;

use super::line;
use super::lines::Lines;
use super::options::{LABEL, SvmlightOptions};
use crate::dataset::columnar::finite;
use crate::dataset::number_format::NumberFormat;
use crate::dataset::table::{Assembly, ColumnChoice, FileHeader, FileMistakes, RowPlace};
use crate::dataset::text_input::TextInput;
use crate::dataset::{DataError, Dataset, DatasetSize, file, memory_check};
use crate::text::visible;

/// What the first reading found.
#[derive(Default)]
struct Survey<'p> {
    rows: usize,
    any_zero: bool,
    /// The largest index, and the place that has it first.
    largest: Option<(usize, LinePlace<'p>)>,
    any_query: bool,
    /// Lines of the files before the current one: mistakes are sorted by the line counted through all files.
    lines: usize,
}

/// A line in a file.
#[derive(Clone, Copy, Default)]
struct LinePlace<'p> {
    line: usize,
    /// The line counted through all files.
    order: usize,
    /// The name of the file, if there is more than one.
    part: Option<&'p str>,
}

impl fmt::Display for LinePlace<'_> {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        let line = self.line;
        match self.part {
            Some(part) => write!(to, "line {line} of {part}"),
            None => write!(to, "line {line}"),
        }
    }
}

/// Reads files one after another. `open` opens each at its beginning, twice.
pub(super) fn parse<'p>(
    paths: &'p [String],
    open: impl Fn(&'p str) -> Result<TextInput<'p>, DataError>,
    options: &SvmlightOptions,
) -> Result<Dataset, DataError> {
    let path = options.table.path.as_str();
    let mut mistakes = FileMistakes::new(path);
    let part = |path: &'p str| (paths.len() > 1).then_some(path);
    let mut survey = Survey::default();
    for path in paths {
        let input = open(path)?;
        if let Some(foreign) = input.foreign() {
            return Err(FileMistakes::new(path).fatal(foreign));
        }
        let mut lines = Lines::new(input);
        let surveyed = survey.take(&mut lines, path, part(path), &mut mistakes);
        lines.input().unchanged(surveyed)?;
    }
    let zero_based = options.zero_based.unwrap_or(survey.any_zero);
    let width = width(&survey, zero_based, options.n_features, &mut mistakes);
    if survey.rows == 0 {
        mistakes.add(0, 0, || "no rows: label index:value … is expected on each line");
    }
    mistakes.check()?;

    // Without a list of features all of them are used; names of more than fit are not made.
    let size = DatasetSize { rows: survey.rows, columns: width };
    if options.table.features.is_none()
        && let Some(refusal) = memory_check::refusal(size)
    {
        let message = format!("{path}: {refusal} (a feature that a line leaves out takes memory, too)");
        return Err(DataError::TooLarge(visible(&message).into_owned()));
    }
    let names: Vec<String> = (1..=width).map(|number| format!("x{number}")).chain([LABEL.to_owned()]).collect();
    let header =
        FileHeader { names: &names, word: "file", line: 0, index: &[], text: None, numbers: NumberFormat::USUAL };
    let choice = ColumnChoice::of(&header, &options.table, &mut mistakes);
    let mut assembly = Assembly::new(&header, choice, &options.table, mistakes);
    assembly.check()?;
    assembly.reserve(survey.rows)?;
    let mut rows = DenseRows { dense: vec![0.0; width + 1], first: usize::from(!zero_based), row: 0 };
    for path in paths {
        let mut lines = Lines::new(open(path)?);
        let read = rows.take(&mut lines, path, part(path), &mut assembly);
        lines.input().unchanged(read)?;
    }
    let mut data = assembly.finish()?;
    if survey.any_query {
        data.notes.push(visible(&format!("{path}: query ids (qid) are left out")).into_owned());
    }
    Ok(data)
}

/// The rows on their way into a table.
struct DenseRows {
    /// The features of a row, then its label.
    dense: Vec<f64>,
    /// The index of the first feature.
    first: usize,
    /// The rows so far.
    row: usize,
}

impl DenseRows {
    fn take(
        &mut self,
        lines: &mut Lines<TextInput>,
        path: &str,
        part: Option<&str>,
        assembly: &mut Assembly,
    ) -> Result<(), DataError> {
        let (first, width) = (self.first, self.dense.len() - 1);
        while let Some(text) = lines.next().map_err(|error| file::cannot_read(path, &error))? {
            let dense = &mut self.dense;
            dense.fill(0.0);
            let found = line::row(text.unwrap_or_default(), |index, value| {
                if let Some(cell) = index.checked_sub(first).and_then(|at| dense[..width].get_mut(at)) {
                    *cell = value;
                }
            });
            let Ok(Some(found)) = found else { continue };
            dense[width] = found.label;
            self.row += 1;
            let (row, line) = (self.row, LinePlace { line: lines.number, order: 0, part });
            let place = |_| format!("row {row} ({line})");
            let dense = &self.dense;
            assembly.row(&RowPlace { place: &place }, |_, slot| finite(dense[slot.column]))?;
        }
        Ok(())
    }
}

impl<'p> Survey<'p> {
    fn take(
        &mut self,
        lines: &mut Lines<TextInput>,
        path: &str,
        part: Option<&'p str>,
        mistakes: &mut FileMistakes,
    ) -> Result<(), DataError> {
        while let Some(text) = lines.next().map_err(|error| file::cannot_read(path, &error))? {
            let text = text.map(str::to_owned);
            let line = lines.number;
            let place = LinePlace { line, order: self.lines + line, part };
            let text = text.map_err(|message| FileMistakes::new(path).fatal(format!("line {line}: {message}")))?;
            let (mut largest, mut any_zero) = (self.largest, false);
            let found = line::row(&text, |index, _| {
                any_zero |= index == 0;
                if largest.is_none_or(|(before, _)| before < index) {
                    largest = Some((index, place));
                }
            });
            (self.largest, self.any_zero) = (largest, self.any_zero | any_zero);
            match found {
                Ok(None) => {}
                Ok(Some(row)) => {
                    self.rows += 1;
                    self.any_query |= row.has_query;
                }
                Err(message) => mistakes.add(place.order, 0, || format!("{place}: {message}")),
            }
        }
        self.lines += lines.number;
        Ok(())
    }
}

/// The number of features.
fn width(survey: &Survey, zero_based: bool, wanted: Option<usize>, mistakes: &mut FileMistakes) -> usize {
    if survey.any_zero && !zero_based {
        mistakes.add(0, 0, || "zero_based = false, and a feature has the index 0");
        return 0;
    }
    let (largest, place) = survey.largest.unwrap_or_default();
    let found = if survey.largest.is_some() && zero_based { largest + 1 } else { largest };
    match wanted {
        Some(wanted) if found > wanted => {
            mistakes.add(place.order, 0, || {
                format!("{place}: a feature has the index {largest}, which n_features = {wanted} leaves no place for")
            });
            wanted
        }
        Some(wanted) => wanted,
        None => {
            if found == 0 && survey.rows > 0 {
                mistakes.add(0, 0, || "no line has a feature: index:value is expected after the label");
            }
            found
        }
    }
}
