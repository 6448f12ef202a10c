//! Faults that tests inject through the environment, and a way to get many segments from a short run.

use std::env::var;

use crate::train::Cohort;

/// Panics if the id of a trial in the cohort starts with one of the comma-separated prefixes in `SWEEP_INJECT_PANIC`.
pub fn inject_panic(cohort: &Cohort) {
    let Ok(prefixes) = var("SWEEP_INJECT_PANIC") else { return };
    let ids: Vec<String> = cohort.trainees.iter().map(|trainee| trainee.id.hex()).collect();
    let hit = |prefix: &str| !prefix.is_empty() && ids.iter().any(|id| id.starts_with(prefix));
    assert!(!prefixes.split(',').any(hit), "injected by SWEEP_INJECT_PANIC");
}

/// The most trials of a segment, if `SWEEP_SEGMENT_TRIALS` sets it: a short run then writes many segments.
pub fn segment_trials() -> Option<usize> {
    var("SWEEP_SEGMENT_TRIALS").ok()?.parse().ok().filter(|trials| *trials > 0)
}
