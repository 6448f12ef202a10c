//! The targets of some rows: what a model is to predict.

/// The kind of a data set's target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetKind {
    /// One number a row.
    Number,
}

/// The targets of some rows, in their order.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// One number a row, `[n_samples]`.
    Numbers(Vec<f64>),
}

impl Target {
    #[must_use]
    pub const fn kind(&self) -> TargetKind {
        match self {
            Self::Numbers(_) => TargetKind::Number,
        }
    }

    /// The targets as numbers, `[n_samples]`.
    #[must_use]
    pub fn numbers(&self) -> &[f64] {
        match self {
            Self::Numbers(numbers) => numbers,
        }
    }
}
