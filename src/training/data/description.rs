//! Describes the columns of a data set: ranges, means and correlations of the features, and the distribution of the target.

use super::dataset::Dataset;
use super::split::RowIndices;
use super::standardize::Standardization;
use crate::record::{ColumnDescription, DataDescription};
use crate::shape::TargetKind;

/// The classes of the histogram.
const CLASSES: usize = 20;

/// Describes all rows of a data set, whatever part of the split they are in. Every sum runs in the order of the rows.
#[must_use]
pub fn describe(dataset: &Dataset) -> DataDescription {
    let Dataset { features, .. } = dataset;
    let (target, others) = dataset.target.split_at(features.rows.min(dataset.target.len()));
    let of_target = of_numbers(target);
    let are_classes = dataset.target_kind() == TargetKind::Classes;
    // The codes of more than two classes are in the order of their names, which says nothing.
    let correlates = !are_classes || dataset.classes.as_ref().is_some_and(|classes| classes.names.len() == 2);
    let measured = Standardization::of(features, &RowIndices::Consecutive(0..features.rows));
    let mut low = vec![f64::INFINITY; features.columns];
    let mut high = vec![f64::NEG_INFINITY; features.columns];
    let mut products = vec![0.0; features.columns];
    // In units of the deviations no product overflows. A constant column has deviation 0 and takes no part.
    let over = |deviation: f64| if deviation > 0.0 { 1.0 / deviation } else { 0.0 };
    let scale: Vec<f64> = measured.deviation.iter().map(|&deviation| over(deviation)).collect();
    let scale_of_target = over(of_target.deviation);
    for (row, &target) in target.iter().enumerate() {
        let target = (target - of_target.mean) * scale_of_target;
        for (column, &value) in features.row(row).iter().enumerate() {
            low[column] = if value < low[column] { value } else { low[column] };
            high[column] = if value > high[column] { value } else { high[column] };
            products[column] += (value - measured.mean[column]) * scale[column] * target;
        }
    }
    let n = features.rows as f64;
    let correlation = |column: usize| {
        let found = products[column] / n;
        (correlates && scale[column] > 0.0 && scale_of_target > 0.0).then(|| found.clamp(-1.0, 1.0))
    };
    let features = (0..features.columns).map(|column| ColumnDescription {
        low: low[column],
        high: high[column],
        mean: measured.mean[column],
        deviation: measured.deviation[column],
        correlation: correlation(column),
    });
    let histogram = if are_classes { Vec::new() } else { histogram(target, &of_target) };
    let weight = dataset.weights.as_ref().map(|weights| of_numbers(&weights.values));
    let other_targets = others.chunks(dataset.features.rows.max(1)).map(of_numbers).collect();
    DataDescription { features: features.collect(), target: of_target, other_targets, weight, histogram }
}

fn of_numbers(target: &[f64]) -> ColumnDescription {
    let low = target.iter().copied().fold(f64::INFINITY, f64::min);
    let high = target.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let n = target.len() as f64;
    // Divided before they are summed, and squared in units of the largest distance: nothing overflows.
    let mean = target.iter().fold(0.0, |sum, value| sum + value / n);
    let most = f64::max(high - mean, mean - low);
    let deviation = if most > 0.0 {
        let squares = target.iter().fold(0.0, |sum, value| sum + ((value - mean) / most) * ((value - mean) / most));
        most * (squares / n).sqrt()
    } else {
        0.0
    };
    ColumnDescription { low, high, mean, deviation, correlation: None }
}

/// The number of targets in each of [`CLASSES`] classes of equal width; empty for a constant target. A target on a boundary is in the
/// upper class, the highest one in the last.
fn histogram(target: &[f64], of_target: &ColumnDescription) -> Vec<u64> {
    let width = of_target.high / CLASSES as f64 - of_target.low / CLASSES as f64;
    if width.is_nan() || width <= 0.0 {
        return Vec::new();
    }
    let mut counts = vec![0; CLASSES];
    for value in target {
        let class = value / width - of_target.low / width;
        counts[(class as usize).min(CLASSES - 1)] += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::Matrix;

    fn dataset(features: Vec<f64>, target: Vec<f64>) -> Dataset {
        let (rows, columns) = (target.len(), features.len() / target.len());
        Dataset {
            features: Matrix { rows, columns, values: features },
            target,
            feature_names: (0..columns).map(|column| format!("x{column}")).collect(),
            classes: None,
            weights: None,
            target_name: "y".to_owned(),
            other_targets: Vec::new(),
            given_test: 0,
            fingerprint: String::new(),
            notes: Vec::new(),
            reading: crate::record::Reading::default(),
        }
    }

    /// NumPy 2.3: `mean`, `std`, and `np.corrcoef(x, y)[0, 1]`.
    #[test]
    fn columns_by_value() {
        let found = describe(&dataset(vec![1.0, 7.0, 2.0, 7.0, 4.0, 7.0, 8.0, 7.0], vec![2.0, 1.0, 0.0, 10.0]));
        let first = found.features[0];
        assert_eq!((first.low, first.high, first.mean), (1.0, 8.0, 3.75));
        assert!((first.deviation - 2.680_951_323_690_902).abs() < 1e-14);
        assert!((first.correlation.unwrap() - 0.829_914_460_310_537_6).abs() < 1e-12, "{:?}", first.correlation);
        let constant = found.features[1];
        assert_eq!((constant.low, constant.high, constant.deviation, constant.correlation), (7.0, 7.0, 0.0, None));
        assert_eq!((found.target.low, found.target.high, found.target.mean), (0.0, 10.0, 3.25));
        assert_eq!(found.histogram.iter().sum::<u64>(), 4);
        assert_eq!((found.histogram[0], found.histogram[2], found.histogram[4], found.histogram[19]), (1, 1, 1, 1));
    }

    #[test]
    fn codes_of_classes_are_no_numbers() {
        let mut data = dataset(vec![1.0, 2.0, 3.0, 4.0], vec![0.0, 0.0, 1.0, 2.0]);
        let named = |names: &[&str]| {
            let names = crate::shape::ClassNames::new(names.iter().map(|name| (*name).to_owned()).collect());
            Some(crate::shape::NamedClasses { names, are_numbers: false })
        };
        data.classes = named(&["a", "b", "c"]);
        let found = describe(&data);
        assert_eq!((found.features[0].correlation, found.histogram), (None, Vec::new()));
        data.target = vec![0.0, 0.0, 1.0, 1.0];
        data.classes = named(&["a", "b"]);
        assert!(describe(&data).features[0].correlation.unwrap() > 0.89, "of two classes the sign has a meaning");
    }

    #[test]
    fn extreme_values_stay_finite() {
        let most = f64::MAX;
        let found = describe(&dataset(vec![-most, most, most, -most], vec![most, -most, most, -most]));
        for column in found.features.iter().chain([&found.target]) {
            assert!(column.mean.is_finite() && column.deviation.is_finite(), "{column:?}");
        }
        assert_eq!(found.histogram.iter().sum::<u64>(), 4);
        assert_eq!(describe(&dataset(vec![1.0, 2.0], vec![5.0, 5.0])).histogram, Vec::<u64>::new());
    }
}
