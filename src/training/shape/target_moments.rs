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
        Self::of_weighted(targets, None, training_mean)
    }

    /// The same of rows that count by their weights, `[rows]`, with mean 1.
    #[must_use]
    pub fn of_weighted(targets: &[f64], weights: Option<&[f64]>, training_mean: f64) -> Option<Self> {
        let mean = weighted_mean(targets, weights)?;
        let squares = |center: f64| match weights {
            None => targets.iter().fold(0.0, |sum, y| (y - center).mul_add(y - center, sum)),
            Some(weights) => {
                let rows = targets.iter().zip(weights);
                rows.fold(0.0, |sum, (y, weight)| (weight * (y - center)).mul_add(y - center, sum))
            }
        };
        let n = targets.len() as f64;
        Some(Self { mean, variance: squares(mean) / n, baseline_loss: squares(training_mean) / n })
    }

    /// √(mean of y²)
    #[must_use]
    pub fn root_mean_square(&self) -> f64 {
        self.mean.hypot(self.variance.sqrt())
    }
}

/// The mean of rows that count by their weights, `[rows]`, with mean 1, if they have any. `None` without rows.
#[must_use]
pub fn weighted_mean(targets: &[f64], weights: Option<&[f64]>) -> Option<f64> {
    let Some(weights) = weights else { return mean(targets) };
    let sum = targets.iter().zip(weights).fold(0.0, |sum, (y, weight)| weight.mul_add(*y, sum));
    (!targets.is_empty()).then(|| sum / targets.len() as f64)
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
        // 3 counts three times as much as 1.
        assert_eq!(
            TargetMoments::of_weighted(&[1.0, 3.0], Some(&[0.5, 1.5]), 1.0),
            Some(TargetMoments { mean: 2.5, variance: 0.75, baseline_loss: 3.0 })
        );
    }
}
