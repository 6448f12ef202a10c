//! What training says and reporting reads: the only meeting point of the two.

mod data_facts;
mod id;
mod identities;
mod problem;
mod study;
mod trial;
mod trials;

pub use data_facts::DataFacts;
pub use id::Id;
pub use identities::Identities;
pub use problem::{CheckRecord, ProblemRecord, TheoryEntry};
pub use study::{Curves, Score, Study, StudyAxis, StudyColumn, StudyCombination, StudySetting};
pub use trial::{Curve, CurveRow, Metric, Outcome, Stopped, TrialRecord};
pub use trials::{Trial, TrialSummary, TrialTable};

pub use crate::shape::Split;
