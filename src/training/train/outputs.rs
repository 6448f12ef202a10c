//! The outputs of trials over a split, by their parameters.

use super::options::Precision;
use super::prepared::PreparedData;
use super::prepared_rows::PreparedRows;
use crate::model::{Model, Passes, Points, Workspace};
use crate::numeric::MatrixRows;
use crate::record::Split;

/// Writes the model's outputs at `theta` for the rows of a split to `to`, `[outputs, rows]`, in f64. Returns false,
/// with nothing in `to`, if the split does not exist.
pub fn outputs(model: &dyn Model, data: &PreparedData, split: Split, theta: &[f64], to: &mut Vec<f64>) -> bool {
    to.clear();
    let Some(rows) = data.rows(split) else { return false };
    outputs_of_rows(model, Precision::F64, rows, Points::new(1, theta), model.n_outputs(data.space()), to);
    true
}

/// The same for the rows themselves, at the points of some trials: so many `outputs` of each row and trial, `[trials,
/// outputs, rows]`. The trials share the rows, and each has the bits of it alone. A model that is linear in its parameters
/// is evaluated in f64, others in the precision that they train in.
pub fn outputs_of_rows(
    model: &dyn Model,
    precision: Precision,
    rows: &PreparedRows,
    points: Points<'_, f64>,
    outputs: usize,
    to: &mut Vec<f64>,
) {
    to.clear();
    to.resize(points.trials * outputs * rows.matrix.rows, 0.0);
    if precision == Precision::F64 || model.linear_in_parameters().is_some() {
        return Passes::<f64>::outputs(model, rows.view(), points, to, &mut Workspace::default());
    }
    let rounded = |values: &[f64]| values.iter().map(|&value| value as f32).collect::<Vec<f32>>();
    let (parameters, statistics) = (rounded(points.parameters), rounded(points.statistics));
    let points = Points { trials: points.trials, parameters: &parameters, statistics: &statistics };
    let view = MatrixRows::every(rows.rows_in::<f32>(), rows.matrix.columns);
    let mut found = vec![0.0_f32; to.len()];
    Passes::<f32>::outputs(model, view, points, &mut found, &mut Workspace::default());
    to.iter_mut().zip(found).for_each(|(to, found)| *to = f64::from(found));
}
