//! Where a verdict goes: to the terminal, and in a workflow to its summary, its annotations and a JUnit file.

use std::fs::{self, OpenOptions};
use std::hash::{BuildHasher as _, RandomState};
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use super::Failure;
use super::printer::Printer;
use crate::comparison::{Block, Comparison, annotation, junit, markdown, text};
use crate::store::write_atomically;
use crate::text::visible;

/// What GitHub takes of one step is 1 MiB; several commands of a step share it.
const MOST_SUMMARY: u64 = 1_000_000;

/// A comparison with its verdict.
pub struct Verified<'a> {
    pub name: &'a str,
    pub sentence: &'a str,
    pub comparison: &'a Comparison,
    pub elapsed: Duration,
}

/// The file and line that a difference is shown at.
pub type Locate<'a> = &'a dyn Fn(Option<&Block>) -> (String, usize);

/// Says how a comparison ended, everywhere where it is asked for.
///
/// # Errors
/// Where the JUnit file cannot be written.
pub fn publish(
    verified: &Verified<'_>,
    junit_file: Option<&Path>,
    locate: Option<Locate<'_>>,
    printer: &Printer,
) -> Result<(), Failure> {
    let Verified { name, sentence, comparison, elapsed } = *verified;
    let in_workflow = std::env::var("GITHUB_ACTIONS").is_ok_and(|value| value == "true");
    // Texts out of files must not be read as commands of the workflow.
    let speaks = !comparison.is_same() || !printer.is_quiet();
    let token = (in_workflow && speaks).then(|| format!("{:016x}", RandomState::new().hash_one(name)));
    if let Some(token) = &token {
        printer.result(&format!("::stop-commands::{token}"));
    }
    let sentence = visible(sentence).into_owned();
    if comparison.is_same() {
        printer.summary(&sentence);
    } else {
        let details = text::details(comparison);
        printer.result(&if details.is_empty() { sentence.clone() } else { format!("{sentence}\n\n{details}") });
    }
    comparison.notes.iter().for_each(|note| printer.note(&format!("note: {note}")));
    if let Some(token) = &token {
        printer.result(&format!("::{token}::"));
    }
    if let Some(locate) = locate.filter(|_| in_workflow) {
        for annotation in annotation::annotations(name, comparison, locate) {
            printer.result(&annotation.command());
        }
    }
    if let Some(path) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) {
        let path = Path::new(&path);
        if let Err(error) = summarise(path, &sentence, comparison) {
            printer.note(&format!("warning: the summary {} cannot be written: {error}", path.display()));
        }
    }
    match junit_file {
        Some(path) => Ok(write_atomically(path, junit::document(name, &sentence, comparison, elapsed).as_bytes())?),
        None => Ok(()),
    }
}

/// Appends to the summary: all of it, or its first line, or nothing, as there is room.
fn summarise(path: &Path, sentence: &str, comparison: &Comparison) -> std::io::Result<()> {
    let used = fs::metadata(path).map_or(0, |metadata| metadata.len());
    let page = format!("\n{}", markdown::summary(sentence, comparison));
    let line = format!("\n{}", markdown::line(sentence, comparison.is_same()));
    let fits = |text: &&String| used + text.len() as u64 <= MOST_SUMMARY;
    let Some(text) = [&page, &line].into_iter().find(fits) else { return Ok(()) };
    OpenOptions::new().append(true).create(true).open(path)?.write_all(text.as_bytes())
}
