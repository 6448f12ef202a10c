//! Overrides on the command line, in the style of Hydra: `optimizers.sgd.learning_rate=0.1,0.01`, `optimizers.*.momentum=0.9`,
//! `+optimizers.new.method=gd`, `~optimizers.gd`; `optimizers=gd,sgd` keeps these tables alone.

use std::path::PathBuf;

use super::curly_quotes::straightened;
use super::dotted_path::segments;
use super::mistake::{Mistake, Mistakes};
use super::override_value::{ValueForm, value};
use super::source_text::{SourceText, Span};
use super::tree::{NodeTable, quoted};
use super::tree_edit::{remove, set};

/// The label of the arguments as a source.
pub const LABEL: &str = "command line";

/// Applies the arguments in order. They become one more source with one argument on each line. Paths in them are relative to the
/// current folder.
pub fn apply(arguments: &[String], root: &mut NodeTable, sources: &mut Vec<SourceText>, mistakes: &mut Mistakes) {
    if arguments.is_empty() {
        return;
    }
    let index = sources.len();
    let mut text = String::new();
    for argument in arguments {
        let start = text.len();
        let argument = argument.replace(['\n', '\r'], " ");
        text.push_str(&argument);
        text.push('\n');
        if let Err(mistake) = one(&argument, index, start, root, mistakes) {
            mistakes.push(mistake);
        }
    }
    sources.push(SourceText { label: LABEL.to_owned(), path: PathBuf::new(), folder: PathBuf::new(), text });
}

fn one(
    argument: &str,
    source: usize,
    start: usize,
    root: &mut NodeTable,
    mistakes: &mut Mistakes,
) -> Result<(), Mistake> {
    let span = |from: usize, to: usize| Span { source, start: start + from, end: start + to };
    let whole = span(0, argument.len());
    if let Some(straight) = straightened(argument) {
        return Err(Mistake::error("a text must stand in straight quotes")
            .at(whole, "these are curly quotes")
            .help(format!("write {}", crate::text::quoted(&straight))));
    }
    if let Some(path) = argument.strip_prefix('~') {
        if let Some(equals) = equals_sign(argument) {
            return Err(Mistake::error("`~` removes a key and takes no value")
                .at(span(equals, argument.len()), "leave this out"));
        }
        let path = segments(path, source, start + 1)?;
        return remove(root, &path, whole);
    }
    // As in Hydra, `+` adds what is not there. Here a key may be new without it, and a table may not.
    let trimmed = argument.trim_start_matches('+');
    let skipped = argument.len() - trimmed.len();
    let Some(equals) = equals_sign(trimmed) else {
        return Err(Mistake::error(format!("the argument {} sets nothing", quoted(argument)))
            .at(whole, "no `=` in it")
            .help(
                "accepted: `train.epochs=10` sets a key, `~optimizers.gd` removes one, `optimizers=gd` keeps one alone",
            ));
    };
    let path = segments(&trimmed[..equals], source, start + skipped)?;
    let form = ValueForm::of(&path);
    let node = value(&trimmed[equals + 1..], form, source, start + skipped + equals + 1, mistakes)?;
    set(root, &path, node, skipped > 0)
}

/// The first `=` outside quotes.
fn equals_sign(text: &str) -> Option<usize> {
    let mut quote = None;
    text.char_indices().find_map(|(at, character)| match (quote, character) {
        (None, '=') => Some(at),
        (None, '"' | '\'') => {
            quote = Some(character);
            None
        }
        (Some(open), close) if open == close => {
            quote = None;
            None
        }
        _ => None,
    })
}
