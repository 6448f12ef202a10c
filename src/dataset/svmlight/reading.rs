//! Reads SVMlight text into a data set: its size first, then its numbers.

use std::io::{self, Read};

use super::line;
use super::lines::Lines;
use super::options::{LABEL, SvmlightOptions};
use crate::dataset::columnar::finite;
use crate::dataset::table::{Assembly, ColumnChoice, FileHeader, FileMistakes, RowPlace};
use crate::dataset::{DataError, Dataset, DatasetSize, file, memory_check};
use crate::text::visible;

/// What the first reading found.
#[derive(Default)]
struct Survey {
    rows: usize,
    any_zero: bool,
    /// The largest index, and the line that has it first.
    largest: Option<(usize, usize)>,
    any_query: bool,
}

/// Reads the text that `open` opens, at its beginning each time.
pub(super) fn parse<R: Read>(
    open: impl Fn() -> io::Result<R>,
    options: &SvmlightOptions,
) -> Result<Dataset, DataError> {
    let path = options.table.path.as_str();
    let unreadable = |error: io::Error| file::cannot_read(path, &error);
    let mut mistakes = FileMistakes::new(path);
    let survey = survey(open().map_err(unreadable)?, path, &mut mistakes)?;
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
    let header = FileHeader { names: &names, word: "file", line: 0, index: &[], text: None };
    let choice = ColumnChoice::of(&header, &options.table, &mut mistakes);
    let mut assembly = Assembly::new(&header, choice, &options.table, mistakes);
    assembly.check()?;
    assembly.reserve(survey.rows)?;
    let first = usize::from(!zero_based);
    let mut dense = vec![0.0; width + 1];
    let mut lines = Lines::new(open().map_err(unreadable)?);
    let mut row = 0;
    while let Some(text) = lines.next().map_err(unreadable)? {
        dense.fill(0.0);
        let found = line::row(text.unwrap_or_default(), |index, value| {
            if let Some(cell) = index.checked_sub(first).and_then(|at| dense[..width].get_mut(at)) {
                *cell = value;
            }
        });
        let Ok(Some(found)) = found else { continue };
        dense[width] = found.label;
        row += 1;
        let number = lines.number;
        let place = |_| format!("row {row} (line {number})");
        assembly.row(&RowPlace { place: &place }, |_, slot| finite(dense[slot.column]))?;
    }
    let mut data = assembly.finish()?;
    if survey.any_query {
        data.notes.push(visible(&format!("{path}: query ids (qid) are left out")).into_owned());
    }
    Ok(data)
}

fn survey(input: impl Read, path: &str, mistakes: &mut FileMistakes) -> Result<Survey, DataError> {
    let mut survey = Survey::default();
    let mut lines = Lines::new(input);
    while let Some(text) = lines.next().map_err(|error| file::cannot_read(path, &error))? {
        let text = text.map(str::to_owned);
        let number = lines.number;
        let text = text.map_err(|message| mistakes.fatal(format!("line {number}: {message}")))?;
        let mut largest = survey.largest;
        let found = line::row(&text, |index, _| {
            survey.any_zero |= index == 0;
            if largest.is_none_or(|(before, _)| before < index) {
                largest = Some((index, number));
            }
        });
        survey.largest = largest;
        match found {
            Ok(None) => {}
            Ok(Some(row)) => {
                survey.rows += 1;
                survey.any_query |= row.has_query;
            }
            Err(message) => mistakes.add(number, 0, || format!("line {number}: {message}")),
        }
    }
    Ok(survey)
}

/// The number of features.
fn width(survey: &Survey, zero_based: bool, wanted: Option<usize>, mistakes: &mut FileMistakes) -> usize {
    if survey.any_zero && !zero_based {
        mistakes.add(0, 0, || "zero_based = false, and a feature has the index 0");
        return 0;
    }
    let (largest, line) = survey.largest.unwrap_or_default();
    let found = if survey.largest.is_some() && zero_based { largest + 1 } else { largest };
    match wanted {
        Some(wanted) if found > wanted => {
            mistakes.add(line, 0, || {
                format!(
                    "line {line}: a feature has the index {largest}, which n_features = {wanted} leaves no place for"
                )
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
