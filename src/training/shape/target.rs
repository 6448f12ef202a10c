//! The targets of some rows: what a model is to predict.

use super::class_names::ClassNames;

/// The kind of a data set's target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetKind {
    /// One number a row. Whole numbers can be taken as classes.
    Number,
    /// One class a row, which is no number.
    Classes,
}

/// The targets of some rows, in their order.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// One number a row, `[n_samples]`.
    Numbers(Vec<f64>),
    /// Several numbers a row, target by target, `[n_targets, n_samples]`.
    Several { values: Vec<f64>, n_targets: usize },
    /// One class a row: the codes of the classes as numbers, `[n_samples]`, and the names of all classes of the data set.
    Classes { codes: Vec<f64>, names: ClassNames },
}

impl Target {
    #[must_use]
    pub const fn kind(&self) -> TargetKind {
        match self {
            Self::Numbers(_) | Self::Several { .. } => TargetKind::Number,
            Self::Classes { .. } => TargetKind::Classes,
        }
    }

    /// The targets as numbers, `[n_targets, n_samples]`: of classes the codes.
    #[must_use]
    pub fn numbers(&self) -> &[f64] {
        match self {
            Self::Numbers(numbers) => numbers,
            Self::Several { values, .. } => values,
            Self::Classes { codes, .. } => codes,
        }
    }

    /// The number of targets of a row.
    #[must_use]
    pub const fn n_targets(&self) -> usize {
        match self {
            Self::Several { n_targets, .. } => *n_targets,
            Self::Numbers(_) | Self::Classes { .. } => 1,
        }
    }

    /// The names of the classes; `None` for numbers.
    #[must_use]
    pub const fn class_names(&self) -> Option<&ClassNames> {
        match self {
            Self::Numbers(_) | Self::Several { .. } => None,
            Self::Classes { names, .. } => Some(names),
        }
    }
}
