//! One dataset × split × model shape, ready to train on.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::least_squares::{Modes, Quadratic};
use super::options::Precision;
use crate::data::{DataSplit, Dataset, RowIndices, Standardization};
use crate::model::Model;
use crate::numeric::{Matrix, svd};
use crate::record::Split;
use crate::shape::{TargetMoments, mean};

/// The rows of one split: the original ones and, if that saves work, reduced ones.
#[derive(Debug)]
pub struct SplitRows {
    pub plain: Quadratic,
    /// `None` if a reduction would save nothing.
    reduced: OnceLock<Option<Quadratic>>,
}

impl SplitRows {
    fn new(x: Matrix, y: Vec<f64>) -> Self {
        Self { plain: Quadratic::plain(x, y), reduced: OnceLock::new() }
    }

    pub fn reduced(&self) -> &Quadratic {
        self.reduced.get_or_init(|| self.plain.reduced()).as_ref().unwrap_or(&self.plain)
    }
}

/// The number of multiplications, or of numbers to move, from which another thread pays off.
const WORTH_A_THREAD: usize = 1_000_000;

/// This message replaces a divergence before the first step.
const TOO_LARGE: &str =
    "a value is larger than precision = \"f32\" holds (3.4e38): standardize the features, or train in f64";

/// Everything that trials on one dataset × split × model shape share.
#[derive(Debug)]
pub struct PreparedData {
    pub train: SplitRows,
    pub validation: Option<SplitRows>,
    pub test: Option<SplitRows>,
    /// J of the zero predictor, computed on first use.
    zero: OnceLock<f64>,
    /// One SVD for each distinct l2, computed on first use.
    modes: Mutex<BTreeMap<u64, Arc<OnceLock<Modes>>>>,
}

impl PreparedData {
    /// Splits the data set, standardizes it if asked to, and forms the rows that the parameters multiply. An owned data
    /// set is dropped on return, and its targets as soon as they are split.
    ///
    /// # Errors
    /// A message if the model cannot be formed on these features, if there are no training rows, or if a value does not
    /// fit in f32.
    pub fn new(
        dataset: Cow<'_, Dataset>,
        parts: &DataSplit,
        standardization: Option<&Standardization>,
        model: &dyn Model,
        precision: Precision,
    ) -> Result<Self, String> {
        let mut dataset = dataset;
        let mut targets = match &mut dataset {
            Cow::Owned(own) if parts.all_train() => [std::mem::take(&mut own.target), Vec::new(), Vec::new()],
            dataset => Split::ALL.map(|part| chosen_target(&dataset.target, &parts.rows(part))),
        };
        if let Cow::Owned(own) = &mut dataset {
            own.target = Vec::new();
        }
        let features = &dataset.features;
        let rows = |part: Split, target: &mut Vec<f64>| -> Result<Option<SplitRows>, String> {
            let chosen = parts.rows(part);
            if chosen.is_empty() {
                return Ok(None);
            }
            let mut design = design(features, &chosen, standardization, model)?;
            let mut target = std::mem::take(target);
            if precision == Precision::F32 {
                let all = || design.values.iter().chain(&target);
                if all().any(|value| value.is_finite() && value.abs() > f64::from(f32::MAX)) {
                    return Err(TOO_LARGE.to_owned());
                }
                design.values.iter_mut().chain(&mut target).for_each(round_to_f32);
            }
            Ok(Some(SplitRows::new(design, target)))
        };
        let [train, validation, test] = &mut targets;
        Ok(Self {
            train: rows(Split::Train, train)?.ok_or("there are no rows to train on")?,
            validation: rows(Split::Validation, validation)?,
            test: rows(Split::Test, test)?,
            zero: OnceLock::new(),
            modes: Mutex::default(),
        })
    }

    /// The number of parameters, including the bias.
    #[must_use]
    pub const fn parameters(&self) -> usize {
        self.train.plain.rows.columns
    }

    #[must_use]
    pub const fn n_train(&self) -> usize {
        self.train.plain.rows.rows
    }

    #[must_use]
    pub const fn rows(&self, split: Split) -> Option<&SplitRows> {
        match split {
            Split::Train => Some(&self.train),
            Split::Validation => self.validation.as_ref(),
            Split::Test => self.test.as_ref(),
        }
    }

    /// The moments of the targets of each split that has rows.
    #[must_use]
    pub fn target_moments(&self) -> [Option<TargetMoments>; 3] {
        let training_mean = mean(&self.train.plain.target).unwrap_or(f64::NAN);
        Split::ALL.map(|split| TargetMoments::of(&self.rows(split)?.plain.target, training_mean))
    }

    /// The splits that have rows.
    #[must_use]
    pub fn splits(&self) -> Vec<Split> {
        Split::ALL.into_iter().filter(|&split| self.rows(split).is_some()).collect()
    }

    /// Does `work` while another thread reduces the validation and test rows, if that pays off. (It is not a rayon
    /// thread: while that waits, it could take up work that waits for this.)
    fn reducing_the_rest<T>(&self, work: impl FnOnce() -> T) -> T {
        let rest = [&self.validation, &self.test];
        let rows: usize = rest.iter().copied().flatten().map(|rows| rows.plain.rows.rows).sum();
        if rayon::current_num_threads() < 2 || rows * self.parameters().pow(2) < WORTH_A_THREAD {
            return work();
        }
        std::thread::scope(|scope| {
            scope.spawn(|| rest.into_iter().flatten().for_each(|rows| _ = rows.reduced()));
            work()
        })
    }

    /// J = MSE/2 of the zero predictor over the training rows.
    #[must_use]
    pub fn zero_objective(&self) -> f64 {
        *self.zero.get_or_init(|| 0.5 * self.train.reduced().mse(&vec![0.0; self.parameters()]))
    }

    /// The modes of J with this l2.
    #[must_use]
    pub fn modes(&self, l2: f64) -> Arc<OnceLock<Modes>> {
        let cell = {
            let mut modes = self.modes.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(modes.entry(l2.to_bits()).or_default())
        };
        cell.get_or_init(|| {
            let objective = self.train.reduced().with_l2(l2);
            let decomposition = self.reducing_the_rest(|| svd(&objective.rows));
            let rows = Split::ALL.map(|split| self.rows(split).map(SplitRows::reduced));
            Modes::new(objective, decomposition, rows, l2 > 0.0)
        });
        cell
    }
}

fn chosen_target(target: &[f64], rows: &RowIndices) -> Vec<f64> {
    match rows {
        RowIndices::Consecutive(rows) => target[rows.clone()].to_vec(),
        RowIndices::Listed(rows) => rows.iter().map(|&row| target[row]).collect(),
    }
}

/// The features of a range of the chosen rows.
fn chosen_features(features: &Matrix, rows: &RowIndices, stretch: Range<usize>) -> Matrix {
    match rows {
        RowIndices::Consecutive(rows) => {
            let (count, from) = (stretch.len(), (rows.start + stretch.start) * features.columns);
            let values = features.values[from..from + count * features.columns].to_vec();
            Matrix { rows: count, columns: features.columns, values }
        }
        RowIndices::Listed(rows) => features.select_rows(&rows[stretch]),
    }
}

/// The rows that are formed at a time, so that the intermediate values stay in cache.
const FORMED_TOGETHER: usize = 128;

/// The rows, `[rows, d]`, that the parameters multiply. Each depends only on its own features, so threads share large
/// parts.
fn design(
    features: &Matrix,
    rows: &RowIndices,
    standardization: Option<&Standardization>,
    model: &dyn Model,
) -> Result<Matrix, String> {
    let d = model.parameters(features.columns)?;
    let mut design = Matrix::filled(rows.len(), d, 0.0);
    let form = |values: &mut [f64], first: usize| -> Result<(), String> {
        for (block, to) in values.chunks_mut(FORMED_TOGETHER * d).enumerate() {
            let from = first + block * FORMED_TOGETHER;
            let mut features = chosen_features(features, rows, from..from + to.len() / d);
            if let Some(standardization) = standardization {
                standardization.apply(&mut features);
            }
            to.copy_from_slice(&model.design(&features)?.values);
        }
        Ok(())
    };
    let threads = if design.values.len() < WORTH_A_THREAD { 1 } else { rayon::current_num_threads() };
    let share = rows.len().div_ceil(threads).max(1);
    let mut shares = design.values.chunks_mut(share * d).enumerate();
    let first = shares.next();
    std::thread::scope(|scope| {
        let form = &form;
        let others: Vec<_> = shares.map(|(index, values)| scope.spawn(move || form(values, index * share))).collect();
        let formed = first.map_or(Ok(()), |(_, values)| form(values, 0));
        let others =
            others.into_iter().map(|other| other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        others.fold(formed, Result::and)
    })?;
    Ok(design)
}

fn round_to_f32(value: &mut f64) {
    *value = f64::from(*value as f32);
}
