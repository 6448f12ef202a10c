//! A row of the registry of metrics.

use super::target_moments::{TargetMoments, mean};
use crate::registry::Row;

/// One row of the registry of metrics. Its name is the word in experiment files and the ending of column names: `r2` in
/// `test_r2`. Its revision is raised when a recorded value may change.
pub type MetricKind = Row<MetricFacts>;

/// What the registry knows of a metric.
#[derive(Debug, Clone, Copy)]
pub struct MetricFacts {
    /// The word in reports: `R²`.
    pub label: &'static str,
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
#[derive(Debug, Clone, Copy)]
pub enum Values {
    /// The mean of a loss, or what grows and falls with it, which every trial that descends this loss records. Where the loss has
    /// no keys it is also a function of a split's predictions and targets, `[rows]` both, which other trials record if it was asked for.
    Loss(Option<OfOutputs>),
    /// A function of another metric's value and of the target's moments on the same split. It is computed when it is read
    /// and never stored. An error says why there is no value.
    Derived { from: &'static str, value: fn(f64, Option<&TargetMoments>) -> Result<f64, &'static str> },
    /// A function of a split's predictions and targets, `[rows]` both. It is recorded only if `[train] metrics` lists it, or
    /// it is the score, whose curve is recorded too. An error says why there is no value.
    Outputs(OfOutputs),
}

/// A function of a split's predictions and targets, `[rows]` both. An error says why there is no value.
pub type OfOutputs = fn(&[f64], &[f64]) -> Result<f64, &'static str>;

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
        match self.build.direction {
            Direction::Lower => f64::INFINITY,
            Direction::Higher => f64::NEG_INFINITY,
        }
    }

    /// The size below which a difference from `value` is rounding: 10⁻⁹ of the value, and what the rounding of an output makes of
    /// it. An output carries an error of some ε·rms(y), so an MSE carries about 2·√MSE·ε·rms(y) + ε²·rms(y)²; 64 times that
    /// covers what converged runs showed on data without noise. `target` is of the split that the value is about.
    #[must_use]
    pub fn resolution(&self, value: f64, target: Option<&TargetMoments>) -> f64 {
        let relative = 1e-9 * value.abs();
        let Some(target) = target else { return relative };
        let rounding = f64::EPSILON * target.root_mean_square();
        let of_square = |square: f64| 64.0 * rounding * (2.0 * square.abs().sqrt() + rounding);
        let floor = match self.unit {
            TargetUnit::TargetSquared => of_square(value),
            TargetUnit::Target => 64.0 * rounding,
            TargetUnit::None if target.variance > 0.0 => {
                of_square(self.distance(value) * target.variance) / target.variance
            }
            TargetUnit::None => 0.0,
        };
        relative + floor
    }

    /// Whether a value is no further from the best that there is than rounding. Where nothing is known of the targets nothing is
    /// called rounding.
    #[must_use]
    pub fn fits_exactly(&self, value: f64, target: Option<&TargetMoments>) -> bool {
        value.is_finite() && target.is_some() && self.distance(value) <= self.resolution(value, target)
    }

    /// Whether `a` is better than `b`.
    #[must_use]
    pub fn is_better(&self, a: f64, b: f64) -> bool {
        match self.direction {
            Direction::Lower => a < b,
            Direction::Higher => a > b,
        }
    }

    /// The name of the metric that a record must hold for this one: the one it is derived from, or itself.
    #[must_use]
    pub const fn recorded_as(&self) -> &'static str {
        match self.build.values {
            Values::Loss(_) | Values::Outputs(_) => self.name,
            Values::Derived { from, .. } => from,
        }
    }

    /// The function of predictions and targets that gives its values where no loss does; `None` if there is none.
    #[must_use]
    pub const fn by_outputs(&self) -> Option<OfOutputs> {
        match self.build.values {
            Values::Loss(value) => value,
            Values::Outputs(value) => Some(value),
            Values::Derived { .. } => None,
        }
    }

    /// Whether some trial that descends a loss with one of these metrics has this one only from its predictions.
    #[must_use]
    pub fn takes_rows(&self, losses: &[&Self]) -> bool {
        self.by_outputs().is_some() && losses.iter().any(|own| **own != *self)
    }

    /// Whether only the loss that it belongs to gives its values, because they depend on the loss's keys.
    #[must_use]
    pub const fn belongs_to_its_loss(&self) -> bool {
        matches!(self.build.values, Values::Loss(None))
    }

    /// The share of each row in the metric, `[rows]`: its mean is the metric, or grows and falls with it. `None` if it is no
    /// function of such a mean, depends on the keys of a loss, or a row has several predictions.
    #[must_use]
    pub fn by_row(&self, outputs: &[f64], targets: &[f64]) -> Option<Vec<f64>> {
        if outputs.len() != targets.len() {
            return None;
        }
        let of_row = |value: OfOutputs| -> Option<Vec<f64>> {
            let row = |(output, target): (&f64, &f64)| value(&[*output], &[*target]).ok();
            outputs.iter().zip(targets).map(row).collect()
        };
        match self.values {
            Values::Loss(value) => of_row(value?),
            Values::Derived { .. } => Some(
                outputs.iter().zip(targets).map(|(output, target)| (output - target) * (output - target)).collect(),
            ),
            Values::Outputs(value) => {
                let rows = of_row(value)?;
                let (mean, whole) = (mean(&rows)?, value(outputs, targets).ok()?);
                // A median or a maximum is no mean over the rows.
                ((mean - whole).abs() <= 1e-9 * whole.abs()).then_some(rows)
            }
        }
    }

    /// The value for a split's predictions and targets, `[rows]` both.
    ///
    /// # Errors
    /// Why there is none.
    pub fn of_outputs(&self, outputs: &[f64], targets: &[f64]) -> Result<f64, &'static str> {
        if let Some(value) = self.by_outputs() {
            return value(outputs, targets);
        }
        if self.belongs_to_its_loss() {
            return Err("only training under its loss gives it");
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
            Values::Loss(_) => Ok(loss),
            Values::Derived { value, .. } => value(loss, target),
            Values::Outputs(_) => Err("it needs predictions for each row"),
        }
    }
}
