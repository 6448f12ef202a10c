//! A least-squares problem as theory needs it: its spectrum, its exact solution, and SGD's stability limits.

use std::sync::{Arc, OnceLock};

use super::data::{LeastSquaresData, SplitQuadratic};
use super::modes::Modes;
use crate::numeric;
use crate::record::ProblemRecord;
use crate::theory::SecondMoment;
use crate::train::path::MOST_MODES;
use crate::train::prepared::PreparedData;
use crate::train::recorder::MOST_KEPT;

/// The record of a least-squares problem, without SGD's limits; `None` if the data is not least squares, or if it has too
/// many parameters for modes.
#[must_use]
pub fn problem_record(data: &PreparedData, l2: f64, start: &[f64]) -> Option<ProblemRecord> {
    let (least_squares, cell) = data_and_modes(data, l2)?;
    let modes = cell.get()?;
    let theta = modes.solution(start);
    let mse = |split: &SplitQuadratic| split.reduced().mse(&theta);
    Some(ProblemRecord {
        numerics_version: numeric::VERSION,
        n_train: data.n_train() as u64,
        n_parameters: data.parameters() as u64,
        l2,
        eigenvalues: modes.eigenvalues(),
        start: modes.start(start),
        residual_sum_of_squares: modes.objective.residual,
        exact_train_mse: mse(&least_squares.train),
        exact_validation_mse: least_squares.validation.as_ref().map(mse),
        exact_test_mse: least_squares.test.as_ref().map(mse),
        exact_theta: Some(theta.clone()).filter(|theta| theta.len() <= MOST_KEPT),
        sgd_limits: Vec::new(),
    })
}

/// The minimiser of J that training from `start` tends to; `None` where there is no [`problem_record`].
#[must_use]
pub fn exact_solution(data: &PreparedData, l2: f64, start: &[f64]) -> Option<Vec<f64>> {
    let (_, cell) = data_and_modes(data, l2)?;
    Some(cell.get()?.solution(start))
}

fn data_and_modes(data: &PreparedData, l2: f64) -> Option<(&LeastSquaresData, Arc<OnceLock<Modes>>)> {
    let least_squares = data.least_squares().filter(|_| data.parameters() <= MOST_MODES)?;
    Some((least_squares, least_squares.modes(l2)))
}

/// SGD's mean-square stability limit at each batch size; `None` if it would cost too much. Empty if the data is not least
/// squares.
#[must_use]
pub fn sgd_limits(data: &PreparedData, l2: f64, batch_sizes: &[u64]) -> Vec<(u64, Option<f64>)> {
    let Some(least_squares) = data.least_squares().filter(|_| !batch_sizes.is_empty()) else { return Vec::new() };
    let moment = SecondMoment::new(least_squares.train.plain.matrix(), l2);
    batch_sizes.iter().map(|&size| (size, moment.as_ref().and_then(|moment| moment.limit(size)))).collect()
}
