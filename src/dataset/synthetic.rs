//! A linear target over Gaussian features of a chosen condition number, with Gaussian noise.
//!
//! x_ij = s_j·z_ij with z standard normal, and y_i = b + Σ_j w_j·x_ij + noise·ε_i with b, w and ε standard normal. The
//! features are independent, with variances s_j² = condition^(−j/(d−1)), j = 0 … d−1: log-spaced from 1 down to
//! 1/condition, so that their population covariance is diagonal and has exactly that condition number (the square of
//! the ratio of the largest to the smallest standard deviation). With many more rows than features, the covariance of the
//! sample is close to it; `standardize = true` undoes it. With one feature the variance is 1.
//!
//! A share of `outliers` among the rows has 20 times as much noise: each row is one with this probability.
//!
//! Features, weights, noise and outliers have one random stream each, and features are drawn row by row, so a data set with more rows
//! begins with the rows of the smaller one.
//!
//! `seed = "trial"` draws a problem of its own for each seed of the experiment. `rows = "trial"` holds the problem, b and w, which
//! come from `seed`, and draws the features and the noise anew for each seed: fresh rows of one and the same problem.

use std::path::Path;

use super::{DataError, Dataset, DatasetSize, Source, SourceFunctions, memory_check};
use crate::memory::fallible;
use crate::numeric::{Matrix, Purpose, Stream};
use crate::parameter::{Decides, Endpoint, Fallback, Interval, Kind, Parameter, Values, read};
use crate::record::Reading;

pub(super) const SOURCE: Source = Source::new(
    "synthetic",
    "a linear target over Gaussian features of a chosen condition number, with Gaussian noise",
    PARAMETERS,
    include_str!("synthetic.rs"),
    SourceFunctions { generated: true, load, size, by_seed },
);

const PARAMETERS: &[Parameter] = &[
    Parameter::new(
        "n_samples",
        Kind::Integer { at_least: 2, at_most: i64::MAX },
        Fallback::Required,
        Decides::RowsOrTargets,
        "number of rows",
    ),
    Parameter::new(
        "n_features",
        Kind::Integer { at_least: 1, at_most: i64::MAX },
        Fallback::Required,
        Decides::RowsOrTargets,
        "number of features",
    ),
    Parameter::new(
        "noise",
        Kind::Float(Interval::NOT_NEGATIVE),
        Fallback::Literal("1.0"),
        Decides::RowsOrTargets,
        "standard deviation of the noise on the target",
    ),
    Parameter::new(
        "outliers",
        Kind::Float(Interval::FRACTION),
        Fallback::Off("0.0"),
        Decides::RowsOrTargets,
        "the probability that a row is an outlier, whose noise is 20 times as large",
    ),
    Parameter::new(
        "condition",
        Kind::Float(Interval { low: Endpoint::Closed(1.0), high: Endpoint::None }),
        Fallback::Literal("1.0"),
        Decides::RowsOrTargets,
        "condition number of the features' population covariance: variances log-spaced from 1 down to 1/condition",
    ),
    Parameter::new(
        "seed",
        Kind::IntegerOrWord { at_least: 0, word: "trial" },
        Fallback::Literal("0"),
        Decides::RowsOrTargets,
        "what the numbers are drawn from; \"trial\" draws them anew for each seed of the experiment",
    ),
    Parameter::new(
        "rows",
        Kind::Choice(&["seed", "trial"]),
        Fallback::Off("\"seed\""),
        Decides::RowsOrTargets,
        "what rows and noise are drawn from: `seed` as well, or each seed of the experiment with the weights held (\"trial\")",
    ),
];

#[derive(serde::Deserialize)]
struct SyntheticOptions {
    n_samples: usize,
    n_features: usize,
    noise: f64,
    #[serde(default)]
    outliers: f64,
    condition: f64,
    seed: SeedOption,
    #[serde(default)]
    rows: RowsOption,
}

#[derive(serde::Deserialize, Default, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum RowsOption {
    #[default]
    Seed,
    Trial,
}

#[derive(serde::Deserialize)]
#[serde(untagged)]
enum SeedOption {
    Fixed(u64),
    Drawn(SeedWord),
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "lowercase")]
enum SeedWord {
    Trial,
}

/// The noise of an outlier, in units of that of other rows.
const OUTLIER: f64 = 20.0;

fn by_seed(values: &Values) -> bool {
    let drawn = |key: &str| values.get(key).and_then(toml::Value::as_str) == Some("trial");
    drawn("seed") || drawn("rows")
}

fn size(values: &Values, _folder: &Path) -> Option<DatasetSize> {
    let options: SyntheticOptions = read(values).ok()?;
    Some(DatasetSize { rows: options.n_samples, columns: options.n_features })
}

fn load(values: &Values, _folder: &Path, seed: Option<u64>) -> Result<Dataset, DataError> {
    let options: SyntheticOptions = read(values)
        .map_err(|error| DataError::Content(format!("options of synthetic data cannot be read: {error}")))?;
    let of_trial = |key: &str| {
        seed.ok_or_else(|| DataError::Content(format!("synthetic data with {key} = \"trial\" needs a seed")))
    };
    let problem_seed = match options.seed {
        SeedOption::Fixed(seed) => seed,
        SeedOption::Drawn(SeedWord::Trial) => of_trial("seed")?,
    };
    let row_seed = if options.rows == RowsOption::Trial { of_trial("rows")? } else { problem_seed };
    let (n, d) = (options.n_samples, options.n_features);
    let size = DatasetSize { rows: n, columns: d };
    if let Some(refusal) = memory_check::refusal(size) {
        return Err(DataError::TooLarge(format!("synthetic data of {refusal}")));
    }
    let mut values = Vec::new();
    let mut target = Vec::new();
    fallible(|| {
        let cells = n.checked_mul(d)?;
        values.try_reserve_exact(cells).ok().and_then(|()| target.try_reserve_exact(n).ok())
    })
    .ok_or_else(|| DataError::TooLarge(format!("synthetic data of {}", memory_check::sentence(size, None))))?;

    let mut weight_stream = Stream::new(problem_seed, Purpose::SyntheticWeights, 0);
    let bias = weight_stream.normal();
    let weights: Vec<f64> = (0..d).map(|_| weight_stream.normal()).collect();
    let scales = scales(d, options.condition);
    let mut feature_stream = Stream::new(row_seed, Purpose::SyntheticFeatures, 0);
    let mut noise_stream = Stream::new(row_seed, Purpose::SyntheticNoise, 0);
    let mut outlier_stream = Stream::new(row_seed, Purpose::SyntheticOutliers, 0);
    for _ in 0..n {
        let mut sum = bias;
        for (scale, weight) in scales.iter().zip(&weights) {
            let value = scale * feature_stream.normal();
            sum = value.mul_add(*weight, sum);
            values.push(value);
        }
        let is_outlier = options.outliers > 0.0 && outlier_stream.uniform() <= options.outliers;
        let noise = if is_outlier { OUTLIER * options.noise } else { options.noise };
        target.push(noise.mul_add(noise_stream.normal(), sum));
    }
    Ok(Dataset {
        features: Matrix { rows: n, columns: d, values },
        target,
        feature_names: (1..=d).map(|number| format!("x{number}")).collect(),
        classes: None,
        weights: None,
        target_name: "y".to_owned(),
        other_targets: Vec::new(),
        given_test: 0,
        fingerprint: "generated".to_owned(),
        notes: Vec::new(),
        reading: Reading::default(),
    })
}

/// The standard deviations of the features, from 1 down to 1/√condition in equal ratios.
fn scales(d: usize, condition: f64) -> Vec<f64> {
    let half_log = 0.5 * libm::log(condition);
    (0..d)
        .map(|j| match j {
            0 => 1.0,
            last if last + 1 == d => 1.0 / condition.sqrt(),
            _ => libm::exp(-half_log * (j as f64 / (d - 1) as f64)),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::{fingerprint, tests::filled};

    fn generate(options: &str, seed: Option<u64>) -> Result<Dataset, DataError> {
        load(&filled(&SOURCE, options), Path::new("."), seed)
    }

    /// If this hash changes, every recorded trial on synthetic data changes: raise the numerics version.
    #[test]
    fn the_numbers_of_a_seed_are_pinned() {
        let data = generate("n_samples = 50\nn_features = 4\ncondition = 100", None).unwrap();
        assert_eq!(
            fingerprint(&data.features, &data.target, None),
            "34fda758492e304379f53c0cd432e6ae32a176d21e9ed99b94b5a28f6512d3df"
        );
        assert_eq!(data.fingerprint, "generated");
        assert_eq!(data.feature_names, ["x1", "x2", "x3", "x4"]);
    }

    #[test]
    fn variances_are_log_spaced() {
        assert_eq!(scales(3, 10_000.0)[..1], [1.0]);
        assert!((scales(3, 10_000.0)[1] - 0.1).abs() < 1e-15);
        assert_eq!(scales(3, 10_000.0)[2], 0.01);
        assert_eq!(scales(1, 10_000.0), [1.0]);
        let data = generate("n_samples = 20000\nn_features = 2\ncondition = 100", None).unwrap();
        let variance = |j| (0..20_000).map(|i| data.features.at(i, j)).fold(0.0, |sum, x| sum + x * x) / 20_000.0;
        assert!((variance(0) / variance(1) / 100.0 - 1.0).abs() < 0.05);
    }

    #[test]
    fn without_noise_the_target_is_linear() {
        let data = generate("n_samples = 6\nn_features = 1\nnoise = 0", None).unwrap();
        let slope = |i: usize| (data.target[i] - data.target[0]) / (data.features.at(i, 0) - data.features.at(0, 0));
        for i in 2..6 {
            assert!((slope(i) - slope(1)).abs() < 1e-9);
        }
    }

    #[test]
    fn outliers_are_as_many_as_asked_and_leave_the_other_rows_alone() {
        let with = |outliers: &str| generate(&format!("n_samples = 2000\nn_features = 2\n{outliers}"), None).unwrap();
        let (plain, some, all) = (with(""), with("outliers = 0.1"), with("outliers = 1.0"));
        assert_eq!(plain.target, with("outliers = 0.0").target);
        assert_eq!(plain.features, some.features);
        let moved = |data: &Dataset| data.target.iter().zip(&plain.target).filter(|(y, other)| y != other).count();
        assert!((160..240).contains(&moved(&some)), "{}", moved(&some));
        assert_eq!(moved(&all), 2000);
        // The target without noise, a, stays: y = a + e becomes a + 20·e.
        let none = with("noise = 0.0");
        for row in 0..2000 {
            let noise = plain.target[row] - none.target[row];
            assert!((all.target[row] - none.target[row] - 20.0 * noise).abs() < 1e-9);
        }
    }

    #[test]
    fn more_rows_begin_with_the_fewer() {
        let few = generate("n_samples = 5\nn_features = 3", None).unwrap();
        let many = generate("n_samples = 9\nn_features = 3", None).unwrap();
        assert_eq!(few.features.values, many.features.values[..15]);
        assert_eq!(few.target, many.target[..5]);
    }

    #[test]
    fn seed_trial_draws_anew_for_each_seed() {
        let options = "n_samples = 5\nn_features = 1\nseed = \"trial\"";
        let target = |seed| generate(options, seed).unwrap().target;
        assert_ne!(target(Some(1)), target(Some(2)));
        assert_eq!(target(Some(3)), generate("n_samples = 5\nn_features = 1\nseed = 3", None).unwrap().target);
        assert!(by_seed(&filled(&SOURCE, options)));
        assert!(!by_seed(&filled(&SOURCE, "n_samples = 5\nn_features = 1")));
        let error = generate(options, None).unwrap_err();
        assert_eq!(error.to_string(), "synthetic data with seed = \"trial\" needs a seed");
    }

    #[test]
    fn rows_trial_draws_other_rows_of_the_same_problem() {
        let options = "n_samples = 20000\nn_features = 1\nseed = 7\nrows = \"trial\"";
        let drawn = |seed| generate(options, Some(seed)).unwrap();
        // The slope and the intercept of the least-squares line.
        let line = |data: &Dataset| {
            let n = data.target.len() as f64;
            let mean = |of: &dyn Fn(usize) -> f64| (0..data.target.len()).map(of).fold(0.0, |sum, x| sum + x) / n;
            let (x, y) = (mean(&|i| data.features.at(i, 0)), mean(&|i| data.target[i]));
            let product = mean(&|i| (data.features.at(i, 0) - x) * (data.target[i] - y));
            let slope = product / mean(&|i| (data.features.at(i, 0) - x) * (data.features.at(i, 0) - x));
            [slope, y - slope * x]
        };
        let (one, other) = (drawn(1), drawn(2));
        assert_ne!(one.features.values[..5], other.features.values[..5]);
        assert_ne!(one.target[..5], other.target[..5]);
        let held = line(&generate("n_samples = 20000\nn_features = 1\nseed = 7", None).unwrap());
        for data in [&one, &other] {
            assert!(line(data).iter().zip(held).all(|(a, b)| (a - b).abs() < 0.05), "{:?} {held:?}", line(data));
        }
        // Another problem is far from it, and a seed that is the problem's gives its rows.
        let elsewhere = line(&generate(&options.replace("seed = 7", "seed = 8"), Some(1)).unwrap());
        assert!(elsewhere.iter().zip(held).any(|(a, b)| (a - b).abs() > 0.2), "{elsewhere:?} {held:?}");
        assert_eq!(drawn(7).target, generate("n_samples = 20000\nn_features = 1\nseed = 7", None).unwrap().target);
        assert!(by_seed(&filled(&SOURCE, options)));
        assert!(!by_seed(&filled(&SOURCE, "n_samples = 5\nn_features = 1\nrows = \"seed\"")));
        assert_eq!(
            generate(options, None).unwrap_err().to_string(),
            "synthetic data with rows = \"trial\" needs a seed"
        );
    }

    #[test]
    fn data_too_large_for_memory_is_an_error() {
        let error = generate("n_samples = 9000000000000000000\nn_features = 3", None).unwrap_err();
        assert!(matches!(error, DataError::TooLarge(_)));
        let message = error.to_string();
        assert!(message.starts_with("synthetic data of 9000000000000000000 × 3 numbers "), "{message}");
    }
}
