//! Publishes a verdict: on the terminal, and in a CI workflow also in its summary, its annotations and a JUnit file.

use std::fs::{self, OpenOptions};
use std::hash::{BuildHasher as _, RandomState};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::failure::CommandFailure;
use super::output::is_same_file;
use super::printer::Printer;
use crate::comparison::{CombinationDifferences, Comparison, annotation, junit, markdown, text};
use crate::store::{results_folder_of, write_atomically};
use crate::text::{reason, visible};

/// GitHub accepts 1 MiB for each step, which several commands may share.
const MOST_SUMMARY: u64 = 1_000_000;

/// A comparison with its verdict.
pub struct Verified<'a> {
    pub name: &'a str,
    pub sentence: &'a str,
    pub comparison: &'a Comparison,
    /// The failed trials by message, if there are any. The result is then no agreement, even if both sides are equal.
    pub failed: Option<&'a str>,
    pub elapsed: Duration,
    /// Files that nothing may be appended to.
    pub inputs: &'a [(PathBuf, &'static str)],
}

/// The file and line at which a difference is shown.
pub type Locate<'a> = &'a dyn Fn(Option<&CombinationDifferences>) -> (String, usize);

/// Publishes the result of a comparison everywhere it is wanted.
///
/// # Errors
/// If the JUnit file cannot be written.
pub fn publish(
    verified: &Verified<'_>,
    junit_file: Option<&Path>,
    locate: Option<Locate<'_>>,
    printer: &Printer,
) -> Result<(), CommandFailure> {
    let Verified { name, sentence, comparison, failed, elapsed, inputs } = *verified;
    let is_well = comparison.is_same() && failed.is_none();
    let in_workflow = std::env::var("GITHUB_ACTIONS").is_ok_and(|value| value == "true");
    // Text from files must not be read as workflow commands.
    let speaks = !is_well || !printer.is_quiet();
    let token = (in_workflow && speaks).then(|| format!("{:016x}", RandomState::new().hash_one(name)));
    if let Some(token) = &token {
        printer.result(&format!("::stop-commands::{token}"));
    }
    let sentence = visible(sentence).into_owned();
    if is_well {
        printer.summary(&sentence);
    } else {
        let details = [failed.unwrap_or_default().to_owned(), text::details(comparison)];
        let below: String = details.iter().filter(|part| !part.is_empty()).map(|part| format!("\n\n{part}")).collect();
        printer.result(&format!("{sentence}{below}"));
    }
    comparison.notes.iter().for_each(|note| printer.note(&format!("note: {note}")));
    if let Some(token) = &token {
        printer.result(&format!("::{token}::"));
    }
    if let Some(locate) = locate.filter(|_| in_workflow) {
        for annotation in annotation::annotations(name, comparison, failed, locate) {
            printer.result(&annotation.command());
        }
    }
    if let Some(path) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) {
        let path = Path::new(&path);
        let input = inputs.iter().find(|(input, _)| is_same_file(input, path)).map(|(_, what)| format!("it is {what}"));
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let kept = input.or_else(|| results_folder_of(&absolute).map(|_| "it lies in a results folder".to_owned()));
        let written = match kept {
            Some(kept) => Err(std::io::Error::other(kept)),
            None => summarise(path, &sentence, comparison, failed),
        };
        if let Err(error) = written {
            let (path, reason) = (path.display(), reason(&error));
            printer.note(&format!("warning: the summary {path} cannot be written: {reason}"));
        }
    }
    match junit_file {
        Some(path) => write(path, junit::document(name, &sentence, comparison, failed, elapsed).as_bytes()),
        None => Ok(()),
    }
}

/// Whether a file is a JUnit file that this program wrote, by its root element.
#[must_use]
pub fn is_our_junit(path: &Path) -> bool {
    let mut start = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(1024).read_to_end(&mut start));
    read.is_ok() && junit::is_ours(&String::from_utf8_lossy(&start))
}

/// Replaces a file. Anything else at the path is written to: a pipe, a device, a link to a file.
fn write(path: &Path, bytes: &[u8]) -> Result<(), CommandFailure> {
    // The target of the path now, resolved the same way as when it was checked.
    if fs::metadata(path).map_or_else(|_| fs::symlink_metadata(path).is_err(), |found| found.is_file()) {
        let place = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        return Ok(write_atomically(&place, bytes)?);
    }
    // Standard output may be a file that already contains the verdict.
    let is_device = path.starts_with("/dev");
    let opened = OpenOptions::new().write(true).create(true).append(is_device).truncate(!is_device).open(path);
    let written = opened.and_then(|mut file| file.write_all(bytes));
    written.map_err(|error| {
        CommandFailure::new(
            CommandFailure::FILES,
            format!("cannot write {} (--junit): {}", path.display(), reason(&error)),
        )
    })
}

/// Appends to the summary: the whole page, only its first line, or nothing, depending on the space left.
fn summarise(path: &Path, sentence: &str, comparison: &Comparison, failed: Option<&str>) -> std::io::Result<()> {
    let used = match fs::metadata(path) {
        // Opening a pipe would wait for a reader.
        Ok(found) if !found.is_file() => return Err(std::io::Error::other("it is no regular file")),
        found => found.map_or(0, |found| found.len()),
    };
    let page = format!("\n{}", markdown::summary(sentence, comparison, failed));
    let line = format!("\n{}", markdown::line(sentence, comparison, failed));
    let fits = |text: &&String| used + text.len() as u64 <= MOST_SUMMARY;
    let Some(text) = [&page, &line].into_iter().find(fits) else { return Ok(()) };
    OpenOptions::new().append(true).create(true).open(path)?.write_all(text.as_bytes())
}
