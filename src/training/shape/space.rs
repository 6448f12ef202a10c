//! What a model is asked to map: the number of features, and the kind of target.

use super::target::TargetKind;

/// The inputs and the targets of a data set, as far as a model's form depends on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Space {
    pub n_features: usize,
    pub target: TargetKind,
    /// The number of classes, if the targets are classes.
    pub classes: Option<usize>,
}
