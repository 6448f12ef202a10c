//! The outputs of one vector of parameters over a split.

use super::prepared::PreparedData;
use crate::model::{Model, Passes, Workspace};
use crate::record::Split;

/// Writes the model's outputs at `theta` for the rows of a split to `to`, `[rows]`, in f64. Returns false, with
/// nothing in `to`, if the split does not exist.
pub fn outputs(model: &dyn Model, data: &PreparedData, split: Split, theta: &[f64], to: &mut Vec<f64>) -> bool {
    to.clear();
    let Some(rows) = data.rows(split) else { return false };
    to.resize(rows.matrix.rows, 0.0);
    Passes::<f64>::outputs(model, rows.view(), theta, to, &mut Workspace::default());
    true
}
