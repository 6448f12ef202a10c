//! What metrics need to know of the targets of one split.

/// Moments of the targets of one split.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct TargetMoments {
    pub mean: f64,
    /// The mean squared deviation from `mean`: divided by the number of rows.
    pub variance: f64,
    /// The mean squared error of predicting the mean of the training targets.
    pub baseline_loss: f64,
}

impl TargetMoments {
    /// The moments of `targets`, `[rows]`, given the mean of the training targets. `None` without rows.
    #[must_use]
    pub fn of(targets: &[f64], training_mean: f64) -> Option<Self> {
        let mean = mean(targets)?;
        let squares = |center: f64| targets.iter().fold(0.0, |sum, y| (y - center).mul_add(y - center, sum));
        let n = targets.len() as f64;
        Some(Self { mean, variance: squares(mean) / n, baseline_loss: squares(training_mean) / n })
    }

    /// √(mean of y²)
    #[must_use]
    pub fn root_mean_square(&self) -> f64 {
        self.mean.hypot(self.variance.sqrt())
    }
}

/// The mean, folded over the rows in their order. `None` without rows.
#[must_use]
pub fn mean(targets: &[f64]) -> Option<f64> {
    let sum = targets.iter().fold(0.0, |sum, y| sum + y);
    (!targets.is_empty()).then(|| sum / targets.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        assert_eq!(
            TargetMoments::of(&[1.0, 3.0], 1.0),
            Some(TargetMoments { mean: 2.0, variance: 1.0, baseline_loss: 2.0 })
        );
        assert_eq!(TargetMoments::of(&[], 1.0), None);
    }
}
