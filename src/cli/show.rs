//! `sweep show`: shows everything that is known of one trial.

use std::fmt::Write as _;

use clap::Args;

use super::arguments::ExperimentArguments;
use super::failure::CommandFailure;
use super::parameters::parameters;
use super::printer::Printer;
use super::workspace::ExperimentWorkspace;
use super::{chosen, reproduce, show_best, stored};
use crate::metric::{self, MetricKind};
use crate::record::{ChosenOutputs, Epoch, KeptModel, Outcome, Split, Study, Trial, TrialRecord, Watch};
use crate::report::plural;
use crate::runner::ChosenWork;
use crate::store::Store;
use crate::text::toml_float;
use crate::train::MOST_KEPT;

/// Show one trial, or the best setting of each task.
#[derive(Args)]
pub struct ShowCommand {
    /// The trial: the first digits of its id, as in trials.parquet; or `best`, `best:OPTIMIZER`; the experiment comes after it
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
    let mut workspace = ExperimentWorkspace::open_trained(&command.experiment, printer)?;
    show_best::check_word(&command.trial)?;
    if let Some(of) = show_best::asked(&command.trial) {
        return show_best::run(&mut workspace, &command.experiment, of, printer);
    }
    let store = Store::at(&workspace.folder);
    let facts = workspace.stored_facts()?;
    workspace.leave_out_unread(&facts)?;
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
    let record = archive.record(trial.index)?;
    let theory = store.read_theory()?;
    let (study, _) = stored::study(&bound, archive, &theory);
    let known = study.trials.get(trial.index);
    match record {
        Some(record) => {
            describe(&mut text, &record);
            let score = workspace.plan().metrics[trial.setting.combination].score;
            metrics(&mut text, &study, score, &known, &record);
            let preparation = bound.preparation(&trial);
            let found = store.read_preparations(|id| Some(*id) == preparation)?.pop();
            match &record.theta {
                Some(theta) => {
                    let when = if study.epoch == Epoch::Best { "of the last epoch" } else { "" };
                    text.push_str(&parameters(theta, found.as_ref(), when));
                }
                None if record.outcome.is_completed() => {
                    let all = plural(bound.shape_of(&trial).n_parameters, "parameter");
                    let _ = writeln!(text, "theta      {all}; a record keeps at most {MOST_KEPT}");
                }
                None => {}
            }
            let kept = store.read_chosen(|one| {
                let current = identities.find_current(&one.trial, &one.revisions) == Some(trial.index);
                current && Some(one.preparation) == preparation
            })?;
            for ChosenOutputs { best_epoch, outputs, .. } in &kept {
                let n_outputs = bound.shape_of(&trial).n_outputs.max(1);
                let rows = plural(outputs.len() / n_outputs, "test row");
                let at = best_epoch.map_or_else(|| "of training".to_owned(), |epoch| format!("of epoch {epoch}"));
                let _ = writeln!(text, "chosen     its predictions for {rows} at the end {at} are stored");
            }
            let is_mine =
                |model: &KeptModel| identities.find_current(&model.trial, &model.revisions) == Some(trial.index);
            for KeptModel { best_epoch, end, .. } in store.kept_keys()?.into_iter().filter(is_mine) {
                let at = best_epoch.map_or_else(|| "of training".to_owned(), |epoch| format!("of epoch {epoch}"));
                let more = if end.is_some() { "; more epochs go on from it" } else { "" };
                let _ = writeln!(text, "model      kept at the end {at}{more}");
            }
            let is_trial = |one: &ChosenWork| one.trial as usize == trial.index;
            let may_be_chosen = bound.shape_of(&trial).n_test > 0 && record.outcome.is_completed();
            if kept.is_empty()
                && may_be_chosen
                && chosen::missing(&study, &bound, &identities, &store)?.iter().any(is_trial)
            {
                let command = reproduce::going_on(&command.experiment);
                let _ =
                    writeln!(text, "chosen     its predictions for test rows are not stored: `{command}` stores them");
            }
        }
        None if known.is_lacking() => {
            let command = reproduce::going_on(&command.experiment);
            let _ = writeln!(
                text,
                "outcome    outstanding: its record lacks {}; `{command}` trains it for it",
                study.trials.lacked()
            );
        }
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
        Outcome::Completed { stopped } if record.did_not_descend => {
            format!("completed ({}), with a larger J than at the start: it did not descend", stopped.word())
        }
        Outcome::Completed { stopped } => format!("completed ({})", stopped.word()),
        Outcome::Diverged { step, last_loss } => format!(
            "diverged at step {step}, last J inside the bound {}",
            last_loss.map_or_else(|| "none".to_owned(), toml_float)
        ),
        Outcome::Failed { message } => format!("failed: {}", message.escape_debug()),
    };
    let _ = writeln!(text, "outcome    {outcome}");
    let _ = writeln!(text, "steps      {} ({} gradient evaluations)", record.steps, record.gradient_evaluations);
    if !record.watched.watches.is_empty() {
        let words: Vec<&str> = record.watched.watches.iter().map(Watch::word).collect();
        let epochs = plural(record.curve.epoch.len(), "evaluated epoch");
        let _ = writeln!(text, "watched    {} at {epochs}, in watched.parquet", words.join(", "));
    }
}

/// Each metric that the record of a completed trial holds, or that follows from one, on each split that exists.
fn metrics(text: &mut String, study: &Study, score: &MetricKind, trial: &Trial<'_>, record: &TrialRecord) {
    for split in Split::ALL.into_iter().filter(|split| trial.loss(*split, Epoch::Last).is_some()) {
        for kind in metric::every() {
            let held = |name: &str| record.metrics.iter().find(|metric| metric.split == split && metric.name == name);
            let recorded = held(kind.name);
            if recorded.is_none() && held(kind.recorded_as()).is_none() {
                continue;
            }
            let value = |epoch| study.value(trial, kind, split, epoch);
            let is_score = if kind == score { " (the score)" } else { "" };
            let values = match (value(Epoch::Last), value(Epoch::Best)) {
                (None, None) => {
                    let known = recorded.and_then(|metric| metric.undefined.clone());
                    let reason = known.or_else(|| Some(reason(study, trial, kind, split)?.to_owned()));
                    format!("is not defined{}", reason.map_or_else(String::new, |reason| format!(": {reason}")))
                }
                (last, best) => {
                    let shown = |value: Option<f64>| value.map_or_else(|| "null".to_owned(), toml_float);
                    format!("{} at the last epoch, {} at the best", shown(last), shown(best))
                }
            };
            let _ = writeln!(text, "{:<10} {} {values}{is_score}", split.word(), kind.name);
        }
    }
}

/// Why a metric that follows from the loss is not defined.
fn reason(study: &Study, trial: &Trial<'_>, kind: &MetricKind, split: Split) -> Option<&'static str> {
    kind.derive(trial.loss(split, Epoch::Last)?, study.target_of(trial, split)).err()
}
