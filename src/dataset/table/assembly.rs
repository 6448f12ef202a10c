//! Assembles a data set from the cells of its rows.

use std::borrow::Cow;

use super::cells::{CellValue, ColumnRole, ColumnSlot, FloatWidth, RowPlace, quoted};
use super::choice::{ColumnChoice, FileHeader};
use super::keys::{MissingCells, TableOptions};
use super::levels::Levels;
use super::markers::MissingMarkers;
use super::mistakes::FileMistakes;
use super::open::{ColumnValues, OpenColumn};
use super::tally::{ColumnTally, FirstCell};
use super::target_cells::TargetCells;
use crate::dataset::DataError;
use crate::memory::fallible;
use crate::record::{ColumnReading, LeftOutColumn};
use crate::text::composed;

/// Memory is checked again after this many numbers.
pub(super) const CHECK_AFTER: usize = 1 << 22;

/// Builds a data set row by row.
///
/// It takes 8 bytes for each number of the result, and nothing else grows with the rows. While rows come in, a category takes
/// one number, the code of its level. At the end the rows are expanded in place.
pub(in crate::dataset) struct Assembly<'a> {
    pub(super) options: &'a TableOptions,
    pub(super) header: &'a FileHeader<'a>,
    pub mistakes: FileMistakes<'a>,
    /// The features in order, then the targets after the first, the weight if there is one, and the first target.
    pub(super) slots: Vec<ColumnSlot>,
    /// The columns that are not used.
    pub(super) left_out: Vec<LeftOutColumn>,
    /// The number of features in the file, the other targets and the weight among them while rows come in.
    pub(super) width: usize,
    /// Whether the last of them is the weight.
    pub(super) has_weight: bool,
    /// How many before it are targets.
    pub(super) other_targets: usize,
    pub(super) tallies: Vec<ColumnTally>,
    pub(super) levels: Vec<Levels>,
    /// By slot; empty if no column is open.
    pub(super) open: Vec<OpenColumn>,
    pub(super) markers: MissingMarkers,
    /// Slots that the file itself declares to hold text.
    pub(super) typed_text: Vec<ColumnSlot>,
    /// Columns that the file itself declares to hold dates or times.
    pub times: Vec<usize>,
    /// `[rows kept, features of the file]`
    pub(super) values: Vec<f64>,
    pub(super) target: Vec<f64>,
    pub(in crate::dataset) target_cells: TargetCells,
    /// What was read of the weight, once it is taken out of the values.
    pub(super) weight_reading: Option<ColumnReading>,
    /// The same of the targets after the first.
    pub(super) target_readings: Vec<ColumnReading>,
    pub(super) rows: usize,
    /// Memory is checked again at this many numbers.
    pub(super) next_check: usize,
}

/// The text of a cell that is added once its row is complete: its slot, and the number that it stands for, if it does.
type PendingText<'c> = (usize, Cow<'c, str>, Option<f64>);

impl<'a> Assembly<'a> {
    /// For the chosen columns. Mistakes of the choice itself are reported together with those of the rows.
    pub(in crate::dataset) fn new(
        header: &'a FileHeader<'a>,
        choice: ColumnChoice,
        options: &'a TableOptions,
        mistakes: FileMistakes<'a>,
    ) -> Self {
        let number = |column| ColumnSlot { column, one_hot: false, open: false };
        let (weight, target) = (choice.weight.map(number), choice.target.map(number));
        let other_targets = choice.other_targets.len();
        let width = choice.features.len() + other_targets + usize::from(weight.is_some());
        let others = choice.other_targets.into_iter().map(number);
        let slots: Vec<ColumnSlot> = choice.features.into_iter().chain(others).chain(weight).chain(target).collect();
        let names = slots.iter().map(|slot| header.names[slot.column].as_str());
        let any_open = slots.iter().any(|slot| slot.open);
        Self {
            options,
            header,
            mistakes,
            left_out: choice.left_out,
            tallies: slots.iter().map(|_| ColumnTally::default()).collect(),
            levels: slots.iter().map(|_| Levels::default()).collect(),
            open: slots.iter().filter(|_| any_open).map(|_| OpenColumn::default()).collect(),
            markers: MissingMarkers::new(&options.missing_values, names),
            typed_text: Vec::new(),
            times: Vec::new(),
            slots,
            width,
            has_weight: weight.is_some(),
            other_targets,
            values: Vec::new(),
            target: Vec::new(),
            target_cells: TargetCells::default(),
            weight_reading: None,
            target_readings: Vec::new(),
            rows: 0,
            next_check: CHECK_AFTER,
        }
    }

    /// Says how the file that is read next stores the numbers of each slot.
    pub(in crate::dataset) fn stored_as(&mut self, widths: Vec<FloatWidth>) {
        self.markers.widths = widths;
    }

    /// The used columns: the features in order, then the targets after the first, the weight if there is one, and the
    /// first target.
    pub(in crate::dataset) fn slots(&self) -> &[ColumnSlot] {
        &self.slots
    }

    /// What the column of a slot is for.
    pub(in crate::dataset) const fn role(&self, number: usize) -> ColumnRole {
        let behind = number + self.other_targets + if self.has_weight { 1 } else { 0 };
        match number {
            _ if number == self.width => ColumnRole::Target,
            _ if self.has_weight && number + 1 == self.width => ColumnRole::Weight,
            _ if behind >= self.width => ColumnRole::OtherTarget,
            _ => ColumnRole::Feature,
        }
    }

    /// Whether a slot is the (first) target's.
    pub(in crate::dataset) const fn is_target(&self, number: usize) -> bool {
        number == self.width
    }

    /// The name of a column of the file.
    pub(in crate::dataset) fn name(&self, column: usize) -> &'a str {
        &self.header.names[column]
    }

    /// The name of the target, as the experiment writes it.
    pub(in crate::dataset) fn target_name(&self) -> &'a str {
        &self.options.target
    }

    /// Adds a row. `cell` gives the cell of each slot, by the slot's number. A bad cell is counted, and becomes a mistake of its
    /// column at the end. For the text of a number `cell` is asked again, with the slot's `one_hot` set; a source whose cells have
    /// no text gives the same number again.
    ///
    /// # Errors
    /// [`DataError::TooLarge`] if memory is full.
    pub(in crate::dataset) fn row<'c>(
        &mut self,
        at: &RowPlace,
        cell: impl Fn(usize, ColumnSlot) -> CellValue<'c>,
    ) -> Result<(), DataError> {
        self.rows += 1;
        let width = self.width;
        self.check_memory()?;
        if self.values.capacity() - self.values.len() < width && fallible(|| self.values.try_reserve(width)).is_err()
            || self.target.capacity() == self.target.len() && fallible(|| self.target.try_reserve(1)).is_err()
        {
            return Err(self.full(self.rows, width));
        }
        let begin = self.values.len();
        let mut kept = true;
        let mut goal = 0.0;
        let mut texts: Vec<PendingText<'c>> = Vec::new();
        for number in 0..self.slots.len() {
            let slot = self.slots[number];
            let found = cell(number, slot);
            let value = match found {
                CellValue::Number(value) if !slot.open && !self.markers.has(number) => Some(value),
                found => self.examined(number, found, at, &cell, &mut texts),
            };
            kept &= value.is_some();
            if number < width {
                self.values.push(value.unwrap_or(0.0));
            } else {
                goal = value.unwrap_or(0.0);
            }
        }
        if !kept && self.options.missing == MissingCells::Drop {
            self.values.truncate(begin);
            return Ok(());
        }
        // Only now, because a row that is dropped for a later cell must not add a level.
        let mut class = None;
        for (number, text, value) in texts {
            if number == width {
                class = Some(text);
            } else {
                self.check_level(number, &text, at);
                self.values[begin + number] = self.coded(number, text, value, begin);
            }
        }
        let goal = match class {
            Some(text) => self.target_cells.text(&composed(&text), &mut self.target),
            None => self.target_cells.number(goal),
        };
        self.target.push(goal);
        Ok(())
    }

    /// The value of a cell that is no plain number: `None` if it is missing.
    fn examined<'c>(
        &mut self,
        number: usize,
        found: CellValue<'c>,
        at: &RowPlace,
        cell: &impl Fn(usize, ColumnSlot) -> CellValue<'c>,
        texts: &mut Vec<PendingText<'c>>,
    ) -> Option<f64> {
        let slot = self.slots[number];
        let is_target = self.is_target(number);
        let is_truth = matches!(found, CellValue::Truth(_));
        let found = match found {
            CellValue::Truth(truth) => CellValue::Number(f64::from(truth)),
            found => found,
        };
        let as_text = || match cell(number, ColumnSlot { one_hot: true, ..slot }) {
            CellValue::Level(text) => Some(text),
            _ => None,
        };
        let is_marker = match &found {
            CellValue::Number(value) => {
                self.markers.is_number(number, *value, || as_text().map(|text| text.into_owned()))
            }
            CellValue::Text(text) | CellValue::TooLarge(text) | CellValue::Level(text) => {
                self.markers.is_text(number, text, slot.one_hot)
            }
            CellValue::NotFinite(_) => {
                self.markers.has(number)
                    && as_text().is_some_and(|text| self.markers.is_text(number, &text, slot.one_hot))
            }
            CellValue::Missing(_) | CellValue::Truth(_) => false,
        };
        let place = || (at.place)(slot.column);
        match found {
            _ if is_marker => self.add_missing(number, place, || {
                let cell = as_text().map_or_else(|| "its value".to_owned(), |text| quoted(&text));
                format!("{cell} is in missing_values")
            }),
            CellValue::Missing(what) => self.add_missing(number, place, || what),
            CellValue::Truth(_) => None,
            CellValue::Number(value) => {
                self.target_cells.truths += usize::from(is_target && is_truth);
                if slot.open && !self.open[number].is_number {
                    let text = as_text().unwrap_or_else(|| Cow::Owned(value.to_string()));
                    texts.push((number, text, Some(value)));
                }
                Some(value)
            }
            CellValue::Level(text) => {
                if is_target {
                    // The file declares text, which may be the text of numbers.
                    match self.header.numbers.parse(&text).is_some_and(f64::is_finite) {
                        true => self.target_cells.numbers_in_text += 1,
                        false => {
                            let context = (self.options.max_levels, self.header.numbers);
                            self.tallies[number].add_text(&text, context, false, place);
                        }
                    }
                }
                texts.push((number, text, None));
                Some(0.0)
            }
            CellValue::NotFinite(what) => {
                self.tallies[number].add_not_finite(what, place);
                Some(0.0)
            }
            CellValue::Text(_) | CellValue::TooLarge(_) => {
                let too_large = matches!(found, CellValue::TooLarge(_));
                let (CellValue::Text(text) | CellValue::TooLarge(text)) = found else { return None };
                if self.options.reads_no_target() {
                    // What the column holds is known, so that keys that read it otherwise are no remedy.
                    self.add_no_number(slot.column, &text, &place());
                    return Some(0.0);
                }
                let context = (self.options.max_levels, self.header.numbers);
                self.tallies[number].add_text(&text, context, too_large, place);
                if slot.open || is_target {
                    texts.push((number, text, None));
                }
                Some(0.0)
            }
        }
    }

    fn add_missing(&mut self, number: usize, place: impl Fn() -> String, what: impl FnOnce() -> String) -> Option<f64> {
        if self.options.reads_no_target() {
            self.add_no_value(self.slots[number].column, &what(), &place());
            return None;
        }
        let tally = &mut self.tallies[number];
        tally.missing += 1;
        if self.options.missing == MissingCells::Error && tally.first_missing.is_none() {
            tally.first_missing = Some(Box::new(FirstCell { place: place(), what: what() }));
        }
        None
    }

    /// What stands in a table for a text, in the row that begins at `begin`.
    fn coded(&mut self, number: usize, text: Cow<str>, value: Option<f64>, begin: usize) -> f64 {
        let most = self.options.max_levels;
        let levels = &mut self.levels[number];
        if !self.slots[number].open {
            return levels.code(text, most).map_or(0.0, f64::from);
        }
        let any_text = self.tallies[number].texts() > 0;
        let before = ColumnValues { values: &mut self.values[..begin], width: self.width, slot: number };
        self.open[number].value(text, value, any_text, (levels, most), before)
    }
}
