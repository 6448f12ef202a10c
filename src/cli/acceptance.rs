//! `sweep verify --bless`: accepts new results in place of the committed ones.

use std::fs::File;

use super::arguments::WaitingArguments;
use super::ending::by_message;
use super::failure::CommandFailure;
use super::printer::Printer;
use super::signals::Interruption;
use super::space;
use super::workspace::ExperimentWorkspace;
use crate::plan::{self, BoundPlan, FactsByDataset, Retry};
use crate::record::Identities;
use crate::report::plural;
use crate::runner::{DiskEstimate, Summary};
use crate::store::{self, LockAttempt, Results, Store};
use crate::text::reason;

/// Checks before training whether new results could be accepted: the folder can be written, its store can be read, and there is
/// enough disk space. If another command is at work, this one waits for it only once there is something to accept, unless
/// `--no-wait` is given.
pub fn check_place(
    workspace: &ExperimentWorkspace,
    bound: &BoundPlan<'_>,
    identities: &Identities,
    waiting: &WaitingArguments,
    interruption: &Interruption,
    printer: &Printer,
) -> Result<(), CommandFailure> {
    let store = Store::at(&workspace.folder);
    let is_free = matches!(store.lock()?, LockAttempt::Granted(_));
    if is_free || waiting.no_wait {
        let _lock = workspace.lock(&store, waiting, interruption, printer)?;
        Results::at(&workspace.folder)?.check_folders()?;
    }
    let known = store.read(identities)?.trials;
    store.read_theory()?;
    let outstanding = plan::outstanding(identities, &known, 0..bound.trials(), &Retry::All);
    space::check(&DiskEstimate::new(&workspace.folder, bound, &outstanding), &workspace.folder)
}

/// Results with failed trials are not accepted, just as `run --fresh` does not put them in place.
pub fn not_accepted(failed: usize, summary: &Summary) -> CommandFailure {
    CommandFailure::new(
        CommandFailure::DIFFERENT,
        format!(
            "{} failed: nothing is accepted, the results and the store are as they were\n{}",
            plural(failed, "trial"),
            by_message(&summary.failures)
        ),
    )
}

/// Replaces the committed results by the new ones. The store goes first: the next report would undo results that contradict it.
pub fn accept(
    workspace: &ExperimentWorkspace,
    scratch: &Store,
    identities: &Identities,
    new: &store::ReportWriter,
    facts: &FactsByDataset,
) -> Result<(), CommandFailure> {
    let store = Store::at(&workspace.folder);
    let results = Results::at(&workspace.folder)?;
    results.check(new.files())?;
    store.take_over(scratch, identities)?;
    store.write_facts(facts)?;
    let mut results = results.announce(new.files())?;
    for name in new.files() {
        let path = new.folder().join(name);
        let mut file = results.begin(name)?;
        let copied = File::open(&path).and_then(|mut source| std::io::copy(&mut source, &mut file));
        copied.map_err(|error| {
            CommandFailure::new(CommandFailure::FILES, format!("cannot replace {name}: {}", reason(&error)))
        })?;
        results.end(file)?;
    }
    Ok(results.finish()?)
}
