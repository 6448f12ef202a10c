//! The split, rates, batch sizes and epochs of a first experiment on a data set, by its size and curvature.

use toml::Value;

use crate::dataset::{DataError, DataSplit, Dataset, RowIndices, Standardization};
use crate::numeric::{Matrix, largest_eigenvalue};
use crate::parameter::Values;
use crate::record::Split;

/// The curvature is measured on at most this many rows and numbers.
const MOST_ROWS: usize = 50_000;
const MOST_NUMBERS: usize = 20_000_000;

/// Seconds that a run may take, by the estimate of [`FirstGrid::seconds`].
const MOST_SECONDS: f64 = 8.0;

/// Epochs, rates, largest batch, whether a smaller one stands beside it, and whether one split holds for all seeds: the first that is
/// quick enough is taken.
const GRIDS: [(u64, usize, usize, bool, bool); 9] = [
    (200, 13, 32, true, false),
    (100, 13, 32, true, false),
    (100, 13, 32, false, false),
    (50, 9, 32, false, false),
    (20, 9, 64, false, false),
    (10, 7, 128, false, false),
    (10, 7, 256, false, true),
    (5, 5, 1024, false, true),
    (2, 5, 4096, false, true),
];

/// A range of learning rates, evenly spaced on a log scale.
#[derive(Debug, PartialEq)]
pub struct RateRange {
    pub from: f64,
    pub to: f64,
    pub count: usize,
}

impl RateRange {
    /// Three decades that end just above a limit.
    fn below(limit: f64, count: usize) -> Self {
        let to = rounded(1.1 * limit);
        Self { from: rounded(to / 1000.0), to, count }
    }
}

/// What a first experiment tries.
pub struct FirstGrid {
    /// The fractions for validation and test; `None` if there are too few rows.
    pub split: Option<(f64, f64)>,
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
    pub fn of(data: &Dataset) -> Result<Self, DataError> {
        let rows = data.target.len();
        let split = match rows {
            30.. => Some((0.2, 0.2)),
            15.. => Some((0.2, 0.4)),
            5.. => Some((0.2, 0.2)),
            _ => None,
        };
        let mut values = Values::new();
        if let Some((validation, test)) = split {
            let fractions = [("validation", validation), ("test", test)];
            let fractions = fractions.map(|(key, value)| (key.to_owned(), Value::Float(value)));
            values.insert("split".to_owned(), Value::Table(fractions.into_iter().collect()));
        }
        let train = DataSplit::of(rows, &values, Some(1))?.rows(Split::Train);
        let (n_train, width) = (train.len(), data.features.columns);
        let (largest, sum) = curvature(data, train);
        let mut grid = None;
        for choice in GRIDS {
            let (epochs, rates, batch, _, is_held) = choice;
            let batches = batch_sizes(n_train, batch, choice.3);
            let sgd_limit = 2.0 / (largest + sum / batches.last().copied().unwrap_or(1) as f64);
            let found = Self {
                split,
                is_held,
                n_train,
                largest,
                sum,
                gd: RateRange::below(2.0 / largest, rates),
                sgd: RateRange::below(sgd_limit, rates),
                batch_sizes: batches,
                epochs,
            };
            let is_quick = found.seconds(width) <= MOST_SECONDS;
            grid = Some(found);
            if is_quick {
                break;
            }
        }
        grid.ok_or_else(|| DataError::Content("no grid".to_owned()))
    }

    /// About how long a run takes on two cores.
    fn seconds(&self, width: usize) -> f64 {
        const SEEDS: f64 = 10.0;
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
        an_epoch * self.sgd.count as f64 * SEEDS * self.epochs as f64 + reduction
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
