//! What is fitted: one file per family.
//!
//! A model turns features into the rows that its parameters multiply, and gives loss and gradient for every trial of a
//! cohort at once, since trials that share a batch share its products.

mod init;
mod linear;
mod polynomial;
mod squared_error;

use crate::numeric::{LANES, Matrix, Real, Rows};
use crate::parameter::{Fallback, Interval, Kind, Parameter, Values};

/// A batch of rows: where they are, and packed transposed for predictions.
#[derive(Debug, Clone, Copy)]
pub struct Batch<'a, T> {
    /// `[b, d]`
    pub rows: Rows<'a, T>,
    /// Blocks of [`BLOCK`] rows, the last one shorter, each `[d, rows]`; `None` where the trials are so few that turning
    /// their parameters costs less.
    pub columns: Option<&'a [T]>,
    /// −y, `[b]`
    pub negated_target: &'a [T],
    /// What the sum of the rows' gradients is multiplied by.
    pub weight: T,
}

/// Rows of a batch that are multiplied at a time: a batch that is larger than the caches is read once for all trials.
pub const BLOCK: usize = 64;

/// Memory that a model uses from batch to batch.
#[derive(Debug)]
pub struct Scratch<T> {
    residuals: Vec<T>,
    /// Parameters `[d, trials]` and residuals `[rows, trials]` of few trials.
    turned: Vec<T>,
    predictions: Vec<T>,
    squares: Vec<[T; LANES]>,
}

impl<T> Default for Scratch<T> {
    fn default() -> Self {
        Self { residuals: Vec::new(), turned: Vec::new(), predictions: Vec::new(), squares: Vec::new() }
    }
}

/// Loss and gradient in one precision.
pub trait Gradient<T: Real> {
    /// For each of the points `[trials, d]`: Σ over the batch of the row's loss into `losses` `[trials]`, and the batch's
    /// weight times the sum of its gradient into `gradients` `[trials, d]`.
    fn gradients(
        &self,
        batch: &Batch<'_, T>,
        points: &[T],
        losses: &mut [T],
        gradients: &mut [T],
        scratch: &mut Scratch<T>,
    );

    /// Gradient descent by a batch of at most [`BLOCK`] rows: the same `losses`, and each trial's parameters moved
    /// against that gradient by its rate, one of `rates` `[trials]`: θ ← θ − α·g, rounded once.
    fn descend(
        &self,
        batch: &Batch<'_, T>,
        rates: &[T],
        parameters: &mut [T],
        losses: &mut [T],
        scratch: &mut Scratch<T>,
    );
}

/// A model with its hyperparameters.
pub trait Model: Gradient<f64> + Gradient<f32> + Send + Sync {
    /// The rows that the parameters multiply: `[n_samples, d]`, the constant 1 of the bias first.
    ///
    /// # Errors
    /// A message where there would be too many.
    fn design(&self, features: &Matrix) -> Result<Matrix, String>;

    /// How many parameters it has on this many features, the bias included.
    ///
    /// # Errors
    /// A message where there would be too many.
    fn parameters(&self, n_features: usize) -> Result<usize, String>;

    /// The parameters at the start, `[d]`, the bias first.
    ///
    /// # Errors
    /// A message where the length of given numbers does not fit.
    fn start(&self, d: usize, seed: Option<u64>) -> Result<Vec<f64>, String>;

    /// Whether the start differs from seed to seed.
    fn start_by_seed(&self) -> bool;

    fn penalty(&self) -> Penalty;

    /// Whether the loss is the squared error of a linear function of the parameters, so that a split can be compressed.
    fn is_least_squares(&self) -> bool;
}

/// J gains l1·‖w‖₁ + (l2/2)·‖w‖², w without the bias. (scikit-learn: Lasso's alpha is l1, Ridge's is n·l2.)
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Penalty {
    pub l1: f64,
    pub l2: f64,
}

/// One row of the registry of models.
pub struct Family {
    /// The word after `kind =`.
    pub name: &'static str,
    pub doc: &'static str,
    pub parameters: &'static [Parameter],
    pub build: fn(&Values) -> Result<Box<dyn Model>, toml::de::Error>,
}

/// Every family that exists.
pub static FAMILIES: &[Family] = &[linear::FAMILY, polynomial::FAMILY];

#[must_use]
pub fn family(name: &str) -> Option<&'static Family> {
    FAMILIES.iter().find(|family| family.name == name)
}

// Keys that several families share.

const L1: Parameter = Parameter::new(
    "l1",
    Kind::Float(Interval::NOT_NEGATIVE),
    Fallback::Literal("0.0"),
    "weight of the L1 norm of the weights in J (scikit-learn's Lasso alpha)",
);

const L2: Parameter = Parameter::new(
    "l2",
    Kind::Float(Interval::NOT_NEGATIVE),
    Fallback::Literal("0.0"),
    "weight of half the squared L2 norm of the weights in J (scikit-learn's Ridge alpha is n times it)",
);

const INIT: Parameter = Parameter::new(
    "init",
    Kind::WordOrFloats(init::WORDS),
    Fallback::Literal("\"zeros\""),
    "where training starts: \"zeros\", \"normal\" (standard deviates by seed), or numbers, the bias first",
);
