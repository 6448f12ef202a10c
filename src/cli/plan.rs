//! `sweep plan`: what would run, what it would cost, and what is doubtful in the design of the experiment.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use clap::Args;

use super::arguments::{ExperimentArguments, cores};
use super::failure::CommandFailure;
use super::kept;
use super::memory::Memory;
use super::printer::Printer;
use super::stored;
use super::workspace::ExperimentWorkspace;
use crate::analysis::Analysis;
use crate::experiment;
use crate::metric;
use crate::plan::{self, BoundPlan, FactsByDataset, Retry};
use crate::record::{Watch, WatchSet};
use crate::report::{self, plural};
use crate::runner::{self, DiskEstimate};
use crate::store::Store;
use crate::text::{scaled, visible};
use crate::train::Keep;

/// Say what would run, and what is doubtful in the design of the experiment.
#[derive(Args)]
pub struct PlanCommand {
    #[command(flatten)]
    experiment: ExperimentArguments,
    /// Say what a key is set to, and by which line: `optimizers.sgd.learning_rate`, `datasets.mine.split.test`
    #[arg(long, value_name = "KEY")]
    explain: Option<String>,
}

pub fn run(command: &PlanCommand, printer: &Printer) -> Result<(), CommandFailure> {
    let workspace = ExperimentWorkspace::open(&command.experiment, printer)?;
    if let Some(key) = &command.explain {
        let lines = workspace.loaded.provenance.explain(key);
        if lines.is_empty() {
            let nearest = workspace.loaded.provenance.closest(key);
            let hint = nearest.map_or_else(
                || "name it as the file does: `optimizers.sgd.learning_rate`, `train.epochs`".to_owned(),
                |nearest| format!("did you mean `{nearest}`?"),
            );
            return Err(CommandFailure::new(
                CommandFailure::INPUT,
                format!("the experiment has no key `{key}`; {hint}"),
            ));
        }
        printer.result(&lines.join("\n"));
        return Ok(());
    }
    let (_, facts) = workspace.load_data()?;
    super::run::tell_of_other_data(&Store::at(&workspace.folder).read_facts()?, &facts, &workspace, printer);
    let bound = workspace.bind(&facts)?;
    let identities = bound.identities();
    let (archive, theory) = stored::read(&Store::at(&workspace.folder), &identities, printer)?;
    let store = Store::at(&workspace.folder);
    let mut outstanding = plan::outstanding(&identities, &archive.trials, 0..bound.trials(), &Retry::None);
    let all = 0..bound.trials();
    kept::add(&mut outstanding, kept::lacking(&bound, &identities, &archive.trials, all, &store, printer)?);
    let space = DiskEstimate::new(&workspace.folder, &bound, &outstanding);
    let recorded = plan::recorded(&identities, &archive.trials, &outstanding);
    let mut text = describe(&bound, recorded, &outstanding, space, cores());
    for (number, line) in data(&facts).iter().enumerate() {
        let _ = writeln!(text, "{:<11} {}", if number == 0 { "data" } else { "" }, visible(line));
    }
    for rule in &workspace.plan().rules {
        let _ = writeln!(
            text,
            "rule        {} removes {}",
            rule.place,
            plural(usize::try_from(rule.removed).unwrap_or(usize::MAX), "setting")
        );
    }
    if recorded > 0 {
        let (mut study, _) = stored::study(&bound, archive, &theory);
        stored::add_predictions(&mut study, &bound, &identities, &Store::at(&workspace.folder))?;
        for line in report::smallest_shown(&Analysis::new(&study)) {
            let _ = writeln!(text, "could show  {}", visible(&line));
        }
    }
    if let Some(line) = epochs_by_default(&workspace) {
        let _ = writeln!(text, "design      {line}");
    }
    for lint in experiment::lints_on_data(&bound) {
        let _ = writeln!(text, "design      {lint}");
    }
    printer.result(&text);
    Ok(())
}

/// What was read, by data set.
fn data(facts: &FactsByDataset) -> Vec<String> {
    // More data sets than these are the points of an axis.
    const MOST: usize = 8;
    let mut lines: Vec<String> = Vec::new();
    for (key, facts) in facts.iter().take(MOST) {
        let told = report::data_lines(plan::table_of(key), facts);
        lines.extend(told.into_iter().enumerate().map(|(number, line)| match number {
            0 => line,
            _ => format!("  {line}"),
        }));
    }
    if facts.len() > MOST {
        lines.push(format!("and {} more; the report's section Data has all", plural(facts.len() - MOST, "data set")));
    }
    lines
}

/// What is said where nothing sets the number of epochs.
fn epochs_by_default(workspace: &ExperimentWorkspace) -> Option<String> {
    let path = "train.epochs";
    let provenance = &workspace.loaded.provenance;
    let known = provenance.explain(path).first()?.split_once(" = ")?.1.split_whitespace().next()?.to_owned();
    let given = provenance.set_at(path).is_some() || provenance.declared(path).is_some();
    (!given).then(|| format!("no `epochs` is set: every trial takes {known}, the default of [train]"))
}

/// The plan in a few lines: known and new trials, cohorts, work, memory, disk space.
pub fn describe(
    bound: &BoundPlan<'_>,
    recorded: usize,
    outstanding: &[u32],
    space: DiskEstimate,
    jobs: usize,
) -> String {
    let plan = bound.plan;
    let mut text =
        if plan.title == plan.name { plan.name.clone() } else { format!("{} · {}", plan.name, visible(&plan.title)) };
    text.push('\n');
    let mut combinations = vec![[0, 0]; plan.combinations.len()];
    let mut deterministic = 0;
    for setting in (0..bound.settings()).map(|index| bound.planned_setting(index)) {
        deterministic += usize::from(bound.shapes[setting.shape].deterministic);
        let [settings, trials] = &mut combinations[setting.combination];
        *settings += 1;
        *trials += setting.n_trials;
    }
    let _ = writeln!(
        text,
        "trials      {} = {} settings{}; {} known, {} new",
        bound.trials(),
        bound.settings(),
        seeds(bound.settings(), deterministic, plan.seeds.len()),
        recorded,
        outstanding.len(),
    );
    for (combination, [settings, trials]) in plan.combinations.iter().zip(combinations) {
        let base = &combination.grid.base;
        let [dataset, model, optimizer] = [&base.dataset.table, &base.model.table, &base.optimizer.table];
        if settings > 0 {
            let _ = writeln!(text, "  {dataset} · {model} · {optimizer}: {settings} settings, {trials} trials");
        }
    }
    for (number, line) in super::plan_networks::lines(bound).iter().enumerate() {
        let _ = writeln!(text, "{:<11} {line}", if number == 0 { "networks" } else { "" });
    }
    let cohorts = runner::group(bound, outstanding, jobs, usize::MAX);
    let mut paths: BTreeMap<&str, usize> = BTreeMap::new();
    for cohort in &cohorts {
        *paths.entry(cohort.path.word()).or_default() += 1;
    }
    let by_path: Vec<String> = paths.iter().map(|(path, count)| format!("{count} {path}")).collect();
    let _ = writeln!(text, "cohorts     {}{}", cohorts.len(), parenthesised(&by_path));
    let (chosen, numbers) = bound.chosen_at_most();
    if !outstanding.is_empty() && numbers > 0 {
        let chosen = plural(usize::try_from(chosen).unwrap_or(usize::MAX), "chosen trial");
        let _ = writeln!(text, "then        at most {chosen} once more, to keep predictions for test rows");
    }
    let _ = writeln!(
        text,
        "work        about {} multiply-adds",
        scaled(runner::multiply_adds(bound, outstanding)).trim_end()
    );
    let of_tasks = || plan.metrics.iter().flat_map(|metrics| &metrics.of_rows);
    let of_rows: Vec<_> = metric::every().filter(|kind| of_tasks().any(|known| known == kind)).collect();
    let of_metrics = runner::multiply_adds_of_metrics(bound, outstanding);
    if !of_rows.is_empty() && of_metrics > 0.0 {
        let names: Vec<&str> = of_rows.iter().map(|metric| metric.name).collect();
        let _ = writeln!(
            text,
            "metrics     about {} multiply-adds more for {}: predictions for each row at each evaluated epoch",
            scaled(of_metrics).trim_end(),
            names.join(" and ")
        );
    }
    let watches = plan.metrics.iter().fold(WatchSet::default(), |all, metrics| all.union(metrics.watches));
    if !watches.is_empty() && !outstanding.is_empty() {
        let names: Vec<&str> = watches.iter().map(Watch::word).collect();
        let at_most = if watches.has(Watch::Sharpness) { "at most" } else { "about" };
        let _ = writeln!(
            text,
            "watch       {at_most} {} multiply-adds more for {}, in f64 over all training rows at each evaluated epoch",
            scaled(runner::multiply_adds_of_watching(bound, outstanding)).trim_end(),
            names.join(" and ")
        );
    }
    if let Some(seconds) = runner::network_seconds(bound, outstanding, jobs) {
        let _ = writeln!(
            text,
            "time        about {} for the networks on {}, by some steps timed now",
            rounded_seconds(seconds),
            plural(jobs, "core")
        );
    }
    if bound.shapes.iter().any(|shape| shape.knows_the_end) {
        let _ = writeln!(
            text,
            "schedules   some rates follow the planned length: with other `epochs` such trials take other steps, and are trained \
             from the start"
        );
    }
    let kept = match plan.keep() {
        Keep::None => None,
        Keep::Best => Some("the model of its best evaluated epoch"),
        Keep::Last => Some("its last model, from which more epochs go on"),
    };
    if let Some(kept) = kept.filter(|_| !outstanding.is_empty()) {
        let _ = writeln!(text, "keep        of each trial {kept}");
    }
    let _ = writeln!(text, "memory      {}", Memory::of(bound, outstanding, jobs).line());
    let free = space.free.map_or_else(String::new, |free| format!("; {}B are free", scaled(free as f64)));
    let (store, tables) = (scaled(space.store), scaled(space.tables));
    let _ = writeln!(text, "disk        about {store}B in the store, {tables}B in tables{free}");
    text
}

/// A duration in its largest unit: `40 ms`, `12 s`, `3 min`, `1.5 h`.
fn rounded_seconds(seconds: f64) -> String {
    match seconds {
        _ if seconds < 1e-3 => "1 ms".to_owned(),
        _ if seconds < 1.0 => format!("{:.0} ms", 1e3 * seconds),
        _ if seconds < 90.0 => format!("{seconds:.0} s"),
        _ if seconds < 5400.0 => format!("{:.0} min", seconds / 60.0),
        _ => format!("{:.1} h", seconds / 3600.0),
    }
}

fn seeds(settings: usize, deterministic: usize, seeds: usize) -> String {
    match (settings - deterministic, deterministic) {
        (_, 0) => format!(" × {seeds} seed{}", if seeds == 1 { "" } else { "s" }),
        (0, _) => ", all deterministic (one trial each)".to_owned(),
        (seeded, fixed) => format!(" ({seeded} × {seeds} seeds + {fixed} deterministic)"),
    }
}

fn parenthesised(parts: &[String]) -> String {
    if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) }
}
