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

/// What a word means and what a key decides; some words are both.
fn page(word: &str) -> Result<String, CommandFailure> {
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
    if parts.is_empty() { Err(CommandFailure::new(CommandFailure::INPUT, unknown(word))) } else { Ok(parts.join("\n")) }
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
        assert!(text("lr").unwrap_err().contains("did you mean \"learning_rate\"?"));
        assert!(TERMS.iter().all(|term| all().contains(term.text)));
    }
}
