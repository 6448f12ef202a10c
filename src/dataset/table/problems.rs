//! What is wrong with the cells of a file, worded column by column with counts, and the keys that would make it readable.

use std::collections::{BTreeMap, HashSet};

use super::absent::quoted_list;
use super::cells::{ColumnSlot, quoted};
use super::choice::FileHeader;
use super::keys::{MissingCells, TableOptions};
use super::mistakes::FileMistakes;
use super::remedies::{Remedies, names};
use super::shape::TextShape;
use super::tally::{BadCells, ColumnTally, is_usual_marker};
use crate::dataset::FoundColumns;

/// More columns with the same problem than this share a line.
const APART: usize = 4;

/// The columns that a line names.
const NAMED: usize = 30;

/// Fewer rows tell nothing of whether texts are identifiers.
const FEWEST_ROWS: usize = 20;

/// One used column and what was found in it.
#[derive(Clone, Copy)]
pub(super) struct CountedColumn<'a> {
    pub slot: ColumnSlot,
    pub tally: &'a ColumnTally,
    /// Whether it has more levels than `max_levels`.
    pub too_many: bool,
    pub is_target: bool,
}

/// The problems of a file's cells, gathered column by column.
pub(super) struct Problems<'a> {
    header: &'a FileHeader<'a>,
    options: &'a TableOptions,
    /// The rows of the file.
    rows: usize,
    /// Lines that stand before the others, in the order of the columns.
    lines: Vec<String>,
    missing: Vec<(&'a str, String)>,
    /// Columns that are missing in most rows, with the number of these.
    mostly: Vec<(&'a str, usize)>,
    empty: Vec<&'a str>,
    markers: BTreeMap<Vec<&'a str>, Vec<(&'a str, String)>>,
    shapes: BTreeMap<TextShape, (Vec<&'a str>, String)>,
    categories: Vec<(&'a str, usize)>,
    identifiers: Vec<(&'a str, usize)>,
    remedies: Remedies,
    /// Whether it is said already that each row has a missing cell.
    none_left: bool,
    /// The same for a program.
    found: FoundColumns,
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
        let mut missing: Vec<(&str, usize, bool)> = (columns.iter())
            .filter(|column| column.tally.missing > 0)
            .map(|column| (self.header.names[column.slot.column].as_str(), column.tally.missing, column.is_target))
            .collect();
        missing.sort_by_key(|(_, missing, _)| std::cmp::Reverse(*missing));
        let named: Vec<String> = missing.iter().map(|(name, missing, _)| format!("\"{name}\" in {missing}")).collect();
        self.lines.push(format!("no row is left: each of the {rows} has a missing cell: {}", first_of(&named, ", ")));
        let is_mostly = |(_, missing, is_target): &&(&str, usize, bool)| 2 * missing > rows && !is_target;
        let mut leave_out: Vec<String> =
            missing.iter().filter(is_mostly).map(|(name, ..)| (*name).to_owned()).collect();
        if leave_out.is_empty() {
            leave_out.extend(missing.iter().find(|(.., is_target)| !is_target).map(|(name, ..)| (*name).to_owned()));
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
        if tally.missing == rows && rows > 0 && !column.is_target {
            if !self.none_left {
                self.empty.push(name);
                self.leave_out(name, no_value(rows, rows));
            }
            return;
        }
        if let Some(first) = &tally.first_missing
            && self.options.missing == MissingCells::Error
        {
            if self.is_mostly_missing(column, tally.missing) {
                self.mostly.push((name, tally.missing));
                self.leave_out(name, no_value(tally.missing, rows));
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
                self.unfit(column, &first.what);
            }
            // A category that only its cells showed is no problem, unless most of them are numbers.
            let is_category = column.slot.one_hot;
            if bad.texts > 0 && !is_category {
                self.add_text(name, column, bad);
            }
        }
        if column.too_many && column.slot.one_hot {
            let most = self.options.max_levels;
            self.lines.push(format!(
                "one_hot column \"{name}\" has more than {most} levels: leave it out if it is an identifier, or allow more with \
                 max_levels"
            ));
            self.leave_out(name, format!("text with more than {most} levels"));
        }
    }

    /// Whether a column is better left out than the rows in which it is missing.
    const fn is_mostly_missing(&self, column: CountedColumn, missing: usize) -> bool {
        2 * missing > self.rows && !column.is_target && self.rows >= APART
    }

    /// Adds the texts of a column that is read as numbers.
    fn add_text(&mut self, name: &'a str, column: CountedColumn<'a>, bad: &'a BadCells) {
        let numbers = column.tally.numbers(self.rows);
        let place = || in_rows(bad.texts, self.rows, &bad.first_text);
        if let Some(shape) = bad.shape() {
            let of_shape = bad.known.iter().find(|(text, _)| TextShape::of(text) == Some(shape));
            let example = of_shape.map_or_else(String::new, |(text, _)| format!("{} ", quoted(text)));
            let group = self.shapes.entry(shape).or_insert_with(|| (Vec::new(), format!("{example}{}", place())));
            group.0.push(name);
            let words = bad.known.iter().filter(|(text, _)| is_usual_marker(text));
            let words: Vec<_> = words.map(|(text, _)| (text.clone(), name.to_owned())).collect();
            self.remedies.drop |= !words.is_empty();
            self.remedies.markers.extend(words);
            self.unfit(column, shape.words());
            return;
        }
        let texts: Vec<&str> = bad.known.iter().map(|(text, _)| text.as_str()).collect();
        if bad.all_known() && texts.iter().all(|text| is_usual_marker(text)) {
            let missing = column.tally.missing + bad.texts;
            if self.is_mostly_missing(column, missing) && numbers > 0 {
                self.mostly.push((name, missing));
                self.leave_out(name, no_value(missing, self.rows));
            } else if numbers == 0 && !column.is_target {
                self.lines.push(format!("column \"{name}\" holds nothing but {}: leave it out", all_quoted(&texts)));
                self.leave_out(name, format!("nothing but {}", all_quoted(&texts)));
            } else {
                self.remedies.drop = true;
                self.remedies.markers.extend(texts.iter().map(|text| ((*text).to_owned(), name.to_owned())));
                self.found.markers.extend(texts.iter().map(|text| (name.to_owned(), (*text).to_owned())));
                self.markers.entry(texts).or_default().push((name, place()));
            }
        } else if numbers > 0 && bad.texts <= numbers {
            let all = if bad.all_known() { "" } else { " and others" };
            let them = if texts.len() == 1 && bad.all_known() { "it" } else { "them" };
            let remedy = if column.is_target {
                format!("correct {them}, or add {them} to missing_values")
            } else {
                format!("correct {them}, add {them} to missing_values, or list the column in one_hot")
            };
            self.lines.push(format!("{} holds {}{all} {}: {remedy}", self.named(column), all_quoted(&texts), place()));
            match bad.all_known() {
                true => self.found.markers.extend(texts.iter().map(|text| (name.to_owned(), (*text).to_owned()))),
                false => self.unfit(column, "numbers and texts"),
            }
        } else if column.is_target {
            self.found.target_unfit = true;
            let more = if bad.all_known() { "" } else { ", …" };
            self.lines.push(format!(
                "target \"{name}\" holds text ({}{more} {}): a number is expected",
                all_quoted(&texts[..texts.len().min(3)]),
                place()
            ));
        } else if column.too_many
            || bad.levels() > self.options.max_levels
            || self.rows >= FEWEST_ROWS && 2 * bad.levels() > self.rows
        {
            let levels = if column.too_many { self.options.max_levels + 1 } else { bad.levels() };
            self.identifiers.push((name, levels));
            self.leave_out(name, format!("text, in {} rows {levels} different ones", self.rows));
        } else {
            self.categories.push((name, bad.levels()));
            self.found.categories.push((name.to_owned(), bad.levels()));
            self.remedies.categories.push(name.to_owned());
        }
    }

    fn leave_out(&mut self, name: &str, why: String) {
        self.remedies.leave_out.push(name.to_owned());
        self.found.leave_out.push((name.to_owned(), why));
    }

    /// Tells a program that a column cannot be used, although no key would say so.
    fn unfit(&mut self, column: CountedColumn, why: &str) {
        match column.is_target {
            true => self.found.target_unfit = true,
            false => self.found.leave_out.push((self.header.names[column.slot.column].clone(), why.to_owned())),
        }
    }

    fn named(&self, column: CountedColumn) -> String {
        let name = &self.header.names[column.slot.column];
        format!("{} \"{name}\"", if column.is_target { "target" } else { "column" })
    }

    /// Adds columns that the file itself declares to be text: their levels are not counted.
    pub(super) fn add_typed_text(&mut self, slot: ColumnSlot) {
        let name = self.header.names[slot.column].as_str();
        self.categories.push((name, 0));
        self.found.categories.push((name.to_owned(), 0));
        self.remedies.categories.push(name.to_owned());
    }

    /// Hands all problems over.
    pub(super) fn tell(mut self, mistakes: &mut FileMistakes) {
        let rows = self.rows;
        for line in &self.lines {
            mistakes.add_column(line);
        }
        for ((columns, example), shape) in self.shapes.values().zip(self.shapes.keys()) {
            mistakes.add_column(format!(
                "{} in {} ({example}): {}",
                shape.words(),
                columns_named(columns),
                shape.remedy()
            ));
        }
        for (texts, columns) in &self.markers {
            let texts = all_quoted(texts);
            let (subject, verb) = (format!("holds {texts}"), "add it to missing_values");
            share(
                columns,
                mistakes,
                |name, place| format!("column \"{name}\" {subject} {place}: {verb}"),
                |n| format!("{n} columns hold {texts}, to be added to missing_values: "),
            );
        }
        share(
            &self.missing,
            mistakes,
            |name, place| format!("column \"{name}\" has no value {place}"),
            |n| format!("{n} columns have missing cells: "),
        );
        if !self.mostly.is_empty() {
            let named: Vec<String> =
                (self.mostly.iter()).map(|(name, missing)| format!("\"{name}\" in {missing} of {rows} rows")).collect();
            let them = if named.len() == 1 { "it" } else { "them" };
            mistakes.add_column(format!("mostly without a value: {}: leave {them} out", first_of(&named, ", ")));
        }
        if let [column] = self.empty[..] {
            mistakes.add_column(format!("column \"{column}\" is empty in all {rows} rows: leave it out"));
        } else if !self.empty.is_empty() {
            mistakes.add_column(format!("{} are empty in all {rows} rows: leave them out", columns_named(&self.empty)));
        }
        let levels = |columns: &[(&str, usize)]| {
            let most = self.options.max_levels;
            let named: Vec<String> = (columns.iter())
                .map(|(name, levels)| match levels {
                    0 => format!("\"{name}\""),
                    levels if *levels > most => format!("\"{name}\" (more than {most} levels)"),
                    1 => format!("\"{name}\" (1 level)"),
                    levels => format!("\"{name}\" ({levels} levels)"),
                })
                .collect();
            first_of(&named, ", ")
        };
        let counted = |n: usize| if n == 1 { ("1 column".to_owned(), "it") } else { (format!("{n} columns"), "them") };
        if !self.categories.is_empty() {
            let ((n, them), named) = (counted(self.categories.len()), levels(&self.categories));
            mistakes.add_column(format!("text in {n}, {named}: list {them} in one_hot, or leave {them} out"));
        }
        if !self.identifiers.is_empty() {
            let ((n, them), named) = (counted(self.identifiers.len()), levels(&self.identifiers));
            mistakes.add_column(format!("text that looks like identifiers in {n}, {named}: leave {them} out"));
        }
        let mut before = HashSet::new();
        self.remedies.leave_out.retain(|name| before.insert(name.clone()));
        mistakes.found.leave_out.append(&mut self.found.leave_out);
        mistakes.found.categories.append(&mut self.found.categories);
        mistakes.found.markers.append(&mut self.found.markers);
        mistakes.found.drop |= self.found.drop;
        mistakes.found.target_unfit |= self.found.target_unfit;
        let lines = self.remedies.lines(self.options);
        if !lines.is_empty() {
            mistakes.hint("what would read it:");
            lines.iter().for_each(|line| mistakes.hint(format!("  {line}")));
        }
    }
}

/// `no value in 2 of 392 rows`
fn no_value(missing: usize, rows: usize) -> String {
    if missing == rows { "empty".to_owned() } else { format!("no value in {missing} of {rows} rows") }
}

/// `in 2 of 392 rows, first in row 33 (line 34)`
fn in_rows(count: usize, rows: usize, first: &str) -> String {
    match count {
        _ if count == rows && rows > 1 => format!("in all {rows} rows, first in {first}"),
        1 => format!("in 1 of {rows} rows, {first}"),
        _ => format!("in {count} of {rows} rows, first in {first}"),
    }
}

/// Adds a line for each of a few columns, or one for all of them.
fn share(
    columns: &[(&str, String)],
    mistakes: &mut FileMistakes,
    alone: impl Fn(&str, &str) -> String,
    together: impl Fn(usize) -> String,
) {
    if columns.len() <= APART {
        columns.iter().for_each(|(name, place)| mistakes.add_column(alone(name, place)));
        return;
    }
    let named: Vec<String> = columns.iter().map(|(name, place)| format!("\"{name}\" {place}")).collect();
    mistakes.add_column(format!("{}{}", together(columns.len()), first_of(&named, "; ")));
}

/// The first of these, joined, and how many more there are.
fn first_of(named: &[String], separator: &str) -> String {
    let first = named[..named.len().min(NAMED)].join(separator);
    if named.len() > NAMED { format!("{first} and {} more", named.len() - NAMED) } else { first }
}

fn columns_named(columns: &[&str]) -> String {
    let word = if columns.len() == 1 { "column" } else { "columns" };
    format!("{word} {}", quoted_list(columns, NAMED))
}

fn all_quoted(texts: &[&str]) -> String {
    texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", ")
}

/// `ignore = ["a"]`, for notes.
pub(super) fn ignore(columns: &[String], options: &TableOptions) -> String {
    format!("ignore = [{}]", names(&[&options.ignore[..], columns].concat()))
}
