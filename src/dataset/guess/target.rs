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
}

/// The columns of numbers, the likeliest first: those that are called as a target is, then from the last to the first.
pub(super) fn candidates(columns: &[(&str, bool)]) -> Vec<Candidate> {
    let numbers = || columns.iter().filter(|(name, is_number)| *is_number && !name.is_empty()).map(|(name, _)| *name);
    let mut found: Vec<Candidate> = Vec::new();
    let mut add = |name: &str, why| {
        if !found.iter().any(|known| known.name == name) {
            found.push(Candidate { name: name.to_owned(), why });
        }
    };
    for called in CALLED {
        numbers().filter(|name| name.eq_ignore_ascii_case(called)).for_each(|name| {
            add(name, "a guess by its name; name another with --target");
        });
    }
    let last = columns.last().map(|(name, _)| *name);
    for name in numbers().rev() {
        let is_last = last == Some(name);
        add(
            name,
            match is_last {
                true => "a guess: the last column; name another with --target",
                false => "a guess: the last column of numbers; name another with --target",
            },
        );
    }
    found
}
