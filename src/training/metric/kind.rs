//! A row of the registry of metrics.

use crate::shape::{TargetMoments, mean};

/// One row of the registry of metrics.
pub struct MetricKind {
    /// The word in experiment files and the ending of column names: `r2` in `test_r2`.
    pub name: &'static str,
    /// The word in reports: `R²`.
    pub label: &'static str,
    pub doc: &'static str,
    /// Several values, as a heading.
    pub heading: &'static str,
    /// What it is, in a sentence for readers of a report.
    pub definition: &'static str,
    pub unit: TargetUnit,
    pub direction: Direction,
    pub axis: AxisKind,
    /// The smallest and the largest value that exist.
    pub range: (f64, f64),
    pub values: Values,
    /// Raise it when a recorded value of this metric may change.
    pub revision: u32,
}

/// The unit of a metric, in units of the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetUnit {
    None,
    Target,
    TargetSquared,
}

impl TargetUnit {
    /// `in units of the target`
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::None => "without a unit",
            Self::Target => "in units of the target",
            Self::TargetSquared => "in units of the target squared",
        }
    }
}

/// Which values are better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Lower,
    Higher,
}

impl Direction {
    /// `lower` or `higher`: what better values are.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Lower => "lower",
            Self::Higher => "higher",
        }
    }

    /// `lowest` or `highest`: what the best value is.
    #[must_use]
    pub const fn superlative(self) -> &'static str {
        match self {
            Self::Lower => "lowest",
            Self::Higher => "highest",
        }
    }
}

/// The axis that a metric is drawn on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AxisKind {
    Logarithmic,
    Linear,
}

/// Where the values of a metric come from.
#[derive(Clone, Copy)]
pub enum Values {
    /// The mean loss, which every trial records.
    Loss,
    /// A function of another metric's value and of the target's moments on the same split. It is computed when it is read
    /// and never stored. An error says why there is no value.
    Derived { from: &'static str, value: fn(f64, Option<&TargetMoments>) -> Result<f64, &'static str> },
    /// A function of a split's predictions and targets, `[rows]` both. It is recorded only if `[train] metrics` lists it, or
    /// it is the score, whose curve is recorded too. An error says why there is no value.
    Outputs(fn(&[f64], &[f64]) -> Result<f64, &'static str>),
}

impl std::fmt::Debug for MetricKind {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name)
    }
}

/// Rows of a registry differ in their names.
impl PartialEq for MetricKind {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl MetricKind {
    /// How far a value is from the best that there is: the value itself if lower is better, else 1 − value. Smaller is
    /// better.
    #[must_use]
    pub fn distance(&self, value: f64) -> f64 {
        match self.direction {
            Direction::Lower => value,
            Direction::Higher => 1.0 - value,
        }
    }

    /// The value of a trial that did not complete: worse than every other.
    #[must_use]
    pub const fn worst(&self) -> f64 {
        match self.direction {
            Direction::Lower => f64::INFINITY,
            Direction::Higher => f64::NEG_INFINITY,
        }
    }

    /// The size below which a difference from `value` is rounding.
    #[must_use]
    pub fn resolution(&self, value: f64) -> f64 {
        1e-9 * value.abs()
    }

    /// Whether `a` is better than `b`.
    #[must_use]
    pub fn is_better(&self, a: f64, b: f64) -> bool {
        match self.direction {
            Direction::Lower => a < b,
            Direction::Higher => a > b,
        }
    }

    /// The value for a split's predictions and targets, `[rows]` both.
    ///
    /// # Errors
    /// Why there is none.
    pub fn of_outputs(&self, outputs: &[f64], targets: &[f64]) -> Result<f64, &'static str> {
        if let Values::Outputs(value) = self.values {
            return value(outputs, targets);
        }
        let squares = outputs.iter().zip(targets).map(|(output, target)| (output - target) * (output - target));
        let mean_square = mean(&squares.collect::<Vec<_>>()).ok_or("there are no rows")?;
        let training_mean = mean(targets).ok_or("there are no rows")?;
        self.derive(mean_square, TargetMoments::of(targets, training_mean).as_ref())
    }

    /// The value that follows from the mean loss on the same rows.
    ///
    /// # Errors
    /// Why there is none.
    pub fn derive(&self, loss: f64, target: Option<&TargetMoments>) -> Result<f64, &'static str> {
        match self.values {
            Values::Loss => Ok(loss),
            Values::Derived { value, .. } => value(loss, target),
            Values::Outputs(_) => Err("it needs predictions for each row"),
        }
    }
}
