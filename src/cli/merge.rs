//! `sweep merge`: unites the trials of several results folders, in any order, and writes the report.

use std::path::PathBuf;

use clap::Args;

use super::arguments::{ExperimentArguments, WaitingArguments, cores};
use super::chosen::ChosenTraining;
use super::failure::CommandFailure;
use super::printer::Printer;
use super::report;
use super::signals::Interruption;
use super::stored;
use super::timing::Phases;
use super::workspace::ExperimentWorkspace;
use crate::plan::{BoundPlan, FactsByDataset, table_of};
use crate::record::Identities;
use crate::runner::{ChosenWork, RunOptions};
use crate::store::{Store, Union};

/// Unite the trials of several results folders, and write the report.
///
/// The folders hold what `sweep run --partition … -o DIR` wrote: each is `DIR`, or `DIR/<name>`. What is united goes to the
/// results folder of the experiment, as a run that trained all of it would have written it. The same trial with different
/// bytes in two folders is reported (exit code 1), and nothing is changed.
#[derive(Args)]
#[command(override_usage = "sweep merge <EXPERIMENT> [OVERRIDES]... --from <DIR>...")]
pub struct MergeCommand {
    #[command(flatten)]
    experiment: ExperimentArguments,
    /// Folders to take trials from, after the experiment and its changes
    #[arg(long, value_name = "DIR", required = true, num_args = 1..)]
    from: Vec<PathBuf>,
    #[command(flatten)]
    waiting: WaitingArguments,
}

pub fn run(command: &MergeCommand, printer: &Printer) -> Result<(), CommandFailure> {
    let workspace = ExperimentWorkspace::open(&command.experiment, printer)?;
    let name = &workspace.plan().name;
    let into = Store::at(&workspace.folder);
    let from: Vec<Store> = command.from.iter().map(|folder| source(folder, name)).collect::<Result<_, _>>()?;
    let interruption =
        Interruption::listen(printer).map_err(|error| CommandFailure::new(CommandFailure::FILES, error))?;
    let _lock = workspace.lock_and_tidy(&into, &command.waiting, &interruption, printer)?;
    let facts = facts(&into, &from, &command.from)?;
    let mut parts = Vec::new();
    let (union, facts) = {
        let bound = workspace.bind(&facts)?;
        let identities = bound.identities();
        // A record that lacks a metric is one of this plan all the same.
        let known = bound.identities().of_any_metrics();
        for (store, folder) in from.into_iter().zip(&command.from) {
            if store.read(&known)?.trials.iter().any(|trial| trial.has_record()) {
                parts.push(store);
                continue;
            }
            let folder = folder.display();
            printer.note(&format!(
                "warning: {folder} has no trial of this plan, and nothing is taken from it: another experiment, or other data?"
            ));
        }
        if parts.is_empty() {
            let message = "none of the folders has a trial of this plan; nothing was changed";
            return Err(CommandFailure::new(CommandFailure::DIFFERENT, message));
        }
        let union = Union::new(&into, &parts);
        stored::warn_of_damage(&union.read(&identities)?, printer)?;
        if let Some(problem) = union.contradicting_problems()?.first() {
            let message = format!(
                "the folders hold different eigenvalues or limits of the same problem {}: the promise of equal bytes is broken; \
                 please report it",
                problem.short()
            );
            return Err(CommandFailure::new(CommandFailure::DIFFERENT, message));
        }
        if union.chosen_contradict()? {
            let message = "the folders hold different predictions or models of the same trial, or different preparations of the same data: \
                           the promise of equal bytes is broken; please report it";
            return Err(CommandFailure::new(CommandFailure::DIFFERENT, message));
        }
        (union, bound.facts_in_use())
    };
    let merged = union.copy()?;
    into.write_facts(&facts)?;
    printer.note(&format!("merged: {} files taken up, {} known already", merged.copied, merged.known));
    let chosen = |bound: &BoundPlan<'_>, identities: &Identities, missing: &[ChosenWork]| {
        let options = RunOptions { jobs: cores(), cohort_limit: usize::MAX, max_fail: None };
        let training = ChosenTraining {
            workspace: &workspace,
            experiment: &command.experiment,
            bound,
            identities,
            store: &into,
            options,
            interruption: &interruption,
            printer,
        };
        training.complete(missing).or_else(|failure| {
            if failure.code == CommandFailure::DIFFERENT {
                return Err(failure);
            }
            let reasons: Vec<&str> =
                failure.message.lines().map(|line| line.strip_prefix("error: ").unwrap_or(line)).collect();
            printer.note(&format!(
                "warning: what is kept of the chosen trials is not complete: {}; `{}` goes on with it",
                reasons.join("; "),
                training.command()
            ));
            Ok(())
        })
    };
    let ended =
        report::write(&workspace, &command.experiment, &into, Some(&chosen), &mut Phases::start(printer), printer);
    match interruption.exit_code() {
        Some(code) => {
            printer.note("interrupted after the union: the report is written");
            Err(CommandFailure::silent(code))
        }
        None => ended,
    }
}

/// The store of a folder, or of the experiment's folder in it.
fn source(folder: &std::path::Path, name: &str) -> Result<Store, CommandFailure> {
    let candidates = [folder.to_owned(), folder.join(name)];
    let found = candidates.iter().map(|folder| Store::at(folder)).find(Store::exists);
    found.ok_or_else(|| {
        let word = folder.to_string_lossy();
        let hint = if word.ends_with(".toml") || word.contains('=') {
            "the experiment and its changes stand before --from"
        } else {
            "`sweep run --partition slice:1/4 -o DIR` writes one"
        };
        let message = format!(
            "neither {} nor {} is a results folder with a store; {hint}",
            candidates[0].display(),
            candidates[1].display()
        );
        CommandFailure::new(CommandFailure::FILES, message)
    })
}

/// The facts about the data sets in all folders and in the target. They must agree.
fn facts(into: &Store, from: &[Store], folders: &[PathBuf]) -> Result<FactsByDataset, CommandFailure> {
    let mut facts = into.read_facts()?;
    for (store, folder) in from.iter().zip(folders) {
        for (key, new) in store.read_facts()? {
            match facts.get(&key) {
                Some(known) if *known != new => {
                    let message = format!(
                        "{} was trained on other data than the folders before it, or the one that takes up its trials: dataset \
                         \"{}\" differs; nothing was changed (`-o` names another place for the union)",
                        folder.display(),
                        table_of(&key).escape_debug()
                    );
                    return Err(CommandFailure::new(CommandFailure::DIFFERENT, message));
                }
                _ => {
                    facts.insert(key, new);
                }
            }
        }
    }
    Ok(facts)
}
