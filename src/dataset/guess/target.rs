//! Which column an experiment most likely predicts.

/// What people call it, the likelier first.
const CALLED: [&str; 20] = [
    "target",
    "y",
    "label",
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

/// A column that may be the target, and why.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Candidate {
    pub name: String,
    pub why: &'static str,
    /// Whether it is called as a target is.
    pub is_called: bool,
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
    /// Of the columns of a file, each with its name and whether it holds numbers.
    pub(super) fn of(columns: &[(&str, bool)]) -> Self {
        let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
        let mut left = candidates(columns);
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

/// The column that a person would take first, whether it holds numbers or not: one that is called as a target is, or else the last.
fn natural<'n>(names: &[&'n str]) -> Option<&'n str> {
    let named = |called: &&str| names.iter().find(|name| name.eq_ignore_ascii_case(called)).copied();
    CALLED.iter().find_map(named).or_else(|| names.iter().rfind(|name| !name.is_empty()).copied())
}

/// The columns of numbers, the likeliest first: those that are called as a target is, then from the last to the first.
fn candidates(columns: &[(&str, bool)]) -> Vec<Candidate> {
    let numbers = || columns.iter().filter(|(name, is_number)| *is_number && !name.is_empty()).map(|(name, _)| *name);
    let mut found: Vec<Candidate> = Vec::new();
    let mut add = |name: &str, is_called, why| {
        if !found.iter().any(|known| known.name == name) {
            found.push(Candidate { name: name.to_owned(), why, is_called });
        }
    };
    for called in CALLED {
        numbers().filter(|name| name.eq_ignore_ascii_case(called)).for_each(|name| {
            add(name, true, "a guess by its name; name another with --target");
        });
    }
    let last = columns.last().map(|(name, _)| *name);
    for name in numbers().rev() {
        let is_last = last == Some(name);
        add(
            name,
            false,
            match is_last {
                true => "a guess: the last column; name another with --target",
                false => "a guess: the last column of numbers; name another with --target",
            },
        );
    }
    found
}
