//! The outputs of trials over a split, by their parameters.

use super::prepared::PreparedData;
use crate::model::{Model, Passes, Workspace};
use crate::record::Split;

/// Writes the model's outputs at `theta` for the rows of a split to `to`, `[outputs, rows]`, in f64. Returns false,
/// with nothing in `to`, if the split does not exist.
pub fn outputs(model: &dyn Model, data: &PreparedData, split: Split, theta: &[f64], to: &mut Vec<f64>) -> bool {
    outputs_together(model, data, split, (theta, 1), to)
}

/// The same for some trials, given their parameters, `[trials, d]`, and their number: `[trials, outputs, rows]`. They
/// share the rows, and each has the bits of it alone.
pub fn outputs_together(
    model: &dyn Model,
    data: &PreparedData,
    split: Split,
    (theta, trials): (&[f64], usize),
    to: &mut Vec<f64>,
) -> bool {
    to.clear();
    let Some(rows) = data.rows(split) else { return false };
    to.resize(trials * model.n_outputs(data.space()) * rows.matrix.rows, 0.0);
    Passes::<f64>::outputs(model, rows.view(), theta, to, &mut Workspace::default());
    true
}
