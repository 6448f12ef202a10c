//! Whether the target of a table holds classes or numbers.

use super::assembly::Assembly;
use super::cells::{in_quotes, quoted};
use super::problem_lines::AS_NUMBERS;
use super::tally::is_usual_marker;
use super::target_cells::{TargetType, truths};
use crate::shape::NamedClasses;

impl Assembly<'_> {
    /// Decides whether the target holds classes or numbers, and adds notes about cells that may be no classes.
    pub(super) fn close_target(&mut self, notes: &mut Vec<String>) -> Option<NamedClasses> {
        let (rows, target) = (self.rows, self.width);
        let (tally, slot) = (self.tallies.get(target)?, self.slots.get(target)?);
        let (texts, numbers) = (tally.texts(), tally.numbers(rows));
        let are_truths =
            numbers > 0 && (self.target_cells.declared == TargetType::Truth || self.target_cells.truths == numbers);
        if texts == 0 && self.target_cells.numbers_in_text == 0 {
            return are_truths.then(truths);
        }
        // Decimal commas and dates are no classes; nor is what usually stands for a missing cell, if there is nothing else.
        let are_meant_as_numbers =
            tally.looks_like_numbers() || tally.markers() > 0 || tally.is_number_too_large(rows) || numbers > texts;
        if are_meant_as_numbers || self.target_cells.are_too_many() {
            self.target_cells.become_numbers(&mut self.target);
            return None;
        }
        let name = in_quotes(self.name(slot.column));
        if numbers > 0 {
            let each = match self.target_cells.declared {
                TargetType::Text => "each text is a class",
                TargetType::Number | TargetType::Truth => "each number is a class, however it is written (1, 1.0)",
            };
            let counted = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
            let (numbers, texts) = (counted(numbers, "number"), counted(texts, "text"));
            notes.push(format!("target {name} has {numbers} among {texts}: {each}"));
        }
        let known = tally.bad.iter().flat_map(|bad| &bad.known);
        notes.extend(known.filter(|(text, _)| is_usual_marker(text)).map(|(text, count)| {
            let text = quoted(text);
            format!("{text} is a class of the target {name}, in {count} of {rows} rows: add it to missing_values if it stands for a missing cell")
        }));
        self.slots[target].one_hot = true;
        Some(self.target_cells.become_classes(are_truths, &mut self.target))
    }

    /// Tells of a target whose numbers the file declares to be text.
    pub(super) fn tell_numbers_in_text(&mut self) {
        let (found, rows) = (self.target_cells.numbers_in_text, self.rows);
        let (Some(slot), Some(tally)) = (self.slots.get(self.width), self.tallies.get(self.width)) else { return };
        if found == 0 || tally.numbers(rows) <= tally.texts() {
            return;
        }
        let name = in_quotes(self.name(slot.column));
        self.mistakes.found.target_unfit = true;
        self.mistakes
            .add_column(format!("target {name} holds numbers as text, in {found} of {rows} rows: {AS_NUMBERS}"));
    }
}
