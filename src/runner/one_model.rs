//! Trains one trial for its model, which nothing stores: for predictions where no model is kept.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::cohorts::{self, group};
use super::isolation::guarded;
use super::work::Work;
use crate::dataset::Standardization;
use crate::record::{KeptModel, Outcome, TrialRecord};
use crate::train::{self, Cohort, Keep, Options, Path, Trainee};

/// A model and how the features of its training were scaled.
#[derive(Debug)]
pub struct OneModel {
    pub model: KeptModel,
    pub standardization: Option<Standardization>,
}

/// Trains a trial of the plan once more, and returns the model of its best epoch by the score or of its end.
///
/// # Errors
/// A message if the data cannot be prepared, or the trial does not complete.
pub fn train_model(work: &Work<'_>, trial: u32, keep: Keep) -> Result<OneModel, String> {
    guarded(|| {
        let mut cohort = cohort(work, trial)?;
        let data = Arc::clone(&cohort.data);
        for trainee in &mut cohort.trainees {
            trainee.options = Arc::new(Options { keep, ..(*trainee.options).clone() });
        }
        Ok(OneModel { model: trained(&cohort)?, standardization: data.standardization.clone() })
    })
}

/// Trains the setting and seed of a trial on all rows of its data set, validation and test rows too, for so many epochs. Nothing ends it
/// earlier, and schedules have the planned length of the trial.
///
/// # Errors
/// A message if the data cannot be prepared, or the training diverges.
pub fn refit_on_all_rows(work: &Work<'_>, trial: u32, epochs: u64) -> Result<OneModel, String> {
    guarded(|| {
        let planned = work.bound.trial(trial as usize);
        let Cohort { model, seed, precision, mut trainees, .. } = cohort(work, trial)?;
        let mut trainee = trainees.pop().ok_or("a cohort without trials")?;
        let data = Arc::new(work.data.on_all_rows(work.bound, &planned)?);
        let planned_epochs = trainee.options.epochs;
        let options = Options {
            keep: Keep::Last,
            epochs,
            target_loss: None,
            gradient_norm: None,
            patience: None,
            ..(*trainee.options).clone()
        };
        let batching = trainee.optimizer.batching().resolve(data.n_train() as u64);
        let steps_per_epoch = batching.steps_per_epoch(data.n_train() as u64);
        let layout = data.layout_of(&*model)?;
        let d = layout.parameters();
        let how = (&*model, data.space());
        let path = Path::of(&options, how, &*trainee.optimizer, &*trainee.schedule, data.n_train(), d)?;
        trainee = Trainee {
            evaluated: trainee.evaluated.iter().copied().filter(|epoch| *epoch < epochs).chain([epochs]).collect(),
            options: Arc::new(options),
            horizon: crate::schedule::Horizon {
                steps: planned_epochs.saturating_mul(steps_per_epoch),
                steps_per_epoch,
            },
            goes_on_from: None,
            training: None,
            ..trainee
        };
        let standardization = data.standardization.clone();
        let trainees = vec![trainee];
        let epochs_passed = Arc::default();
        let cohort = Cohort { data, model, layout, batching, seed, precision, path, trainees, epochs_passed };
        Ok(OneModel { model: trained(&cohort)?, standardization })
    })
}

fn cohort(work: &Work<'_>, trial: u32) -> Result<Cohort, String> {
    let plan = group(work.bound, &[trial], 1, 1).pop().ok_or("a plan without trials")?;
    cohorts::build(work, &plan, &[trial])
}

fn trained(cohort: &Cohort) -> Result<KeptModel, String> {
    let mut found: Option<TrialRecord> = None;
    train::train(cohort, &AtomicBool::new(false), &mut |record| found = Some(record));
    let record = found.ok_or("it ended without a record")?;
    match record.outcome {
        Outcome::Diverged { step, .. } => Err(format!("it diverged at step {step}")),
        Outcome::Failed { message } => Err(message),
        Outcome::Completed { .. } => {
            let kept = record.kept.into_iter().next();
            kept.ok_or_else(|| "no epoch of it is the best one: the score was never defined".to_owned())
        }
    }
}
