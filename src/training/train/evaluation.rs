//! The evaluation of a trial's parameters: its errors over the splits, J, and the norm of J's gradient. Least squares
//! takes its quadratics; any other model is evaluated by its outputs for the rows.

use std::cell::OnceCell;

use super::batch_objective::batch_objective;
use super::cohort::Cohort;
use super::least_squares::{LeastSquaresData, Quadratic};
use super::outputs::outputs_of_rows;
use super::path::Path;
use super::penalty::{add_smallest_subgradient, penalty_value};
use super::prepared::PreparedData;
use super::prepared_rows::PreparedRows;
use super::row_weights::training_weights;
use super::trial_state::TrialState;
use super::watch::{EvaluatedPoint, StabilityLimits};
use crate::loss::of_targets;
use crate::model::{Batch, Model, Passes, Penalty, Points, Workspace};
use crate::numeric::norm_squared;
use crate::record::{Split, WatchSet, WatchedValue};

/// The most numbers in the outputs of trials that are evaluated together.
pub const MOST_OUTPUTS: usize = 1 << 20;

/// The most trials whose losses are summed together, so that their parameters stay in the second-level cache.
const MOST_SUMMED: usize = 256;

/// The state of one trial, given by its parameters.
pub struct ParameterState<'a> {
    cohort: &'a Cohort,
    penalty: Penalty,
    theta: Vec<f64>,
    /// What training moved without a gradient, such as running means.
    statistics: Vec<f64>,
    /// The squared error over the training rows, if the trial is least squares, computed on first use.
    squares: OnceCell<Option<f64>>,
    /// The sum of the losses over each split, weighted as its metric is, computed on first use.
    sums: [OnceCell<f64>; 3],
    /// The sum over the training rows as J has it, with the weights of classes too, computed on first use.
    training_sum: OnceCell<f64>,
    /// The outputs for the rows of each split, computed on first use.
    outputs: [OnceCell<Vec<f64>>; 3],
    /// The gradient of the mean loss over the training rows, computed on first use.
    gradient: OnceCell<Vec<f64>>,
    /// What is watched besides the parameters: what the steps did to each block, and what the method says of sharpness.
    updates: Vec<Option<f64>>,
    limits: StabilityLimits,
    /// What was watched of it, for trials that share it.
    watched: OnceCell<(WatchSet, Vec<WatchedValue>)>,
}

/// What of some trials is computed together.
#[derive(Debug, Clone, Copy, Default)]
pub struct Together<'a> {
    /// Over these splits the losses, or, if `outputs`, the outputs for each row.
    pub splits: &'a [Split],
    pub outputs: bool,
    /// The gradients over the training rows.
    pub gradients: bool,
}

/// J over the training rows of a model whose outputs are all zero.
pub fn zero_objective(cohort: &Cohort) -> f64 {
    match cohort.least_squares() {
        Some(least_squares) => least_squares.zero_objective(),
        None => {
            let rows = &cohort.data.train;
            let outputs = vec![0.0; cohort.n_outputs() * rows.matrix.rows];
            let weights = training_weights(&cohort.data, &*cohort.model);
            let sum = of_targets::sum(&**cohort.model.loss(), &outputs, rows.targets(), weights.as_deref());
            sum / rows.matrix.rows as f64
        }
    }
}

impl<'a> ParameterState<'a> {
    pub fn new(cohort: &'a Cohort, penalty: Penalty, theta: Vec<f64>) -> Self {
        Self {
            cohort,
            penalty,
            theta,
            statistics: cohort.model.statistics(cohort.data.space()),
            squares: OnceCell::new(),
            sums: Default::default(),
            training_sum: OnceCell::new(),
            outputs: Default::default(),
            gradient: OnceCell::new(),
            updates: Vec::new(),
            limits: StabilityLimits::default(),
            watched: OnceCell::new(),
        }
    }

    /// Adds what is watched besides the parameters.
    pub fn watch(&mut self, updates: Vec<Option<f64>>, limits: StabilityLimits) {
        (self.updates, self.limits) = (updates, limits);
    }

    /// The same with these statistics in the place of those at the start.
    pub fn with_statistics(self, statistics: Vec<f64>) -> Self {
        Self { statistics, ..self }
    }

    /// Computes for some trials of a cohort together what is asked for and not known, with the bits of each alone. Least
    /// squares has nothing to share.
    pub fn compute(cohort: &'a Cohort, states: &[Self], together: Together<'_>) {
        if cohort.least_squares().is_some() {
            return;
        }
        if together.gradients {
            let unknown: Vec<&Self> = states.iter().filter(|state| state.gradient.get().is_none()).collect();
            // Often all trials start at the same parameters.
            let distinct = distinct(&unknown);
            let (sums, gradients) = gradients(&*cohort.model, &cohort.data, &parameters(distinct), distinct.len());
            let d = cohort.layout().parameters();
            for (index, state) in unknown.iter().enumerate() {
                let index = index.min(distinct.len() - 1);
                state.training_sum.get_or_init(|| sums[index]);
                state.gradient.get_or_init(|| gradients[index * d..(index + 1) * d].to_vec());
            }
        }
        for &split in together.splits {
            let Some(rows) = cohort.data.rows(split) else { continue };
            let is_training = split == Split::Train;
            let split = split as usize;
            if together.outputs || by_outputs(cohort) {
                let (states, mut values) = (states.iter().collect::<Vec<_>>(), Vec::new());
                let statistics: Vec<f64> = states.iter().flat_map(|state| &state.statistics).copied().collect();
                let points = Points { trials: states.len(), parameters: &parameters(&states), statistics: &statistics };
                outputs_of_rows(&*cohort.model, cohort.precision, rows, points, cohort.n_outputs(), &mut values);
                for (state, values) in states.iter().zip(values.chunks_exact(cohort.n_outputs() * rows.matrix.rows)) {
                    state.outputs[split].get_or_init(|| values.to_vec());
                }
                continue;
            }
            if is_training {
                Self::sum(states, |state| &state.training_sum, |theta, trials| training_sums(cohort, theta, trials));
            }
            if !is_training || has_class_weights(cohort) {
                let weights = rows.weights.as_deref();
                let of = |theta: &[f64], trials: usize| sums(cohort, rows, weights, theta, trials);
                Self::sum(states, |state| &state.sums[split], of);
            }
        }
    }

    /// Computes a sum of each state that does not know it.
    fn sum<'s>(
        states: &'s [Self],
        place: impl Fn(&'s Self) -> &'s OnceCell<f64>,
        sums: impl Fn(&[f64], usize) -> Vec<f64>,
    ) {
        let unknown: Vec<&Self> = states.iter().filter(|state| place(state).get().is_none()).collect();
        let distinct = distinct(&unknown);
        let found = sums(&parameters(distinct), distinct.len());
        for (index, state) in unknown.iter().enumerate() {
            place(state).get_or_init(|| found[index.min(distinct.len() - 1)]);
        }
    }

    /// Takes up the sum of the losses over the training rows and the gradient of their mean, if they are known.
    pub fn know(&self, sum: f64, gradient: Vec<f64>) {
        self.training_sum.get_or_init(|| sum);
        self.gradient.get_or_init(|| gradient);
    }

    /// These two, if they are known.
    pub fn known(&self) -> Option<(f64, &[f64])> {
        Some((*self.training_sum.get()?, self.gradient.get()?))
    }

    /// How many trials are evaluated together, so that their outputs stay few.
    pub fn together(cohort: &Cohort, outputs: bool) -> usize {
        if !outputs && !by_outputs(cohort) {
            return MOST_SUMMED.div_ceil(cohort.n_outputs().max(1));
        }
        let rows = Split::ALL.into_iter().filter_map(|split| cohort.data.rows(split)).map(|rows| rows.matrix.rows);
        (MOST_OUTPUTS / (cohort.n_outputs() * rows.max().unwrap_or(1)).max(1)).max(1)
    }

    /// Whether these are the parameters of the state.
    pub fn is_at(&self, theta: &[f64]) -> bool {
        self.theta == theta
    }

    /// The squared error over a split that has rows: on the reduced rows, except on the plain path.
    fn quadratic(&self, least_squares: &'a LeastSquaresData, split: Split) -> Option<&'a Quadratic> {
        let quadratic = least_squares.split(split)?;
        Some(if self.cohort.path == Path::Plain { quadratic.plain() } else { quadratic.reduced() })
    }

    fn outputs_of(&self, split: Split) -> &[f64] {
        self.outputs[split as usize].get_or_init(|| {
            let mut values = Vec::new();
            if let Some(rows) = self.cohort.data.rows(split) {
                let (model, precision) = (&*self.cohort.model, self.cohort.precision);
                let points = Points { trials: 1, parameters: &self.theta, statistics: &self.statistics };
                outputs_of_rows(model, precision, rows, points, self.cohort.n_outputs(), &mut values);
            }
            values
        })
    }

    /// The outputs for a split, if they are known or the model is evaluated by them.
    fn known_outputs(&self, split: Split) -> Option<&[f64]> {
        match self.outputs[split as usize].get() {
            Some(outputs) => Some(outputs),
            None => by_outputs(self.cohort).then(|| self.outputs_of(split)),
        }
    }

    /// The mean of the loss over the rows of a split, weighted as its metric is.
    fn mean_loss(&self, rows: &PreparedRows, split: Split) -> f64 {
        if split == Split::Train && !has_class_weights(self.cohort) {
            return self.mean_training_loss();
        }
        let weights = rows.weights.as_deref();
        let sum = self.sums[split as usize].get_or_init(|| match self.known_outputs(split) {
            Some(outputs) => of_targets::sum(&**self.cohort.model.loss(), outputs, rows.targets(), weights),
            None => sums(self.cohort, rows, weights, &self.theta, 1)[0],
        });
        sum / rows.matrix.rows as f64
    }

    /// The J above which a trial that starts here has not descended, given J of the zero predictor. Where a model measures the rows of a
    /// batch, that in evaluation is of an untrained norm: training begins at J with mean and variance of the rows themselves.
    pub fn descends_from(&self, zero: f64) -> f64 {
        if self.cohort.model.loss().is_squared_error()
            || self.cohort.model.statistics(self.cohort.data.space()).is_empty()
        {
            return self.objective();
        }
        let start = batch_objective(self.cohort, self.penalty, &self.theta);
        if start >= zero { start } else { zero }
    }

    /// The mean of the loss over the training rows as J has it, with all of their weights.
    fn mean_training_loss(&self) -> f64 {
        let rows = &self.cohort.data.train;
        let sum = self.training_sum.get_or_init(|| match self.known_outputs(Split::Train) {
            Some(outputs) => {
                let weights = training_weights(&self.cohort.data, &*self.cohort.model);
                of_targets::sum(&**self.cohort.model.loss(), outputs, rows.targets(), weights.as_deref())
            }
            None => training_sums(self.cohort, &self.theta, 1)[0],
        });
        sum / rows.matrix.rows as f64
    }

    /// The loss's own metric over a split.
    fn metric(&self, rows: &PreparedRows, split: Split) -> f64 {
        let loss = self.cohort.model.loss();
        if needs_outputs(self.cohort) {
            return of_targets::metric(&**loss, self.outputs_of(split), rows.targets(), rows.weights.as_deref());
        }
        loss.metric_of_mean(self.mean_loss(rows, split) / rows.target.n_targets() as f64).unwrap_or(f64::NAN)
    }
}

/// Whether J counts training rows in another way than metrics do.
fn has_class_weights(cohort: &Cohort) -> bool {
    cohort.model.class_weights().is_some()
}

/// Whether the loss's own metric is computed from outputs.
pub fn needs_outputs(cohort: &Cohort) -> bool {
    cohort.model.loss().metric_of_mean(0.0).is_none()
}

/// Whether losses are sums over outputs, because the model's pass over a batch is another function in training.
fn by_outputs(cohort: &Cohort) -> bool {
    cohort.model.linear_in_parameters().is_none()
}

/// The first of some states if all have the same parameters, else all.
fn distinct<'s, 'a>(states: &'s [&'s ParameterState<'a>]) -> &'s [&'s ParameterState<'a>] {
    match states {
        [first, rest @ ..] if rest.iter().all(|state| state.theta == first.theta) => &states[..1],
        _ => states,
    }
}

/// The parameters of some states, `[trials, d]`.
fn parameters(states: &[&ParameterState<'_>]) -> Vec<f64> {
    states.iter().flat_map(|state| &state.theta).copied().collect()
}

/// The sum of the losses over some rows for each of some trials, given their parameters, `[trials, d]`.
fn sums(cohort: &Cohort, rows: &PreparedRows, row_weights: Option<&[f64]>, theta: &[f64], trials: usize) -> Vec<f64> {
    let (negated_target, mut sums) = (negated(rows), vec![0.0; trials]);
    let negated_target = &negated_target[..];
    let batch = Batch { rows: rows.view(), columns: None, negated_target, row_weights, weight: 1.0 };
    Passes::<f64>::losses(&*cohort.model, &batch, theta, &mut sums, &mut Workspace::default());
    sums
}

/// The same over the training rows, with all of their weights.
fn training_sums(cohort: &Cohort, theta: &[f64], trials: usize) -> Vec<f64> {
    let weights = training_weights(&cohort.data, &*cohort.model);
    sums(cohort, &cohort.data.train, weights.as_deref(), theta, trials)
}

/// The sum of the losses over the training rows and the gradient of their mean, `[trials, d]`, by the model's pass.
pub fn gradients(model: &dyn Model, data: &PreparedData, theta: &[f64], trials: usize) -> (Vec<f64>, Vec<f64>) {
    let rows = &data.train;
    let (negated_target, mut sums, mut gradients) = (negated(rows), vec![0.0; trials], vec![0.0; theta.len()]);
    let weight = 1.0 / rows.matrix.rows as f64;
    let weights = training_weights(data, model);
    let (negated_target, row_weights) = (&negated_target[..], weights.as_deref());
    let batch = Batch { rows: rows.view(), columns: None, negated_target, row_weights, weight };
    Passes::<f64>::gradients(model, &batch, theta, &mut sums, &mut gradients, None, &mut Workspace::default());
    (sums, gradients)
}

fn negated(rows: &PreparedRows) -> Vec<f64> {
    rows.target.numbers().iter().map(|value| -value).collect()
}

impl TrialState for ParameterState<'_> {
    fn loss(&self, split: Split) -> Option<f64> {
        let Some(least_squares) = self.cohort.least_squares() else {
            return Some(self.metric(self.cohort.data.rows(split)?, split));
        };
        let squares = || Some(self.quadratic(least_squares, split)?.mean_square(&self.theta));
        if split == Split::Train { *self.squares.get_or_init(squares) } else { squares() }
    }

    fn predictions(&self, split: Split, to: &mut Vec<f64>) -> bool {
        to.clear();
        let Some(rows) = self.cohort.data.rows(split) else { return false };
        to.extend_from_slice(self.outputs_of(split));
        self.cohort.model.loss().predict(to, rows.matrix.rows);
        true
    }

    fn targets(&self, split: Split) -> Option<&[f64]> {
        self.cohort.data.rows(split).map(|rows| rows.target.numbers())
    }

    fn weights(&self, split: Split) -> Option<&[f64]> {
        self.cohort.data.rows(split)?.weights.as_deref()
    }

    fn objective(&self) -> f64 {
        let loss = match self.cohort.least_squares() {
            Some(_) => 0.5 * self.loss(Split::Train).unwrap_or(f64::NAN),
            None => self.mean_training_loss(),
        };
        loss + penalty_value(self.penalty, self.cohort.layout(), &self.theta)
    }

    fn gradient_norm(&self) -> f64 {
        let mut gradient = match self.cohort.least_squares() {
            Some(least_squares) => {
                let Some(quadratic) = self.quadratic(least_squares, Split::Train) else { return f64::NAN };
                quadratic.gradient(&self.theta)
            }
            None => self
                .gradient
                .get_or_init(|| gradients(&*self.cohort.model, &self.cohort.data, &self.theta, 1).1)
                .clone(),
        };
        add_smallest_subgradient(self.penalty, self.cohort.layout(), &self.theta, &mut gradient);
        norm_squared(&gradient).sqrt()
    }

    fn theta(&self) -> Vec<f64> {
        self.theta.clone()
    }

    fn watched(&self, watches: WatchSet) -> Vec<WatchedValue> {
        let values = || {
            let (updates, limits) = (self.updates.clone(), self.limits.clone());
            EvaluatedPoint { cohort: self.cohort, penalty: self.penalty, theta: &self.theta, updates, limits }
                .values(watches)
        };
        let (known, of_known) = self.watched.get_or_init(|| (watches, values()));
        if *known == watches { of_known.clone() } else { values() }
    }

    fn statistics(&self) -> Vec<f64> {
        self.statistics.clone()
    }
}
