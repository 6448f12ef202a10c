//! The cells of each used column that are no numbers, counted, each kind with the place of its first.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::cells::quoted;
use super::shape::TextShape;
use crate::dataset::number_format::NumberFormat;

/// Different texts of a column that are counted apart.
const KNOWN: usize = 8;

/// A longer text is counted with others.
const LONGEST: usize = 200;

/// The cells of one column that are no numbers.
#[derive(Default)]
pub(super) struct ColumnTally {
    pub missing: usize,
    /// Only where missing cells are mistakes.
    pub first_missing: Option<Box<FirstCell>>,
    /// `None` in a column of nothing but numbers.
    pub bad: Option<Box<BadCells>>,
}

/// A cell and its place, as messages word them.
pub(super) struct FirstCell {
    pub place: String,
    pub what: String,
}

/// The cells of a column that are neither numbers nor missing.
#[derive(Default)]
pub(super) struct BadCells {
    pub not_finite: usize,
    pub first_not_finite: Option<FirstCell>,
    pub texts: usize,
    /// Those of the texts that are numbers beyond what f64 holds.
    pub too_large: usize,
    pub first_too_large: Option<FirstCell>,
    /// The place of the first text.
    pub first_text: String,
    /// The first text, cut if it is long.
    pub example: String,
    /// The first few different texts, and how often each stands there.
    pub known: Vec<(String, usize)>,
    /// Texts that look like numbers, by their shape: how many, and the first of them.
    pub shapes: Vec<(TextShape, usize, FirstCell)>,
    /// Hashes of the different texts, at most one more than a category may have.
    levels: HashSet<u64>,
}

impl ColumnTally {
    pub(super) fn texts(&self) -> usize {
        self.bad.as_ref().map_or(0, |bad| bad.texts)
    }

    /// Whether most texts are meant as numbers or dates.
    pub(super) fn looks_like_numbers(&self) -> bool {
        self.bad.as_ref().is_some_and(|bad| bad.shape().is_some())
    }

    /// The finite numbers among this many rows.
    pub(super) fn numbers(&self, rows: usize) -> usize {
        rows - self.missing - self.bad.as_ref().map_or(0, |bad| bad.texts + bad.not_finite)
    }

    /// The texts that usually stand for missing cells, if the column has no others.
    pub(super) fn markers(&self) -> usize {
        let only = |bad: &&BadCells| bad.all_known() && bad.known.iter().all(|(text, _)| is_usual_marker(text));
        self.bad.as_deref().filter(only).map_or(0, |bad| bad.texts)
    }

    pub(super) fn add_not_finite(&mut self, what: String, place: impl FnOnce() -> String) {
        let bad = self.bad.get_or_insert_default();
        bad.not_finite += 1;
        bad.first_not_finite.get_or_insert_with(|| FirstCell { place: place(), what });
    }

    /// Whether every text is a number that is too large, beside other numbers.
    pub(super) fn is_number_too_large(&self, rows: usize) -> bool {
        let all = self.bad.as_ref().is_some_and(|bad| bad.texts > 0 && bad.too_large == bad.texts);
        all && self.numbers(rows) > 0
    }

    /// Counts a text. At most `most_levels` different ones are told apart, and one more. `format` is that of the numbers.
    pub(super) fn add_text(
        &mut self,
        text: &str,
        (most_levels, format): (usize, NumberFormat),
        too_large: bool,
        place: impl Fn() -> String,
    ) {
        let bad = self.bad.get_or_insert_default();
        if too_large {
            bad.too_large += 1;
            bad.first_too_large.get_or_insert_with(|| FirstCell { place: place(), what: quoted(text) });
        }
        if bad.texts == 0 {
            bad.first_text = place();
            bad.example = text.chars().take(LONGEST).collect();
        }
        bad.texts += 1;
        if let Some((_, count)) = bad.known.iter_mut().find(|(known, _)| known == text) {
            *count += 1;
        } else if bad.known.len() < KNOWN && text.len() <= LONGEST {
            bad.known.push((text.to_owned(), 1));
        }
        if let Some(shape) = TextShape::under(text, format) {
            match bad.shapes.iter_mut().find(|(known, ..)| *known == shape) {
                Some((_, count, _)) => *count += 1,
                None => bad.shapes.push((shape, 1, FirstCell { place: place(), what: text.to_owned() })),
            }
        }
        if bad.levels.len() <= most_levels {
            let mut hasher = DefaultHasher::new();
            text.hash(&mut hasher);
            bad.levels.insert(hasher.finish());
        }
    }
}

impl BadCells {
    /// The number of different texts.
    pub(super) fn levels(&self) -> usize {
        self.levels.len()
    }

    /// Whether each text is among those that are known.
    pub(super) fn all_known(&self) -> bool {
        self.known.iter().map(|(_, count)| count).sum::<usize>() == self.texts
    }

    /// The shape that most of the texts have.
    pub(super) fn shape(&self) -> Option<TextShape> {
        let shaped: usize = self.shapes.iter().map(|(_, count, _)| count).sum();
        if 2 * shaped < self.texts || shaped == 0 {
            return None;
        }
        // 1,200 alone may be a thousand; beside 1,25 it is not.
        let is_decimal = |shape: TextShape| matches!(shape, TextShape::DecimalComma | TextShape::DecimalPoint);
        let decimals = self.shapes.iter().find(|(shape, ..)| is_decimal(*shape));
        decimals.or_else(|| self.shapes.iter().max_by_key(|(_, count, _)| *count)).map(|(shape, ..)| *shape)
    }
}

/// Whether a text usually stands for a missing cell.
pub(in crate::dataset) fn is_usual_marker(text: &str) -> bool {
    const MARKERS: [&str; 26] = [
        "?",
        "??",
        "-",
        "--",
        "---",
        ".",
        "..",
        "*",
        "null",
        "(null)",
        "none",
        "nil",
        "n/a",
        "#n/a",
        "<na>",
        "n.a.",
        "na.",
        "\\n",
        "missing",
        "unknown",
        "not available",
        "undefined",
        "#value!",
        "#div/0!",
        "#ref!",
        "nat",
    ];
    MARKERS.iter().any(|marker| text.eq_ignore_ascii_case(marker))
}
