//! Runs the command that the arguments name, and ends the program with its exit code.

use std::num::NonZero;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue};
use clap::{CommandFactory as _, Parser as _};

use super::command_line::{Cli, Command};
use super::failure::CommandFailure;
use super::printer::Printer;
use super::{
    clean, compare, completions, data, explain, export, init, list, merge, plan, predict, report, reproduce, run,
    schema, show, signals, top, verify,
};
use crate::text::{reason, reason_in_words};
use crate::{experiment, memory};

/// Runs the command line and returns the exit code.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::try_parse().unwrap_or_else(|error| with_tip(error).exit());
    silence_training_panics();
    signals::survive_large_files();
    let printer = Printer::new(cli.quiet, cli.verbose);
    let started = start_threads(&cli.command);
    let ended = match cli.command {
        _ if started.is_err() => started,
        Command::Run(command) => run::run(&command, &printer),
        Command::Plan(command) => plan::run(&command, &printer),
        Command::Report(command) => report::run(&command, &printer),
        Command::Verify(command) => verify::run(&command, &printer),
        Command::Compare(command) => compare::run(&command, &printer),
        Command::Merge(command) => merge::run(&command, &printer),
        Command::Clean(command) => clean::run(&command, &printer),
        Command::Top(command) => top::run(&command, &printer),
        Command::Show(command) => show::run(&command, &printer),
        Command::Predict(command) => predict::run(&command, &printer),
        Command::Export(command) => export::run(&command, &printer),
        Command::List(command) => list::run(&command, &printer),
        Command::Explain(command) => explain::run(&command, &printer),
        Command::Init(command) => init::run(&command, &printer),
        Command::Data(command) => data::run(&command, &printer),
        Command::Schema(_) => schema::run(&printer),
        Command::Completions(command) => completions::run(&command, &mut Cli::command(), &printer),
    };
    match ended {
        Ok(()) if Printer::has_lost_results() => ExitCode::from(CommandFailure::FILES),
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            printer.failure(&failure);
            ExitCode::from(failure.code)
        }
    }
}

/// Starts the threads that commands about an experiment share. If rayon started them on first use, a failure would be a panic.
fn start_threads(command: &Command) -> Result<(), CommandFailure> {
    if matches!(command, Command::List(_) | Command::Explain(_) | Command::Schema(_) | Command::Completions(_)) {
        return Ok(());
    }
    let failure =
        |reason: String| CommandFailure::new(CommandFailure::FILES, format!("cannot start threads: {reason}"));
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    memory::check_threads(threads).map_err(|error| failure(reason(&error)))?;
    let pool = rayon::ThreadPoolBuilder::new().build_global();
    pool.map_err(|error| failure(reason_in_words(&error.to_string())))
}

/// Adds a tip if an experiment file stands in place of a command: it was most likely meant to be run; or if an option has the name
/// of a key of the experiment.
fn with_tip(mut error: clap::Error) -> clap::Error {
    let word = match error.get(ContextKind::InvalidSubcommand) {
        Some(ContextValue::String(word)) if word.ends_with(".toml") => word.clone(),
        _ => return with_tip_about_key(error),
    };
    error.remove(ContextKind::SuggestedSubcommand);
    let tip = format!("did you mean `{}`?", reproduce::running(word.as_ref()));
    error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    error
}

/// `--seeds 3`: keys are not set by options.
fn with_tip_about_key(mut error: clap::Error) -> clap::Error {
    let Some(ContextValue::String(option)) = error.get(ContextKind::InvalidArg) else { return error };
    let key = option.trim_start_matches('-').split('=').next().unwrap_or_default().replace('-', "_");
    if error.kind() == clap::error::ErrorKind::UnknownArgument
        && let Some(form) = experiment::override_form(&key)
    {
        let tip = format!("keys of the experiment are changed as KEY=VALUE, after its file: {form}");
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    }
    error
}

/// Silences panics of training threads. Such a panic fails a trial, and the trial's record carries the message.
fn silence_training_panics() {
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let thread = std::thread::current();
        if !thread.name().is_some_and(|name| name.starts_with(crate::runner::TRAINING_THREAD)) {
            default(panic);
        }
    }));
}
