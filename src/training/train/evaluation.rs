//! The evaluation of a trial's parameters: its errors over the splits, J, and the norm of J's gradient.

use std::cell::OnceCell;

use super::cohort::Cohort;
use super::least_squares::Quadratic;
use super::path::Path;
use super::penalty::penalty_value;
use super::trial_state::TrialState;
use crate::model::Penalty;
use crate::numeric::norm_squared;
use crate::record::Split;

/// The state of one trial, given by its parameters.
pub struct ParameterState<'a> {
    cohort: &'a Cohort,
    penalty: Penalty,
    theta: Vec<f64>,
    /// The error over the training rows, computed on first use.
    train: OnceCell<Option<f64>>,
}

impl<'a> ParameterState<'a> {
    pub fn new(cohort: &'a Cohort, penalty: Penalty, theta: Vec<f64>) -> Self {
        Self { cohort, penalty, theta, train: OnceCell::new() }
    }

    /// The rows that errors are computed over: the reduced ones, except on the plain path.
    fn rows(&self, split: Split) -> Option<&Quadratic> {
        let rows = self.cohort.data.rows(split)?;
        Some(if self.cohort.path == Path::Plain { &rows.plain } else { rows.reduced() })
    }
}

impl TrialState for ParameterState<'_> {
    fn mse(&self, split: Split) -> Option<f64> {
        let mse = || Some(self.rows(split)?.mse(&self.theta));
        if split == Split::Train { *self.train.get_or_init(mse) } else { mse() }
    }

    fn objective(&self) -> f64 {
        0.5 * self.mse(Split::Train).unwrap_or(f64::NAN) + penalty_value(self.penalty, &self.theta)
    }

    fn gradient_norm(&self) -> f64 {
        let Some(rows) = self.rows(Split::Train) else { return f64::NAN };
        let mut gradient = rows.gradient(&self.theta);
        for (component, &weight) in gradient.iter_mut().zip(&self.theta).skip(1) {
            *component = self.penalty.l2.mul_add(weight, *component);
            let l1 = self.penalty.l1;
            *component = if weight > 0.0 {
                *component + l1
            } else if weight < 0.0 {
                *component - l1
            } else if component.abs() <= l1 {
                0.0
            } else {
                component.abs() - l1
            };
        }
        norm_squared(&gradient).sqrt()
    }

    fn theta(&self) -> Vec<f64> {
        self.theta.clone()
    }
}
