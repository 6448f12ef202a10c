//! Sharpness: the largest eigenvalue of the Hessian of J.

use crate::numeric::{largest_eigenvalue_of, norm_squared};

/// The residual, relative to the eigenvalue, with which the search ends. The error is of its square, if the next eigenvalue is
/// not closer than that.
const TOLERANCE: f64 = 1e-4;

/// The most products with the Hessian, two gradients each.
const MOST_PRODUCTS: usize = 64;

/// The most gradients over all training rows that the search takes.
pub const MOST_GRADIENTS: usize = 2 * MOST_PRODUCTS;

/// The step of central differences relative to the larger of 1 and ‖θ‖: near the third root of the rounding error.
const STEP: f64 = 5e-6;

/// The largest eigenvalue of the Hessian at `theta`, from differences of the gradient of J; with a `diagonal` D that of
/// D^(−½)·H·D^(−½). `None` if it is not found within [`MOST_PRODUCTS`], or none is positive.
pub fn sharpness(theta: &[f64], diagonal: Option<&[f64]>, mut gradient: impl FnMut(&[f64]) -> Vec<f64>) -> Option<f64> {
    let roots: Option<Vec<f64>> = diagonal.map(|diagonal| diagonal.iter().map(|value| value.sqrt()).collect());
    let scaled = |mut vector: Vec<f64>| {
        if let Some(roots) = &roots {
            vector.iter_mut().zip(roots).for_each(|(value, root)| *value /= root);
        }
        vector
    };
    let norm = norm_squared(theta).sqrt();
    let reach = STEP * if norm > 1.0 { norm } else { 1.0 };
    let product = |x: &[f64]| {
        let direction = scaled(x.to_vec());
        let length = norm_squared(&direction).sqrt();
        let step = reach / length;
        let mut at = |step: f64| {
            let point: Vec<f64> = theta.iter().zip(&direction).map(|(theta, x)| step.mul_add(*x, *theta)).collect();
            gradient(&point)
        };
        let (ahead, behind) = (at(step), at(-step));
        scaled(ahead.iter().zip(behind).map(|(ahead, behind)| (ahead - behind) / (2.0 * step)).collect())
    };
    largest_eigenvalue_of(theta.len(), TOLERANCE, MOST_PRODUCTS, product)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// J = Σ c_j x_j⁴/12 at x = 1 has the Hessian diag(c).
    #[test]
    fn it_is_the_largest_curvature_also_where_others_are_negative() {
        let curvatures: Vec<f64> = (0..40).map(|index| f64::from(index - 30)).collect();
        let gradient =
            |at: &[f64]| -> Vec<f64> { at.iter().zip(&curvatures).map(|(x, c)| c * x * x * x / 3.0).collect() };
        let found = sharpness(&[1.0; 40], None, gradient).expect("found");
        assert!((found / 9.0 - 1.0).abs() < 1e-6, "{found}");
        let diagonal: Vec<f64> = curvatures.iter().map(|c| if *c == 5.0 { 0.1 } else { 1.0 }).collect();
        let found = sharpness(&[1.0; 40], Some(&diagonal), gradient).expect("found");
        assert!((found / 50.0 - 1.0).abs() < 1e-6, "{found}");
        assert_eq!(sharpness(&[1.0; 3], None, |at| at.iter().map(|x| -x).collect()), None, "it is flat or bends down");
    }
}
