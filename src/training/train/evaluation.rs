//! The evaluation of a trial's parameters: its errors over the splits, J, and the norm of J's gradient. Least squares
//! takes its quadratics; any other model is evaluated by its outputs for the rows.

use std::cell::OnceCell;

use super::cohort::Cohort;
use super::least_squares::{LeastSquaresData, Quadratic};
use super::outputs::outputs;
use super::path::Path;
use super::penalty::{add_smallest_subgradient, penalty_value};
use super::prepared_rows::PreparedRows;
use super::trial_state::TrialState;
use crate::model::{Batch, Passes, Penalty, Workspace};
use crate::numeric::norm_squared;
use crate::record::Split;

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
            let rows = &cohort.data.train;
            cohort.model.loss().sum(&vec![0.0; rows.matrix.rows], rows.target.numbers()) / rows.matrix.rows as f64
        }
    }
}

impl<'a> ParameterState<'a> {
    pub fn new(cohort: &'a Cohort, penalty: Penalty, theta: Vec<f64>) -> Self {
        Self { cohort, penalty, theta, train: OnceCell::new(), outputs: Default::default() }
    }

    /// The squared error over a split that has rows: on the reduced rows, except on the plain path.
    fn quadratic(&self, least_squares: &'a LeastSquaresData, split: Split) -> Option<&'a Quadratic> {
        let quadratic = least_squares.split(split)?;
        Some(if self.cohort.path == Path::Plain { &quadratic.plain } else { quadratic.reduced() })
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
        loss.metric(self.outputs_of(split), rows.target.numbers())
    }

    /// The gradient of the mean loss over the training rows, by the model's pass over them.
    fn gradient(&self) -> Vec<f64> {
        let rows = &self.cohort.data.train;
        let negated_target: Vec<f64> = rows.target.numbers().iter().map(|value| -value).collect();
        let weight = 1.0 / rows.matrix.rows as f64;
        let batch = Batch { rows: rows.view(), columns: None, negated_target: &negated_target, weight };
        let mut gradient = vec![0.0; self.theta.len()];
        let workspace = &mut Workspace::default();
        Passes::<f64>::gradients(&*self.cohort.model, &batch, &self.theta, &mut [0.0], &mut gradient, workspace);
        gradient
    }
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
        to.extend_from_slice(self.outputs_of(split));
        self.cohort.model.loss().predict(to);
        self.cohort.data.rows(split).is_some()
    }

    fn targets(&self, split: Split) -> Option<&[f64]> {
        self.cohort.data.rows(split).map(|rows| rows.target.numbers())
    }

    fn objective(&self) -> f64 {
        let data = &self.cohort.data;
        let loss = match self.cohort.least_squares() {
            Some(_) => 0.5 * self.loss(Split::Train).unwrap_or(f64::NAN),
            None => {
                let rows = &data.train;
                self.cohort.model.loss().sum(self.outputs_of(Split::Train), rows.target.numbers())
                    / rows.matrix.rows as f64
            }
        };
        loss + penalty_value(self.penalty, data.layout(), &self.theta)
    }

    fn gradient_norm(&self) -> f64 {
        let data = &self.cohort.data;
        let mut gradient = match self.cohort.least_squares() {
            Some(least_squares) => {
                let Some(quadratic) = self.quadratic(least_squares, Split::Train) else { return f64::NAN };
                quadratic.gradient(&self.theta)
            }
            None => self.gradient(),
        };
        add_smallest_subgradient(self.penalty, data.layout(), &self.theta, &mut gradient);
        norm_squared(&gradient).sqrt()
    }

    fn theta(&self) -> Vec<f64> {
        self.theta.clone()
    }
}
