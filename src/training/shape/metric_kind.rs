//! A row of the registry of metrics.

use super::metric_values::Values;
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

    /// The value at a distance from the best that there is.
    #[must_use]
    pub fn at_distance(&self, distance: f64) -> f64 {
        match self.direction {
            Direction::Lower => distance,
            Direction::Higher => 1.0 - distance,
        }
    }

    /// Whether its differences are told in points, hundredths: it has two ends, and an axis on which shares say little.
    #[must_use]
    pub const fn is_in_points(&self) -> bool {
        let (low, high) = self.build.range;
        matches!(self.build.axis, AxisKind::Linear) && low.is_finite() && high.is_finite()
    }

    /// Whether values are compared by their ratios: those with the unit of the target, on a log axis. A log loss has a unit of its own,
    /// and one that is nearly 0 is no better in proportion.
    #[must_use]
    pub fn has_scale(&self) -> bool {
        self.axis == AxisKind::Logarithmic && self.unit != TargetUnit::None
    }

    /// The value of a trial that did not complete: worse than every other.
    #[must_use]
    pub const fn worst(&self) -> f64 {
        match self.build.direction {
            Direction::Lower => f64::INFINITY,
            Direction::Higher => f64::NEG_INFINITY,
        }
    }

    /// Whether `a` is better than `b`.
    #[must_use]
    pub fn is_better(&self, a: f64, b: f64) -> bool {
        match self.direction {
            Direction::Lower => a < b,
            Direction::Higher => a > b,
        }
    }
}
