//! A trained model of an experiment: the one that is kept, or else one that is trained for it.

use std::path::PathBuf;

use super::arguments::ExperimentArguments;
use super::chosen;
use super::failure::CommandFailure;
use super::printer::Printer;
use super::workspace::ExperimentWorkspace;
use super::{kept, reproduce, show_best, stored};
use crate::analysis::{Analysis, Task};
use crate::dataset::{self, Standardization};
use crate::metric::{self, MetricKind};
use crate::model::Model;
use crate::plan::{BoundPlan, PlannedTrial, Setting, build_model, space_of};
use crate::record::{DataFacts, Epoch, Id, Identities, KeptModel, Preparation, Study};
use crate::runner::{self, OneModel, SharedData, Work};
use crate::shape::Space;
use crate::store::Store;
use crate::train::{Keep, Precision, TrainedModel};

/// A trained model and all that it takes to use it.
pub struct Trained {
    pub model: Box<dyn Model>,
    pub space: Space,
    pub standardization: Option<Standardization>,
    pub precision: Precision,
    pub kept: KeptModel,
    pub setting: Setting,
    pub facts: DataFacts,
    /// What its task is measured by: the score, and the metric of its loss.
    pub metrics: Vec<&'static MetricKind>,
    /// The files of the experiment's own rows and of its given test rows; `None` if there is none.
    pub own_files: [Option<PathBuf>; 2],
    /// Whether it was trained on all rows.
    pub is_refit: bool,
    /// The names of the targets.
    pub targets: Vec<String>,
    /// The name of the experiment.
    pub experiment: String,
    pub trial: Id,
    pub seed: Option<u64>,
    /// What the model is, in words: `trial 1a2b… (seed 1), epoch 37, the best one by mse`.
    pub words: String,
}

impl Trained {
    /// The model with what prepares rows for it.
    #[must_use]
    pub fn model(&self) -> TrainedModel<'_> {
        TrainedModel {
            model: &*self.model,
            space: &self.space,
            standardization: self.standardization.as_ref(),
            precision: self.precision,
            parameters: &self.kept.parameters,
            statistics: &self.kept.statistics,
        }
    }

    /// The names of the classes that it predicts; empty if it predicts numbers.
    #[must_use]
    pub fn classes(&self) -> &[String] {
        self.facts.classes.as_ref().filter(|_| self.model.wants_classes()).map_or(&[], |classes| &classes.names)
    }
}

/// Opens the model of `trial`: `best`, `best:OPTIMIZER`, or the first digits of an id. Where it is not kept it is trained, and with
/// `refit` it is trained on all rows. What it takes is told on standard error.
///
/// # Errors
/// If nothing is stored, there is no such trial, it did not complete, or it cannot be trained.
pub fn open(
    experiment: &ExperimentArguments,
    trial: &str,
    refit: bool,
    printer: &Printer,
) -> Result<Trained, CommandFailure> {
    show_best::check_word(trial)?;
    let mut workspace = ExperimentWorkspace::open_trained(experiment, printer)?;
    let facts = workspace.stored_facts()?;
    workspace.leave_out_unread(&facts)?;
    let bound = workspace.bind(&facts)?;
    let identities = bound.identities();
    let store = Store::at(&workspace.folder);
    let (archive, theory) = stored::read(&store, &identities, printer)?;
    let (study, _) = stored::study(&bound, archive, &theory);
    let index = match show_best::asked(trial) {
        Some(optimizer) => best(&study, optimizer)?,
        None => stored::find_trial(&identities, trial)?,
    };
    let index = identities.repeats(index).unwrap_or(index);
    let (planned, known) = (bound.trial(index), study.trials.get(index));
    if !known.is_completed() {
        let (id, word) = (known.id().short(), known.word());
        let why = format!("trial {id} is {word}: only a completed one has a model");
        return Err(CommandFailure::new(CommandFailure::INPUT, why));
    }
    let score = bound.plan.metrics[planned.setting.combination].score;
    let best_epoch = || known.best_epoch(metric::metric(score.recorded_as())?);
    let epoch = match (bound.plan.keep(), study.epoch) {
        (Keep::Best, _) | (Keep::None, Epoch::Best) => best_epoch(),
        (Keep::Last, _) | (Keep::None, Epoch::Last) => None,
    };
    let setting = bound.setting(&planned.setting);
    let of_seed = planned.seed.map_or_else(String::new, |seed| format!(" (seed {seed})"));
    let at = epoch.map_or_else(
        || "the end of training".to_owned(),
        |epoch| format!("epoch {epoch}, the best one by {}", score.name),
    );
    let source = Source { workspace: &workspace, experiment, bound: &bound, identities: &identities, store: &store };
    let last_epoch = || -> Result<u64, CommandFailure> {
        let record = store.read(&identities)?.record(index)?;
        Ok(record.and_then(|record| record.curve.epoch.last().copied()).unwrap_or_default())
    };
    let other_epoch = match (epoch, study.epoch) {
        (Some(epoch), Epoch::Last) if last_epoch()? != epoch => "; the report speaks of the last epoch",
        (None, Epoch::Best) if best_epoch() != Some(last_epoch()?) => "; the report speaks of the best epoch",
        _ => "",
    };
    let (found, how) = if refit {
        let epochs = epoch.map_or_else(last_epoch, Ok)?;
        let rows = bound.facts_of(&planned).map_or(0, |facts| facts.n_samples);
        printer.note(&format!(
            "training the setting of trial {}{of_seed} on all {rows} rows for {epochs} epochs",
            known.id().short()
        ));
        (source.refit(&planned, epochs)?, format!(", trained again on all {rows} rows for {epochs} epochs"))
    } else {
        (source.kept_or_trained(&planned, epoch, printer)?, format!(", {at}{other_epoch}"))
    };
    let model = build_model(&setting).map_err(|error| CommandFailure::new(CommandFailure::INPUT, error))?;
    let facts_of = bound.facts_of(&planned).cloned();
    let facts_of = facts_of.ok_or_else(|| CommandFailure::new(CommandFailure::FILES, "its data was never read"))?;
    let of_task = &bound.plan.metrics[planned.setting.combination];
    let losses = of_task.losses.iter().copied().filter(|kind| *kind != score);
    Ok(Trained {
        metrics: std::iter::once(score).chain(losses).collect(),
        own_files: runner::own_files(&setting, &bound.plan.combinations[planned.setting.combination].folder),
        is_refit: refit,
        model,
        space: space_of(&facts_of).map_err(|error| CommandFailure::new(CommandFailure::FILES, error))?,
        standardization: found.standardization,
        precision: bound.shape_of(&planned).precision,
        kept: found.model,
        setting,
        targets: facts_of.target_names(),
        facts: facts_of,
        experiment: bound.plan.name.clone(),
        trial: known.id(),
        seed: planned.seed,
        words: format!("trial {}{of_seed}{how}", known.id().short()),
    })
}

/// The first completed trial of the setting to use.
fn best(study: &Study, optimizer: Option<&str>) -> Result<usize, CommandFailure> {
    if let Some(name) = optimizer {
        show_best::check_name(study, name)?;
    }
    let analysis = Analysis::new(study);
    let refused = |message: String| Err(CommandFailure::new(CommandFailure::INPUT, message));
    let has_optimizer = |task: &&Task<'_>| show_best::shown(task, optimizer).is_some();
    let tasks: Vec<&Task<'_>> = analysis.tasks.iter().filter(has_optimizer).collect();
    match &tasks[..] {
        [] => refused("no setting is the best one yet: `sweep show best` says why".to_owned()),
        [task] => {
            let shown = show_best::shown(task, optimizer);
            let trials = shown.iter().flat_map(|(_, best)| best.setting.trials());
            let mut completed = trials.filter(|trial| study.trials.get(*trial).is_completed());
            match completed.next() {
                Some(trial) => Ok(trial),
                None => refused("no trial of the best setting completed".to_owned()),
            }
        }
        [first, ..] => {
            let names: Vec<String> = tasks.iter().map(|task| format!("{} · {}", task.dataset, task.model)).collect();
            refused(format!(
                "the experiment has {} best settings, one of each data set and model ({}): name a trial by its id (`sweep show best` \
                 lists them), or leave the others out, as in `~datasets.{}`",
                names.len(),
                names.join(", "),
                first.dataset
            ))
        }
    }
}

/// Where models come from.
struct Source<'a> {
    workspace: &'a ExperimentWorkspace,
    experiment: &'a ExperimentArguments,
    bound: &'a BoundPlan<'a>,
    identities: &'a Identities,
    store: &'a Store,
}

impl Source<'_> {
    /// The model that is kept of a trial, at its best epoch or the end; or else that of the same training once more.
    fn kept_or_trained(
        &self,
        planned: &PlannedTrial,
        epoch: Option<u64>,
        printer: &Printer,
    ) -> Result<OneModel, CommandFailure> {
        let id = self.identities.all()[planned.index];
        let wanted = |model: &KeptModel| {
            model.trial == id && model.best_epoch == epoch && kept::is_current(self.identities, model)
        };
        if let Some(model) = self.store.read_kept(wanted)?.into_iter().next() {
            return Ok(OneModel { model, standardization: self.standardization(planned, printer)? });
        }
        printer.note(&format!(
            "the model of trial {} is not kept: training it again (`[train] keep = \"{}\"` keeps it)",
            id.short(),
            if epoch.is_some() { "best" } else { "last" }
        ));
        let data = self.load()?;
        let keep = if epoch.is_some() { Keep::Best } else { Keep::Last };
        runner::train_model(&self.work(&data), position(planned), keep).map_err(|error| failed(id, &error))
    }

    fn refit(&self, planned: &PlannedTrial, epochs: u64) -> Result<OneModel, CommandFailure> {
        let data = self.load()?;
        let id = self.identities.all()[planned.index];
        runner::refit_on_all_rows(&self.work(&data), position(planned), epochs).map_err(|error| failed(id, &error))
    }

    /// How the features of a trial were scaled, as it is stored, or else measured again.
    fn standardization(
        &self,
        planned: &PlannedTrial,
        printer: &Printer,
    ) -> Result<Option<Standardization>, CommandFailure> {
        let values = &self.bound.setting(&planned.setting).dataset.values;
        if values.get("standardize").and_then(toml::Value::as_bool) != Some(true) {
            let columns = self.bound.facts_of(planned).map_or(0, |facts| facts.feature_names.len());
            return Ok(dataset::divisor(values).map(|by| Standardization::dividing(columns, by)));
        }
        let Some(wanted) = self.bound.preparation(planned) else { return Ok(None) };
        let preparation = match self.store.read_preparations(|id| *id == wanted)?.pop() {
            Some(preparation) => preparation,
            None => {
                printer
                    .note("the means and deviations of its features are not stored: reading the data to measure them");
                let data = self.load()?;
                let measured = runner::preparation(&self.work(&data), planned, wanted);
                measured.map_err(|error| CommandFailure::new(CommandFailure::FILES, error))?
            }
        };
        let Preparation { mean, deviation, .. } = preparation;
        Ok(mean.zip(deviation).map(|(mean, deviation)| {
            let constant = (0..deviation.len()).filter(|&column| deviation[column] <= 0.0).collect();
            Standardization { mean, deviation, constant }
        }))
    }

    /// Reads the data, which must be what the trials were trained on.
    fn load(&self) -> Result<SharedData, CommandFailure> {
        chosen::load_same(self.workspace, self.bound, &reproduce::going_on(self.experiment))
    }

    fn work<'w>(&'w self, data: &'w SharedData) -> Work<'w> {
        Work { bound: self.bound, identities: self.identities, data, part: 0..self.bound.trials() }
    }
}

fn position(planned: &PlannedTrial) -> u32 {
    u32::try_from(planned.index).unwrap_or(u32::MAX)
}

fn failed(trial: Id, error: &str) -> CommandFailure {
    CommandFailure::new(CommandFailure::DIFFERENT, format!("trial {} gave no model: {error}", trial.short()))
}
