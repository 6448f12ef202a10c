//! What is known of the minimum of J under a smooth loss other than the squared error.

/// The minimum of J on the training rows, and how large the rates of gradient descent may be near it.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct OptimumRecord {
    pub numerics_version: u32,
    /// The norm of the gradient of J where the search ended.
    pub gradient_norm: f64,
    /// The steps that it took.
    pub steps: u64,
    /// Whether a plane separates the classes of the training rows, or some rows of one, and no penalty holds the weights: J then has no
    /// minimum.
    pub is_separable: bool,
    /// λmax of the Hessian of J at the minimum; `None` if there is none, or it was not found.
    pub largest_eigenvalue: Option<f64>,
    /// Trials of gradient descent that start near the minimum.
    pub checks: Vec<LocalCheck>,
}

/// A trial of gradient descent from a point beside the minimum, in the direction of the largest curvature.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct LocalCheck {
    /// learning_rate / (2/λmax).
    pub factor: f64,
    pub learning_rate: f64,
    pub steps: u64,
    /// How much farther from the minimum it ends than it starts, in that direction.
    pub measured_growth: Option<f64>,
    /// |1 − α·λmax|^steps.
    pub predicted_growth: f64,
}
