//! A bound of the curvature of J under losses other than the squared error, of models that are linear in their parameters.

use super::path::MOST_MODES;
use super::prepared::PreparedData;

/// L = c·λmax(XᵀX/n) + l2, where c is the [smoothness](crate::loss::Loss::smoothness) of the loss and X `[n, d]` the design of the
/// training rows: no eigenvalue of the Hessian of J is larger, whatever the parameters. `None` if the model is not linear in
/// its parameters, or has too many for modes.
#[must_use]
pub fn curvature_bound(data: &PreparedData, smoothness: f64, l2: f64) -> Option<f64> {
    let least_squares = data.least_squares().filter(|_| data.parameters() <= MOST_MODES)?;
    let cell = least_squares.modes(0.0);
    let largest = *cell.get()?.eigenvalues().first()?;
    Some(smoothness * largest + l2)
}
