//! `sweep show best`: the best setting of each task, how to train it again, and its parameters.

use std::fmt::Write as _;

use super::arguments::ExperimentArguments;
use super::failure::CommandFailure;
use super::parameters::{over_trials, parameters};
use super::printer::Printer;
use super::workspace::ExperimentWorkspace;
use super::{reproduce, stored};
use crate::analysis::{Analysis, Contender, SettingResult, Task};
use crate::experiment;
use crate::plan::BoundPlan;
use crate::record::{Epoch, Preparation, Study};
use crate::report::{self, reproduction};
use crate::store::{Archive, Store};
use crate::text::toml_float;

/// What stands in place of a trial: `Some(None)` for `best`, `Some(Some("sgd"))` for `best:sgd`.
pub fn asked(trial: &str) -> Option<Option<&str>> {
    match trial.split_once(':') {
        None => (trial == "best").then_some(None),
        Some(("best", optimizer)) => Some(Some(optimizer)),
        Some(_) => None,
    }
}

/// Shows the best setting of each task, of one optimizer or of the one that leads.
///
/// # Errors
/// If nothing is stored, or no optimizer has that name.
pub fn run(
    workspace: &ExperimentWorkspace,
    experiment: &ExperimentArguments,
    optimizer: Option<&str>,
    printer: &Printer,
) -> Result<(), CommandFailure> {
    let store = Store::at(&workspace.folder);
    let facts = workspace.stored_facts()?;
    let bound = workspace.bind(&facts)?;
    let identities = bound.identities();
    let (archive, theory) = stored::read(&store, &identities, printer)?;
    let (study, _) = stored::study(&bound, archive, &theory);
    // The study took the table of trials; the records with their parameters are read here.
    let archive = store.read(&identities)?;
    let analysis = Analysis::new(&study);
    if let Some(name) = optimizer {
        check_name(&study, name)?;
    }
    let mut blocks = Vec::new();
    for task in &analysis.tasks {
        let contender = match optimizer {
            None => task.order.first().map(|&leader| &task.contenders[leader]),
            Some(name) => task.contenders.iter().find(|contender| contender.combination.optimizer == name),
        };
        let Some((contender, best)) = contender.and_then(|contender| Some((contender, contender.named()?))) else {
            let of = optimizer.map_or_else(String::new, |name| format!(" of {name}"));
            blocks.push(format!("{} · {}\n  no setting{of} is best: nothing completed\n", task.dataset, task.model));
            continue;
        };
        let mut text = describe(&study, task, contender, best);
        let overrides = reproduction::of_setting(&study, contender.combination, best.setting);
        let _ = writeln!(text, "again      {}", reproduce::command_of_setting(experiment, overrides));
        text.push_str(&theta(&study, &bound, &archive, &store, best)?);
        blocks.push(text);
    }
    printer.result(&blocks.join("\n"));
    Ok(())
}

fn check_name(study: &Study, name: &str) -> Result<(), CommandFailure> {
    let known = &study.declared.optimizers;
    if known.iter().any(|one| one == name) {
        return Ok(());
    }
    let near = experiment::nearest(name, known.iter().map(String::as_str));
    let near = near.map_or_else(String::new, |near| format!("did you mean `best:{near}`? "));
    let (name, known) = (name.escape_debug(), known.join(", "));
    let message = format!("no optimizer is named \"{name}\"; {near}accepted: best, or best: and one of {known}");
    Err(CommandFailure::new(CommandFailure::INPUT, message))
}

fn describe(study: &Study, task: &Task<'_>, contender: &Contender<'_>, best: &SettingResult<'_>) -> String {
    let mut text = format!("{} · {}\n", task.dataset, task.model);
    let label = contender.label(best);
    let rate = best.learning_rate.map(|rate| format!("learning rate {}", toml_float(rate)));
    let name = [contender.combination.optimizer.clone(), label].into_iter().filter(|part| !part.is_empty());
    let parts: Vec<String> = [name.collect::<Vec<_>>().join(" ")].into_iter().chain(rate).collect();
    let _ = writeln!(text, "best       {}", parts.join(", "));
    for line in report::scores(task, best, study.epoch) {
        let _ = writeln!(text, "score      {line}");
    }
    for (seed, trial) in study.trials_of(best.setting) {
        let seed = seed.map_or_else(String::new, |seed| format!("  seed {seed}"));
        let _ = writeln!(text, "trial      {}{seed}  {}", trial.id().short(), trial.word());
    }
    text
}

/// The parameters of the completed trials: of one as `sweep show TRIAL` has them, of several their means and deviations.
fn theta(
    study: &Study,
    bound: &BoundPlan<'_>,
    archive: &Archive,
    store: &Store,
    best: &SettingResult<'_>,
) -> Result<String, CommandFailure> {
    let mut known: Vec<(Vec<f64>, Option<Preparation>)> = Vec::new();
    for trial in best.setting.trials() {
        let Some(theta) = archive.record(trial)?.and_then(|record| record.theta) else { continue };
        let wanted = bound.preparation(&bound.trial(trial));
        known.push((theta, store.read_preparations(|id| Some(*id) == wanted)?.pop()));
    }
    if let [(theta, preparation)] = &known[..] {
        let when = if study.epoch == Epoch::Best { "of the last epoch" } else { "" };
        return Ok(parameters(theta, preparation.as_ref(), when));
    }
    let named = known.iter().map(|(theta, preparation)| Some((theta.clone(), preparation.as_ref()?)));
    Ok(named.collect::<Option<Vec<_>>>().map_or_else(String::new, |named| over_trials(&named)))
}
