//! Records, which training writes and reporting reads: the only meeting point of the two.

mod chosen;
mod class_facts;
mod column_names;
mod compact;
mod curve;
mod curve_scope;
mod data_description;
mod data_facts;
mod declared_tables;
mod epoch;
mod id;
mod identities;
mod kept;
mod key_role;
mod optimum;
mod problem;
mod reading;
mod revisions;
mod study;
mod study_combination;
mod study_dataset;
mod summary;
mod task_metrics;
mod trial;
mod trials;
mod watched;

pub use chosen::{ChosenOutputs, Preparation};
pub use class_facts::ClassFacts;
pub use column_names::{BATCH_SIZE, FULL_BATCH, column_names};
pub use curve::{Curve, CurveRow, MetricCurve};
pub use curve_scope::CurveScope;
pub use data_description::{ColumnDescription, DataDescription};
pub use data_facts::DataFacts;
pub use declared_tables::DeclaredTables;
pub use epoch::Epoch;
pub use id::Id;
pub use identities::Identities;
pub use kept::{KeptModel, TrainingEnd};
pub use key_role::KeyRole;
pub use optimum::{LocalCheck, OptimumRecord};
pub use problem::{BaselineRecord, CheckRecord, ProblemRecord, SplitMoments, TheoryEntry};
pub use reading::{ColumnKind, ColumnReading, LeftOutColumn, LeftOutReason, Reading};
pub use revisions::{FIRST as FIRST_REVISION, Revisions, RowRevision};
pub use study::{Curves, KeyLabel, Study};
pub use study_combination::{StudyAxis, StudyColumn, StudyCombination, StudyLevel, StudySetting, Untuned};
pub use study_dataset::{SeedRepeats, StudyDataset, TestPredictions};
pub use summary::{MetricSummary, TrialSummary};
pub use task_metrics::{TaskMetrics, scores};
pub use trial::{Metric, Outcome, Stopped, TrialRecord};
pub use trials::{Trial, TrialTable};
pub use watched::{
    ACTIVATION_DEVIATION, ACTIVATION_MEAN, ACTIVATION_NORM, DEAD_SHARE, GRADIENT_NORM, LOSS_GRADIENT_NORM,
    PARAMETER_NORM, PRECONDITIONED_SHARPNESS, PRECONDITIONED_SHARPNESS_LIMIT, QUANTITIES, SATURATED_SHARE, SHARPNESS,
    SHARPNESS_LIMIT, UPDATE_RATIO, WATCHES, Watch, WatchSet, Watched, WatchedQuantity, WatchedSeries, WatchedValue,
};

pub use crate::shape::Split;
