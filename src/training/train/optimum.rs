//! The minimum of J under a smooth loss, and the largest curvature there: near it gradient descent converges below 2/λmax.

use std::sync::Arc;

use super::evaluation::gradients;
use super::least_squares::train_at;
use super::path::Path;
use super::penalty::penalty_value;
use super::prepared::PreparedData;
use crate::model::{Model, Penalty};
use crate::numeric::{self, dot, largest_eigenpair, norm_squared};
use crate::optimizer::{METHODS, MethodState, Optimizer, Progress, Step};
use crate::record::{LocalCheck, OptimumRecord, Split, TrialRecord};
use crate::shape::{Layout, PredictionKind, Recurrence};

/// A norm of the gradient that is small enough for a minimum.
const SMALL_GRADIENT: f64 = 1e-8;

/// The most gradients, and the most multiplications that they may take together.
const MOST_GRADIENTS: usize = 5_000;
const MOST_WORK: usize = 400_000_000;

/// Where nothing holds the weights, a parameter that still moves by this much from a gradient of 10 times `SMALL_GRADIENT` to one of a thousandth
/// of it goes on without end: a plane separates some rows of a class.
const GROWTH: f64 = 0.1;

/// The steps between two tests of whether a plane separates the classes.
const BETWEEN_TESTS: u64 = 10;

/// The largest relative error of λmax. It is found from differences of gradients, which carry some 10⁻¹⁰.
const TOLERANCE: f64 = 1e-8;

/// The rates of check trials in units of 2/λmax, their steps, and the distance from the minimum at which they start, in units of the
/// larger of 1 and its norm. Before it has grown 10 times, J is still a quadratic.
const FACTORS: [f64; 2] = [0.98, 1.02];
const CHECK_STEPS: u64 = 50;
const CHECK_DISTANCE: f64 = 1e-5;

/// Whether the minimum of J is looked for: `work` is the number of multiplications of a gradient.
#[must_use]
pub const fn is_affordable(work: usize) -> bool {
    work.saturating_mul(200) <= MOST_WORK
}

/// The minimum of J with this penalty, which has no l1, sought from a start by L-BFGS. `None` if that would take too long.
#[must_use]
pub fn optimum(data: &Arc<PreparedData>, model: &Arc<dyn Model>, l2: f64, start: &[f64]) -> Option<OptimumRecord> {
    let work = data.train.matrix.rows.saturating_mul(2 * start.len()).max(1);
    if !is_affordable(work) {
        return None;
    }
    let layout = &*data.layout_of(&**model).ok()?;
    let objective = Objective { data, model: &**model, layout, penalty: Penalty { l1: 0.0, l2 } };
    let found = objective.descend(start, (MOST_WORK / work).min(MOST_GRADIENTS))?;
    let mut record = OptimumRecord {
        numerics_version: numeric::VERSION,
        gradient_norm: found.gradient_norm,
        steps: found.steps,
        is_separable: found.is_separable,
        largest_eigenvalue: None,
        checks: Vec::new(),
    };
    if found.is_separable || found.gradient_norm > SMALL_GRADIENT {
        return Some(record);
    }
    let pair = largest_eigenpair(start.len(), TOLERANCE, |x| objective.hessian_product(&found.theta, x));
    if let Some((largest, direction)) = pair {
        record.largest_eigenvalue = Some(largest);
        record.checks = checks(data, model, l2, &found.theta, largest, &direction);
    }
    Some(record)
}

/// J on the training rows.
struct Objective<'a> {
    data: &'a PreparedData,
    model: &'a dyn Model,
    layout: &'a Layout,
    penalty: Penalty,
}

/// Where the search ended.
struct Found {
    theta: Vec<f64>,
    gradient_norm: f64,
    steps: u64,
    is_separable: bool,
}

impl Objective<'_> {
    /// J and its gradient.
    fn gradient(&self, theta: &[f64]) -> (f64, Vec<f64>) {
        let (sums, mut gradient) = gradients(self.model, self.data, theta, 1);
        for weight in self.layout.weights().iter().cloned().flatten() {
            gradient[weight] = self.penalty.l2.mul_add(theta[weight], gradient[weight]);
        }
        (sums[0] / self.data.n_train() as f64 + penalty_value(self.penalty, self.layout, theta), gradient)
    }

    /// The Hessian times a vector of length 1, by central differences of the gradient.
    fn hessian_product(&self, theta: &[f64], x: &[f64]) -> Vec<f64> {
        let step = 5e-6 * norm_squared(theta).sqrt().max(1.0);
        let at = |step: f64| {
            let point: Vec<f64> = theta.iter().zip(x).map(|(theta, x)| step.mul_add(*x, *theta)).collect();
            self.gradient(&point).1
        };
        at(step).iter().zip(at(-step)).map(|(ahead, behind)| (ahead - behind) / (2.0 * step)).collect()
    }

    /// Whether every training row is on the side of its class, and nothing holds the weights. That proves that J has no minimum:
    /// the same parameters times a larger number are better.
    fn is_separable(&self, theta: &[f64]) -> bool {
        if !self.can_grow() {
            return false;
        }
        let mut outputs = Vec::new();
        super::outputs::outputs(self.model, self.data, Split::Train, theta, &mut outputs);
        let codes = self.data.train.target.numbers();
        let rows = codes.len();
        let is_right = |(row, code): (usize, &f64)| match outputs.len() == rows {
            true => {
                if *code == 1.0 {
                    outputs[row] > 0.0
                } else {
                    outputs[row] < 0.0
                }
            }
            false => {
                let own = outputs[*code as usize * rows + row];
                let others = outputs.iter().skip(row).step_by(rows).enumerate();
                others.filter(|(class, _)| *class != *code as usize).all(|(_, other)| *other < own)
            }
        };
        codes.iter().enumerate().all(is_right)
    }

    /// Whether J may fall for ever: nothing holds the weights of a model of probabilities.
    fn can_grow(&self) -> bool {
        self.penalty.l2 <= 0.0 && self.model.loss().predicts() == PredictionKind::Probabilities
    }

    /// Descends by L-BFGS until the gradient is small, the classes are seen to be separable, or `most` gradients were taken.
    fn descend(&self, start: &[f64], most: usize) -> Option<Found> {
        let optimizer = lbfgs()?;
        let mut state = MethodState::<f64>::new(optimizer.traits(0.0), start.len());
        let step = |k: u64| Step { k, learning_rate: 1.0, rate: 1.0, previous_rate: 1.0, l1: 0.0, layout: self.layout };
        let mut found = Found { theta: start.to_vec(), gradient_norm: f64::INFINITY, steps: 0, is_separable: false };
        let (mut before, mut point) = (start.to_vec(), start.to_vec());
        let mut early: Option<Vec<f64>> = None;
        let (mut loss, mut gradient) = self.gradient(&point);
        found.gradient_norm = norm_squared(&gradient).sqrt();
        for _ in 1..most {
            // Where J may fall for ever, farther: then some parameter goes on.
            let enough = if self.can_grow() { 1e-3 } else { 0.1 };
            if found.gradient_norm <= enough * SMALL_GRADIENT {
                break;
            }
            if optimizer.update(&step(found.steps), &mut found.theta, &mut state, loss, &mut gradient)
                == Progress::Again
            {
                optimizer.point(&step(found.steps), &found.theta, &state, &mut point);
                (loss, gradient) = self.gradient(&point);
                continue;
            }
            let stands = found.theta == before;
            found.steps += 1;
            before.copy_from_slice(&found.theta);
            (loss, gradient) = self.gradient(&found.theta);
            found.gradient_norm = norm_squared(&gradient).sqrt();
            if early.is_none() && found.gradient_norm <= 10.0 * SMALL_GRADIENT {
                early = Some(found.theta.clone());
            }
            if stands || (found.steps.is_multiple_of(BETWEEN_TESTS) && self.is_separable(&found.theta)) {
                break;
            }
        }
        let grows = |early: &Vec<f64>| {
            self.can_grow() && early.iter().zip(&found.theta).any(|(before, after)| (after - before).abs() > GROWTH)
        };
        found.is_separable = early.as_ref().is_some_and(grows) || self.is_separable(&found.theta);
        if !found.gradient_norm.is_finite() {
            found.gradient_norm = f64::MAX;
        }
        Some(found)
    }
}

/// L-BFGS with its defaults, and a longer memory.
fn lbfgs() -> Option<Box<dyn Optimizer>> {
    let values =
        [("learning_rate".to_owned(), toml::Value::Float(1.0)), ("history".to_owned(), toml::Value::Integer(20))];
    (METHODS.row("lbfgs")?.build)(&values.into_iter().collect()).ok()
}

/// Trains on both sides of 2/λmax, from a point beside the minimum. Empty if a record keeps no parameters of so many.
fn checks(
    data: &Arc<PreparedData>,
    model: &Arc<dyn Model>,
    l2: f64,
    theta: &[f64],
    largest: f64,
    direction: &[f64],
) -> Vec<LocalCheck> {
    let distance = CHECK_DISTANCE * norm_squared(theta).sqrt().max(1.0);
    let start: Vec<f64> = theta.iter().zip(direction).map(|(theta, x)| distance.mul_add(*x, *theta)).collect();
    let rates = FACTORS.map(|factor| factor * 2.0 / largest);
    let descent = Recurrence { momentum: 0.0, nesterov: false };
    let trained = train_at(data, model, l2, &start, descent, rates, (CHECK_STEPS, Path::Rows));
    let check = |((factor, learning_rate), record): ((f64, f64), Option<TrialRecord>)| {
        let ended = record.and_then(|record| record.theta)?;
        let moved: Vec<f64> = ended.iter().zip(theta).map(|(ended, theta)| ended - theta).collect();
        let growth = (dot(&moved, direction) / distance).abs();
        let each = (1.0 - learning_rate * largest).abs();
        Some(LocalCheck {
            factor,
            learning_rate,
            steps: CHECK_STEPS,
            measured_growth: growth.is_finite().then_some(growth),
            predicted_growth: (0..CHECK_STEPS).fold(1.0, |growth, _| growth * each),
        })
    };
    FACTORS.into_iter().zip(rates).zip(trained).filter_map(check).collect()
}
