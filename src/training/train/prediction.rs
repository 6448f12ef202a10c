//! What a trained model predicts for new rows.

use super::options::Precision;
use super::outputs::outputs_of_rows;
use super::prepared::{read_rows, round_to_f32};
use super::prepared_rows::PreparedRows;
use crate::data::{RowIndices, Standardization};
use crate::model::{Model, Points};
use crate::numeric::Matrix;
use crate::shape::{Space, Target};

/// A trained model, and what prepares rows for it.
pub struct TrainedModel<'a> {
    pub model: &'a dyn Model,
    pub space: &'a Space,
    pub standardization: Option<&'a Standardization>,
    pub precision: Precision,
    /// `[d]`, in the order of the layout.
    pub parameters: &'a [f64],
    /// What its layers measured of the rows while training.
    pub statistics: &'a [f64],
}

impl TrainedModel<'_> {
    /// The predictions of the target for rows of `features`, `[rows, n_features]`: its outputs as the loss reads them, `[outputs, rows]`.
    /// They have the bits of the evaluation of the same rows in training.
    ///
    /// # Errors
    /// A message if the model does not read such features, or the parameters are not its own.
    pub fn predict(&self, features: &Matrix) -> Result<Vec<f64>, String> {
        let Self { model, space, .. } = *self;
        if features.columns != space.n_features {
            return Err(format!("{} features instead of {}", features.columns, space.n_features));
        }
        let layout = match model.linear_in_parameters() {
            Some(linear) => linear.layout_of_output(space)?,
            None => model.layout(space)?,
        };
        let d = model.layout(space)?.parameters();
        if self.parameters.len() != d {
            return Err(format!("the model has {d} parameters, and {} are kept", self.parameters.len()));
        }
        let rows = RowIndices::Consecutive(0..features.rows);
        let mut read = read_rows(features, &rows, self.standardization, model, &layout)?;
        if self.precision == Precision::F32 {
            read.values.iter_mut().for_each(round_to_f32);
        }
        let rows = PreparedRows::new(read, Target::Numbers(vec![0.0; features.rows]));
        let mut outputs = Vec::new();
        let points = Points { trials: 1, parameters: self.parameters, statistics: self.statistics };
        outputs_of_rows(model, self.precision, &rows, points, model.n_outputs(space), &mut outputs);
        model.loss().predict(&mut outputs, features.rows);
        Ok(outputs)
    }
}
