//! `sweep clean`: removes everything from the store that nothing refers to.

use std::collections::HashSet;
use std::fmt::Write as _;

use clap::Args;

use super::arguments::{ExperimentArguments, WaitingArguments};
use super::failure::CommandFailure;
use super::kept;
use super::printer::Printer;
use super::signals::Interruption;
use super::stored;
use super::workspace::ExperimentWorkspace;
use crate::store::{Store, Unreferenced};
use crate::text::scaled;

/// Remove from the store what nothing refers to.
///
/// That is: damaged files, what a killed process left unfinished, second copies, and the records and problems that the
/// experiment, with the changes given here, does not ask for (those of another experiment of the same name among them).
/// Records of the plan stay, whatever their outcome.
#[derive(Args)]
pub struct CleanCommand {
    #[command(flatten)]
    experiment: ExperimentArguments,
    /// Say what would be removed and stop
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    waiting: WaitingArguments,
}

pub fn run(command: &CleanCommand, printer: &Printer) -> Result<(), CommandFailure> {
    let workspace = ExperimentWorkspace::open(&command.experiment, printer)?;
    let store = Store::at(&workspace.folder);
    if !store.exists() {
        let message = format!("there is no store in {}; `sweep run` writes one", workspace.folder.display());
        return Err(CommandFailure::new(CommandFailure::FILES, message));
    }
    // The data decides as it is now, not as an earlier run saw it.
    let (_, facts) = workspace.load_data()?;
    let bound = workspace.bind(&facts)?;
    let identities = bound.identities();
    let interruption =
        Interruption::listen(printer).map_err(|error| CommandFailure::new(CommandFailure::FILES, error))?;
    let _lock = if command.dry_run {
        if store.is_locked()? {
            let folder = workspace.folder.display();
            let message =
                format!("another command is at work on {folder}: what it writes cannot be told from what is left over");
            return Err(CommandFailure::new(CommandFailure::FILES, message));
        }
        None
    } else {
        Some(workspace.lock(&store, &command.waiting, &interruption, printer)?)
    };
    let archive = store.read(&identities)?;
    // This command cannot decide which of two contradicting records is right.
    stored::refuse_contradictions(&archive)?;
    let problems: HashSet<_> = (0..bound.trials()).filter_map(|index| bound.problem(&bound.trial(index))).collect();
    let unreferenced =
        store.unreferenced(&identities, &archive.trials, &problems, &bound.preparations(), &|model| {
            kept::is_of(&bound, &identities, &archive.trials, model)
        })?;
    let bytes = unreferenced.bytes();
    if !command.dry_run {
        store.remove(&unreferenced)?;
    }
    printer.summary(&describe(&unreferenced, bytes, command.dry_run));
    Ok(())
}

fn describe(unreferenced: &Unreferenced, bytes: u64, dry_run: bool) -> String {
    if unreferenced.is_empty() {
        return format!("nothing to remove; {} records are in use", unreferenced.kept);
    }
    let mut text = String::from(if dry_run { "would remove\n" } else { "removed\n" });
    let mut line = |count: usize, what: &str| {
        if count > 0 {
            let _ = writeln!(text, "  {count:>7}  {what}");
        }
    };
    let records = unreferenced.segments.iter().fold(0, |sum, stale| sum + stale.records);
    line(records, "records that the experiment does not ask for, or second copies");
    line(unreferenced.damaged.len(), "damaged files");
    line(unreferenced.unfinished.len(), "unfinished files of a process that was killed");
    line(unreferenced.theory.len(), "files about problems that the experiment does not have");
    line(unreferenced.chosen.len(), "files of outputs, preparations or models that no trial of the experiment has");
    line(usize::from(unreferenced.fresh.is_some()), "new store of a run with --fresh that did not end");
    let size = scaled(bytes as f64);
    let _ = write!(text, "{} records are in use and stay; about {size}B are freed", unreferenced.kept);
    text
}
