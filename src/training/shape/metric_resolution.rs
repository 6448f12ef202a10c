//! How far apart two values of a metric must be for the difference to mean something.

use super::metric_kind::{MetricKind, TargetUnit};
use super::target_moments::TargetMoments;

impl MetricKind {
    /// The size below which a difference from `value` means nothing: [`rounding`](Self::rounding), and for a metric
    /// that counts rows one row of the split. `target` is of the split that the value is about. A mean of `n` values, one for each seed,
    /// is told apart by one row of one of them.
    #[must_use]
    pub fn resolution(&self, value: f64, target: Option<&TargetMoments>, n: usize) -> f64 {
        let rounding = self.rounding(value, target);
        let rows = target.and_then(|target| target.rows).filter(|rows| self.counts_rows() && *rows > 0);
        // A value that is one row off is no further than one row, whatever its last bit is.
        rows.map_or(rounding, |rows| 1.0 / (rows as f64 * n.max(1) as f64) + rounding)
    }

    /// The size below which a difference from `value` is rounding: 10⁻⁹ of the value, and what the rounding of an
    /// output makes of it. An output carries an error of some ε·rms(y), so an MSE carries about 2·√MSE·ε·rms(y) +
    /// ε²·rms(y)²; 64 times that covers what converged runs showed on data without noise.
    #[must_use]
    pub fn rounding(&self, value: f64, target: Option<&TargetMoments>) -> f64 {
        let relative = 1e-9 * value.abs();
        let Some(target) = target else { return relative };
        let rounding = f64::EPSILON * target.root_mean_square();
        let of_square = |square: f64| 64.0 * rounding * (2.0 * square.abs().sqrt() + rounding);
        let floor = match self.unit {
            TargetUnit::TargetSquared => of_square(value),
            TargetUnit::Target => 64.0 * rounding,
            TargetUnit::None if target.variance > 0.0 => {
                of_square(self.distance(value) * target.variance) / target.variance
            }
            TargetUnit::None => 0.0,
        };
        relative + floor
    }

    /// Whether a value is no further from the best that there is than rounding. Where nothing is known of the targets
    /// nothing is called rounding, and neither is what counts rows.
    #[must_use]
    pub fn fits_exactly(&self, value: f64, target: Option<&TargetMoments>) -> bool {
        let can_be_rounding = value.is_finite() && target.is_some() && !self.counts_rows();
        can_be_rounding && self.distance(value) <= self.rounding(value, target)
    }
}
