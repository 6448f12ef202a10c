//! How a run or a report ends if not everything went well: messages about what is kept, and exit codes.

use std::collections::BTreeMap;

use super::failure::CommandFailure;
use super::printer::Printer;
use super::signals::Interruption;
use crate::record::{Identities, Study};
use crate::report::plural;
use crate::runner::Summary;
use crate::store::{Archive, Store};

/// The message of a run that could not write: which of its trained trials the store holds now.
pub fn kept(store: &Store, identities: &Identities, outstanding: &[u32], done: u64) -> String {
    let planned = outstanding.len();
    let known = match store.read(identities) {
        Ok(archive) => archive.trials,
        Err(error) => {
            return format!(
                "{done} of {planned} outstanding trials were trained; whether they are kept cannot be told now: {error}"
            );
        }
    };
    // A trial that failed before and is trained again has a record whatever happened to this run.
    let there = outstanding.iter().filter(|trial| known.get(**trial as usize).has_record()).count() as u64;
    if there >= done {
        return format!("{done} of {planned} outstanding trials are kept; the same command goes on");
    }
    format!(
        "{done} of {planned} outstanding trials were trained, and the store holds {there} of them now: the others were removed \
         from it meanwhile; the same command trains what is missing"
    )
}

/// The message of a run that `--max-fail` ended.
pub fn too_many_failed(summary: &Summary, planned: usize) -> CommandFailure {
    CommandFailure::new(
        CommandFailure::DIFFERENT,
        format!(
            "{} failed, and --max-fail ends the run there; {} of {planned} outstanding trials have a record, which is kept, and the \
             report is as it was: the same command goes on, `--retry failed` trains the failed ones again\n{}",
            plural(usize::try_from(summary.failed()).unwrap_or(usize::MAX), "trial"),
            summary.trained,
            by_message(&summary.failures)
        ),
    )
}

/// The message of a run with `--fresh` in which trials failed.
pub fn not_replaced(failures: &BTreeMap<String, u64>) -> CommandFailure {
    let failed = usize::try_from(failures.values().sum::<u64>()).unwrap_or(usize::MAX);
    CommandFailure::new(
        CommandFailure::DIFFERENT,
        format!(
            "{} failed: the results in place are kept as they are, and the new store beside them; `--fresh --retry failed` goes \
             on with it, `sweep clean` removes it\n{}",
            plural(failed, "trial"),
            by_message(failures)
        ),
    )
}

/// The number of failed trials, by message.
pub fn failures(archive: &Archive) -> BTreeMap<String, u64> {
    let mut failures = BTreeMap::new();
    for message in archive.trials.iter().filter_map(|trial| trial.message()) {
        *failures.entry(message.to_owned()).or_default() += 1;
    }
    failures
}

/// Failures by message, the most frequent first.
pub fn by_message(failures: &BTreeMap<String, u64>) -> String {
    const MOST_SHOWN: usize = 5;
    let mut failures: Vec<(&String, &u64)> = failures.iter().collect();
    failures.sort_by_key(|(message, count)| (std::cmp::Reverse(**count), message.as_str()));
    let more = failures.len().saturating_sub(MOST_SHOWN);
    let shown = failures.iter().take(MOST_SHOWN);
    let mut lines: Vec<String> =
        shown.map(|(message, count)| format!("  {count} × {}", message.escape_debug())).collect();
    if more > 0 {
        lines.push(format!("  and {more} other messages"));
    }
    lines.join("\n")
}

/// The message of an interrupted run: what is kept, and how to continue.
pub fn interrupted(
    interruption: &Interruption,
    summary: &Summary,
    planned: usize,
    printer: &Printer,
) -> CommandFailure {
    printer.note(&format!(
        "interrupted: {} of {planned} outstanding trials were trained and are kept; run the same command again to go on \
         (those in progress start again)",
        summary.trained
    ));
    CommandFailure::silent(interruption.exit_code().unwrap_or(130))
}

/// The exit code of a study: 1 if trials failed, 5 if trials are outstanding.
pub fn ended(study: &Study, printer: &Printer) -> Result<(), CommandFailure> {
    let all = study.trials.len();
    let failed = study.trials.iter().filter(|trial| trial.is_failed()).count();
    let outstanding = study.trials.iter().filter(|trial| !trial.has_record()).count();
    let (code, message) = match (failed, outstanding) {
        (0, 0) => return Ok(()),
        (0, outstanding) => (CommandFailure::OUTSTANDING, format!("{outstanding} of {all} trials are outstanding")),
        (failed, _) => (CommandFailure::DIFFERENT, format!("{failed} of {all} trials failed")),
    };
    // If the summary was printed, it already says so.
    Err(if printer.is_quiet() { CommandFailure::new(code, message) } else { CommandFailure::silent(code) })
}
