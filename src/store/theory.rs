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
