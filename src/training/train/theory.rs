//! What training stores for theory: the problem's spectrum and exact solution, and check trials beside its limits.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::options::{Monitor, Options, PathChoice, Precision};
use super::problem::Rows;
use super::recorder::MOST_KEPT;
use super::{Cohort, MOST_MODES, Path, Problem, Trainee, train};
use crate::model::{Model, Penalty};
use crate::numeric::{self, SecondMoment, norm_squared};
use crate::optimizer::{Batching, Momentum, Optimizer, Recurrence};
use crate::record::{CheckRecord, Id, ProblemRecord, TrialRecord};
use crate::schedule::Constant;

/// Multiplications that a check trial may cost.
const CHECK_WORK: usize = 100_000_000;

/// The record of a least-squares problem, without SGD's limits; `None` where it has too many parameters for modes.
#[must_use]
pub fn problem_record(problem: &Problem, l2: f64, start: &[f64]) -> Option<ProblemRecord> {
    let d = problem.parameters();
    if d > MOST_MODES {
        return None;
    }
    let cell = problem.modes(l2);
    let modes = cell.get()?;
    let theta = modes.solution(start);
    let mse = |rows: &Rows| rows.reduced().mse(&theta);
    Some(ProblemRecord {
        numerics_version: numeric::VERSION,
        n_train: problem.n_train() as u64,
        n_parameters: d as u64,
        l2,
        eigenvalues: modes.eigenvalues(),
        start: modes.start(start),
        residual_sum_of_squares: modes.objective.residual,
        exact_train_mse: mse(&problem.train),
        exact_validation_mse: problem.validation.as_ref().map(mse),
        exact_test_mse: problem.test.as_ref().map(mse),
        exact_theta: Some(theta.clone()).filter(|theta| theta.len() <= MOST_KEPT),
        sgd_limits: Vec::new(),
    })
}

/// SGD's mean-square stability limit at each batch size; `None` where it would cost too much.
#[must_use]
pub fn sgd_limits(problem: &Problem, l2: f64, batch_sizes: &[u64]) -> Vec<(u64, Option<f64>)> {
    if batch_sizes.is_empty() {
        return Vec::new();
    }
    let moment = SecondMoment::new(&problem.train.plain.rows, l2);
    batch_sizes.iter().map(|&size| (size, moment.as_ref().and_then(|moment| moment.limit(size)))).collect()
}

/// Largest stable rate of a linear recurrence for the largest eigenvalue.
#[must_use]
pub fn stability_limit(recurrence: Recurrence, largest: f64) -> f64 {
    let Recurrence { momentum, nesterov } = recurrence;
    if nesterov {
        2.0 * (1.0 + momentum) / ((1.0 + 2.0 * momentum) * largest)
    } else {
        2.0 * (1.0 + momentum) / largest
    }
}

/// Steps of a check trial for runs of `epochs` epochs: as many, as far as they are affordable. `None` where J could not
/// be told from its record: with a penalty that takes the parameters, which a record does not keep where they are many.
#[must_use]
pub fn check_steps(n_train: usize, n_parameters: usize, l2: f64, epochs: u64) -> Option<u64> {
    if l2 > 0.0 && n_parameters > MOST_KEPT {
        return None;
    }
    let affordable = CHECK_WORK / n_train.saturating_mul(n_parameters).max(1);
    Some(epochs.min(1_000).min(affordable as u64).max(10))
}

/// Trains beside the stability limit, at 0.98 and 1.02 of it, on the plain path, and says what the modes predict.
#[must_use]
pub fn check_trials(
    problem: &Arc<Problem>,
    model: &Arc<dyn Model>,
    record: &ProblemRecord,
    start: &[f64],
    recurrence: Recurrence,
    steps: u64,
) -> Vec<CheckRecord> {
    let Some(&largest) = record.eigenvalues.first().filter(|&&largest| largest > 0.0) else { return Vec::new() };
    let limit = stability_limit(recurrence, largest);
    let rates = FACTORS.map(|factor| factor * limit);
    let trained = train_plain(problem, model, record.l2, start, recurrence, rates, steps);
    let check = |((factor, learning_rate), trained): (_, Option<TrialRecord>)| CheckRecord {
        numerics_version: numeric::VERSION,
        momentum: recurrence.momentum,
        nesterov: recurrence.nesterov,
        limit,
        factor,
        learning_rate,
        steps,
        start_mse: objective_after(record, recurrence, learning_rate, 0),
        measured_mse: trained.as_ref().and_then(|trained| twice_objective(trained, record.l2)),
        predicted_mse: Some(objective_after(record, recurrence, learning_rate, steps))
            .filter(|predicted| predicted.is_finite()),
    };
    FACTORS.into_iter().zip(rates).zip(trained).map(check).collect()
}

/// Where check trials lie, in units of the stability limit.
const FACTORS: [f64; 2] = [0.98, 1.02];

/// Trains at several rates in one cohort, on the plain path.
fn train_plain<const N: usize>(
    problem: &Arc<Problem>,
    model: &Arc<dyn Model>,
    l2: f64,
    start: &[f64],
    recurrence: Recurrence,
    rates: [f64; N],
    steps: u64,
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
    });
    let ids: [Id; N] = std::array::from_fn(|index| Id::of(&format!("check {index}")));
    let trainee = |(trajectory, learning_rate): (usize, f64)| Trainee {
        id: ids[trajectory],
        canonical: String::new(),
        optimizer: Arc::clone(&optimizer),
        schedule: Arc::new(Constant),
        learning_rate,
        penalty: Penalty { l1: 0.0, l2 },
        start: start.to_vec(),
        options: Arc::clone(&options),
        evaluated: [0, steps].into(),
        problem: None,
        trajectory,
    };
    let cohort = Cohort {
        problem: Arc::clone(problem),
        model: Arc::clone(model),
        batching: Batching::Full,
        seed: 0,
        precision: Precision::F64,
        path: Path::Plain,
        trainees: rates.into_iter().enumerate().map(trainee).collect(),
    };
    let mut trained = [const { None }; N];
    train(&cohort, &AtomicBool::new(false), &mut |record| {
        if let Some(index) = ids.iter().position(|id| *id == record.id) {
            trained[index] = Some(record);
        }
    });
    trained
}

/// 2·J of a trained record: its MSE, and the penalty where there is one.
fn twice_objective(trained: &TrialRecord, l2: f64) -> Option<f64> {
    let mse = trained.curve.train.last().copied().filter(|_| trained.outcome.is_completed())?;
    if l2 == 0.0 {
        return Some(mse);
    }
    trained.theta.as_ref().map(|theta| l2.mul_add(norm_squared(&theta[1..]), mse))
}

/// 2·J after some steps at a constant rate, mode by mode.
fn objective_after(record: &ProblemRecord, recurrence: Recurrence, rate: f64, steps: u64) -> f64 {
    let Recurrence { momentum, nesterov } = recurrence;
    let mut sum = record.residual_sum_of_squares;
    for (&lambda, &start) in record.eigenvalues.iter().zip(&record.start) {
        let (mut s, mut velocity) = (start, 0.0);
        for _ in 0..steps {
            let gradient = lambda * s;
            velocity = momentum * velocity + gradient;
            s -= rate * if nesterov { gradient + momentum * velocity } else { velocity };
        }
        sum += s * s;
    }
    // Modes without an eigenvalue (fewer columns than residual components) never move.
    sum += record.start.iter().skip(record.eigenvalues.len()).fold(0.0, |rest, s| rest + s * s);
    #[allow(clippy::cast_precision_loss)]
    let count = record.n_train as f64;
    sum / count
}
