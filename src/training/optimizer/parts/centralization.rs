//! Gradient centralisation: from the gradient of each output's weights their mean is taken off.
//!
//! Yong et al., "Gradient centralization: a new optimization technique for deep neural networks", European Conference on Computer Vision, 2020.

use crate::numeric::{Real, sum};
use crate::shape::{Layout, Role};

/// Centralises the rows of weights of a gradient, `[d]`.
pub fn centralize<T: Real>(layout: &Layout, gradient: &mut [T]) {
    for tensor in layout.tensors().iter().filter(|tensor| tensor.role == Role::Weight) {
        for row in &tensor.rows {
            let row = &mut gradient[row.clone()];
            let mean = sum(row) / T::from_f64(row.len() as f64);
            row.iter_mut().for_each(|value| *value = *value - mean);
        }
    }
}
