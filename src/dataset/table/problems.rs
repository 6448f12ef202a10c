//! What is wrong with the cells of a file, gathered column by column with counts.

use std::collections::BTreeMap;

use super::cells::{ColumnRole, ColumnSlot, in_quotes};
use super::choice::FileHeader;
use super::keys::{MissingCells, TableOptions};
use super::number_advice::OddNumbers;
use super::problem_words::{first_of, in_rows, no_value};
use super::remedies::Remedies;
use super::shape::TextShape;
use super::tally::ColumnTally;
use crate::dataset::FoundColumns;

/// With fewer rows nothing is said of most of them.
const FEWEST_ROWS: usize = 4;

/// One used column and what was found in it.
#[derive(Clone, Copy)]
pub(super) struct CountedColumn<'a> {
    pub slot: ColumnSlot,
    pub tally: &'a ColumnTally,
    /// Whether it has more levels than `max_levels`.
    pub too_many: bool,
    pub role: ColumnRole,
    /// Whether one of its numbers has decimals.
    pub fractions: bool,
}

impl CountedColumn<'_> {
    pub(super) const fn is_feature(&self) -> bool {
        matches!(self.role, ColumnRole::Feature)
    }
}

/// The problems of a file's cells, gathered column by column.
pub(super) struct Problems<'a> {
    pub(super) header: &'a FileHeader<'a>,
    pub(super) options: &'a TableOptions,
    /// The rows of the file.
    pub(super) rows: usize,
    /// Lines that stand before the others, in the order of the columns.
    pub(super) lines: Vec<String>,
    pub(super) missing: Vec<(&'a str, String)>,
    /// Columns that are missing in most rows, with the number of these.
    pub(super) mostly: Vec<(&'a str, usize)>,
    pub(super) empty: Vec<&'a str>,
    pub(super) markers: BTreeMap<Vec<&'a str>, Vec<(&'a str, String)>>,
    pub(super) shapes: BTreeMap<TextShape, (Vec<&'a str>, String)>,
    pub(super) odd_numbers: Vec<OddNumbers<'a>>,
    pub(super) any_fraction: bool,
    pub(super) categories: Vec<(&'a str, usize)>,
    pub(super) identifiers: Vec<(&'a str, usize)>,
    pub(super) remedies: Remedies,
    /// Whether it is said already that each row has a missing cell.
    pub(super) none_left: bool,
    /// The same for a program.
    pub(super) found: FoundColumns,
}

impl<'a> Problems<'a> {
    pub(super) fn new(header: &'a FileHeader<'a>, options: &'a TableOptions, rows: usize) -> Self {
        Self {
            header,
            options,
            rows,
            lines: Vec::new(),
            missing: Vec::new(),
            mostly: Vec::new(),
            empty: Vec::new(),
            markers: BTreeMap::new(),
            shapes: BTreeMap::new(),
            odd_numbers: Vec::new(),
            any_fraction: false,
            categories: Vec::new(),
            identifiers: Vec::new(),
            remedies: Remedies::default(),
            none_left: false,
            found: FoundColumns::default(),
        }
    }

    /// Adds that no row is left, with the columns whose missing cells are to blame.
    pub(super) fn add_no_row_left(&mut self, columns: &[CountedColumn<'a>]) {
        let rows = self.rows;
        let mut missing: Vec<(&str, usize, ColumnRole)> = (columns.iter())
            .filter(|column| column.tally.missing > 0)
            .map(|column| (self.header.names[column.slot.column].as_str(), column.tally.missing, column.role))
            .collect();
        missing.sort_by_key(|(_, missing, _)| std::cmp::Reverse(*missing));
        let named: Vec<String> =
            missing.iter().map(|(name, missing, _)| format!("{named} in {missing}", named = in_quotes(name))).collect();
        self.lines.push(format!("no row is left: each of the {rows} has a missing cell: {}", first_of(&named, ", ")));
        let is_feature = |role: &ColumnRole| *role == ColumnRole::Feature;
        let is_mostly = |(_, missing, role): &&(&str, usize, ColumnRole)| 2 * missing > rows && is_feature(role);
        let mut leave_out: Vec<String> =
            missing.iter().filter(is_mostly).map(|(name, ..)| (*name).to_owned()).collect();
        if leave_out.is_empty() {
            leave_out.extend(missing.iter().find(|(.., role)| is_feature(role)).map(|(name, ..)| (*name).to_owned()));
        }
        let of = |name: &String| missing.iter().find(|(one, ..)| one == name).map_or(0, |(_, missing, _)| *missing);
        self.found.leave_out.extend(leave_out.iter().map(|name| (name.clone(), no_value(of(name), rows))));
        self.remedies.leave_out.extend(leave_out);
        self.none_left = true;
    }

    /// Adds what is wrong with a column.
    pub(super) fn add(&mut self, column: CountedColumn<'a>) {
        let name = self.header.names[column.slot.column].as_str();
        let (tally, rows) = (column.tally, self.rows);
        self.any_fraction |= column.fractions;
        if tally.missing == rows && rows > 0 && column.is_feature() {
            if !self.none_left {
                self.empty.push(name);
                self.leave_out(name, no_value(rows, rows));
            }
            return;
        }
        if let Some(first) = &tally.first_missing
            && self.options.missing == MissingCells::Error
        {
            if self.is_mostly_missing(column, tally.missing + tally.markers()) {
                // The texts that stand for missing cells follow, and count as well.
                if tally.markers() > 0 {
                    return self.add_mostly(name, tally.missing + tally.markers());
                }
                self.add_mostly(name, tally.missing);
            } else {
                let place = in_rows(tally.missing, rows, &first.place);
                self.missing.push((name, format!("{place} ({})", first.what)));
                self.remedies.drop = true;
                self.found.drop = true;
            }
        }
        if let Some(bad) = tally.bad.as_deref() {
            if let Some(first) = &bad.first_not_finite {
                let place = in_rows(bad.not_finite, rows, &first.place);
                self.lines.push(format!("{}: {} {place}", self.named(column), first.what));
                match infinity(&first.what) {
                    // A few such cells are no reason to lose a column.
                    Some(text) if 2 * bad.not_finite <= rows => {
                        self.found.markers.push((name.to_owned(), text.to_owned()));
                    }
                    _ => self.unfit(column, &first.what),
                }
            }
            // A category that only its cells showed is no problem, unless most of them are numbers.
            let is_category = column.slot.one_hot;
            if let Some(first) =
                bad.first_too_large.as_ref().filter(|_| !is_category && tally.is_number_too_large(rows))
            {
                let place = in_rows(bad.too_large, rows, &first.place);
                let what = format!("{} is too large for a number: f64 ends at 1.8e308", first.what);
                self.lines.push(format!("{}: {what}, {place}", self.named(column)));
                self.unfit(column, &what);
            } else if bad.texts > 0 && !is_category {
                self.add_text(name, column, bad);
            }
        }
        if column.too_many && column.slot.one_hot {
            let most = self.options.max_levels;
            self.lines.push(format!(
                "one_hot column {named} has more than {most} levels: leave it out if it is an identifier, or allow more with \
                 max_levels", named = in_quotes(name)));
            self.leave_out(name, format!("text with more than {most} levels"));
        }
    }

    /// Whether a column is better left out than the rows in which it is missing.
    pub(super) const fn is_mostly_missing(&self, column: CountedColumn, missing: usize) -> bool {
        2 * missing > self.rows && column.is_feature() && self.rows >= FEWEST_ROWS
    }

    /// Adds a column with a value in few rows.
    pub(super) fn add_mostly(&mut self, name: &'a str, missing: usize) {
        self.mostly.push((name, missing));
        self.leave_out(name, no_value(missing, self.rows));
    }

    pub(super) fn leave_out(&mut self, name: &str, why: String) {
        self.remedies.leave_out.push(name.to_owned());
        self.found.leave_out.push((name.to_owned(), why));
    }

    /// Tells a program that a column cannot be used, although no key would say so.
    pub(super) fn unfit(&mut self, column: CountedColumn, why: &str) {
        match column.role {
            ColumnRole::Target => self.found.target_unfit = true,
            ColumnRole::Weight | ColumnRole::OtherTarget => {}
            ColumnRole::Feature => {
                self.found.leave_out.push((self.header.names[column.slot.column].clone(), why.to_owned()))
            }
        }
    }

    pub(super) fn named(&self, column: CountedColumn) -> String {
        let name = &self.header.names[column.slot.column];
        format!("{} {named}", column.role.word(), named = in_quotes(name))
    }

    /// Adds columns that the file itself declares to be text: their levels are not counted.
    pub(super) fn add_typed_text(&mut self, slot: ColumnSlot) {
        let name = self.header.names[slot.column].as_str();
        self.categories.push((name, 0));
        self.found.categories.push((name.to_owned(), 0));
        self.remedies.categories.push(name.to_owned());
    }
}

/// The infinity that a message is about: `inf` of `"inf" is not finite`. A number that is too large is none.
fn infinity(message: &str) -> Option<&str> {
    let text = message.strip_suffix(" is not finite")?.trim_matches('"');
    text.bytes().all(|byte| !byte.is_ascii_digit()).then_some(text)
}
