//! The problems of the cells that hold text where numbers are expected.

use super::cells::{ColumnRole, in_quotes, quoted};
use super::number_advice::OddNumbers;
use super::problem_words::{all_quoted, in_rows};
use super::problems::{CountedColumn, Problems};
use super::shape::TextShape;
use super::taken_out::TARGETS_ARE;
use super::tally::{BadCells, is_usual_marker};
use super::weights::WEIGHTS_ARE;
use crate::shape::MOST_CLASSES;

/// Fewer rows tell nothing of whether texts are identifiers.
const FEWEST_ROWS: usize = 20;

impl<'a> Problems<'a> {
    /// Adds the texts of a column that is read as numbers.
    pub(super) fn add_text(&mut self, name: &'a str, column: CountedColumn<'a>, bad: &'a BadCells) {
        let numbers = column.tally.numbers(self.rows);
        let place = || in_rows(bad.texts, self.rows, &bad.first_text);
        if let Some(most) = bad.shape() {
            for (shape, count, first) in &bad.shapes {
                // 1,200 beside 1,25 is a decimal comma, too.
                let same = [
                    (TextShape::DecimalComma, TextShape::Thousands(',')),
                    (TextShape::DecimalPoint, TextShape::Thousands('.')),
                ];
                if same.contains(&(most, *shape)) {
                    continue;
                }
                let place = format!("{} {}", quoted(&first.what), in_rows(*count, self.rows, &first.place));
                let group = self.shapes.entry(*shape).or_insert_with(|| (Vec::new(), place));
                group.0.push(name);
            }
            let format = self.header.numbers;
            let known = bad.known.iter().map(|(text, _)| text.as_str());
            let first = bad.shapes.iter().map(|(.., first)| first.what.as_str());
            let is_odd = |text: &&str| TextShape::under(text, format).is_some_and(|shape| shape.remedy().is_none());
            self.odd_numbers.push(OddNumbers {
                column: name,
                is_feature: column.is_feature(),
                texts: known.clone().chain(first).filter(is_odd).collect(),
                hopeless: bad.shapes.iter().any(|(shape, ..)| shape.remedy().is_some()),
                markers: known.filter(|text| is_usual_marker(text)).collect(),
            });
            self.unfit(column, most.words());
            return;
        }
        let mut texts: Vec<&str> = bad.known.iter().map(|(text, _)| text.as_str()).collect();
        if texts.is_empty() {
            texts.push(&bad.example);
        }
        if bad.all_known() && texts.iter().all(|text| is_usual_marker(text)) {
            let missing = column.tally.missing + bad.texts;
            if self.is_mostly_missing(column, missing) && numbers > 0 {
                self.add_mostly(name, missing);
            } else if numbers == 0 && column.is_feature() {
                self.lines.push(format!(
                    "column {named} holds nothing but {}: leave it out",
                    all_quoted(&texts),
                    named = in_quotes(name)
                ));
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
            let remedy = if !column.is_feature() {
                format!("correct {them}, or add {them} to missing_values")
            } else {
                format!("correct {them}, add {them} to missing_values, or list the column in one_hot")
            };
            self.lines.push(format!("{} holds {}{all} {}: {remedy}", self.named(column), all_quoted(&texts), place()));
            // More texts than these are codes, such as 3A beside 3, and no gaps.
            match bad.all_known() && 20 * bad.texts <= self.rows {
                true => self.found.markers.extend(texts.iter().map(|text| (name.to_owned(), (*text).to_owned()))),
                false => self
                    .unfit(column, &format!("numbers and {} texts: if these are codes, list it in one_hot", bad.texts)),
            }
        } else if column.role == ColumnRole::Weight {
            self.lines.push(format!("weight {} holds text {}: {WEIGHTS_ARE}", in_quotes(name), place()));
        } else if column.role == ColumnRole::OtherTarget {
            self.lines.push(format!("target {} holds text {}: {TARGETS_ARE}", in_quotes(name), place()));
        } else if column.role == ColumnRole::Target {
            self.found.target_unfit = true;
            // Long texts are not kept.
            let examples = match (texts.is_empty(), bad.all_known()) {
                (true, _) => String::new(),
                (false, true) => format!("{} ", all_quoted(&texts[..texts.len().min(3)])),
                (false, false) => format!("{}, … ", all_quoted(&texts[..texts.len().min(3)])),
            };
            self.lines.push(format!(
                "target {named} holds text ({examples}{}), more than {MOST_CLASSES} different ones: numbers are expected, or at most \
                 {MOST_CLASSES} different texts, which are classes",
                place(),
                named = in_quotes(name)
            ));
        } else if column.too_many
            || bad.levels() > self.options.max_levels
            || self.rows >= FEWEST_ROWS && 2 * bad.levels() > self.rows
        {
            let levels = if column.too_many { self.options.max_levels + 1 } else { bad.levels() };
            self.identifiers.push((name, levels));
            let most = self.options.max_levels;
            let (more, levels) = if levels > most { ("more than ", most) } else { ("", levels) };
            self.leave_out(name, format!("text, in {} rows {more}{levels} different ones", self.rows));
        } else {
            self.categories.push((name, bad.levels()));
            self.found.categories.push((name.to_owned(), bad.levels()));
            self.remedies.categories.push(name.to_owned());
        }
    }
}
