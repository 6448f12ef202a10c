//! What a model is asked to map: the number of features, and what kind of targets.

use super::target::TargetKind;

/// The inputs and the targets of a data set, as far as a model's form depends on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Space {
    pub n_features: usize,
    pub target: TargetKind,
    /// The number of targets of a row: several only of numbers.
    pub n_targets: usize,
    /// The number of classes: of a target of classes, and of whole numbers where a model takes them as classes. `None` for other
    /// targets.
    pub classes: Option<usize>,
}
