//! The epoch at which a trial is scored.

/// The epoch at which a trial is scored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Epoch {
    /// The last one.
    #[default]
    Last,
    /// The one at which the metric is best on validation rows, or on training rows if there are no others.
    Best,
}

impl Epoch {
    pub const ALL: [Self; 2] = [Self::Last, Self::Best];

    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Last => "last",
            Self::Best => "best",
        }
    }
}
