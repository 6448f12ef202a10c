//! Which column an experiment most likely predicts.

use crate::dataset::table::is_called_identifier;

/// What people call it, the likelier first.
const CALLED: [&str; 23] = [
    "target",
    "y",
    "label",
    "y_train",
    "train_labels",
    "train_label",
    "price",
    "saleprice",
    "sale_price",
    "outcome",
    "response",
    "output",
    "result",
    "progression",
    "medv",
    "median_house_value",
    "medhouseval",
    "mpg",
    "quality",
    "charges",
    "cnt",
    "count",
    "class",
];

/// What people call a target of classes.
const CALLED_CLASSES: [&str; 14] = [
    "species",
    "diagnosis",
    "survived",
    "cultivar",
    "digit",
    "classes",
    "labels",
    "churn",
    "churned",
    "exited",
    "fraud",
    "is_fraud",
    "spam",
    "is_spam",
];

/// Further names of columns whose few whole numbers are classes. (`y`, `quality` and `count` are as often numbers.)
const CALLED_CODES: [&str; 10] =
    ["target", "label", "y_train", "train_labels", "train_label", "class", "category", "outcome", "cluster", "variety"];

/// Words at the end of a name that classes do not have.
const CALLED_TEXTS: [&str; 9] =
    ["name", "names", "title", "text", "note", "notes", "comment", "description", "address"];

/// Whether a column is called as classes are, so that its whole numbers are classes.
#[must_use]
pub fn is_called_classes(name: &str) -> bool {
    CALLED_CLASSES.iter().chain(&CALLED_CODES).any(|called| name.eq_ignore_ascii_case(called))
}

/// What a column holds, as far as a target needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    Numbers,
    /// Texts that may be classes.
    Classes,
    /// Dates, amounts with a unit, texts that hardly repeat.
    Other,
}

/// A column that may be the target, and why.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Candidate {
    pub name: String,
    pub why: &'static str,
    /// Whether it is called as a target is.
    pub is_called: bool,
    /// Whether its texts would be classes.
    pub of_classes: bool,
}

/// What may be the target, and why the column that a person would take first is not.
#[derive(Default)]
pub(super) struct Targets {
    /// The likeliest last.
    left: Vec<Candidate>,
    natural: Option<String>,
    passed_over: Option<String>,
    /// Other columns that were chosen by their place, and why they are not the target.
    unlikely: Vec<(String, String)>,
}

impl Targets {
    /// Of the columns of a file, each with its name and what it holds; `has_names` says whether the file names them.
    pub(super) fn of(columns: &[(&str, Holds)], has_names: bool) -> Self {
        let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
        let mut left = candidates(columns, has_names);
        left.reverse();
        Self { left, natural: natural(&names).map(str::to_owned), ..Self::default() }
    }

    pub(super) fn next(&mut self) -> Option<Candidate> {
        self.left.pop()
    }

    /// The likeliest of these names, which others tell; if there is none of them, the next one.
    pub(super) fn next_of(&mut self, told: &[String]) -> Option<Candidate> {
        let Some(at) = self.left.iter().rposition(|candidate| told.contains(&candidate.name)) else {
            return self.next();
        };
        let candidate = self.left.remove(at);
        Some(Candidate { why: "a guess: other columns tell it; name another with --target", ..candidate })
    }

    pub(super) fn natural(&self) -> Option<&str> {
        self.natural.as_deref()
    }

    /// Says why a column is not the target; kept if it is the one that a person would take first.
    pub(super) fn pass_over(&mut self, name: &str, why: String) {
        if self.natural() == Some(name) {
            self.passed_over = Some(why);
        }
    }

    /// Says why a column that is one by its place is an unlikely target.
    pub(super) fn pass_over_unlikely(&mut self, name: &str, why: String) {
        match self.natural() == Some(name) {
            true => self.passed_over = Some(why),
            false => self.unlikely.push((name.to_owned(), why)),
        }
    }

    /// What a person should know of the columns that are not the target.
    pub(super) fn advice(&self) -> Vec<String> {
        let natural = self.natural().zip(self.passed_over.as_deref());
        let others = self.unlikely.iter().map(|(name, why)| (name.as_str(), why.as_str()));
        let all = natural.into_iter().chain(others);
        all.map(|(name, why)| format!("\"{name}\" would be the target by its name or place, and is passed over: {why}"))
            .collect()
    }
}

/// The column that a person would take first, whatever it holds: one that is called as a target is, or else the last.
fn natural<'n>(names: &[&'n str]) -> Option<&'n str> {
    let named = |called: &&str| names.iter().find(|name| name.eq_ignore_ascii_case(called)).copied();
    let called = CALLED.iter().chain(&CALLED_CLASSES).find_map(named);
    called.or_else(|| names.iter().rfind(|name| !name.is_empty()).copied())
}

/// The columns that may be the target, the likeliest first: those that are called as one is; classes in the last column, or in the first
/// one before nothing but numbers where no names tell; then the columns of numbers, from the last to the first.
fn candidates(columns: &[(&str, Holds)], has_names: bool) -> Vec<Candidate> {
    let of = |wanted: Holds| columns.iter().filter(move |(name, holds)| *holds == wanted && !name.is_empty());
    let mut found: Vec<Candidate> = Vec::new();
    let mut add = |(name, holds): (&str, Holds), is_called, why| {
        if !found.iter().any(|known| known.name == name) {
            found.push(Candidate { name: name.to_owned(), why, is_called, of_classes: holds == Holds::Classes });
        }
    };
    for called in CALLED.iter().chain(&CALLED_CLASSES) {
        let named = of(Holds::Numbers).chain(of(Holds::Classes)).filter(|(name, _)| name.eq_ignore_ascii_case(called));
        named.for_each(|column| add(*column, true, "a guess by its name; name another with --target"));
    }
    let last = columns.last().copied();
    match (last, columns.split_first()) {
        (Some((name, Holds::Classes)), _) if !is_called_text(name) => {
            add((name, Holds::Classes), false, "a guess: the last column; name another with --target");
        }
        (_, Some(((name, Holds::Classes), others)))
            if !has_names && others.iter().all(|(_, holds)| *holds == Holds::Numbers) =>
        {
            add(
                (name, Holds::Classes),
                false,
                "a guess: classes before columns of numbers; name another with --target",
            );
        }
        _ => {}
    }
    for column in of(Holds::Numbers).rev() {
        add(
            *column,
            false,
            match last == Some(*column) {
                true => "a guess: the last column; name another with --target",
                false => "a guess: the last column of numbers; name another with --target",
            },
        );
    }
    found
}

/// Whether a column of text is called as no classes are.
fn is_called_text(name: &str) -> bool {
    let lower = name.to_lowercase();
    let last = lower.split(|c: char| !c.is_alphanumeric()).next_back();
    name.is_empty() || is_called_identifier(name) || last.is_some_and(|word| CALLED_TEXTS.contains(&word))
}
