//! Prepared data as linear least squares: the quadratic of each split, its reduced form, and the modes of J.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::modes::Modes;
use super::quadratic::Quadratic;
use crate::numeric::svd;
use crate::record::Split;
use crate::shape::Layout;
use crate::train::prepared_rows::PreparedRows;

/// The squared error over one split, on the original rows and, if that saves work, on reduced ones.
#[derive(Debug)]
pub struct SplitQuadratic {
    rows: Arc<PreparedRows>,
    /// On the original rows; those with weights are multiplied by their roots.
    plain: OnceLock<Quadratic>,
    /// `None` if a reduction would save nothing.
    reduced: OnceLock<Option<Quadratic>>,
}

impl SplitQuadratic {
    fn new(rows: &Arc<PreparedRows>) -> Self {
        Self { rows: Arc::clone(rows), plain: OnceLock::new(), reduced: OnceLock::new() }
    }

    pub fn plain(&self) -> &Quadratic {
        self.plain.get_or_init(|| {
            let rows = self.rows.times_roots().map_or_else(|| Arc::clone(&self.rows), Arc::new);
            Quadratic::plain(rows)
        })
    }

    pub fn reduced(&self) -> &Quadratic {
        self.reduced.get_or_init(|| self.plain().reduced()).as_ref().unwrap_or_else(|| self.plain())
    }
}

/// The number of multiplications from which another thread pays off.
const WORTH_A_THREAD: usize = 1_000_000;

/// What prepared data has only if its model is linear in its parameters.
#[derive(Debug)]
pub struct LeastSquaresData {
    layout: Arc<Layout>,
    pub train: SplitQuadratic,
    pub validation: Option<SplitQuadratic>,
    pub test: Option<SplitQuadratic>,
    /// J of the zero predictor, computed on first use.
    zero: OnceLock<f64>,
    /// One SVD for each distinct l2, computed on first use.
    modes: Mutex<BTreeMap<u64, Arc<OnceLock<Modes>>>>,
}

impl LeastSquaresData {
    /// The rows of each split are those of the model's design.
    pub fn new(
        layout: Arc<Layout>,
        train: &Arc<PreparedRows>,
        validation: Option<&Arc<PreparedRows>>,
        test: Option<&Arc<PreparedRows>>,
    ) -> Self {
        Self {
            layout,
            train: SplitQuadratic::new(train),
            validation: validation.map(SplitQuadratic::new),
            test: test.map(SplitQuadratic::new),
            zero: OnceLock::new(),
            modes: Mutex::default(),
        }
    }

    /// The squared error over a split; `None` if the split has no rows.
    #[must_use]
    pub const fn split(&self, split: Split) -> Option<&SplitQuadratic> {
        match split {
            Split::Train => Some(&self.train),
            Split::Validation => self.validation.as_ref(),
            Split::Test => self.test.as_ref(),
        }
    }

    /// Does `work` while another thread reduces the validation and test rows, if that pays off. (It is not a rayon
    /// thread: while that waits, it could take up work that waits for this.)
    fn reducing_the_rest<T>(&self, work: impl FnOnce() -> T) -> T {
        let rest = [&self.validation, &self.test];
        let rows: usize = rest.iter().copied().flatten().map(|split| split.rows.matrix.rows).sum();
        if rayon::current_num_threads() < 2 || rows * self.layout.parameters().pow(2) < WORTH_A_THREAD {
            return work();
        }
        std::thread::scope(|scope| {
            scope.spawn(|| rest.into_iter().flatten().for_each(|split| _ = split.reduced()));
            work()
        })
    }

    /// J = MSE/2 of the zero predictor over the training rows.
    #[must_use]
    pub fn zero_objective(&self) -> f64 {
        *self.zero.get_or_init(|| 0.5 * self.train.reduced().mean_square(&vec![0.0; self.layout.parameters()]))
    }

    /// J over the training rows with this l2, on d rows.
    #[must_use]
    pub fn objective(&self, l2: f64) -> Quadratic {
        self.train.reduced().with_l2(l2, &self.layout)
    }

    /// The modes of J with this l2.
    #[must_use]
    pub fn modes(&self, l2: f64) -> Arc<OnceLock<Modes>> {
        let cell = {
            let mut modes = self.modes.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(modes.entry(l2.to_bits()).or_default())
        };
        cell.get_or_init(|| {
            let objective = self.objective(l2);
            let decomposition = self.reducing_the_rest(|| svd(objective.matrix()));
            let rows = Split::ALL.map(|split| self.split(split).map(SplitQuadratic::reduced));
            Modes::new(objective, decomposition, rows, l2 > 0.0)
        });
        cell
    }
}
