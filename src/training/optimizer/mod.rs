//! How parameters move: one file per method.
//!
//! An optimizer does not know that it is trained in a cohort. It names the point at which it wants the gradient and
//! updates one trial's parameters, a contiguous slice, from it.

mod gd;
mod momentum;
mod sgd;

pub use momentum::Momentum;

use crate::numeric::Real;
use crate::parameter::{Fallback, Interval, Kind, Parameter, Values};
use crate::shape::Recurrence;

/// What an update knows beside the gradient.
#[derive(Debug, Clone, Copy)]
pub struct Step<T> {
    /// Updates done before.
    pub k: u64,
    /// α_k
    pub rate: T,
    /// α_{k−1}; that of the first update is α_0.
    pub previous_rate: T,
    /// Weight of ‖w‖₁. (The gradient holds the part of l2 already.)
    pub l1: T,
}

/// One method's arithmetic in one precision. Slices are one trial's: parameters `[d]` with the bias first, state
/// `[state_vectors · d]`, zero at the start.
pub trait Update<T: Real> {
    /// Writes the point at which the gradient is wanted.
    fn point(&self, step: &Step<T>, parameters: &[T], state: &[T], point: &mut [T]);

    /// Moves the parameters by the gradient of the smooth part of J at that point.
    fn update(&self, step: &Step<T>, parameters: &mut [T], state: &mut [T], gradient: &[T]);
}

/// A method with its hyperparameters, in both precisions.
pub trait Optimizer: Update<f64> + Update<f32> + Send + Sync {
    /// Vectors of d numbers that it carries from step to step, under a penalty l1.
    fn state_vectors(&self, l1: f64) -> usize;

    /// Which rows a step takes.
    fn batching(&self) -> Batching;

    /// The linear recurrence that it is without l1, if it is one: what decouples into modes.
    fn recurrence(&self) -> Option<Recurrence>;

    /// Whether an update is θ ← θ − α·g alone, under a penalty l1.
    fn is_descent(&self, l1: f64) -> bool;

    /// Whether it wants the gradient elsewhere than at the parameters, under a penalty l1.
    fn moves_point(&self, l1: f64) -> bool;
}

/// The rows of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Batching {
    /// Every training row, in its order.
    Full,
    Rows {
        size: u64,
        replacement: bool,
        /// A shorter last batch divides by its own size instead of the batch size.
        keep: bool,
    },
}

/// One row of the registry of methods.
pub struct Method {
    /// The word after `method =`.
    pub name: &'static str,
    pub doc: &'static str,
    pub parameters: &'static [Parameter],
    pub build: fn(&Values) -> Result<Box<dyn Optimizer>, toml::de::Error>,
}

/// Every method that exists.
pub static METHODS: &[Method] = &[gd::METHOD, sgd::METHOD];

#[must_use]
pub fn method(name: &str) -> Option<&'static Method> {
    METHODS.iter().find(|method| method.name == name)
}

// Keys that several methods share.

const LEARNING_RATE: Parameter = Parameter::new(
    "learning_rate",
    Kind::Float(Interval::POSITIVE),
    Fallback::Required,
    "α: how far a step goes along the gradient of J = MSE/2 + penalty",
);

const SCHEDULE: Parameter = Parameter::new(
    "schedule",
    Kind::Schedule,
    Fallback::Literal("{ kind = \"constant\" }"),
    "how the learning rate changes with the number of updates",
);

const MOMENTUM: Parameter = Parameter::new(
    "momentum",
    Kind::Float(Interval::FRACTION),
    Fallback::Literal("0.0"),
    "β: the fraction of the last velocity that is kept",
);

const NESTEROV: Parameter =
    Parameter::new("nesterov", Kind::Boolean, Fallback::Literal("false"), "Nesterov's form of momentum");

const BATCH_SIZE: Parameter = Parameter::new(
    "batch_size",
    Kind::IntegerOrWord { at_least: 1, word: "full" },
    Fallback::Literal("1"),
    "rows in a step, or \"full\"",
);

const REPLACEMENT: Parameter = Parameter::new(
    "replacement",
    Kind::Boolean,
    Fallback::Literal("false"),
    "draw rows with replacement instead of going through a permutation each epoch",
);

const LAST_BATCH: Parameter = Parameter::new(
    "last_batch",
    Kind::Choice(&["scaled", "keep"]),
    Fallback::Literal("\"scaled\""),
    "a shorter last batch divides its sum by batch_size (\"scaled\") or by its own size (\"keep\")",
);

impl Batching {
    /// What it comes to on `n_train` rows: a batch that holds them all, drawn without replacement, is the full batch.
    #[must_use]
    pub const fn resolve(self, n_train: u64) -> Self {
        match self {
            Self::Rows { size, replacement: false, .. } if size >= n_train => Self::Full,
            other => other,
        }
    }
}
