//! The curves that the results of a report hold.

/// The curves that `curves.parquet` and the figures of a report hold. The store keeps those of every trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CurveScope {
    /// Those of every trial.
    #[default]
    All,
    /// Those of the trials of the best setting of each task and contender.
    Chosen,
}

impl CurveScope {
    pub const ALL: [Self; 2] = [Self::All, Self::Chosen];

    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Chosen => "chosen",
        }
    }
}
