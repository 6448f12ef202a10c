//! J of a model that measures the rows of a batch, as training has it.

use super::cohort::Cohort;
use super::penalty::penalty_value;
use super::prepared_rows::PreparedRows;
use super::row_weights::training_weights;
use crate::model::{Batch, Passes, Penalty, Workspace};
use crate::numeric::MatrixRows;

/// More training rows are represented by as many that lie evenly among them, so that the pass needs little room.
const MOST_ROWS: usize = 4096;

/// J at `theta` as training has it, where a batch norm takes mean and variance of the rows themselves. In evaluation it
/// takes running ones, which begin at 0 and 1 and follow slowly: J in evaluation may rise while training descends.
pub fn batch_objective(cohort: &Cohort, penalty: Penalty, theta: &[f64]) -> f64 {
    let train: &PreparedRows = &cohort.data.train;
    let n = train.matrix.rows;
    let count = n.min(MOST_ROWS);
    let chosen: Vec<usize> = (0..count).map(|index| index * n / count).collect();
    let pick = |numbers: &[f64]| chosen.iter().map(|&row| numbers[row]).collect::<Vec<_>>();
    let negated_target: Vec<f64> = train.target.numbers().chunks_exact(n).flat_map(pick).map(|value| -value).collect();
    let weights = training_weights(&cohort.data, &*cohort.model).map(|weights| pick(&weights));
    let batch = Batch {
        rows: MatrixRows::chosen(train.rows_in(), train.matrix.columns, &chosen),
        columns: None,
        negated_target: &negated_target,
        row_weights: weights.as_deref(),
        weight: 1.0 / count as f64,
    };
    let (mut sums, mut gradient) = ([0.0], vec![0.0; theta.len()]);
    Passes::<f64>::gradients(&*cohort.model, &batch, theta, &mut sums, &mut gradient, None, &mut Workspace::default());
    let objective = sums[0] / count as f64 + penalty_value(penalty, cohort.layout(), theta);
    // What overflows is a start from which everything descends.
    if objective.is_nan() { f64::INFINITY } else { objective }
}
