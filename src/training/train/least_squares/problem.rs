//! A least-squares problem as theory needs it: its spectrum, and SGD's stability limits and noise floors.

use super::data::LeastSquaresData;
use crate::numeric::{self, largest_eigenvalue};
use crate::record::ProblemRecord;
use crate::theory::SecondMoment;
use crate::train::path::MOST_MODES;
use crate::train::prepared::PreparedData;

/// The record of a least-squares problem, without SGD's limits; `None` if the data is not least squares. With too many
/// parameters for modes, it has the largest eigenvalue alone.
#[must_use]
pub fn problem_record(data: &PreparedData, l2: f64, start: &[f64]) -> Option<ProblemRecord> {
    let least_squares = data.least_squares()?;
    let mut record = ProblemRecord {
        numerics_version: numeric::VERSION,
        n_train: data.n_train() as u64,
        n_parameters: data.parameters() as u64,
        l2,
        eigenvalues: Vec::new(),
        start: Vec::new(),
        residual_sum_of_squares: 0.0,
        largest_eigenvalue: None,
        sgd_limits: Vec::new(),
        noise_floors: Vec::new(),
    };
    if data.parameters() <= MOST_MODES {
        let cell = least_squares.modes(l2);
        let modes = cell.get()?;
        record.eigenvalues = modes.eigenvalues();
        record.start = modes.start(start);
        record.residual_sum_of_squares = modes.objective.residual;
    } else {
        record.largest_eigenvalue = largest(least_squares, data, l2);
    }
    Some(record)
}

/// The largest eigenvalue of the Hessian G + l2·D.
fn largest(least_squares: &LeastSquaresData, data: &PreparedData, l2: f64) -> Option<f64> {
    let rows = least_squares.train.reduced();
    let mut penalty = vec![0.0; data.parameters()];
    data.layout().weights().iter().for_each(|weights| penalty[weights.clone()].fill(rows.count * l2));
    largest_eigenvalue(rows.matrix(), &penalty).map(|largest| largest / rows.count)
}

/// SGD's mean-square stability limit at each batch size; `None` if it would cost too much. Empty if the data is not least
/// squares.
#[must_use]
pub fn sgd_limits(data: &PreparedData, l2: f64, batch_sizes: &[u64]) -> Vec<(u64, Option<f64>)> {
    let Some(least_squares) = data.least_squares().filter(|_| !batch_sizes.is_empty()) else { return Vec::new() };
    let moment = SecondMoment::new(least_squares.train.plain().matrix(), l2);
    batch_sizes.iter().map(|&size| (size, moment.as_ref().and_then(|moment| moment.limit(size)))).collect()
}

/// SGD's noise floor, drawn with replacement, at each batch size and rate: what the training MSE tends to in the mean above that of
/// least squares. `None` at rates beyond the limit, under a penalty, or if it would cost too much. Empty if the data is not least squares.
#[must_use]
pub fn noise_floors(data: &PreparedData, l2: f64, of: &[(u64, f64)]) -> Vec<((u64, f64), Option<f64>)> {
    let Some(least_squares) = data.least_squares().filter(|_| !of.is_empty()) else { return Vec::new() };
    let plain = least_squares.train.plain();
    // Residuals at 0 are the targets up to their sign, which no square sees.
    let targets = plain.residuals(&vec![0.0; data.parameters()]);
    let moment = SecondMoment::new(plain.matrix(), l2);
    let floor = |&(size, rate): &(u64, f64)| {
        let excess = moment.as_ref().and_then(|moment| moment.floor(&targets, rate, size));
        ((size, rate), excess.map(|excess| 2.0 * excess))
    };
    of.iter().map(floor).collect()
}
