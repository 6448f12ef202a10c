//! What training says and reporting reads: the only meeting point of the two.

mod identities;
mod study;
mod trials;

use std::fmt;

pub use identities::Identities;
pub use study::{Curves, Study, StudyAxis, StudyBlock, StudyColumn, StudySetting};
pub use trials::{Trial, TrialSummary, TrialTable};

/// A content identity: the BLAKE3 hash of a canonical text.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id(pub [u8; 32]);

impl Id {
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self(*blake3::hash(text.as_bytes()).as_bytes())
    }

    /// The first twelve hexadecimal digits: what people see and type.
    #[must_use]
    pub fn short(&self) -> String {
        self.hex()[..12].to_owned()
    }

    /// All 64 hexadecimal digits.
    #[must_use]
    pub fn hex(&self) -> String {
        blake3::Hash::from_bytes(self.0).to_hex().to_string()
    }

    /// Reads 64 hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        blake3::Hash::from_hex(text).ok().map(|hash| Self(*hash.as_bytes()))
    }
}

impl fmt::Display for Id {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&blake3::Hash::from_bytes(self.0).to_hex())
    }
}

impl serde::Serialize for Id {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Id {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <String as serde::Deserialize>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("an id has 64 hexadecimal digits"))
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Id({})", self.short())
    }
}

/// How a trial ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It reached its last epoch, or a stopping rule.
    Completed { stopped: Stopped },
    /// The first step at which a parameter or the objective J left the bound, and the last J that was inside.
    Diverged { step: u64, last_loss: Option<f64> },
    /// The trainer panicked or met a bad value; kept and shown, trained again on request.
    Failed { message: String },
}

impl Outcome {
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Completed { .. } => "completed",
            Self::Diverged { .. } => "diverged",
            Self::Failed { .. } => "failed",
        }
    }

    #[must_use]
    pub const fn is_completed(&self) -> bool {
        matches!(self, Self::Completed { .. })
    }
}

/// Why a completed trial ended where it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    Epochs,
    TargetLoss,
    GradientNorm,
    NoImprovement,
}

impl Stopped {
    pub const ALL: [Self; 4] = [Self::Epochs, Self::TargetLoss, Self::GradientNorm, Self::NoImprovement];

    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Epochs => "epochs",
            Self::TargetLoss => "target_loss",
            Self::GradientNorm => "gradient_norm",
            Self::NoImprovement => "no_improvement",
        }
    }
}

/// The rows that a loss is taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Split {
    Train,
    Validation,
    Test,
}

impl Split {
    pub const ALL: [Self; 3] = [Self::Train, Self::Validation, Self::Test];

    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Validation => "validation",
            Self::Test => "test",
        }
    }
}

/// One metric of a completed trial: at the last evaluated epoch and at the best one.
#[derive(Debug, Clone, PartialEq)]
pub struct Metric {
    pub split: Split,
    /// `"mse"`; lower is better.
    pub name: String,
    /// `None` where the trial did not complete.
    pub last: Option<f64>,
    pub best: Option<f64>,
}

/// The evaluated epochs of a trial, in order. Row 0 is the start.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Curve {
    pub epoch: Vec<u64>,
    pub step: Vec<u64>,
    pub gradient_evaluations: Vec<u64>,
    pub train: Vec<f64>,
    /// Empty where there is no validation split.
    pub validation: Vec<f64>,
}

impl Curve {
    /// Drops the rows of `step` and beyond.
    pub fn keep_before(&mut self, step: u64) {
        let kept = self.step.partition_point(|at| *at < step);
        self.epoch.truncate(kept);
        self.step.truncate(kept);
        self.gradient_evaluations.truncate(kept);
        self.train.truncate(kept);
        self.validation.truncate(kept);
    }
}

/// A curve where it lies.
#[derive(Debug, Clone, Copy)]
pub struct CurveRow<'a> {
    pub epoch: &'a [u64],
    pub step: &'a [u64],
    pub gradient_evaluations: &'a [u64],
    pub train: &'a [f64],
    /// Empty where there is no validation split.
    pub validation: &'a [f64],
}

impl<'a> CurveRow<'a> {
    /// The MSE on a split at each epoch; empty where it is not known.
    #[must_use]
    pub const fn losses(&self, split: Split) -> &'a [f64] {
        match split {
            Split::Train => self.train,
            Split::Validation => self.validation,
            Split::Test => &[],
        }
    }
}

impl From<CurveRow<'_>> for Curve {
    fn from(row: CurveRow<'_>) -> Self {
        Self {
            epoch: row.epoch.to_vec(),
            step: row.step.to_vec(),
            gradient_evaluations: row.gradient_evaluations.to_vec(),
            train: row.train.to_vec(),
            validation: row.validation.to_vec(),
        }
    }
}

/// What is known of one trained trial. Every number in it depends on the trial's configuration and data alone.
#[derive(Debug, Clone, PartialEq)]
pub struct TrialRecord {
    pub id: Id,
    pub numerics_version: u32,
    /// The canonical text whose hash is `id`.
    pub setting: String,
    pub outcome: Outcome,
    /// Updates done.
    pub steps: u64,
    /// Rows whose gradient was taken.
    pub gradient_evaluations: u64,
    pub best_epoch: Option<u64>,
    pub metrics: Vec<Metric>,
    pub curve: Curve,
    /// The last parameters, bias first, of a completed trial with at most 64 of them.
    pub theta: Option<Vec<f64>>,
    /// The least-squares problem that it was trained on.
    pub problem: Option<Id>,
}

impl TrialRecord {
    /// The metric of a split at the last evaluated epoch.
    #[must_use]
    pub fn last(&self, split: Split) -> Option<f64> {
        self.metrics.iter().find(|metric| metric.split == split).and_then(|metric| metric.last)
    }

    /// The metric of a split at the best evaluated epoch (best on validation, on train where there is none).
    #[must_use]
    pub fn best(&self, split: Split) -> Option<f64> {
        self.metrics.iter().find(|metric| metric.split == split).and_then(|metric| metric.best)
    }
}

/// A least-squares problem as theory sees it: dataset × split × model shape × l2 × start.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct ProblemRecord {
    pub numerics_version: u32,
    pub n_train: u64,
    /// Parameters, the bias among them.
    pub n_parameters: u64,
    pub l2: f64,
    /// Eigenvalues λ_j of the Hessian G + l2·D, largest first; empty where d is too large for modes.
    pub eigenvalues: Vec<f64>,
    /// s_j at the start: J(θ) = (ρ² + Σ s_j²) / 2m.
    pub start: Vec<f64>,
    pub residual_sum_of_squares: f64,
    /// MSE of the exact (ridge) solution, per split.
    pub exact_train_mse: f64,
    pub exact_validation_mse: Option<f64>,
    pub exact_test_mse: Option<f64>,
    /// The exact solution itself, bias first, for at most 64 parameters.
    pub exact_theta: Option<Vec<f64>>,
    /// (batch size, largest α at which SGD with replacement is stable in mean square).
    pub sgd_limits: Vec<(u64, f64)>,
}

/// A trial beside a stability limit, trained on the plain path to hold theory against the trainer. Never counted.
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
    /// 2·J at the start: the MSE, and l2·‖w‖² where there is a penalty.
    pub start_mse: f64,
    /// 2·J after `steps` steps on the plain path; `None` where it was no longer finite.
    pub measured_mse: Option<f64>,
    /// The same out of the problem record's λ_j and s_j(0).
    pub predicted_mse: Option<f64>,
}

impl CheckRecord {
    /// Whether both are the same trial on one problem: their results are then the same to the last bit.
    #[must_use]
    #[allow(clippy::float_cmp)] // The factors and momenta are constants.
    pub fn is_about_the_same(&self, other: &Self) -> bool {
        (self.momentum, self.nesterov, self.factor, self.steps)
            == (other.momentum, other.nesterov, other.factor, other.steps)
    }
}

/// Which number ranks settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Score {
    /// Validation loss (training loss where there is no split) at the last epoch.
    #[default]
    Final,
    /// The same at the best evaluated epoch.
    Best,
}

/// What planning and reporting know of a data set without opening it again.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct DataFacts {
    /// Of the parsed numbers; of the options where data is generated.
    pub fingerprint: String,
    pub n_samples: u64,
    pub n_features: u64,
    pub feature_names: Vec<String>,
    pub target_name: String,
    pub n_train: u64,
    pub n_validation: u64,
    pub n_test: u64,
    pub notes: Vec<String>,
}
