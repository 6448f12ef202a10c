//! The predictions of one trial over a split.

use super::cohort::Cohort;
use crate::model::{Passes, Workspace};
use crate::record::Split;

/// Writes the model's predictions at `theta` for the rows of a split to `to`, `[rows]`, in f64. Returns false, with
/// nothing in `to`, if the split does not exist.
pub fn outputs(cohort: &Cohort, split: Split, theta: &[f64], to: &mut Vec<f64>) -> bool {
    to.clear();
    let Some(rows) = cohort.data.rows(split) else { return false };
    to.resize(rows.matrix.rows, 0.0);
    Passes::<f64>::outputs(&*cohort.model, rows.view(), theta, to, &mut Workspace::default());
    true
}
