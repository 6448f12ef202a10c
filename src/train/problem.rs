//! One dataset × split × model shape, ready to train on.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::modes::Modes;
use super::options::Precision;
use super::quadratic::Quadratic;
use crate::dataset::{Dataset, Parts, Standardization};
use crate::model::Model;
use crate::numeric::Matrix;
use crate::record::Split;

/// The rows of one split: as they are, and reduced where the loss allows it.
#[derive(Debug)]
pub struct Rows {
    pub plain: Quadratic,
    reduced: OnceLock<Quadratic>,
}

impl Rows {
    fn new(x: Matrix, y: Vec<f64>) -> Self {
        Self { plain: Quadratic::plain(x, y), reduced: OnceLock::new() }
    }

    pub fn reduced(&self) -> &Quadratic {
        self.reduced.get_or_init(|| self.plain.reduced())
    }
}

/// Multiplications, or numbers to be moved, from which another thread is worth its start.
const WORTH_A_THREAD: usize = 1_000_000;

/// Everything that trials on one dataset × split × model shape share.
#[derive(Debug)]
pub struct Problem {
    pub train: Rows,
    pub validation: Option<Rows>,
    pub test: Option<Rows>,
    /// J of the zero predictor, made when first asked for.
    zero: OnceLock<f64>,
    /// One SVD for each distinct l2, made when first asked for.
    modes: Mutex<BTreeMap<u64, Arc<OnceLock<Modes>>>>,
}

impl Problem {
    /// Splits, standardizes and forms the rows that the parameters multiply.
    ///
    /// # Errors
    /// A message where the model cannot be formed on these features.
    pub fn new(
        dataset: &Dataset,
        parts: &Parts,
        standardize: bool,
        model: &dyn Model,
        precision: Precision,
    ) -> Result<Self, String> {
        let standardized;
        let features = if standardize {
            standardized = Standardization::of(&dataset.features, &parts.train).apply(&dataset.features);
            &standardized
        } else {
            &dataset.features
        };
        let rows = |indices: &[usize]| -> Result<Rows, String> {
            let mut design = design(features, indices, model)?;
            let mut target: Vec<f64> = indices.iter().map(|&row| dataset.target[row]).collect();
            if precision == Precision::F32 {
                design.values.iter_mut().chain(&mut target).for_each(round_to_f32);
            }
            Ok(Rows::new(design, target))
        };
        let optional = |indices: &[usize]| if indices.is_empty() { Ok(None) } else { rows(indices).map(Some) };
        Ok(Self {
            train: rows(&parts.train)?,
            validation: optional(&parts.validation)?,
            test: optional(&parts.test)?,
            zero: OnceLock::new(),
            modes: Mutex::default(),
        })
    }

    /// The parameters, bias included.
    #[must_use]
    pub const fn parameters(&self) -> usize {
        self.train.plain.rows.columns
    }

    #[must_use]
    pub const fn n_train(&self) -> usize {
        self.train.plain.rows.rows
    }

    #[must_use]
    pub const fn rows(&self, split: Split) -> Option<&Rows> {
        match split {
            Split::Train => Some(&self.train),
            Split::Validation => self.validation.as_ref(),
            Split::Test => self.test.as_ref(),
        }
    }

    /// Does `work` while another thread, where there is one and it is worth its start, reduces the splits that are not
    /// trained on. (Not a thread of rayon's, which might wait by taking up work that waits for this.)
    pub fn reducing_the_rest<T>(&self, work: impl FnOnce() -> T) -> T {
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
        cell.get_or_init(|| Modes::new(self, l2));
        cell
    }
}

/// Rows that are formed at a time, so that what lies between them and the features stays in cache.
const FORMED_TOGETHER: usize = 128;

/// What the parameters multiply, for the given rows: each follows from its own features. Threads share large parts.
fn design(features: &Matrix, indices: &[usize], model: &dyn Model) -> Result<Matrix, String> {
    let d = model.parameters(features.columns)?;
    let mut design = Matrix::filled(indices.len(), d, 0.0);
    let form = |values: &mut [f64], indices: &[usize]| -> Result<(), String> {
        for (to, indices) in values.chunks_mut(FORMED_TOGETHER * d).zip(indices.chunks(FORMED_TOGETHER)) {
            to.copy_from_slice(&model.design(&features.select_rows(indices))?.values);
        }
        Ok(())
    };
    let threads = if design.values.len() < WORTH_A_THREAD { 1 } else { rayon::current_num_threads() };
    let share = indices.len().div_ceil(threads).max(1);
    let mut shares = design.values.chunks_mut(share * d).zip(indices.chunks(share));
    let first = shares.next();
    std::thread::scope(|scope| {
        let others: Vec<_> = shares.map(|(values, indices)| scope.spawn(move || form(values, indices))).collect();
        let formed = first.map_or(Ok(()), |(values, indices)| form(values, indices));
        let others =
            others.into_iter().map(|other| other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        others.fold(formed, Result::and)
    })?;
    Ok(design)
}

#[allow(clippy::cast_possible_truncation)]
fn round_to_f32(value: &mut f64) {
    *value = f64::from(*value as f32);
}
