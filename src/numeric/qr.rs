//! placeholder
use super::Matrix;
/// R, z and ρ² of a least-squares problem.
#[derive(Debug, Clone)]
pub struct Triangle {
    /// `[min(n, d), d]`, upper triangular.
    pub r: Matrix,
    pub z: Vec<f64>,
    pub residual: f64,
}
#[must_use]
pub fn triangle(_x: &Matrix, _y: &[f64]) -> Triangle {
    todo!()
}
