//! The keys of a table as a registry describes them: type, range, default, what they decide, and documentation.
//!
//! Every row of a registry (a data source, a model, a method, a schedule) carries a table of [`Parameter`]s. The
//! diagnostics of the experiment file, its JSON Schema, `sweep list`, the defaults that complete a table and the identity
//! of a trial all follow from it.

mod any_registry;
mod decides;

use std::cell::RefCell;
use std::collections::HashMap;

pub use any_registry::{AboutRow, AnyRegistry};
pub use decides::Decides;

/// The values of a table by key, validated and completed by defaults. A registry row builds its object from them.
pub type Values = toml::Table;

/// One key of a table.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    pub name: &'static str,
    pub kind: Kind,
    pub default: Fallback,
    pub decides: Decides,
    /// One line, shown in messages, in the schema and by `sweep list`.
    pub doc: &'static str,
    /// Its name in labels, where there is little room; the key itself if nothing shorter is usual.
    pub label: &'static str,
    /// What the label is, in a report: "the momentum β". Empty if the label speaks for itself.
    pub explanation: &'static str,
    /// The names that it has in other tools, for hints.
    pub synonyms: &'static [&'static str],
    /// The value that always wins on training rows, in words, if there is one: "the smallest penalty".
    pub training_prefers: Option<&'static str>,
    /// The key that may stand in its place; never both.
    pub instead: Option<&'static str>,
    /// The key beside it without which it has no effect: where that is 0, or left out.
    pub acts_on: Option<&'static str>,
    /// What another program takes where nothing is said, for a key that has to be tuned here.
    pub elsewhere: Option<DefaultElsewhere>,
}

/// The default of a key in another program.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DefaultElsewhere {
    pub value: f64,
    /// The program, as people call it: `"torch"`.
    pub program: &'static str,
}

/// The type and range of a key's value.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    Boolean,
    Integer {
        at_least: i64,
        at_most: i64,
    },
    Float(Interval),
    /// One of a few words.
    Choice(&'static [&'static str]),
    /// A whole number of at least `at_least`, or one word (`batch_size = "full"`).
    IntegerOrWord {
        at_least: i64,
        word: &'static str,
    },
    Text,
    /// A list of texts. It is one value and not an axis.
    Texts,
    /// A text, or a list of texts. It is one value and not an axis.
    TextOrTexts,
    /// A list of whole numbers. It is one value and not an axis.
    Integers {
        at_least: i64,
        at_most: i64,
    },
    /// A list of whole numbers, each larger than the one before. It is one value and not an axis.
    Ascending {
        at_least: i64,
        at_most: i64,
    },
    /// A list of words out of these. It is one value and not an axis.
    Words(&'static [&'static str]),
    /// A word out of these, or a list of them. It is one value and not an axis (`score`).
    WordOrWords(&'static [&'static str]),
    /// A word, or a list of numbers, which is one value and not an axis (`init`).
    WordOrFloats(&'static [&'static str]),
    /// A word, or a list of texts, which is one value and not an axis (`one_hot`).
    WordOrTexts(&'static [&'static str]),
    /// A list of texts and numbers, or a table of such lists with keys of the user's own (`missing_values`). It is one value.
    Markers,
    /// A word, or a table of numbers ≥ 0 with keys of the user's own (`class_weight`). It is one value.
    WordOrNumbersByName(&'static [&'static str]),
    /// A table with its own keys. It is one value.
    Table(&'static [Parameter]),
    /// A table `{ kind = "…", … }`, or with another key of its registry, that names a row of a registry and has the row's keys. The name alone stands for a table
    /// without other keys.
    Row(&'static dyn AnyRegistry),
    /// A list of such tables. It is one value and not an axis.
    Rows(&'static dyn AnyRegistry),
}

/// The longest length of a trial that a key may name, in updates. (More are never done, and are hard to read.)
pub const MOST_STEPS: i64 = 1_000_000_000_000;

/// A number of updates.
pub const STEPS: Kind = Kind::Integer { at_least: 1, at_most: MOST_STEPS };

/// The most epochs of a trial.
pub const MOST_EPOCHS: i64 = 1_000_000_000;

/// A number of epochs.
pub const EPOCHS: Kind = Kind::Integer { at_least: 1, at_most: MOST_EPOCHS };

/// The interval that a number lies in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    pub low: Endpoint,
    pub high: Endpoint,
}

/// One end of an [`Interval`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Endpoint {
    None,
    Closed(f64),
    Open(f64),
}

impl Interval {
    pub const ANY: Self = Self { low: Endpoint::None, high: Endpoint::None };
    pub const POSITIVE: Self = Self { low: Endpoint::Open(0.0), high: Endpoint::None };
    pub const NOT_NEGATIVE: Self = Self { low: Endpoint::Closed(0.0), high: Endpoint::None };
    /// 0 ≤ x < 1.
    pub const FRACTION: Self = Self { low: Endpoint::Closed(0.0), high: Endpoint::Open(1.0) };

    #[must_use]
    pub fn contains(&self, value: f64) -> bool {
        let above = match self.low {
            Endpoint::None => true,
            Endpoint::Closed(low) => value >= low,
            Endpoint::Open(low) => value > low,
        };
        let below = match self.high {
            Endpoint::None => true,
            Endpoint::Closed(high) => value <= high,
            Endpoint::Open(high) => value < high,
        };
        above && below && value.is_finite()
    }
}

/// What applies if a file leaves a key out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fallback {
    /// Leaving the key out is an error.
    Required,
    /// The key is optional and has no default value.
    Absent,
    /// A literal in TOML's own notation: `"0.0"`, `"\"full\""`.
    Literal(&'static str),
    /// Such a literal that means the same as no key at all: it is not filled in, so that a part that nobody asked for adds no
    /// column to any table.
    Off(&'static str),
}

impl Parameter {
    #[must_use]
    pub const fn new(name: &'static str, kind: Kind, default: Fallback, decides: Decides, doc: &'static str) -> Self {
        Self {
            name,
            kind,
            default,
            decides,
            doc,
            label: name,
            explanation: "",
            synonyms: &[],
            training_prefers: None,
            instead: None,
            acts_on: None,
            elsewhere: None,
        }
    }

    #[must_use]
    pub const fn labelled(self, label: &'static str, explanation: &'static str) -> Self {
        Self { label, explanation, ..self }
    }

    #[must_use]
    pub const fn also_called(self, synonyms: &'static [&'static str]) -> Self {
        Self { synonyms, ..self }
    }

    #[must_use]
    pub const fn or(self, key: &'static str) -> Self {
        Self { instead: Some(key), ..self }
    }

    #[must_use]
    pub const fn training_prefers(self, value: &'static str) -> Self {
        Self { training_prefers: Some(value), ..self }
    }

    #[must_use]
    pub const fn acting_on(self, key: &'static str) -> Self {
        Self { acts_on: Some(key), ..self }
    }

    /// What `program` takes where nothing is said.
    #[must_use]
    pub const fn default_elsewhere(self, value: f64, program: &'static str) -> Self {
        Self { elsewhere: Some(DefaultElsewhere { value, program }), ..self }
    }

    /// The value that is filled in if a file leaves the key out.
    #[must_use]
    pub fn filled_in(&self) -> Option<toml::Value> {
        if matches!(self.default, Fallback::Off(_)) { None } else { self.default_value() }
    }

    /// Whether a value means the same as no key at all.
    #[must_use]
    pub fn is_off(&self, value: &toml::Value) -> bool {
        matches!(self.default, Fallback::Off(_)) && self.default_value().as_ref() == Some(value)
    }

    /// The default as a value.
    #[must_use]
    pub fn default_value(&self) -> Option<toml::Value> {
        thread_local! {
            /// Each literal is parsed once, because plans need the same few defaults for every setting.
            static READ: RefCell<HashMap<&'static str, Option<toml::Value>>> = RefCell::default();
        }
        let (Fallback::Literal(text) | Fallback::Off(text)) = self.default else { return None };
        READ.with_borrow_mut(|read| {
            let parse = || format!("value = {text}").parse::<toml::Table>().ok()?.remove("value");
            read.entry(text).or_insert_with(parse).clone()
        })
    }
}

/// Reads validated values into the typed struct of a registry row.
///
/// # Errors
/// Only if a parameter table and its struct disagree, which a contract test rules out.
pub fn read<T: serde::de::DeserializeOwned>(values: &Values) -> Result<T, toml::de::Error> {
    toml::Value::Table(values.clone()).try_into()
}

impl Interval {
    /// The interval in words: `> 0`, `≥ 0 and < 1`; empty if it contains every number.
    #[must_use]
    pub fn in_words(&self) -> String {
        let low = match self.low {
            Endpoint::None => None,
            Endpoint::Closed(low) => Some(format!("≥ {low}")),
            Endpoint::Open(low) => Some(format!("> {low}")),
        };
        let high = match self.high {
            Endpoint::None => None,
            Endpoint::Closed(high) => Some(format!("≤ {high}")),
            Endpoint::Open(high) => Some(format!("< {high}")),
        };
        match (low, high) {
            (Some(low), Some(high)) => format!("{low} and {high}"),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => String::new(),
        }
    }
}

impl Kind {
    /// What a value may be, in words.
    #[must_use]
    pub fn in_words(&self) -> String {
        let words = |words: &[&str]| words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>();
        match self {
            Self::Boolean => "true or false".to_owned(),
            Self::Integer { at_least, at_most: i64::MAX } => format!("a whole number ≥ {at_least}"),
            Self::Integer { at_least, at_most } => format!("a whole number from {at_least} to {at_most}"),
            Self::Float(interval) => format!("a number {}", interval.in_words()).trim_end().to_owned(),
            Self::Choice(choices) => match words(choices).as_slice() {
                [before @ .., last] if !before.is_empty() => format!("{} or {last}", before.join(", ")),
                all => all.join(", "),
            },
            Self::IntegerOrWord { at_least, word } => format!("a whole number ≥ {at_least}, or \"{word}\""),
            Self::Text => "a text in quotes".to_owned(),
            Self::Texts => "a list of texts".to_owned(),
            Self::TextOrTexts => "a text in quotes, or a list of texts".to_owned(),
            Self::Integers { at_least, at_most: i64::MAX } => format!("a list of whole numbers ≥ {at_least}"),
            Self::Integers { at_least, at_most } => format!("a list of whole numbers from {at_least} to {at_most}"),
            Self::Ascending { at_least, at_most } => {
                format!("a list of ascending whole numbers from {at_least} to {at_most}")
            }
            Self::Words(choices) => format!("a list of words out of {}", words(choices).join(", ")),
            Self::WordOrWords(choices) => format!("{}, or a list of such words", words(choices).join(", ")),
            Self::WordOrFloats(choices) => format!("{}, or a list of numbers", words(choices).join(", ")),
            Self::WordOrTexts(choices) => format!("{}, or a list of texts", words(choices).join(", ")),
            Self::WordOrNumbersByName(choices) => {
                format!("{}, or a table {{ NAME = number }} of numbers ≥ 0", words(choices).join(", "))
            }
            Self::Markers => "a list of texts and numbers, or a table of such lists by column".to_owned(),
            Self::Table(inner) => {
                let keys: Vec<&str> = inner.iter().map(|parameter| parameter.name).collect();
                format!("a table with the keys {}", keys.join(", "))
            }
            Self::Row(registry) => {
                let key = registry.key();
                format!("a table {{ {key} = …, … }}, {key} being {}", words(&registry.names()).join(", "))
            }
            Self::Rows(registry) => {
                let key = registry.key();
                format!("a list of tables {{ {key} = …, … }}, {key} being {}", words(&registry.names()).join(", "))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_holds_what_its_words_say() {
        let closed = Interval { low: Endpoint::Closed(1.0), high: Endpoint::None };
        let cases: [(Interval, &str, &[f64], &[f64]); 4] = [
            (Interval::ANY, "", &[-1e300, 0.0], &[f64::INFINITY, f64::NAN]),
            (Interval::POSITIVE, "> 0", &[5e-324, 1e300], &[0.0, -1.0, f64::INFINITY]),
            (Interval::FRACTION, "≥ 0 and < 1", &[0.0, 0.999], &[1.0, -1e-300]),
            (closed, "≥ 1", &[1.0], &[0.999]),
        ];
        for (interval, words, inside, outside) in cases {
            assert_eq!(interval.in_words(), words);
            assert!(inside.iter().all(|value| interval.contains(*value)), "{words}");
            assert!(outside.iter().all(|value| !interval.contains(*value)), "{words}");
        }
    }

    #[test]
    fn what_is_off_is_a_default_that_is_not_filled_in() {
        let key = |default| Parameter::new("key", Kind::Float(Interval::ANY), default, Decides::Update, "");
        let half = Some(toml::Value::Float(0.5));
        let cases = [
            (Fallback::Required, None, None),
            (Fallback::Absent, None, None),
            (Fallback::Literal("0.5"), half.clone(), half.clone()),
            (Fallback::Off("0.5"), half, None),
        ];
        for (default, value, filled_in) in cases {
            assert_eq!((key(default).default_value(), key(default).filled_in()), (value, filled_in), "{default:?}");
        }
    }

    #[test]
    fn every_kind_says_what_it_accepts() {
        let words = |kind: Kind| kind.in_words();
        assert_eq!(words(Kind::Integer { at_least: 1, at_most: i64::MAX }), "a whole number ≥ 1");
        assert_eq!(words(Kind::Integers { at_least: 1, at_most: 9 }), "a list of whole numbers from 1 to 9");
        assert_eq!(words(Kind::Choice(&["a", "b", "c"])), "\"a\", \"b\" or \"c\"");
        assert_eq!(words(Kind::IntegerOrWord { at_least: 1, word: "full" }), "a whole number ≥ 1, or \"full\"");
    }
}
