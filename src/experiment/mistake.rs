//! Mistakes in an experiment file, collected as they are found.

use std::collections::{HashMap, HashSet};

use super::source_text::Span;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    Error,
    Warning,
}

/// One mistake, with the places that show it. The first place is the main one.
#[derive(Debug, Clone)]
pub struct Mistake {
    pub severity: Severity,
    pub message: String,
    pub marks: Vec<(Span, String)>,
    pub help: Vec<String>,
    /// The mistake says that something is missing. A syntax error elsewhere may be the cause.
    pub absence: bool,
    /// A range that was not read as intended. Other mistakes in it follow from this one.
    pub spoilt: Option<Span>,
}

impl Mistake {
    pub fn error(message: impl Into<String>) -> Self {
        let message = message.into();
        Self { severity: Severity::Error, message, marks: Vec::new(), help: Vec::new(), absence: false, spoilt: None }
    }

    pub fn warning(message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(message) }
    }

    /// Adds a place; the first one is the main one.
    #[must_use]
    pub fn at(mut self, span: Span, label: impl Into<String>) -> Self {
        self.marks.push((span, label.into()));
        self
    }

    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    #[must_use]
    pub const fn spoils(mut self, span: Span) -> Self {
        self.spoilt = Some(span);
        self
    }

    #[must_use]
    pub const fn absence(mut self) -> Self {
        self.absence = true;
        self
    }
}

/// Further mistakes are only counted: a hostile file has millions.
const MOST_KEPT: usize = 1_000;

/// Mistakes as they are found.
#[derive(Debug, Default)]
pub struct Mistakes {
    list: Vec<Mistake>,
    known: HashSet<(String, Option<Span>)>,
    found: usize,
    errors: bool,
    /// Keys that come from a base in which their table named another row, by place: where from, and their path.
    inherited: HashMap<Span, (String, String)>,
}

impl Mistakes {
    /// Adds a mistake, unless it is known: a default that several tables inherit is reported once.
    pub fn push(&mut self, mistake: Mistake) {
        self.found += 1;
        self.errors |= mistake.severity == Severity::Error;
        if self.list.len() < MOST_KEPT {
            let place = mistake.marks.first().map(|mark| mark.0);
            if self.known.insert((mistake.message.clone(), place)) {
                self.list.push(mistake);
            }
        }
    }

    /// Notes where a key comes from whose table named another row there.
    pub fn inherits(&mut self, key: Span, whence: String, path: String) {
        self.inherited.insert(key, (whence, path));
    }

    /// Where a key comes from, and its path, if its table named another row there.
    pub fn inherited(&self, key: Span) -> Option<&(String, String)> {
        self.inherited.get(&key)
    }

    /// How many mistakes were found, including those that were not kept.
    pub const fn found(&self) -> usize {
        self.found
    }

    pub const fn has_errors(&self) -> bool {
        self.errors
    }

    /// Whether further mistakes are only counted, so that their messages are not needed.
    pub fn is_full(&self) -> bool {
        self.list.len() >= MOST_KEPT
    }

    /// How many mistakes are kept.
    pub fn kept(&self) -> usize {
        self.list.len()
    }

    pub fn into_list(self) -> Vec<Mistake> {
        self.list
    }
}
