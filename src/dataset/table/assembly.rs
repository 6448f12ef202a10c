//! From cells to a data set: rows come in one by one, and each number goes where it stays.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Display;

use super::mistakes::TOLD;
use super::{Choice, Header, Missing, Mistakes, Options};
use crate::dataset::{DataError, Dataset, Extent, fingerprint, room};
use crate::memory::{self, Room, fallible};
use crate::numeric::Matrix;
use crate::text::{scaled, visible};

/// More levels than this in a `one_hot` column mean an identifier, not a category.
const MOST_LEVELS: usize = 1000;

/// Numbers after which memory is looked at again.
const LOOK_AFTER: usize = 1 << 22;

/// What a cell holds; texts are as a message shows them.
pub(in crate::dataset) enum Cell<'c> {
    Number(f64),
    /// No value: `the cell is empty`, `"NA" is missing`.
    Missing(String),
    /// A number, but none that is finite: `"inf" is not finite`.
    NotFinite(String),
    /// Text where a number is expected.
    Text(Cow<'c, str>),
    /// The level of a category.
    Level(Cow<'c, str>),
}

/// A column that is used.
#[derive(Clone, Copy)]
pub(in crate::dataset) struct Slot {
    /// Its position in the file.
    pub column: usize,
    /// Its cells are levels, not numbers.
    pub one_hot: bool,
}

/// Where a row stands in its file.
pub(in crate::dataset) struct At<'a> {
    /// Its data row, from 1.
    pub row: usize,
    /// What its mistakes are ordered by.
    pub order: usize,
    /// The place of the cell in a column of the file, in words.
    pub place: &'a dyn Fn(usize) -> String,
}

/// The cells of a numeric column that hold text.
#[derive(Default)]
struct Texts {
    any_number: bool,
    count: usize,
    /// The first few, as (order, row, place, cell in quotes).
    first: Vec<(usize, usize, String, String)>,
}

/// The levels of a category, numbered in the order in which they are met.
#[derive(Default)]
struct Levels {
    codes: HashMap<String, u16>,
    too_many: bool,
}

/// A data set being read.
///
/// Memory: 8 bytes for each number of the result, and nothing else that grows with the rows. While rows come in, a
/// category takes one place, its level's number; at the end the rows are moved apart where they lie.
pub(in crate::dataset) struct Assembly<'a> {
    options: &'a Options,
    header: &'a Header<'a>,
    pub mistakes: Mistakes<'a>,
    /// The features in order, then the target.
    slots: Vec<Slot>,
    /// Features of the file.
    width: usize,
    texts: Vec<Texts>,
    levels: Vec<Levels>,
    /// `[rows kept, features of the file]`
    values: Vec<f64>,
    target: Vec<f64>,
    rows: usize,
    /// Numbers at which memory is looked at again.
    looked_at: usize,
}

impl<'a> Assembly<'a> {
    /// For the columns of a choice that is sound, or whose mistakes are told with those of the rows.
    pub(in crate::dataset) fn new(
        header: &'a Header<'a>,
        choice: &Choice,
        options: &'a Options,
        mistakes: Mistakes<'a>,
    ) -> Self {
        let features = choice.features.iter().map(|&(column, one_hot)| Slot { column, one_hot });
        let slots: Vec<Slot> = features.chain(choice.target.map(|column| Slot { column, one_hot: false })).collect();
        Self {
            options,
            header,
            mistakes,
            texts: slots.iter().map(|_| Texts::default()).collect(),
            levels: slots.iter().map(|_| Levels::default()).collect(),
            slots,
            width: choice.features.len(),
            values: Vec::new(),
            target: Vec::new(),
            rows: 0,
            looked_at: LOOK_AFTER,
        }
    }

    /// The columns used: the features in order, then the target.
    pub(in crate::dataset) fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// The name of a column of the file.
    pub(in crate::dataset) fn name(&self, column: usize) -> &'a str {
        &self.header.names[column]
    }

    /// The file, as the experiment writes it.
    pub(in crate::dataset) fn path(&self) -> &'a str {
        &self.options.path
    }

    /// Makes room for rows that will come, if none of them is dropped.
    ///
    /// # Errors
    /// [`DataError::TooLarge`] where so many numbers do not fit in memory.
    pub(in crate::dataset) fn reserve(&mut self, rows: usize) -> Result<(), DataError> {
        if self.options.missing == Missing::Error
            && let Some(refusal) = room::refusal(self.extent(rows))
        {
            return Err(self.too_large(refusal));
        }
        if self.try_reserve(rows) { Ok(()) } else { Err(self.full(rows, self.width)) }
    }

    /// Makes room for rows that are likely to come.
    ///
    /// # Errors
    /// [`DataError::TooLarge`] where even much fewer would not fit in memory.
    pub(in crate::dataset) fn reserve_about(&mut self, rows: usize) -> Result<(), DataError> {
        if self.options.missing == Missing::Error
            && let Some(refusal) = room::refusal_of_guess(self.extent(rows))
        {
            return Err(self.too_large(format!("about {refusal}")));
        }
        // Without it they are made room for as they come.
        let _ = self.try_reserve(rows);
        Ok(())
    }

    const fn extent(&self, rows: usize) -> Extent {
        Extent { rows, columns: self.width }
    }

    fn try_reserve(&mut self, rows: usize) -> bool {
        let more = rows.saturating_sub(self.target.len());
        rows.checked_mul(self.width).is_some_and(|numbers| {
            let more_numbers = numbers.saturating_sub(self.values.len());
            fallible(|| {
                self.values.try_reserve_exact(more_numbers).is_ok() && self.target.try_reserve_exact(more).is_ok()
            })
        })
    }

    fn too_large(&self, sentence: impl Display) -> DataError {
        DataError::TooLarge(visible(&format!("{}: {sentence}", self.options.path)).into_owned())
    }

    /// Nothing more is to be had.
    fn full(&self, rows: usize, columns: usize) -> DataError {
        self.too_large(room::sentence(Extent { rows, columns }, None))
    }

    /// Looks now and then whether there is memory for what is about to come: what is reserved is not there until it is used.
    fn look_ahead(&mut self) -> Result<(), DataError> {
        if self.values.len() < self.looked_at {
            return Ok(());
        }
        self.looked_at = self.values.len() + LOOK_AFTER;
        match memory::check(16 * LOOK_AFTER as u64, memory::room_to_use()) {
            Ok(()) => Ok(()),
            Err(room) => Err(self.too_large(format!(
                "{} × {} numbers are read, and memory ends: {}B are left{}",
                self.target.len(),
                self.width,
                scaled(room.free as f64),
                room.limit
            ))),
        }
    }

    /// Takes in a row; `cell` is asked for the cell of each slot, by the slot's number.
    ///
    /// # Errors
    /// [`DataError::TooLarge`] where the memory is full. What is wrong with a cell is added to the mistakes.
    pub(in crate::dataset) fn row<'c>(
        &mut self,
        at: &At,
        mut cell: impl FnMut(usize, Slot) -> Cell<'c>,
    ) -> Result<(), DataError> {
        self.rows += 1;
        let width = self.width;
        self.look_ahead()?;
        if self.values.capacity() - self.values.len() < width && fallible(|| self.values.try_reserve(width)).is_err()
            || self.target.capacity() == self.target.len() && fallible(|| self.target.try_reserve(1)).is_err()
        {
            return Err(self.full(self.rows, width));
        }
        let begin = self.values.len();
        let mut kept = true;
        let mut goal = 0.0;
        let mut categories: Vec<(usize, Cow<'c, str>)> = Vec::new();
        for (number, slot) in self.slots.iter().copied().enumerate() {
            let mut value = 0.0;
            match cell(number, slot) {
                Cell::Number(found) => {
                    self.texts[number].any_number = true;
                    value = found;
                }
                Cell::Level(level) => categories.push((number, level)),
                Cell::Missing(what) => match self.options.missing {
                    Missing::Drop => kept = false,
                    Missing::Error => {
                        self.mistakes.hint("missing = \"drop\" leaves out the rows that have missing cells");
                        bad_cell(&mut self.mistakes, self.header, at, slot.column, &what);
                    }
                },
                Cell::NotFinite(what) => {
                    self.texts[number].any_number = true;
                    bad_cell(&mut self.mistakes, self.header, at, slot.column, &what);
                }
                Cell::Text(text) => {
                    let texts = &mut self.texts[number];
                    texts.count += 1;
                    if texts.first.len() < TOLD {
                        texts.first.push((at.order, at.row, (at.place)(slot.column), quoted(&text)));
                    }
                }
            }
            if number < width {
                self.values.push(value);
            } else {
                goal = value;
            }
        }
        if !kept {
            self.values.truncate(begin);
            return Ok(());
        }
        self.target.push(goal);
        // Only now: a row dropped for its cell in a later column brings no level.
        for (number, level) in categories {
            self.values[begin + number] = f64::from(self.levels[number].code(level));
        }
        Ok(())
    }

    /// # Errors
    /// [`DataError::TooLarge`] where the columns of its categories do not fit in memory.
    /// [`DataError::Content`] with all mistakes, those found before among them.
    pub(in crate::dataset) fn finish(mut self) -> Result<Dataset, DataError> {
        self.tell_texts();
        for (slot, levels) in self.slots.iter().zip(&self.levels) {
            if levels.too_many {
                let name = &self.header.names[slot.column];
                self.mistakes.add(self.header.line, slot.column, || {
                    format!("one_hot column \"{name}\" has more than {MOST_LEVELS} levels")
                });
            }
        }
        let n_kept = self.target.len();
        if n_kept == 0 && self.rows > 0 {
            self.mistakes.add(self.header.line, usize::MAX, || "no row is left: each has a missing cell");
        }
        self.mistakes.check()?;

        let mut notes = Vec::new();
        if n_kept < self.rows {
            let (dropped, all) = (self.rows - n_kept, self.rows);
            notes.push(format!("{}: {dropped} of {all} rows dropped for missing cells", self.options.path));
        }
        let (features, feature_names) = self.lay_out()?;
        self.target.shrink_to_fit();
        Ok(Dataset {
            fingerprint: fingerprint(&features, &self.target),
            features,
            target: self.target,
            feature_names,
            target_name: self.options.target.clone(),
            notes,
        })
    }

    fn tell_texts(&mut self) {
        for (slot, texts) in self.slots.iter().zip(&self.texts) {
            let name = &self.header.names[slot.column];
            match texts.first.as_slice() {
                // Text all the way down is one mistake (a category, a wrong column), not one for each row.
                [(_, row, _, cell), _, ..] if !texts.any_number => {
                    self.mistakes.add(self.header.line, slot.column, || {
                        if *name == self.options.target {
                            format!("target \"{name}\" holds text ({cell} in row {row}): a number is expected")
                        } else {
                            format!(
                                "column \"{name}\" holds text ({cell}): list it in one_hot, or leave it out of features"
                            )
                        }
                    });
                }
                first => {
                    for (order, _, place, cell) in first {
                        self.mistakes
                            .add(*order, slot.column, || format!("{place}, column \"{name}\": {cell} is not a number"));
                    }
                    self.mistakes.add_untold(texts.count - first.len());
                }
            }
        }
    }

    /// Gives each level of a category its own column, in place.
    fn lay_out(&mut self) -> Result<(Matrix, Vec<String>), DataError> {
        let (rows, width) = (self.target.len(), self.width);
        let mut names = Vec::new();
        // By slot: its first column, and by code the level's place among the sorted levels.
        let mut places: Vec<(usize, Option<Vec<u16>>)> = Vec::with_capacity(width);
        for (slot, levels) in self.slots[..width].iter().zip(&self.levels) {
            let name = &self.header.names[slot.column];
            if slot.one_hot {
                let (sorted, ranks) = levels.sorted();
                places.push((names.len(), Some(ranks)));
                names.extend(sorted.iter().map(|level| format!("{name}={level}")));
            } else {
                places.push((names.len(), None));
                names.push(name.clone());
            }
        }
        let columns = names.len();
        let mut values = std::mem::take(&mut self.values);
        if columns > width {
            let wider = rows.checked_mul(columns).ok_or_else(|| self.full(rows, columns))?;
            let more = wider - values.len();
            if let Err(room) = memory::check(8 * more as u64, memory::room()) {
                // The numbers that are here already are among those that would fit.
                let room = Room { free: room.free + 8 * (values.len() + rows) as u64, ..room };
                return Err(self.too_large(room::sentence(Extent { rows, columns }, Some(&room))));
            }
            fallible(|| values.try_reserve_exact(more)).map_err(|_| self.full(rows, columns))?;
            values.resize(wider, 0.0);
            let mut narrow = vec![0.0; width];
            // From the last row back: no row lands on one that has not been moved.
            for row in (0..rows).rev() {
                narrow.copy_from_slice(&values[row * width..(row + 1) * width]);
                let wide = &mut values[row * columns..(row + 1) * columns];
                wide.fill(0.0);
                for (&value, (offset, ranks)) in narrow.iter().zip(&places) {
                    match ranks {
                        None => wide[*offset] = value,
                        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // A code is a u16.
                        Some(ranks) => wide[offset + usize::from(ranks[value as usize])] = 1.0,
                    }
                }
            }
        } else {
            // Every category has one level: its code 0 stands for a column of ones.
            for (slot, (offset, ranks)) in places.iter().enumerate() {
                if ranks.is_some() {
                    debug_assert_eq!(slot, *offset);
                    values.iter_mut().skip(*offset).step_by(width).for_each(|value| *value = 1.0);
                }
            }
        }
        values.shrink_to_fit();
        Ok((Matrix { rows, columns, values }, names))
    }
}

impl Levels {
    fn code(&mut self, level: Cow<str>) -> u16 {
        if let Some(&code) = self.codes.get(level.as_ref()) {
            return code;
        }
        if self.codes.len() == MOST_LEVELS {
            self.too_many = true;
            return 0;
        }
        #[allow(clippy::cast_possible_truncation)] // At most MOST_LEVELS.
        let code = self.codes.len() as u16;
        self.codes.insert(level.into_owned(), code);
        code
    }

    /// The levels sorted, and by code the place among them.
    fn sorted(&self) -> (Vec<&str>, Vec<u16>) {
        let mut sorted: Vec<(&str, u16)> = self.codes.iter().map(|(level, code)| (level.as_str(), *code)).collect();
        sorted.sort_unstable();
        let mut ranks = vec![0; sorted.len()];
        for (rank, (_, code)) in (0..).zip(&sorted) {
            ranks[usize::from(*code)] = rank;
        }
        (sorted.into_iter().map(|(level, _)| level).collect(), ranks)
    }
}

/// Adds `row 36 (line 38), column "bmi": …`.
fn bad_cell(mistakes: &mut Mistakes, header: &Header, at: &At, column: usize, what: &str) {
    mistakes.add(at.order, column, || format!("{}, column \"{}\": {what}", (at.place)(column), header.names[column]));
}

/// A cell in quotes, cut where it is long, on one line.
pub(in crate::dataset) fn quoted(cell: &str) -> String {
    let mut short: String = cell.chars().take(40).collect();
    if short.len() < cell.len() {
        short.push('…');
    }
    format!("\"{}\"", short.escape_debug().to_string().replace("\\\"", "\"").replace("\\'", "'"))
}
