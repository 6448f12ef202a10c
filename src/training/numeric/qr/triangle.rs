//! The triangle that a least-squares problem reduces to.

use crate::numeric::Matrix;

/// R, z and ρ² of a least-squares problem: ‖Xθ − y‖² = ρ² + ‖Rθ − z‖² for every θ.
#[derive(Debug, Clone)]
pub struct Triangle {
    /// `[min(n, d), d]`, upper triangular (a trapezoid if n < d). Its diagonal may have either sign.
    pub r: Matrix,
    /// `[min(n, d)]`: the targets of R's rows.
    pub z: Vec<f64>,
    /// ρ², the sum of squares that remains for every θ; 0 if n ≤ d.
    pub residual: f64,
}
