//! `sweep explain`: what a word of the reports means, or a key of the experiment file.

use std::fmt::Write as _;

use clap::Args;

use super::failure::CommandFailure;
use super::printer::Printer;
use crate::experiment;
use crate::report::glossary::{TERMS, terms};

/// Explain a word (good range, budget, outstanding) or a key (learning_rate, optimizers.gd.momentum).
#[derive(Args)]
pub struct ExplainCommand {
    /// A word that the program prints, or a key of an experiment file; without any: all words
    #[arg(value_name = "TERM|KEY")]
    words: Vec<String>,
}

pub fn run(command: &ExplainCommand, printer: &Printer) -> Result<(), CommandFailure> {
    let word = command.words.join(" ");
    let text = if word.is_empty() { all() } else { page(&word)? };
    printer.result(&text);
    Ok(())
}

/// A line for each word.
fn all() -> String {
    let width = TERMS.iter().map(|term| term.name.chars().count()).max().unwrap_or(0);
    TERMS.iter().map(|term| format!("{:width$}  {}\n", term.name, term.text)).collect()
}

/// The page of a word: as it is written, in lower case, as the key that other programs call so, or as one of several.
fn page(word: &str) -> Result<String, CommandFailure> {
    let lower = word.trim().to_lowercase().replace('²', "2");
    let key = lower.replace([' ', '-'], "_");
    let forms =
        [Some(word), Some(&lower), experiment::named_elsewhere(&key), lower.strip_suffix('s'), Some(key.as_str())];
    let found = forms.into_iter().flatten().find_map(page_of);
    // A row by the name that other programs give it: `xavier`.
    let found = found.or_else(|| page_of(experiment::row_named_elsewhere(&key)?));
    found.ok_or_else(|| CommandFailure::new(CommandFailure::INPUT, unknown(word)))
}

/// What a word means and what a key decides; some words are both.
fn page_of(word: &str) -> Option<String> {
    let mut parts = Vec::new();
    for term in terms(word) {
        let mut text = term.name.to_owned();
        if !term.synonyms.is_empty() {
            let _ = write!(text, " ({})", term.synonyms.join(", "));
        }
        let _ = writeln!(text, "\n  {}", term.text);
        parts.push(text);
    }
    parts.extend(experiment::key_page(word));
    if parts.is_empty() {
        // A row of a registry has a page of its own.
        parts.extend(experiment::topic(word).ok());
    }
    (!parts.is_empty()).then(|| parts.join("\n"))
}

fn unknown(word: &str) -> String {
    let shown = word.escape_debug();
    let names = TERMS.iter().flat_map(|term| term.synonyms.iter().chain([&term.name])).copied();
    let last = word.rsplit('.').next().unwrap_or_default();
    let near = experiment::nearest(word, names).or_else(|| experiment::nearest(last, experiment::key_names()));
    let near = near.map_or_else(String::new, |near| format!("did you mean \"{near}\"? "));
    format!(
        "there is nothing to explain at \"{shown}\"; {near}accepted: a word that `sweep explain` lists, or a key such as \
         learning_rate, train.patience"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_keys_are_explained_and_near_ones_named() {
        let text = |word: &str| page(word).map_err(|failure| failure.message);
        assert!(text("basin").unwrap().starts_with("good range (basin, "));
        let seed = text("seed").unwrap();
        assert!(seed.starts_with("seed (seeds, ") && seed.contains("of [datasets.NAME]"), "{seed}");
        assert!(text("adam").unwrap().starts_with("[optimizers.NAME] method = \"adam\""));
        assert!(text("outstandng").unwrap_err().contains("did you mean \"outstanding\"?"));
        assert!(text("optimizers.gd.momentun").unwrap_err().contains("did you mean \"momentum\"?"));
        for word in ["lr", "LR"] {
            assert!(text(word).unwrap().contains("learning_rate  of [optimizers.NAME]"), "{word}");
        }
        for word in ["r2", "R2", "R²", "r²"] {
            assert!(text(word).unwrap().starts_with("[report] score = \"r2\""), "{word}");
        }
        assert!(text("MSE").unwrap().contains("[report] score = \"mse\""));
        for (word, row) in [("xavier", "glorot_uniform"), ("Kaiming", "he_normal"), ("he_normal", "he_normal")] {
            assert!(text(word).unwrap().starts_with(&format!("[models.NAME] init = \"{row}\"")), "{word}");
        }
        for word in ["sharpness", "gradient_norm", "activations", "updates"] {
            assert!(text(word).unwrap().contains("Of `[train] watch`"), "{word}");
        }
        for (word, told) in [("precision", "Networks train in f32"), ("keep", "sweep predict"), ("f32", "a trial's id")]
        {
            assert!(text(word).unwrap().contains(told), "{word}");
        }
        for word in ["trial ids", "Trial IDs", "id", "ids"] {
            assert!(text(word).unwrap().starts_with("trial id ("), "{word}");
        }
        for word in ["verdict", "work", "rule", "rank", "theta", "θ", "deviation", "edge", "resolution", "Verdicts"] {
            assert!(text(word).is_ok(), "{word}");
        }
        assert!(TERMS.iter().all(|term| all().contains(term.text)));
    }
}
