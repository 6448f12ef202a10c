//! The outputs of trials over a split, by their parameters.

use super::prepared::PreparedData;
use super::prepared_rows::PreparedRows;
use crate::model::{Model, Passes, Workspace};
use crate::record::Split;

/// Writes the model's outputs at `theta` for the rows of a split to `to`, `[outputs, rows]`, in f64. Returns false,
/// with nothing in `to`, if the split does not exist.
pub fn outputs(model: &dyn Model, data: &PreparedData, split: Split, theta: &[f64], to: &mut Vec<f64>) -> bool {
    to.clear();
    let Some(rows) = data.rows(split) else { return false };
    outputs_of_rows(model, rows, theta, model.n_outputs(data.space()), to);
    true
}

/// The same for the rows themselves, at the parameters of some trials, `[trials, d]`: so many `outputs` of a row in all,
/// `[trials, outputs, rows]`. The trials share the rows, and each has the bits of it alone.
pub fn outputs_of_rows(model: &dyn Model, rows: &PreparedRows, theta: &[f64], outputs: usize, to: &mut Vec<f64>) {
    to.clear();
    to.resize(outputs * rows.matrix.rows, 0.0);
    Passes::<f64>::outputs(model, rows.view(), theta, to, &mut Workspace::default());
}
