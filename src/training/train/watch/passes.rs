//! The gradient of J and the activations at any parameters, over all training rows: in f64, in training mode without dropout.

use crate::model::{LayerActivations, Model};
use crate::record::Split;
use crate::train::cohort::Cohort;
use crate::train::evaluation::gradients;
use crate::train::path::Path;

/// The gradient of the mean loss and of l2, `[d]`.
pub fn smooth_gradient(cohort: &Cohort, l2: f64, theta: &[f64]) -> Vec<f64> {
    let quadratic = cohort.least_squares().and_then(|least_squares| least_squares.split(Split::Train));
    let mut gradient = match quadratic {
        Some(quadratic) if cohort.path == Path::Plain => quadratic.plain().gradient(theta),
        Some(quadratic) => quadratic.reduced().gradient(theta),
        None => gradients(&*cohort.model, &cohort.data, theta, 1).1,
    };
    if l2 > 0.0 {
        for weight in cohort.layout().weights().iter().cloned().flatten() {
            gradient[weight] = l2.mul_add(theta[weight], gradient[weight]);
        }
    }
    gradient
}

/// What each hidden layer puts out, from the input to the output; none of a model without hidden layers.
pub fn activations(cohort: &Cohort, theta: &[f64]) -> Vec<LayerActivations> {
    Model::activations(&*cohort.model, cohort.data.train.view(), theta)
}
