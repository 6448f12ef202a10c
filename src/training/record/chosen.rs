//! What is kept of chosen trials, apart from their records: their predictions for test rows, and what preparing the data learned.

use super::Id;

/// The predictions of a chosen trial for its test rows.
#[derive(Debug, Clone, PartialEq)]
pub struct ChosenOutputs {
    pub trial: Id,
    pub numerics_version: u32,
    /// The revisions of the registry rows that made them, as the trial's record names them.
    pub revisions: String,
    /// The epoch at whose end they were computed; `None` for the end of training.
    pub best_epoch: Option<u64>,
    /// The [`Preparation`] of the data that the trial was trained on.
    pub preparation: Id,
    /// `[outputs, test rows]`, in the order of [`Preparation::test_rows`].
    pub outputs: Vec<f64>,
}

/// What preparing a data set learned, without its numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Preparation {
    /// The hash of what decides it: the data, its names, its split, its form, and the revisions that made it.
    pub id: Id,
    pub numerics_version: u32,
    /// The names of the features, one for each level of a category, `[n_features]`.
    pub features: Vec<String>,
    /// The names of the model's parameters, `[d]`.
    pub columns: Vec<String>,
    /// The mean of each feature over the training rows, `[n_features]`, if the features are standardized.
    pub mean: Option<Vec<f64>>,
    /// The standard deviation, `[n_features]`; 0 for a constant feature, which is 0 in every row.
    pub deviation: Option<Vec<f64>>,
    /// The positions of the test rows among those of the data set, ascending; rows that were left out for a missing cell do not count.
    pub test_rows: Vec<u64>,
    /// The targets of the test rows as training sees them, `[targets, test rows]`.
    pub test_targets: Vec<f64>,
    /// How much each test row counts, `[test rows]`, with mean 1; `None` if all count the same.
    pub test_weights: Option<Vec<f64>>,
}

impl Preparation {
    /// The parameters of a linear model in the units of the data, `[d]`: θ_j/deviation_j, and a bias from which
    /// Σ θ_j·mean_j/deviation_j is subtracted. `None` if the features are not standardized, or the parameters are not a bias
    /// and one weight for each feature.
    #[must_use]
    pub fn unscaled(&self, theta: &[f64]) -> Option<Vec<f64>> {
        let (mean, deviation) = (self.mean.as_ref()?, self.deviation.as_ref()?);
        if theta.len() != self.columns.len() || self.columns.get(1..)? != self.features {
            return None;
        }
        let mut unscaled = theta.to_vec();
        let (bias, weights) = unscaled.split_first_mut()?;
        for ((weight, mean), deviation) in weights.iter_mut().zip(mean).zip(deviation) {
            *weight = if *deviation > 0.0 { *weight / deviation } else { 0.0 };
            *bias -= *weight * mean;
        }
        Some(unscaled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_in_the_units_of_the_data_give_the_same_outputs() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let preparation = Preparation {
            id: Id::of("data"),
            numerics_version: 1,
            features: names(&["a", "b", "constant"]),
            columns: names(&["bias", "a", "b", "constant"]),
            mean: Some(vec![10.0, -2.0, 7.0]),
            deviation: Some(vec![4.0, 0.5, 0.0]),
            test_rows: Vec::new(),
            test_targets: Vec::new(),
            test_weights: None,
        };
        let unscaled = preparation.unscaled(&[3.0, 2.0, 1.0, 5.0]).expect("linear");
        assert_eq!(unscaled, [3.0 - 0.5 * 10.0 + 2.0 * 2.0, 0.5, 2.0, 0.0]);
        assert_eq!(preparation.unscaled(&[3.0]), None);
        let monomials = Preparation { columns: names(&["bias", "a", "b", "a^2"]), ..preparation.clone() };
        assert_eq!(monomials.unscaled(&[3.0, 2.0, 1.0, 5.0]), None);
        let raw = Preparation { mean: None, ..preparation };
        assert_eq!(raw.unscaled(&[3.0, 2.0, 1.0, 5.0]), None);
    }
}
