//! Which number ranks settings.

/// Which number ranks settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Score {
    /// Validation loss (training loss where there is no split) at the last epoch.
    #[default]
    Final,
    /// The same at the best evaluated epoch.
    Best,
}
