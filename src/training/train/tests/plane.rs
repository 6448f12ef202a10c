//! A model for tests: the linear function of `linear` without its least squares, so that training and evaluation have to
//! go through the model itself.

use crate::loss::ModelLoss;
use crate::model::{Batch, LinearInParameters, Model, Passes, Penalty, Points, Training, Workspace};
use crate::numeric::{MatrixRows, Real};
use crate::shape::{Layout, ParameterBlock, Role, Space};

/// ŷ = b + Σ w_j x_j on the features themselves, of which a row has one fewer than there are parameters.
#[derive(Default)]
pub struct Plane(ModelLoss);

const MOST_FEATURES: usize = 20;

impl Model for Plane {
    fn fits(&self, space: &Space) -> Result<(), String> {
        if space.n_features <= MOST_FEATURES {
            return Ok(());
        }
        Err(format!("a plane takes at most {MOST_FEATURES} features, but the data has {}", space.n_features))
    }

    fn layout(&self, space: &Space) -> Result<Layout, String> {
        Ok(Layout::new(vec![
            ParameterBlock::new("bias", [1], Role::Bias),
            ParameterBlock::new("weights", [space.n_features], Role::Weight),
        ]))
    }

    fn start(&self, layout: &Layout, _seed: Option<u64>) -> Result<Vec<f64>, String> {
        Ok(vec![0.0; layout.parameters()])
    }

    fn start_by_seed(&self) -> bool {
        false
    }

    fn penalty(&self) -> Penalty {
        Penalty { l1: 0.0, l2: 0.0 }
    }

    fn loss(&self) -> &ModelLoss {
        &self.0
    }

    fn linear_in_parameters(&self) -> Option<&dyn LinearInParameters> {
        None
    }
}

impl<T: Real> Passes<T> for Plane {
    fn outputs(&self, rows: MatrixRows<'_, T>, points: Points<'_, T>, outputs: &mut [T], _: &mut Workspace<T>) {
        let points = points.parameters.chunks_exact(rows.length() + 1);
        for (point, outputs) in points.zip(outputs.chunks_exact_mut(rows.count())) {
            for (index, output) in outputs.iter_mut().enumerate() {
                *output = folded(T::ZERO, point, rows.row(index));
            }
        }
    }

    fn gradients(
        &self,
        batch: &Batch<'_, T>,
        points: &[T],
        losses: &mut [T],
        gradients: &mut [T],
        _: Option<Training<'_, T>>,
        _: &mut Workspace<T>,
    ) {
        let d = batch.rows.length() + 1;
        let trials = points.chunks_exact(d).zip(gradients.chunks_exact_mut(d));
        for ((point, gradient), loss) in trials.zip(losses) {
            gradient.fill(T::ZERO);
            let mut squares = T::ZERO;
            for (index, &start) in batch.negated_target.iter().enumerate() {
                let row = batch.rows.row(index);
                let residual = folded(start, point, row);
                squares = residual.fused(residual, squares);
                gradient[0] = residual + gradient[0];
                for (component, &value) in gradient[1..].iter_mut().zip(row) {
                    *component = residual.fused(value, *component);
                }
            }
            gradient.iter_mut().for_each(|component| *component = *component * batch.weight);
            *loss = T::from_f64(0.5) * squares;
        }
    }
}

/// `start` + b + Σ w_j x_j, in this order.
fn folded<T: Real>(start: T, point: &[T], row: &[T]) -> T {
    point[1..].iter().zip(row).fold(start + point[0], |sum, (&weight, &value)| weight.fused(value, sum))
}
