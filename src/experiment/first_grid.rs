//! The split, rates, batch sizes and epochs of a first experiment on a data set, by its size and curvature.

use toml::Value;

use super::first_model::FirstModel;
use crate::dataset::{DataError, DataSplit, Dataset, RowIndices, Standardization};
use crate::numeric::{Matrix, largest_eigenvalue};
use crate::parameter::Values;
use crate::record::Split;

/// The curvature is measured on at most this many rows and numbers.
const MOST_ROWS: usize = 50_000;
const MOST_NUMBERS: usize = 20_000_000;

/// Seconds that a run may take, by the estimate of [`FirstGrid::seconds`].
const MOST_SECONDS: f64 = 20.0;

/// Rates of gradient descent in a decade. They cost little, since its rows are reduced.
const GD_RATES_A_DECADE: f64 = 4.0;

/// The least multiple of 2/λmax at which a grid of gradient descent ends, and one of SGD: batches that are drawn without replacement may
/// undo each other's growth.
const GD_BEYOND: f64 = 1.3;
const SGD_BEYOND: f64 = 2.0;

/// The same of a model of classes, whose J is flatter away from its start: the best rate is often far above the bound, and that of SGD,
/// whose batches are noisy, less so.
const GD_BEYOND_BOUND: f64 = 50.0;
const SGD_BEYOND_BOUND: f64 = 10.0;

/// How much a grid tries.
struct Size {
    epochs: u64,
    /// Of SGD.
    rates_a_decade: f64,
    largest_batch: usize,
    /// Whether a smaller batch stands beside the largest one.
    two_batches: bool,
    /// Whether one split holds for all seeds.
    is_held: bool,
}

const fn size(epochs: u64, rates_a_decade: f64, largest_batch: usize, two_batches: bool, is_held: bool) -> Size {
    Size { epochs, rates_a_decade, largest_batch, two_batches, is_held }
}

/// The first of these that is quick enough is taken.
const SIZES: [Size; 10] = [
    size(200, 4.0, 32, true, false),
    size(100, 4.0, 32, true, false),
    size(100, 4.0, 32, false, false),
    size(50, 3.0, 32, false, false),
    size(20, 3.0, 64, false, false),
    size(20, 2.0, 128, false, false),
    size(10, 2.0, 256, false, false),
    size(10, 2.0, 1024, false, false),
    size(10, 2.0, 1024, false, true),
    size(5, 2.0, 4096, false, true),
];

/// A range of learning rates, evenly spaced on a log scale.
#[derive(Debug, PartialEq)]
pub struct RateRange {
    pub from: f64,
    pub to: f64,
    pub count: usize,
}

impl RateRange {
    /// From where a trial of `most_steps` hardly begins to `beyond` times 2/λmax, the largest eigenvalue.
    fn up_to(beyond: f64, largest: f64, most_steps: f64, a_decade: f64) -> Self {
        let to = rounded(beyond * 2.0 / largest);
        let from = rounded(0.1 / (largest * most_steps));
        let count = (a_decade * libm::log10(to / from)).ceil() as usize + 1;
        Self { from, to, count: count.max(5) }
    }

    /// From where a trial of `most_steps` hardly begins to where one of `fewest_steps` diverges, for a largest eigenvalue λmax.
    ///
    /// In the steepest direction a step multiplies the error by 1 − rate·λmax. So at 0.1/(λmax·steps) a trial leaves e^(−0.2) or 82 % of
    /// its square, and more in every other direction. Above 2/λmax the error grows, and that of SGD does so in the mean, whatever the
    /// batch. SGD has an upper end in the mean square too, 2/(λmax + Σλ/batch): it is lower, and the smaller the batch the lower.
    fn of(largest: f64, [fewest_steps, most_steps]: [f64; 2], a_decade: f64, least_beyond: f64) -> Self {
        Self::up_to(beyond(fewest_steps, least_beyond), largest, most_steps, a_decade)
    }
}

/// The multiple of 2/λmax at which a trial of so many steps diverges for sure: each multiplies the error by twice that, less 1.
fn beyond(steps: f64, least: f64) -> f64 {
    // A trial counts as diverged if J is 10¹² times what it was. The steepest direction may have little of it at first, and splits have a
    // smaller λmax: there J becomes 10²⁴ times what it was.
    let growth = libm::exp(12.0 * std::f64::consts::LN_10 / steps.max(1.0));
    let multiple = (1.0 + growth) / 2.0;
    if multiple > least { multiple } else { least }
}

/// What a first experiment tries.
pub struct FirstGrid {
    /// The fractions for validation and test. Of few rows none is for testing; `None` if there is one row.
    pub split: Option<(f64, f64)>,
    /// Whether test rows are held out, without which optimizers are not compared.
    pub has_test_rows: bool,
    /// Whether one split holds for all seeds.
    pub is_held: bool,
    pub n_train: usize,
    /// λmax of XᵀX/n of standardized training rows, and the sum of all eigenvalues; both with the bias.
    pub largest: f64,
    pub sum: f64,
    pub gd: RateRange,
    pub sgd: RateRange,
    pub batch_sizes: Vec<usize>,
    pub epochs: u64,
}

impl FirstGrid {
    /// # Errors
    /// [`DataError`] if the rows cannot be split.
    pub fn of(data: &Dataset, model: &FirstModel) -> Result<Self, DataError> {
        let split = split(data.features.rows);
        let mut values = Values::new();
        if let Some((validation, test)) = split {
            let fractions = [("validation", validation), ("test", test)];
            let fractions = fractions.map(|(key, value)| (key.to_owned(), Value::Float(value)));
            let stratify = ("stratify".to_owned(), Value::Boolean(model.of_classes));
            values.insert("split".to_owned(), Value::Table(fractions.into_iter().chain([stratify]).collect()));
        }
        let train = DataSplit::of_data(data, &values, Some(1))?.rows(Split::Train);
        let (n_train, width) = (train.len(), data.features.columns);
        let (largest, sum) = curvature(data, train);
        let mut grid = None;
        for size in SIZES {
            let batch_sizes = batch_sizes(n_train, size.largest_batch, size.two_batches);
            let epochs = size.epochs as f64;
            let steps = |batch: Option<&usize>| epochs * n_train as f64 / batch.copied().unwrap_or(1) as f64;
            let (fewest, most) = (steps(batch_sizes.last()), steps(batch_sizes.first()));
            let (mut gd, sgd) = if model.of_classes {
                let steepest = model.steepest(largest);
                (
                    RateRange::up_to(GD_BEYOND_BOUND, steepest, epochs, size.rates_a_decade),
                    RateRange::up_to(SGD_BEYOND_BOUND, steepest, most, size.rates_a_decade),
                )
            } else {
                (
                    RateRange::of(largest, [epochs, epochs], GD_RATES_A_DECADE, GD_BEYOND),
                    RateRange::of(largest, [fewest, most], size.rates_a_decade, SGD_BEYOND),
                )
            };
            // With less than half of the tries a best setting is no match for another.
            gd.count = gd.count.max((sgd.count * batch_sizes.len()).div_ceil(2));
            let found = Self {
                split,
                has_test_rows: split.is_some_and(|(_, test)| test > 0.0),
                is_held: size.is_held,
                n_train,
                largest,
                sum,
                gd,
                sgd,
                batch_sizes,
                epochs: size.epochs,
            };
            let is_quick = found.seconds(width, model) <= MOST_SECONDS;
            grid = Some(found);
            if is_quick {
                break;
            }
        }
        grid.ok_or_else(|| DataError::Content("no grid".to_owned()))
    }

    /// About how long a run takes on two cores.
    fn seconds(&self, width: usize, model: &FirstModel) -> f64 {
        const SEEDS: f64 = 10.0;
        if model.of_classes {
            // Every step of every method is a pass over its rows: products with an output for each class, there and back, and their
            // exponentials; then the evaluation of all parts.
            const PRODUCTS_A_SECOND: f64 = 1.2e10;
            let (n, d, outputs) = (self.n_train as f64, width as f64 + 1.0, model.outputs as f64);
            let an_epoch = n * outputs * (4.0 * d + 40.0) / PRODUCTS_A_SECOND;
            let steps: f64 = self.batch_sizes.iter().map(|batch| n / *batch as f64 * 2e-9 * d * outputs).sum();
            let sgd = self.sgd.count as f64 * (an_epoch * self.batch_sizes.len() as f64 + steps);
            return SEEDS * self.epochs as f64 * (sgd + self.gd.count as f64 * an_epoch);
        }
        const A_SECOND: f64 = 2e9;
        let (n, d) = (self.n_train as f64, width as f64 + 1.0);
        let steps = |batch: &usize| n / *batch as f64;
        let an_epoch: f64 = self
            .batch_sizes
            .iter()
            .map(|batch| 4.0 * n * d / A_SECOND + steps(batch) * (8.0 * d / A_SECOND + 5e-8))
            .sum();
        let splits = if self.is_held { 1.0 } else { SEEDS };
        let reduction = splits * 4.0 * n * d * d / A_SECOND;
        let trials = SEEDS * self.epochs as f64;
        let of_gd = 4.0 * d * d.min(n) / A_SECOND * self.gd.count as f64;
        (an_epoch * self.sgd.count as f64 + of_gd) * trials + reduction
    }
}

/// The parts of the split of so many rows.
pub const fn parts(rows: usize) -> usize {
    match split(rows) {
        Some((_, 0.0)) => 2,
        Some(_) => 3,
        None => 1,
    }
}

/// The fractions for validation and test. With fewer than six test rows a score has no interval, and with a larger part than a third
/// ten seeds are too few to compare optimizers: of fewer rows none are for testing.
const fn split(rows: usize) -> Option<(f64, f64)> {
    match rows {
        30.. => Some((0.2, 0.2)),
        18.. => Some((0.2, 0.33)),
        2.. => Some((0.3, 0.0)),
        _ => None,
    }
}

/// λmax and the sum of the eigenvalues of XᵀX/n, X being these rows standardized, with the bias.
fn curvature(data: &Dataset, train: RowIndices) -> (f64, f64) {
    let width = data.features.columns;
    let most = MOST_ROWS.min(MOST_NUMBERS / width.max(1)).max(1);
    let all: Vec<usize> = match train {
        RowIndices::Consecutive(rows) => rows.collect(),
        RowIndices::Listed(rows) => rows,
    };
    // Rows from all over the file: it may be sorted.
    let step = all.len().div_ceil(most).max(1);
    let rows: Vec<usize> = all.into_iter().step_by(step).collect();
    let n = rows.len();
    let measured = Standardization::of(&data.features, &RowIndices::Listed(rows.clone()));
    let scaled = |row: usize| {
        let values = data.features.row(row).iter().zip(measured.mean.iter().zip(&measured.deviation));
        values.map(|(value, (mean, deviation))| if *deviation > 0.0 { (value - mean) / deviation } else { 0.0 })
    };
    let values: Vec<f64> = rows.iter().flat_map(|row| scaled(*row)).collect();
    let sum = (width - measured.constant.len()) as f64 + 1.0;
    let matrix = Matrix { rows: n, columns: width, values };
    let largest = largest_eigenvalue(&matrix, &vec![0.0; width]).map_or(sum, |found| found / n as f64);
    // The bias stands apart from centred columns: its eigenvalue is 1.
    (if largest > 1.0 { largest } else { 1.0 }, sum)
}

/// One or two batch sizes: powers of two, at most `most` and half of the rows.
fn batch_sizes(n_train: usize, most: usize, two: bool) -> Vec<usize> {
    let mut large = 1;
    while 2 * large <= most && 4 * large <= n_train {
        large *= 2;
    }
    let small = (large / 8).max(1);
    if two && small < large { vec![small, large] } else { vec![large] }
}

/// The nearest number of two digits.
fn rounded(value: f64) -> f64 {
    format!("{value:.1e}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows whose features are ±1 in all combinations: standardized already, with the covariance 1.
    fn data(rows: usize, copies: usize) -> Dataset {
        let width = 2 + copies;
        let value = |row: usize, column: usize| {
            let bit = if column < 2 { column } else { 0 };
            if row >> bit & 1 == 1 { 1.0 } else { -1.0 }
        };
        let values = (0..rows).flat_map(|row| (0..width).map(move |column| value(row, column))).collect();
        let features = Matrix { rows, columns: width, values };
        let target: Vec<f64> = (0..rows).map(|row| row as f64).collect();
        Dataset {
            fingerprint: String::new(),
            feature_names: (0..width).map(|column| format!("x{column}")).collect(),
            classes: None,
            weights: None,
            target_name: "y".to_owned(),
            other_targets: Vec::new(),
            given_test: 0,
            notes: Vec::new(),
            reading: crate::record::Reading::default(),
            features,
            target,
        }
    }

    #[test]
    fn curvature_is_that_of_standardized_rows_with_the_bias() {
        // One column stands there four times: the eigenvalues are 4, 1 and 1 for the bias, and three are zero.
        let all = RowIndices::Consecutive(0..64);
        let (largest, sum) = curvature(&data(64, 3), all);
        assert!((largest - 4.0).abs() < 1e-9 && (sum - 6.0).abs() < 1e-9, "{largest} {sum}");
        // A constant has no curvature.
        let mut constant = data(64, 0);
        constant.features.values.iter_mut().step_by(2).for_each(|value| *value = 7.0);
        let (largest, sum) = curvature(&constant, RowIndices::Consecutive(0..64));
        assert!((largest - 1.0).abs() < 1e-9 && (sum - 2.0).abs() < 1e-9, "{largest} {sum}");
    }

    #[test]
    fn rates_begin_where_little_is_learned_and_end_where_trials_diverge() {
        let range = RateRange::of(2.0, [200.0, 200.0], 4.0, GD_BEYOND);
        assert_eq!(range, RateRange { from: 2.5e-4, to: 1.3, count: 16 });
        // Each epoch has 50 steps more.
        let range = RateRange::of(2.0, [1000.0, 10_000.0], 4.0, SGD_BEYOND);
        assert_eq!(range, RateRange { from: 5e-6, to: 2.0, count: 24 });
        for steps in [1.0, 2.0, 5.0, 20.0, 50.0, 200.0, 1e6] {
            // Of the error's factor in a step, |1 − rate·λmax|, the square is that of J; λmax of a split may be a tenth smaller.
            let factor = 0.9 * 2.0 * beyond(steps, GD_BEYOND) - 1.0;
            assert!(libm::pow(factor, 2.0 * steps) > 1e16, "{steps}: {factor}");
        }
        for epochs in [2.0, 20.0, 200.0] {
            let range = RateRange::of(2.0, [epochs, epochs], 4.0, GD_BEYOND);
            let left = libm::pow(1.0 - range.from * 2.0, 2.0 * epochs);
            assert!((0.8..0.84).contains(&left), "{epochs}: {left}");
        }
    }

    #[test]
    fn batches_are_powers_of_two_and_at_most_half_of_the_rows() {
        for (n_train, most, two, expected) in [
            (1, 32, true, &[1][..]),
            (3, 32, true, &[1]),
            (4, 32, true, &[1, 2]),
            (9, 32, true, &[1, 4]),
            (36, 32, true, &[2, 16]),
            (1000, 32, true, &[4, 32]),
            (1000, 32, false, &[32]),
            (1000, 4096, false, &[256]),
        ] {
            assert_eq!(batch_sizes(n_train, most, two), expected, "{n_train}");
            assert!(expected.iter().all(|batch| 2 * batch <= n_train.max(2)));
        }
    }

    #[test]
    fn few_rows_are_split_so_that_each_part_says_something() {
        for rows in 2..200 {
            let (validation, test) = split(rows).unwrap();
            let values: Values = format!("split = {{ validation = {validation:?}, test = {test:?} }}").parse().unwrap();
            let (n_train, n_validation, n_test) = crate::dataset::sizes(rows, &values).unwrap();
            assert!(n_train >= 1 && n_validation >= 1 && (n_test == 0 || n_test >= 6), "{rows}: {n_train} {n_test}");
            assert_eq!(n_test == 0, rows < 18, "{rows}");
        }
        assert_eq!(split(1), None);
    }

    #[test]
    fn rates_of_classes_end_far_above_the_bound() {
        let of = |rows: usize, classes: usize| {
            let mut data = data(rows, 0);
            data.target = (0..rows).map(|row| (row % classes) as f64).collect();
            data.target_name = "class".to_owned();
            let model = FirstModel::of(&data, 3).unwrap();
            assert!(model.of_classes);
            let grid = FirstGrid::of(&data, &model).unwrap();
            (model.steepest(grid.largest), grid.seconds(2, &model), grid)
        };
        let (steepest, _, grid) = of(200, 3);
        // λmax is about 1, and at least 1 for the bias.
        assert!((0.501..0.7).contains(&steepest), "{steepest}");
        let times = |rates: &RateRange| rates.to * steepest / 2.0;
        assert!((49.0..51.0).contains(&times(&grid.gd)) && (9.5..10.5).contains(&times(&grid.sgd)), "{:?}", grid.gd);
        assert!(2 * grid.gd.count >= grid.sgd.count * grid.batch_sizes.len());
        // A step changes the distance of J to its minimum by a factor of at least 1 − 2·rate·L.
        let left = libm::pow(1.0 - 2.0 * grid.gd.from * steepest, grid.epochs as f64);
        assert!((0.8..0.84).contains(&left), "{left}");
        assert!((0.25..0.35).contains(&of(200, 2).0));
        let (_, seconds, large) = of(400_000, 3);
        assert!(large.epochs < 100 && large.batch_sizes.len() == 1 && seconds <= MOST_SECONDS, "{seconds}");
    }

    #[test]
    fn large_data_get_a_smaller_grid() {
        let model = FirstModel::of_numbers();
        let small = FirstGrid::of(&data(200, 0), &model).unwrap();
        assert_eq!((small.epochs, small.batch_sizes.as_slice(), small.is_held), (200, &[4, 32][..], false));
        assert_eq!((small.n_train, small.split), (120, Some((0.2, 0.2))));
        let large = FirstGrid::of(&data(400_000, 0), &model).unwrap();
        assert!(small.sgd.from < small.gd.from / 10.0 && small.sgd.to > small.gd.to, "{:?}", small.sgd);
        assert!(2 * small.gd.count >= 2 * small.sgd.count, "{} {}", small.gd.count, small.sgd.count);
        let rows = FirstGrid::of(&data(200_000, 0), &model).unwrap();
        assert!(rows.gd.count > 10 && !rows.is_held, "{:?}", rows.gd);
        assert!(large.epochs < 100 && large.batch_sizes.len() == 1, "{}", large.epochs);
        assert!(large.seconds(2, &model) <= MOST_SECONDS);
    }
}
