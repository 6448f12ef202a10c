//! What metrics need to know of the targets of one split.

/// Moments of the targets of one split.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct TargetMoments {
    pub mean: f64,
    /// The mean squared deviation from `mean`: divided by the number of rows.
    pub variance: f64,
    /// The mean squared error of predicting the mean of the training targets.
    pub baseline_loss: f64,
    /// The number of rows, of targets that are classes: what a metric that counts rows can tell apart follows from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
}

impl TargetMoments {
    /// The moments of `targets`, `[rows]`, given the mean of the training targets. `None` without rows.
    #[must_use]
    pub fn of(targets: &[f64], training_mean: f64) -> Option<Self> {
        Self::weighted(targets, training_mean, None)
    }

    /// The same with weights of the rows, `[rows]`. `None` also if all weights are zero.
    #[must_use]
    pub fn weighted(targets: &[f64], training_mean: f64, weights: Option<&[f64]>) -> Option<Self> {
        let mean = weighted_mean(targets, weights)?;
        let squares = |center: f64| match weights {
            None => {
                let sum = targets.iter().fold(0.0, |sum, y| (y - center).mul_add(y - center, sum));
                sum / targets.len() as f64
            }
            Some(weights) => {
                let term = |sum: f64, (y, w): (&f64, &f64)| (w * (y - center)).mul_add(y - center, sum);
                targets.iter().zip(weights).fold(0.0, term) / total(weights)
            }
        };
        Some(Self { mean, variance: squares(mean), baseline_loss: squares(training_mean), rows: None })
    }

    /// Of several targets, `[n_targets, rows]`: means over the targets, given the mean of each over the training
    /// rows, `[n_targets]`: of their variances, of their baseline losses, and the root mean square of their means. 1 −
    /// MSE/variance is then R² over all targets together.
    #[must_use]
    pub fn of_several(targets: &[f64], training_means: &[f64], weights: Option<&[f64]>) -> Option<Self> {
        let rows = targets.len().checked_div(training_means.len()).filter(|rows| *rows > 0)?;
        let each = targets.chunks_exact(rows).zip(training_means);
        let each: Vec<Self> =
            each.map(|(targets, mean)| Self::weighted(targets, *mean, weights)).collect::<Option<_>>()?;
        let [first] = each[..] else {
            let over = |moment: fn(&Self) -> f64| mean(&each.iter().map(moment).collect::<Vec<_>>());
            let baseline_loss = over(|one| one.baseline_loss)?;
            let (mean, variance) = (over(|one| one.mean * one.mean)?.sqrt(), over(|one| one.variance)?);
            return Some(Self { mean, variance, baseline_loss, rows: None });
        };
        Some(first)
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

/// The mean under weights, folded over the rows in their order: Σ w·x / Σ w. `None` without rows, or if all weights
/// are zero.
#[must_use]
pub fn weighted_mean(values: &[f64], weights: Option<&[f64]>) -> Option<f64> {
    let Some(weights) = weights else { return mean(values) };
    let total = total(weights);
    let sum = values.iter().zip(weights).fold(0.0, |sum, (value, weight)| sum + weight * value);
    (total > 0.0).then(|| sum / total)
}

/// The mean of each target, `[n_targets]`, given `[n_targets, rows]`, under weights, `[rows]`. `None` as in
/// [`weighted_mean`].
#[must_use]
pub fn means_of_targets(targets: &[f64], n_targets: usize, weights: Option<&[f64]>) -> Option<Vec<f64>> {
    let rows = (targets.len() / n_targets.max(1)).max(1);
    let means: Option<Vec<f64>> = targets.chunks_exact(rows).map(|target| weighted_mean(target, weights)).collect();
    means.filter(|means| !means.is_empty())
}

fn total(weights: &[f64]) -> f64 {
    weights.iter().fold(0.0, |sum, weight| sum + weight)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        assert_eq!(
            TargetMoments::of(&[1.0, 3.0], 1.0),
            Some(TargetMoments { mean: 2.0, variance: 1.0, baseline_loss: 2.0, rows: None })
        );
        assert_eq!(TargetMoments::of(&[], 1.0), None);
        // A row of weight 3 is that row three times.
        let thrice = TargetMoments::of(&[1.0, 1.0, 1.0, 3.0], 2.0);
        assert_eq!(TargetMoments::weighted(&[1.0, 3.0, 7.0], 2.0, Some(&[3.0, 1.0, 0.0])), thrice);
        assert_eq!(TargetMoments::weighted(&[1.0, 3.0], 2.0, Some(&[0.0, 0.0])), None);
        let targets = [1.0, 3.0, 10.0, 18.0];
        assert_eq!(means_of_targets(&targets, 2, None), Some(vec![2.0, 14.0]));
        assert_eq!(
            TargetMoments::of_several(&targets, &[1.0, 15.0], None),
            Some(TargetMoments { mean: 10.0, variance: 8.5, baseline_loss: 9.5, rows: None })
        );
        assert_eq!(TargetMoments::of_several(&[1.0, 3.0], &[1.0], None), TargetMoments::of(&[1.0, 3.0], 1.0));
        assert_eq!((weighted_mean(&[1.0, 3.0], Some(&[3.0, 1.0])), weighted_mean(&[], None)), (Some(1.5), None));
    }
}
