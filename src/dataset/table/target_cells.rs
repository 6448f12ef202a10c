//! The cells of the target: numbers, until one of them is text. From then on each cell is the code of a class, and whether these are
//! classes or numbers with mistakes is decided at the end.

use std::collections::HashMap;

use crate::shape::{ClassNames, MOST_CLASSES, NamedClasses};

/// What a file with types says of the target.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
pub(in crate::dataset) enum TargetType {
    /// Nothing, or that it holds numbers.
    #[default]
    Number,
    Truth,
    Text,
}

/// What is known of the target's cells beside their values.
#[derive(Default)]
pub(in crate::dataset) struct TargetCells {
    pub declared: TargetType,
    /// The code of each text.
    texts: HashMap<String, u32>,
    /// The code of each number, by its bits; empty while no cell is text.
    numbers: HashMap<u64, u32>,
    state: State,
    /// The numbers that the file writes as true and false.
    pub(super) truths: usize,
    /// The numbers that the file declares to be text.
    pub(super) numbers_in_text: usize,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum State {
    /// The values are numbers.
    #[default]
    Numbers,
    /// The values are codes.
    Codes,
    /// There are too many different cells for classes.
    TooMany,
}

impl TargetCells {
    /// Whether numbers are values as they are.
    pub(super) fn are_numbers(&self) -> bool {
        self.state == State::Numbers
    }

    /// Whether there are too many different cells.
    pub(super) fn are_too_many(&self) -> bool {
        self.state == State::TooMany
    }

    /// The value of a number.
    pub(super) fn number(&mut self, number: f64) -> f64 {
        match self.state {
            State::Numbers | State::TooMany => number,
            State::Codes => self.code(None, number),
        }
    }

    /// The value of a text, the first of which turns the numbers `before` into codes.
    pub(super) fn text(&mut self, text: &str, before: &mut [f64]) -> f64 {
        if self.state == State::Numbers {
            self.state = State::Codes;
            before.iter().for_each(|value| {
                self.code(None, *value);
            });
            if self.state == State::Codes {
                before.iter_mut().for_each(|value| *value = self.code(None, *value));
            }
        }
        match self.state {
            State::Codes => self.code(Some(text), 0.0),
            State::Numbers | State::TooMany => 0.0,
        }
    }

    /// The code of a text, or else of a number; 0 where there are too many.
    fn code(&mut self, text: Option<&str>, number: f64) -> f64 {
        let known = match text {
            Some(text) => self.texts.get(text),
            None => self.numbers.get(&number.to_bits()),
        };
        if let Some(code) = known {
            return f64::from(*code);
        }
        if self.state == State::TooMany {
            return 0.0;
        }
        let next = self.texts.len() + self.numbers.len();
        let Some(code) = u32::try_from(next).ok().filter(|_| next < MOST_CLASSES) else {
            self.state = State::TooMany;
            return 0.0;
        };
        match text {
            Some(text) => self.texts.insert(text.to_owned(), code),
            None => self.numbers.insert(number.to_bits(), code),
        };
        f64::from(code)
    }

    /// The classes, sorted by the bytes of their names, whose codes the values become. A number is named as it is written in the fewest
    /// digits, or as true and false if the file writes all of its numbers so (`are_truths`).
    pub(super) fn become_classes(&self, are_truths: bool, values: &mut [f64]) -> NamedClasses {
        let named = |bits: &u64| match f64::from_bits(*bits) {
            number if are_truths => (number != 0.0).to_string(),
            number => number.to_string(),
        };
        let texts = self.texts.iter().map(|(text, code)| (text.clone(), *code));
        let numbers = self.numbers.iter().map(|(bits, code)| (named(bits), *code));
        let mut all: Vec<(String, u32)> = texts.chain(numbers).collect();
        all.sort_unstable();
        let mut ranks = vec![0.0; all.len()];
        for (rank, (_, code)) in all.iter().enumerate() {
            ranks[*code as usize] = rank as f64;
        }
        for value in values {
            *value = ranks.get(*value as usize).copied().unwrap_or_default();
        }
        let names = ClassNames::new(all.into_iter().map(|(name, _)| name).collect());
        NamedClasses { names, are_numbers: false }
    }

    /// Turns codes back into numbers, and those of texts into 0: what is left of a target of numbers with mistakes.
    pub(super) fn become_numbers(&mut self, values: &mut [f64]) {
        if self.state != State::Codes {
            return;
        }
        let mut numbers = vec![0.0; self.texts.len() + self.numbers.len()];
        self.numbers.iter().for_each(|(bits, code)| numbers[*code as usize] = f64::from_bits(*bits));
        for value in values {
            *value = numbers.get(*value as usize).copied().unwrap_or_default();
        }
        self.state = State::Numbers;
    }
}

/// The classes of a target whose numbers the file writes as true and false.
pub(super) fn truths() -> NamedClasses {
    NamedClasses { names: ClassNames::new(vec!["false".to_owned(), "true".to_owned()]), are_numbers: true }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_become_codes_with_the_first_text() {
        let mut cells = TargetCells::default();
        let mut values = vec![cells.number(3.0), cells.number(10.0), cells.number(3.0)];
        assert_eq!((values.as_slice(), cells.are_numbers()), (&[3.0, 10.0, 3.0][..], true));
        for text in ["b", "a", "b"] {
            let code = cells.text(text, &mut values);
            values.push(code);
        }
        values.push(cells.number(3.0));
        let mut back = values.clone();
        let classes = cells.become_classes(false, &mut values);
        assert_eq!(classes.names.to_vec(), ["10", "3", "a", "b"]);
        assert_eq!(values, [1.0, 0.0, 1.0, 3.0, 2.0, 3.0, 1.0]);
        cells.become_numbers(&mut back);
        assert_eq!(back, [3.0, 10.0, 3.0, 0.0, 0.0, 0.0, 3.0]);
    }

    #[test]
    fn a_target_of_many_different_cells_has_no_classes() {
        let mut cells = TargetCells::default();
        let mut values: Vec<f64> = (0..2000).map(f64::from).collect();
        cells.text("a", &mut values);
        assert!(cells.are_too_many() && values[1999] == 1999.0);
        let mut cells = TargetCells::default();
        (0..MOST_CLASSES).for_each(|text| {
            cells.text(&format!("t{text}"), &mut []);
        });
        assert!(!cells.are_too_many());
        cells.text("one more", &mut []);
        assert!(cells.are_too_many());
    }
}
