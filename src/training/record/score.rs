//! Which number ranks settings.

/// Which number ranks settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Score {
    /// The validation loss at the last epoch (the training loss if there is no validation split).
    #[default]
    Final,
    /// The same at the best evaluated epoch.
    Best,
}
