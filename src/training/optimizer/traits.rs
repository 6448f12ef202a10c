//! What an engine must know of a method.

use crate::shape::Recurrence;

/// What an engine must know of a method. The default is a method without state that needs the gradient at its parameters.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct MethodTraits {
    /// The number of vectors of d numbers that it carries from step to step.
    pub vectors: usize,
    /// The number of such vectors that its parts carry.
    pub part_vectors: usize,
    /// The number of single numbers that it carries from step to step.
    pub scalars: usize,
    /// Whether an update is only θ ← θ − α·g.
    pub is_descent: bool,
    /// The linear recurrence that its steps follow, if there is one. Such a method decouples into modes.
    pub recurrence: Option<Recurrence>,
    /// Whether it needs the gradient at another point than the parameters.
    pub moves_point: bool,
    /// Whether it may answer [`Progress::Again`](super::Progress::Again).
    pub searches: bool,
    /// Whether it is evaluated at another point than its parameters.
    pub averages: bool,
    /// Whether its first vector holds the parameters of the step before, which it carries from. What moves the parameters
    /// between two steps then moves that vector too.
    pub carries: bool,
    /// Whether it takes the penalty l1 itself, by its proximal map. To the gradient of any other method the engine adds a
    /// subgradient of l1.
    pub is_proximal: bool,
}
