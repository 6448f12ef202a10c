//! Tests of a whole analysis, on studies built without training.

mod comparisons;
mod metrics;
mod ranking;
mod ranks;

use super::testing::{Builder, Ending, line_problem};
use super::*;
use crate::record::{MetricCurve, SeedRepeats, Split, Study, TrialTable};
use crate::shape::TargetMoments;

fn at(values: &[f64]) -> Vec<Ending> {
    values.iter().map(|value| Ending::At(*value)).collect()
}
