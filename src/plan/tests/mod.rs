//! Tests of identity: what enters an id, prepared data and a trajectory, and that ids which exist stay.

mod aliases;
mod decides;
mod declared;
mod held;
mod levels;

use std::path::Path;

use super::{BoundPlan, FactsByDataset, Plan};
use crate::runner::SharedData;

/// The plan of an experiment, and the facts about its data.
fn planned(text: &str, overrides: &[String]) -> (Plan, FactsByDataset) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("experiments/test.toml");
    let plan = crate::experiment::load_text(&path, text, overrides)
        .unwrap_or_else(|mistakes| panic!("{}", mistakes.render(false)))
        .plan;
    let (_, facts) = SharedData::load(&plan).expect("loads");
    (plan, facts)
}

/// Runs `examine` on the bound plan of an experiment.
fn bound<T>(text: &str, overrides: &[String], examine: impl FnOnce(&BoundPlan<'_>) -> T) -> T {
    let (plan, facts) = planned(text, overrides);
    examine(&BoundPlan::new(&plan, &facts).expect("binds"))
}
