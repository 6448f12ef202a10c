//! `sweep show best`: the best setting of each task, how to train it again, and its parameters.

use std::fmt::Write as _;

use super::arguments::ExperimentArguments;
use super::failure::CommandFailure;
use super::parameters::{over_trials, parameters};
use super::printer::Printer;
use super::workspace::ExperimentWorkspace;
use super::{reproduce, stored};
use crate::analysis::{Analysis, Contender, Counts, SettingResult, Task};
use crate::experiment;
use crate::plan::BoundPlan;
use crate::record::{Epoch, Preparation, Study, StudyCombination};
use crate::report::{self, plural, reproduction};
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

/// Refuses what is neither the beginning of an id nor one of these words.
///
/// # Errors
/// What was found, and what is accepted.
pub fn check_word(trial: &str) -> Result<(), CommandFailure> {
    if asked(trial).is_some() || trial.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Ok(());
    }
    let (word, rest) = trial.split_at(trial.find(':').unwrap_or(trial.len()));
    let near = experiment::nearest(word, ["best"]);
    let near = near.map_or_else(String::new, |best| format!("did you mean `{best}{}`? ", rest.escape_debug()));
    let message = format!(
        "\"{}\" is not the id of a trial; {near}accepted: the first digits (0–9, a–f) of an id, best, or best:OPTIMIZER",
        trial.escape_debug()
    );
    Err(CommandFailure::new(CommandFailure::INPUT, message))
}

/// Shows the best setting of each task, of one optimizer or of the one that leads.
///
/// # Errors
/// If nothing is stored, or no optimizer has that name.
pub fn run(
    workspace: &mut ExperimentWorkspace,
    experiment: &ExperimentArguments,
    optimizer: Option<&str>,
    printer: &Printer,
) -> Result<(), CommandFailure> {
    let store = Store::at(&workspace.folder);
    let facts = workspace.stored_facts()?;
    let unread = workspace.leave_out_unread(&facts)?;
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
    let shown: Vec<(&Task<'_>, Option<Shown<'_>>)> =
        analysis.tasks.iter().map(|task| (task, shown(task, optimizer))).collect();
    let names: Vec<[&str; 3]> =
        shown.iter().filter_map(|(_, shown)| Some(reproduction::names(shown.as_ref()?.0))).collect();
    let mut folders = reproduction::folders(&names).into_iter();
    let mut blocks = Vec::new();
    for (task, shown) in shown {
        let mut text = format!("{} · {}\n", task.dataset, task.model);
        text.push_str(&recorded(task, optimizer));
        if let Some((contender, best)) = shown {
            text.push_str(&describe(&study, task, contender, best));
            let overrides = reproduction::of_setting(&study, contender.combination, best.setting);
            let folder = folders.next().unwrap_or_default();
            let _ = writeln!(text, "again      {}", reproduce::command_of_setting(experiment, overrides, &folder));
            text.push_str(&theta(&study, &bound, &archive, &store, best)?);
        } else {
            let _ = writeln!(text, "best       {}", none(task, optimizer, experiment));
        }
        blocks.push(text);
    }
    blocks.extend(unread.iter().map(|name| {
        format!("{name}\nbest       unknown: its data was never read; `{}` reads it\n", reproduce::going_on(experiment))
    }));
    printer.result(&blocks.join("\n"));
    Ok(())
}

/// An optimizer and its best setting.
pub type Shown<'a> = (&'a Contender<'a>, &'a SettingResult<'a>);

/// What stands as best of a task: of the optimizer with that name, or of the one that leads.
pub fn shown<'a>(task: &'a Task<'a>, optimizer: Option<&str>) -> Option<Shown<'a>> {
    // Of several values that compete within one optimizer the best one.
    let ranked = task.order.iter().map(|&index| &task.contenders[index]);
    let contender = ranked.chain(&task.contenders).find(|contender| is_meant(contender, optimizer));
    let contender = contender.filter(|_| optimizer.is_some() || !task.order.is_empty())?;
    Some((contender, contender.named()?))
}

/// The optimizers among which the best was looked for.
fn of<'a, 'n>(task: &'a Task<'a>, optimizer: Option<&'n str>) -> impl Iterator<Item = &'a Contender<'a>> + use<'a, 'n> {
    task.contenders.iter().filter(move |contender| is_meant(contender, optimizer))
}

/// Whether a name is that of a contender or of its table.
fn is_meant(contender: &Contender<'_>, name: Option<&str>) -> bool {
    let StudyCombination { optimizer, optimizer_table, .. } = contender.combination;
    name.is_none_or(|name| name == optimizer || name == optimizer_table)
}

/// A line where not all trials have a record: the best of these may not be the best of the grid.
fn recorded(task: &Task<'_>, optimizer: Option<&str>) -> String {
    let mut counts = Counts::default();
    of(task, optimizer).for_each(|contender| counts.add(contender.counts));
    match (counts.recorded(), counts.planned()) {
        (recorded, planned) if recorded == planned => String::new(),
        (recorded, planned) => format!("recorded   {recorded} of {} recorded\n", plural(planned, "trial")),
    }
}

/// Why no setting is best.
fn none(task: &Task<'_>, optimizer: Option<&str>, experiment: &ExperimentArguments) -> String {
    let whose = optimizer.map_or_else(String::new, |name| format!(" of {name}"));
    let contenders: Vec<&Contender<'_>> = of(task, optimizer).collect();
    if contenders.iter().all(|contender| contender.counts.recorded() == 0) {
        return format!("nothing{whose} is recorded yet: `{}` trains it", reproduce::going_on(experiment));
    }
    let why = contenders.iter().find(|contender| contender.counts.recorded() > 0);
    let why = why.map_or_else(String::new, |contender| report::none_is_best(contender, task.metric));
    format!("no setting{whose}: {why}")
}

pub fn check_name(study: &Study, name: &str) -> Result<(), CommandFailure> {
    let contenders = study.combinations.iter().filter(|one| !one.level.is_empty()).map(|one| &one.optimizer);
    let mut known: Vec<&str> = Vec::new();
    for one in study.declared.optimizers.iter().chain(contenders) {
        known.extend((!known.contains(&one.as_str())).then_some(one.as_str()));
    }
    if known.contains(&name) {
        return Ok(());
    }
    let near = experiment::nearest(name, known.iter().copied());
    let near = near.map_or_else(String::new, |near| format!("did you mean `best:{near}`? "));
    let (name, known) = (name.escape_debug(), known.join(", "));
    let message = format!("no optimizer is named \"{name}\"; {near}accepted: best, or best: and one of {known}");
    Err(CommandFailure::new(CommandFailure::INPUT, message))
}

fn describe(study: &Study, task: &Task<'_>, contender: &Contender<'_>, best: &SettingResult<'_>) -> String {
    let mut text = String::new();
    let label = contender.label(best);
    let rate = best.learning_rate.map(|rate| format!("learning rate {}", toml_float(rate)));
    let parts: Vec<String> =
        [report::name_with_label(&contender.combination.optimizer, &label)].into_iter().chain(rate).collect();
    let _ = writeln!(text, "best       {}", parts.join(", "));
    if let Some(baseline) = &contender.not_better_than {
        let _ = writeln!(text, "watch      not better than {baseline}: no setting is advised");
    }
    for (label, line) in ["score", ""].into_iter().zip(report::scores(task, best, study.epoch)) {
        let _ = writeln!(text, "{label:<10} {line}");
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
