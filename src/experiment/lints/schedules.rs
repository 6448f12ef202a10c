//! Lints of schedules: keys that a trial is too short for, and losses that are watched too rarely.

use super::settings::optimizer;
use crate::plan::{BoundPlan, SettingShape};

fn shapes<'a>(bound: &'a BoundPlan<'_>, index: usize) -> impl Iterator<Item = &'a SettingShape> {
    bound.shapes.iter().filter(move |shape| shape.combination == index)
}

/// Changes of the rate that come after the end of a trial. (A warm-up that takes all of it is named elsewhere.)
pub fn late_keys(bound: &BoundPlan<'_>, index: usize, lints: &mut Vec<String>) {
    let begins = shapes(bound, index).filter(|shape| shape.begins_after < shape.steps);
    let mut late: Vec<(&str, u64, u64)> =
        begins.filter_map(|shape| shape.late_key.map(|(key, updates)| (key, updates, shape.steps))).collect();
    late.sort_unstable();
    // The latest of a key stands for all.
    late.reverse();
    late.dedup_by_key(|(key, ..)| *key);
    for (key, updates, steps) in late {
        let after = if updates == u64::MAX { String::new() } else { format!(" after {updates} steps") };
        lints.push(format!(
            "{}: what `{key}` of its schedule asks for comes{after} at the earliest, and a trial ends after {steps}, so that it never \
             comes; ask for it earlier, or train longer",
            optimizer(&bound.plan.combinations[index])
        ));
    }
}

/// Losses that are watched so rarely that a single one without an improvement lowers the rate, though its patience is longer.
pub fn rarely_watched(bound: &BoundPlan<'_>, index: usize, lints: &mut Vec<String>) {
    let rare = shapes(bound, index)
        .filter_map(|shape| shape.watched)
        .filter(|(patience, every)| *patience > 0 && every > patience);
    let Some((patience, every)) = rare.min() else { return };
    let epochs = if patience == 1 { "epoch" } else { "epochs" };
    lints.push(format!(
        "{}: its schedule waits {patience} {epochs} for an improvement, and with evaluate_every = {every} it sees the loss more rarely: \
         a single evaluation without one lowers the rate; evaluate more often, or raise patience",
        optimizer(&bound.plan.combinations[index])
    ));
}
