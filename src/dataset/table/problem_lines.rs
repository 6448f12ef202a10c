//! The lines that a user reads of the problems of a file, and the keys that would make it readable.

use super::cells::in_quotes;
use std::collections::HashSet;

use super::mistakes::{FileMistakes, READ_BY};
use super::number_advice::NumberAdvice;
use super::problem_words::{all_quoted, columns_named, first_of};
use super::problems::Problems;

/// More columns with the same problem than this share a line.
const APART: usize = 4;

/// What to do where a file declares numbers to be text.
pub(super) const AS_NUMBERS: &str =
    "write the file with a numeric type (polars: .cast(pl.Float64), DuckDB: CAST(… AS DOUBLE), pandas: pd.to_numeric)";

impl Problems<'_> {
    /// Hands all problems over.
    pub(super) fn tell(mut self, mistakes: &mut FileMistakes) {
        let rows = self.rows;
        for line in &self.lines {
            mistakes.add_column(line);
        }
        self.tell_odd_numbers(mistakes);
        for (texts, columns) in &self.markers {
            let texts = all_quoted(texts);
            let (subject, verb) = (format!("holds {texts}"), "add it to missing_values");
            share(
                columns,
                mistakes,
                |name, place| format!("column {named} {subject} {place}: {verb}", named = in_quotes(name)),
                |n| format!("{n} columns hold {texts}, to be added to missing_values: "),
            );
        }
        share(
            &self.missing,
            mistakes,
            |name, place| format!("column {named} has no value {place}", named = in_quotes(name)),
            |n| format!("{n} columns have missing cells: "),
        );
        if !self.mostly.is_empty() {
            let named: Vec<String> = (self.mostly.iter())
                .map(|(name, missing)| format!("{named} in {missing} of {rows} rows", named = in_quotes(name)))
                .collect();
            let them = if named.len() == 1 { "it" } else { "them" };
            mistakes.add_column(format!("mostly without a value: {}: leave {them} out", first_of(&named, ", ")));
        }
        if let [column] = self.empty[..] {
            mistakes.add_column(format!(
                "column {named} is empty in all {rows} rows: leave it out",
                named = in_quotes(column)
            ));
        } else if !self.empty.is_empty() {
            mistakes.add_column(format!("{} are empty in all {rows} rows: leave them out", columns_named(&self.empty)));
        }
        let levels = |columns: &[(&str, usize)]| {
            let most = self.options.max_levels;
            let named: Vec<String> = (columns.iter())
                .map(|(name, levels)| match levels {
                    0 => in_quotes(name),
                    levels if *levels > most => format!("{named} (more than {most} levels)", named = in_quotes(name)),
                    1 => format!("{named} (1 level)", named = in_quotes(name)),
                    levels => format!("{named} ({levels} levels)", named = in_quotes(name)),
                })
                .collect();
            first_of(&named, ", ")
        };
        let counted = |n: usize| if n == 1 { ("1 column".to_owned(), "it") } else { (format!("{n} columns"), "them") };
        if !self.categories.is_empty() {
            let ((n, them), named) = (counted(self.categories.len()), levels(&self.categories));
            // The levels are counted where cells were read; a type alone does not say what the texts are.
            let is_typed = self.categories.iter().all(|(_, levels)| *levels == 0);
            let numbers = if is_typed { format!("; if the texts are numbers, {AS_NUMBERS}") } else { String::new() };
            mistakes.add_column(format!("text in {n}, {named}: list {them} in one_hot, or leave {them} out{numbers}"));
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
            mistakes.hint(READ_BY);
            lines.iter().for_each(|line| mistakes.hint(format!("  {line}")));
        }
    }
}

impl Problems<'_> {
    /// Adds the lines about texts that are meant as numbers.
    fn tell_odd_numbers(&mut self, mistakes: &mut FileMistakes) {
        let advice = NumberAdvice::of(self.header.numbers, &self.odd_numbers, self.any_fraction);
        let is_read = |name: &str| self.odd_numbers.iter().any(|odd| odd.column == name && advice.reads(odd));
        for (shape, (columns, example)) in &self.shapes {
            let mut tell = |columns: &[&str], remedy: &str| {
                if !columns.is_empty() {
                    let (words, named) = (shape.words(), columns_named(columns));
                    mistakes.add_column(format!("{words} in {named} ({example}): {remedy}"));
                }
            };
            if let Some(remedy) = shape.remedy() {
                tell(columns, remedy);
                continue;
            }
            let (read, others): (Vec<&str>, Vec<&str>) = columns.iter().partition(|name| is_read(name));
            tell(&read, &advice.words(*shape));
            tell(
                &others,
                "no key reads these beside the other numbers: write all of them in one way, or leave them out",
            );
        }
        let mut any = false;
        for odd in &self.odd_numbers {
            if advice.reads(odd) {
                any = true;
                self.remedies.drop |= !odd.markers.is_empty();
                let markers = odd.markers.iter().map(|text| ((*text).to_owned(), odd.column.to_owned()));
                self.remedies.markers.extend(markers);
            } else if odd.is_feature {
                self.remedies.leave_out.push(odd.column.to_owned());
            }
        }
        if any {
            self.remedies.formats = advice.lines();
        }
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
    let named: Vec<String> =
        columns.iter().map(|(name, place)| format!("{named} {place}", named = in_quotes(name))).collect();
    mistakes.add_column(format!("{}{}", together(columns.len()), first_of(&named, "; ")));
}
