//! Check trials: short trials near a stability limit, on the plain path, that check theory against training.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::model::{Model, Penalty};
use crate::numeric::{self, norm_squared};
use crate::optimizer::{Batching, Momentum, Optimizer};
use crate::record::{CheckRecord, Id, ProblemRecord, TrialRecord};
use crate::schedule::{Constant, Horizon};
use crate::shape::{Layout, Recurrence};
use crate::theory::{stable_rate, stepwise};
use crate::train::cohort::{Cohort, TestOutputs, Trainee};
use crate::train::engine;
use crate::train::options::{Keep, Monitor, Options, PathChoice, Precision};
use crate::train::path::Path;
use crate::train::prepared::PreparedData;
use crate::train::recorder::MOST_KEPT;

/// The most multiplications that a check trial may cost.
const CHECK_WORK: usize = 100_000_000;

/// The number of steps of a check trial for runs of `epochs` epochs: one per epoch, as far as they are affordable, at
/// least 10 and at most 1,000. `None` if its record does not determine J: the penalty depends on the parameters, and a
/// record keeps only few.
#[must_use]
pub fn check_steps(n_train: usize, n_parameters: usize, l2: f64, epochs: u64) -> Option<u64> {
    if l2 > 0.0 && n_parameters > MOST_KEPT {
        return None;
    }
    let affordable = CHECK_WORK / n_train.saturating_mul(n_parameters).max(1);
    Some(epochs.min(1_000).min(affordable as u64).max(10))
}

/// Trains on the plain path at 0.98 and 1.02 of the stability limit, and adds what the modes predict.
#[must_use]
pub fn check_trials(
    data: &Arc<PreparedData>,
    model: &Arc<dyn Model>,
    record: &ProblemRecord,
    start: &[f64],
    recurrence: Recurrence,
    steps: u64,
) -> Vec<CheckRecord> {
    let Some(&largest) = record.eigenvalues.first().filter(|&&largest| largest > 0.0) else { return Vec::new() };
    let limit = stable_rate(recurrence, largest);
    let rates = FACTORS.map(|factor| factor * limit);
    let trained = train_at(data, model, record.l2, start, recurrence, rates, (steps, Path::Plain));
    let check = |((factor, learning_rate), trained): (_, Option<TrialRecord>)| CheckRecord {
        numerics_version: numeric::VERSION,
        momentum: recurrence.momentum,
        nesterov: recurrence.nesterov,
        limit,
        factor,
        learning_rate,
        steps,
        start_mse: stepwise(record, recurrence, learning_rate, 0),
        measured_mse: trained.as_ref().and_then(|trained| twice_objective(trained, data.layout(), record.l2)),
        predicted_mse: Some(stepwise(record, recurrence, learning_rate, steps))
            .filter(|predicted| predicted.is_finite()),
    };
    FACTORS.into_iter().zip(rates).zip(trained).map(check).collect()
}

/// The rates of the check trials, in units of the stability limit.
const FACTORS: [f64; 2] = [0.98, 1.02];

/// Trains at several rates in one cohort, by step after step on the original rows.
pub fn train_at<const N: usize>(
    data: &Arc<PreparedData>,
    model: &Arc<dyn Model>,
    l2: f64,
    start: &[f64],
    recurrence: Recurrence,
    rates: [f64; N],
    (steps, path): (u64, Path),
) -> [Option<TrialRecord>; N] {
    let optimizer: Arc<dyn Optimizer> =
        Arc::new(Momentum { momentum: recurrence.momentum, nesterov: recurrence.nesterov, batching: Batching::Full });
    let options = Arc::new(Options {
        epochs: steps,
        curve_points: 2,
        evaluate_every: Some(steps),
        target_loss: None,
        gradient_norm: None,
        patience: None,
        min_delta: 0.0,
        monitor: Monitor::Train,
        divergence_factor: f64::MAX,
        precision: Precision::F64,
        path: PathChoice::Plain,
        metrics: Vec::new(),
        watch: Vec::new(),
        keep: Keep::None,
        score: None,
        curve: None,
    });
    let ids: [Id; N] = std::array::from_fn(|index| Id::of(&format!("check {index}")));
    let trainee = |(trajectory, learning_rate): (usize, f64)| Trainee {
        test_outputs: TestOutputs::Never,
        training: None,
        goes_on_from: None,
        id: ids[trajectory],
        canonical: String::new(),
        optimizer: Arc::clone(&optimizer),
        schedule: Arc::new(Constant),
        learning_rate,
        horizon: Horizon { steps, steps_per_epoch: 1 },
        penalty: Penalty { l1: 0.0, l2 },
        start: start.to_vec(),
        start_statistics: Vec::new(),
        options: Arc::clone(&options),
        evaluated: [0, steps].into(),
        problem: None,
        revisions: "".into(),
        trajectory,
        seed: 0,
    };
    // Whoever has a start for the model has its layout.
    let Ok(layout) = data.layout_of(&**model) else { return [const { None }; N] };
    let cohort = Cohort {
        data: Arc::clone(data),
        model: Arc::clone(model),
        layout,
        batching: Batching::Full,
        seed: 0,
        precision: Precision::F64,
        path,
        trainees: rates.into_iter().enumerate().map(trainee).collect(),
        epochs_passed: Arc::default(),
    };
    let mut trained = [const { None }; N];
    engine::train::<f64>(&cohort, None, &AtomicBool::new(false), &mut |record| {
        if let Some(index) = ids.iter().position(|id| *id == record.id) {
            trained[index] = Some(record);
        }
    });
    trained
}

/// 2·J of a trained record: its MSE plus l2·‖w‖².
fn twice_objective(trained: &TrialRecord, layout: &Layout, l2: f64) -> Option<f64> {
    let mse = trained.curve.train.last().copied().filter(|_| trained.outcome.is_completed())?;
    if l2 == 0.0 {
        return Some(mse);
    }
    let square =
        |theta: &[f64]| layout.weights().iter().fold(0.0, |sum, weights| sum + norm_squared(&theta[weights.clone()]));
    trained.theta.as_ref().map(|theta| l2.mul_add(square(theta), mse))
}
