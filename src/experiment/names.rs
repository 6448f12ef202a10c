//! Finds the name that was probably meant, and writes lists of names.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::registry::{all_parameters, all_rows};

/// Words from other tools that are no keys of a registry, and the words used here.
const SYNONYMS: &[(&str, &str)] = &[
    ("optimizer", "method"),
    ("type", "kind"),
    ("seed", "seeds"),
    ("start", "from"),
    ("stop", "to"),
    ("end", "to"),
    ("min", "from"),
    ("max", "to"),
    ("num", "count"),
    ("n", "count"),
    ("steps", "count"),
    ("points", "count"),
    ("gt", "above"),
    ("lt", "below"),
    ("ge", "at_least"),
    ("le", "at_most"),
    ("from", "at_least"),
    ("to", "at_most"),
    ("min", "at_least"),
    ("max", "at_most"),
    ("float32", "f32"),
    ("single", "f32"),
    ("float64", "f64"),
    ("double", "f64"),
    ("all", "full"),
    ("auc", "roc_auc"),
    ("auroc", "roc_auc"),
    ("ap", "pr_auc"),
    ("average_precision", "pr_auc"),
    ("mcc", "matthews"),
    ("brier_score", "brier"),
    ("logloss", "log_loss"),
    ("ece", "expected_calibration_error"),
    ("logarithmic", "log"),
    ("batch_norm", "batch"),
    ("batchnorm", "batch"),
    ("layer_norm", "layer"),
    ("layernorm", "layer"),
];

/// Longer words are not compared with any name.
const LONGEST: usize = 100;

/// The accepted name most similar to `word`, if any is similar.
pub fn nearest<'a>(word: &str, accepted: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > LONGEST {
        return None;
    }
    let accepted: Vec<&str> = accepted.into_iter().collect();
    let lower = word.to_lowercase().replace('-', "_");
    let meant = synonyms(&lower).find_map(|meant| accepted.iter().find(|name| **name == meant));
    if let Some(name) = meant {
        return Some(name);
    }
    let longest = (lower.chars().count() / 3).max(1);
    let near = |name: &&str| {
        let distance = strsim::damerau_levenshtein(&lower, &name.to_lowercase());
        (distance <= longest && distance < name.len()).then_some(distance)
    };
    let closest = accepted.iter().filter_map(|name| near(name).map(|distance| (distance, *name))).min();
    let beginning =
        || accepted.iter().find(|name| lower.len() >= 3 && name.to_lowercase().starts_with(&lower)).copied();
    closest.map(|(_, name)| name).or_else(beginning)
}

/// The key of a registry that other programs call so: `lr`.
#[must_use]
pub fn named_elsewhere(word: &str) -> Option<&'static str> {
    all_parameters().into_iter().find(|key| key.synonyms.contains(&word)).map(|key| key.name)
}

/// The row of a registry that other programs call so: `xavier`.
#[must_use]
pub fn row_named_elsewhere(word: &str) -> Option<&'static str> {
    all_rows().into_iter().find(|row| row.synonyms.contains(&word)).map(|row| row.name)
}

/// The names used here for a word from other tools.
pub fn synonyms(word: &str) -> impl Iterator<Item = &'static str> {
    static ALL: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
        let named = all_parameters().into_iter().flat_map(|key| key.synonyms.iter().map(|word| (*word, key.name)));
        let rows = all_rows().into_iter().flat_map(|row| row.synonyms.iter().map(move |word| (*word, row.name)));
        let mut all: Vec<(&str, &str)> = named.chain(rows).chain(SYNONYMS.iter().copied()).collect();
        let mut seen = HashSet::new();
        all.retain(|pair| seen.insert(*pair));
        all
    });
    ALL.iter().filter(move |(synonym, _)| *synonym == word).map(|(_, meant)| *meant)
}

/// `an optimizer`
pub fn with_article(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {noun}")
}

/// `"gd", "sgd"`
pub fn quoted_list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
}

/// `gd, sgd`
pub fn plain_list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().collect::<Vec<_>>().join(", ")
}

/// `did you mean "sgd"? accepted: "gd", "sgd"`
pub fn instead(word: &str, accepted: &[&str]) -> String {
    let list = quoted_list(accepted.iter().copied());
    match nearest(word, accepted.iter().copied()) {
        Some(name) => format!("did you mean \"{name}\"? accepted: {list}"),
        None => format!("accepted: {list}"),
    }
}
