//! `sweep show`: shows everything that is known of one trial.

use std::fmt::Write as _;

use clap::Args;

use super::arguments::ExperimentArguments;
use super::failure::CommandFailure;
use super::printer::Printer;
use super::reproduce;
use super::stored;
use super::workspace::ExperimentWorkspace;
use crate::record::{Outcome, TrialRecord};
use crate::store::Store;
use crate::text::{floats, toml_float};

/// Show one trial.
#[derive(Args)]
pub struct ShowCommand {
    /// The trial: the first digits of its id, as in trials.parquet; the experiment comes after it
    trial: String,
    #[command(flatten)]
    experiment: ExperimentArguments,
}

pub fn run(command: &ShowCommand, printer: &Printer) -> Result<(), CommandFailure> {
    let given = command.experiment.experiment.to_string_lossy();
    if command.trial.ends_with(".toml") && !given.ends_with(".toml") {
        let message = format!(
            "the trial stands before the experiment: did you mean `{}`?",
            reproduce::showing(command.experiment.experiment.as_os_str(), command.trial.as_ref())
        );
        return Err(CommandFailure::new(CommandFailure::INPUT, message));
    }
    let workspace = ExperimentWorkspace::open(&command.experiment, printer)?;
    let store = Store::at(&workspace.folder);
    let facts = workspace.stored_facts()?;
    let bound = workspace.bind(&facts)?;
    let identities = bound.identities();
    let trial = bound.trial(stored::find_trial(&identities, &command.trial)?);
    let (archive, _) = stored::read(&store, &identities, printer)?;
    let mut text = format!("trial      {}\n", identities.all()[trial.index]);
    let setting = bound.setting(&trial.setting);
    let _ = writeln!(
        text,
        "tables     dataset {}, model {}, optimizer {}",
        setting.dataset.table, setting.model.table, setting.optimizer.table
    );
    let _ = writeln!(text, "path       {}", bound.shape_of(&trial).path);
    match archive.record(trial.index)? {
        Some(record) => describe(&mut text, &record),
        None => text.push_str("outcome    outstanding: the next run trains it\n"),
    }
    let _ = writeln!(text, "again      {}", reproduce::command(&command.experiment, &bound, &trial));
    text.push_str("identity\n");
    for line in bound.canonical(&trial).lines() {
        let _ = writeln!(text, "  {line}");
    }
    printer.result(&text);
    Ok(())
}

fn describe(text: &mut String, record: &TrialRecord) {
    let outcome = match &record.outcome {
        Outcome::Completed { stopped } => format!("completed ({})", stopped.word()),
        Outcome::Diverged { step, last_loss } => format!(
            "diverged at step {step}, last J inside the bound {}",
            last_loss.map_or_else(|| "none".to_owned(), toml_float)
        ),
        Outcome::Failed { message } => format!("failed: {}", message.escape_debug()),
    };
    let _ = writeln!(text, "outcome    {outcome}");
    let _ = writeln!(text, "steps      {} ({} gradient evaluations)", record.steps, record.gradient_evaluations);
    for metric in &record.metrics {
        let shown = |value: Option<f64>| value.map_or_else(|| "null".to_owned(), toml_float);
        let _ = writeln!(
            text,
            "{:<10} {} {} at the last epoch, {} at the best",
            metric.split.word(),
            metric.name,
            shown(metric.last),
            shown(metric.best)
        );
    }
    if let Some(theta) = &record.theta {
        let _ = writeln!(text, "theta      {}", floats(theta));
    }
}
