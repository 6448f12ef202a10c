//! What is kept of problems, in parts, so that a widened grid adds what it newly asks for.

use serde::{Deserialize, Serialize};

use crate::numeric;
use crate::record::{CheckRecord, Id, ProblemRecord};

/// One thing known of a problem.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TheoryEntry {
    Problem { problem: Id, record: ProblemRecord },
    SgdLimit { problem: Id, numerics_version: u32, batch_size: u64, limit: Option<f64> },
    Check { problem: Id, check: CheckRecord },
}

impl TheoryEntry {
    /// What it is known of.
    #[must_use]
    pub const fn problem(&self) -> Id {
        match self {
            Self::Problem { problem, .. } | Self::SgdLimit { problem, .. } | Self::Check { problem, .. } => *problem,
        }
    }

    /// Whether two entries say the same thing of the same problem, with the same numbers or with others.
    #[must_use]
    pub fn is_of_the_same(&self, other: &Self) -> bool {
        let kinds = match (self, other) {
            (Self::Problem { .. }, Self::Problem { .. }) => true,
            (Self::SgdLimit { batch_size: one, .. }, Self::SgdLimit { batch_size: other, .. }) => one == other,
            (Self::Check { check: one, .. }, Self::Check { check: other, .. }) => {
                (one.momentum.to_bits(), one.nesterov, one.factor.to_bits(), one.steps)
                    == (other.momentum.to_bits(), other.nesterov, other.factor.to_bits(), other.steps)
            }
            _ => false,
        };
        kinds && self.problem() == other.problem() && self.is_current() == other.is_current()
    }

    /// The entries of a file; `None` where it holds what is never written.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Vec<Self>> {
        serde_json::from_slice(bytes).ok()
    }

    #[must_use]
    pub const fn is_current(&self) -> bool {
        let version = match self {
            Self::Problem { record, .. } => record.numerics_version,
            Self::SgdLimit { numerics_version, .. } => *numerics_version,
            Self::Check { check, .. } => check.numerics_version,
        };
        version == numeric::VERSION
    }
}
