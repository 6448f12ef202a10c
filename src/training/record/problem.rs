//! What is known of a problem apart from its trials: the record of least squares, check trials, moments, baselines.

use super::{Id, OptimumRecord};
use crate::shape::TargetMoments;

/// A least-squares problem as theory sees it: dataset × split × model shape × l2 × start.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct ProblemRecord {
    pub numerics_version: u32,
    pub n_train: u64,
    /// The number of parameters, including the bias.
    pub n_parameters: u64,
    pub l2: f64,
    /// Eigenvalues λ_j of the Hessian G + l2·D, largest first: all of them, or none if d is too large for modes.
    pub eigenvalues: Vec<f64>,
    /// s_j at the start: J(θ) = (ρ² + Σ s_j²) / 2m. Empty without modes.
    pub start: Vec<f64>,
    /// ρ²; 0 without modes.
    pub residual_sum_of_squares: f64,
    /// The largest eigenvalue of a problem without modes, if it was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub largest_eigenvalue: Option<f64>,
    /// (batch size, largest α at which SGD with replacement is stable in mean square).
    pub sgd_limits: Vec<(u64, f64)>,
    /// SGD's noise floors in the MSE, by batch size and rate, above the MSE of least squares. Set when a plan selects what it reads.
    #[serde(skip)]
    pub noise_floors: Vec<(u64, f64, f64)>,
}

impl ProblemRecord {
    /// λmax of the Hessian G + l2·D; `None` if it is not known, or not positive.
    #[must_use]
    pub fn largest_eigenvalue(&self) -> Option<f64> {
        self.eigenvalues.first().copied().or(self.largest_eigenvalue).filter(|largest| *largest > 0.0)
    }
}

/// The moments of the targets of each split that exists.
pub type SplitMoments = [Option<TargetMoments>; 3];

/// A metric of a baseline on one problem: one that needs predictions for each row, or the mean loss of a fitted
/// baseline.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct BaselineRecord {
    pub numerics_version: u32,
    /// A row of the registry of baselines.
    pub baseline: String,
    /// The revision of that row.
    #[serde(default = "first_revision")]
    pub baseline_revision: u32,
    /// A row of the registry of metrics, and its revision.
    pub metric: String,
    pub revision: u32,
    /// The l1 penalty under which it is fitted; 0 without one.
    #[serde(default)]
    pub l1: f64,
    /// By split; `None` if the split does not exist, or the metric is not defined.
    pub values: [Option<f64>; 3],
    /// The parameters of a fitted baseline, beside its mean loss, for at most 64 of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theta: Option<Vec<f64>>,
}

const fn first_revision() -> u32 {
    super::FIRST_REVISION
}

impl BaselineRecord {
    /// Whether both are about the same baseline and metric, given that their problem is the same.
    #[must_use]
    pub fn is_about_the_same(&self, other: &Self) -> bool {
        let of = |record: &Self| (record.baseline_revision, record.revision, record.l1.to_bits());
        (&self.baseline, &self.metric, of(self)) == (&other.baseline, &other.metric, of(other))
    }
}

/// A trial near a stability limit, trained on the plain path to check theory against training. It never counts as a
/// trial of the experiment.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct CheckRecord {
    pub numerics_version: u32,
    pub momentum: f64,
    pub nesterov: bool,
    pub limit: f64,
    /// learning_rate / limit.
    pub factor: f64,
    pub learning_rate: f64,
    pub steps: u64,
    /// 2·J at the start: the MSE plus l2·‖w‖².
    pub start_mse: f64,
    /// 2·J after `steps` steps on the plain path; `None` if it was no longer finite.
    pub measured_mse: Option<f64>,
    /// The same value as predicted from the problem record's λ_j and s_j(0).
    pub predicted_mse: Option<f64>,
}

impl CheckRecord {
    /// Whether both are the same trial, given that their problem is the same. Their results then agree to the last bit.
    #[must_use]
    pub fn is_about_the_same(&self, other: &Self) -> bool {
        (self.momentum, self.nesterov, self.factor, self.steps)
            == (other.momentum, other.nesterov, other.factor, other.steps)
    }
}

/// One thing known of a problem.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TheoryEntry {
    Problem {
        problem: Id,
        record: ProblemRecord,
    },
    SgdLimit {
        problem: Id,
        numerics_version: u32,
        batch_size: u64,
        limit: Option<f64>,
    },
    /// What the training MSE of SGD at a constant rate, with replacement, tends to in the mean above that of least squares; `None` if
    /// it tends to nothing.
    NoiseFloor {
        problem: Id,
        numerics_version: u32,
        batch_size: u64,
        learning_rate: f64,
        excess: Option<f64>,
    },
    Check {
        problem: Id,
        check: CheckRecord,
    },
    Targets {
        problem: Id,
        numerics_version: u32,
        splits: SplitMoments,
    },
    Baseline {
        problem: Id,
        record: BaselineRecord,
    },
    /// L of a problem that is no least squares: at least the largest eigenvalue of the Hessian of J, wherever it is taken.
    Curvature {
        problem: Id,
        numerics_version: u32,
        bound: f64,
    },
    /// The minimum of J of such a problem.
    Optimum {
        problem: Id,
        record: OptimumRecord,
    },
}

impl TheoryEntry {
    /// What it is known of.
    #[must_use]
    pub const fn problem(&self) -> Id {
        match self {
            Self::Problem { problem, .. }
            | Self::SgdLimit { problem, .. }
            | Self::NoiseFloor { problem, .. }
            | Self::Check { problem, .. }
            | Self::Targets { problem, .. }
            | Self::Baseline { problem, .. }
            | Self::Curvature { problem, .. }
            | Self::Optimum { problem, .. } => *problem,
        }
    }

    /// The version of the numerics that it was computed with.
    #[must_use]
    pub const fn numerics_version(&self) -> u32 {
        match self {
            Self::Problem { record, .. } => record.numerics_version,
            Self::SgdLimit { numerics_version, .. }
            | Self::NoiseFloor { numerics_version, .. }
            | Self::Targets { numerics_version, .. }
            | Self::Curvature { numerics_version, .. } => *numerics_version,
            Self::Check { check, .. } => check.numerics_version,
            Self::Baseline { record, .. } => record.numerics_version,
            Self::Optimum { record, .. } => record.numerics_version,
        }
    }

    /// Whether both tell of the same thing: they are then the same to the last bit.
    #[must_use]
    pub fn is_about_the_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Problem { problem, .. }, Self::Problem { problem: other, .. })
            | (Self::Targets { problem, .. }, Self::Targets { problem: other, .. })
            | (Self::Curvature { problem, .. }, Self::Curvature { problem: other, .. })
            | (Self::Optimum { problem, .. }, Self::Optimum { problem: other, .. }) => problem == other,
            (
                Self::SgdLimit { problem, batch_size, .. },
                Self::SgdLimit { problem: other, batch_size: other_size, .. },
            ) => problem == other && batch_size == other_size,
            (
                Self::NoiseFloor { problem, batch_size, learning_rate, .. },
                Self::NoiseFloor { problem: other, batch_size: other_size, learning_rate: other_rate, .. },
            ) => (problem, batch_size, learning_rate.to_bits()) == (other, other_size, other_rate.to_bits()),
            (Self::Check { problem, check }, Self::Check { problem: other, check: other_check }) => {
                problem == other && check.is_about_the_same(other_check)
            }
            (Self::Baseline { problem, record }, Self::Baseline { problem: other, record: other_record }) => {
                problem == other && record.is_about_the_same(other_record)
            }
            _ => false,
        }
    }
}
