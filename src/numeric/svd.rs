//! placeholder
use super::Matrix;
#[derive(Debug, Clone)]
pub struct Svd {
    /// `[d, d]`: columns are the left singular vectors.
    pub u: Matrix,
    /// Largest first.
    pub sigma: Vec<f64>,
    /// `[d, d]`: columns are the right singular vectors.
    pub v: Matrix,
}
#[must_use]
pub fn svd(_r: &Matrix) -> Svd {
    todo!()
}
