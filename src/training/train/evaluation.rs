//! The evaluation of a trial's parameters: its errors over the splits, J, and the norm of J's gradient. Least squares
//! takes its quadratics; any other model is evaluated by its outputs for the rows.

use std::cell::OnceCell;

use super::cohort::Cohort;
use super::least_squares::{LeastSquaresData, Quadratic};
use super::outputs::{outputs, outputs_together};
use super::path::Path;
use super::penalty::{add_smallest_subgradient, penalty_value};
use super::prepared::PreparedData;
use super::prepared_rows::PreparedRows;
use super::row_weights::training_weights;
use super::trial_state::TrialState;
use crate::model::{Batch, Model, Passes, Penalty, Workspace};
use crate::numeric::norm_squared;
use crate::record::Split;

/// The most numbers in the outputs of trials that are evaluated together.
const MOST_OUTPUTS: usize = 1 << 20;

/// The state of one trial, given by its parameters.
pub struct ParameterState<'a> {
    cohort: &'a Cohort,
    penalty: Penalty,
    theta: Vec<f64>,
    /// The error over the training rows, computed on first use.
    train: OnceCell<Option<f64>>,
    /// The outputs for the rows of each split, computed on first use.
    outputs: [OnceCell<Vec<f64>>; 3],
}

/// J over the training rows of a model whose outputs are all zero.
pub fn zero_objective(cohort: &Cohort) -> f64 {
    match cohort.least_squares() {
        Some(least_squares) => least_squares.zero_objective(),
        None => {
            let outputs = vec![0.0; cohort.n_outputs() * cohort.data.n_train()];
            mean_training_loss(cohort, &outputs)
        }
    }
}

/// The mean loss over the training rows as J has it, with all of their weights.
fn mean_training_loss(cohort: &Cohort, outputs: &[f64]) -> f64 {
    let weights = training_weights(&cohort.data, &*cohort.model);
    let targets = cohort.data.train.target.numbers();
    cohort.model.loss().sum(outputs, targets, weights.as_deref()) / cohort.data.n_train() as f64
}

impl<'a> ParameterState<'a> {
    pub fn new(cohort: &'a Cohort, penalty: Penalty, theta: Vec<f64>) -> Self {
        Self { cohort, penalty, theta, train: OnceCell::new(), outputs: Default::default() }
    }

    /// The states of some trials, given the penalty and the parameters of each. If they are evaluated by their outputs,
    /// those for the rows of `splits` are computed together.
    pub fn of_trials(cohort: &'a Cohort, trials: Vec<(Penalty, Vec<f64>)>, splits: &[Split]) -> Vec<Self> {
        let theta: Vec<f64> = trials.iter().flat_map(|(_, theta)| theta).copied().collect();
        let states: Vec<Self> = trials.into_iter().map(|(penalty, theta)| Self::new(cohort, penalty, theta)).collect();
        if states.len() < 2 || cohort.least_squares().is_some() {
            return states;
        }
        let mut values = Vec::new();
        for &split in splits {
            if outputs_together(&*cohort.model, &cohort.data, split, (&theta, states.len()), &mut values) {
                let of_trial = values.len() / states.len();
                for (state, values) in states.iter().zip(values.chunks_exact(of_trial)) {
                    state.outputs[split as usize].get_or_init(|| values.to_vec());
                }
            }
        }
        states
    }

    /// How many trials are evaluated together, so that their outputs stay few.
    pub fn together(cohort: &Cohort) -> usize {
        let rows = Split::ALL.into_iter().filter_map(|split| cohort.data.rows(split)).map(|rows| rows.matrix.rows);
        (MOST_OUTPUTS / (cohort.n_outputs() * rows.max().unwrap_or(1)).max(1)).max(1)
    }

    /// The squared error over a split that has rows: on the reduced rows, except on the plain path.
    fn quadratic(&self, least_squares: &'a LeastSquaresData, split: Split) -> Option<&'a Quadratic> {
        let quadratic = least_squares.split(split)?;
        Some(if self.cohort.path == Path::Plain { quadratic.plain() } else { quadratic.reduced() })
    }

    fn outputs_of(&self, split: Split) -> &[f64] {
        self.outputs[split as usize].get_or_init(|| {
            let mut values = Vec::new();
            outputs(&*self.cohort.model, &self.cohort.data, split, &self.theta, &mut values);
            values
        })
    }

    /// The loss's own metric over a split, by the outputs for its rows.
    fn mean_loss(&self, rows: &PreparedRows, split: Split) -> f64 {
        let loss = self.cohort.model.loss();
        loss.metric(self.outputs_of(split), rows.target.numbers(), rows.weights.as_deref())
    }

    /// The gradient of the mean loss over the training rows.
    fn gradient(&self) -> Vec<f64> {
        mean_loss_gradient(&*self.cohort.model, &self.cohort.data, &self.theta).1
    }
}

/// The mean loss over the training rows and its gradient, by the model's pass over them.
pub fn mean_loss_gradient(model: &dyn Model, data: &PreparedData, theta: &[f64]) -> (f64, Vec<f64>) {
    let rows = &data.train;
    let negated_target: Vec<f64> = rows.target.numbers().iter().map(|value| -value).collect();
    let weight = 1.0 / rows.matrix.rows as f64;
    let weights = training_weights(data, model);
    let (negated_target, row_weights) = (&negated_target[..], weights.as_deref());
    let batch = Batch { rows: rows.view(), columns: None, negated_target, row_weights, weight };
    let (mut loss, mut gradient) = ([0.0], vec![0.0; theta.len()]);
    Passes::<f64>::gradients(model, &batch, theta, &mut loss, &mut gradient, &mut Workspace::default());
    (weight * loss[0], gradient)
}

impl TrialState for ParameterState<'_> {
    fn loss(&self, split: Split) -> Option<f64> {
        let loss = || match self.cohort.least_squares() {
            Some(least_squares) => Some(self.quadratic(least_squares, split)?.mean_square(&self.theta)),
            None => Some(self.mean_loss(self.cohort.data.rows(split)?, split)),
        };
        if split == Split::Train { *self.train.get_or_init(loss) } else { loss() }
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
            None => mean_training_loss(self.cohort, self.outputs_of(Split::Train)),
        };
        loss + penalty_value(self.penalty, self.cohort.layout(), &self.theta)
    }

    fn gradient_norm(&self) -> f64 {
        let mut gradient = match self.cohort.least_squares() {
            Some(least_squares) => {
                let Some(quadratic) = self.quadratic(least_squares, Split::Train) else { return f64::NAN };
                quadratic.gradient(&self.theta)
            }
            None => self.gradient(),
        };
        add_smallest_subgradient(self.penalty, self.cohort.layout(), &self.theta, &mut gradient);
        norm_squared(&gradient).sqrt()
    }

    fn theta(&self) -> Vec<f64> {
        self.theta.clone()
    }
}
