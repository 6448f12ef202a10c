//! Lints of means of points at which a trial is evaluated.

use super::settings::optimizer;
use crate::plan::BoundPlan;

/// Means that never begin: the trial is evaluated at its last point, as without them.
pub fn late_averages(bound: &BoundPlan<'_>, index: usize, lints: &mut Vec<String>) {
    let of = bound.shapes.iter().filter(|shape| shape.combination == index);
    let late = of.filter_map(|shape| shape.late_average.map(|(key, updates)| (updates, key, shape.steps)));
    // The latest one stands for all.
    let Some((updates, key, steps)) = late.max() else { return };
    lints.push(format!(
        "{}: by `{key}` the mean is the last point itself up to step {updates}, and a trial ends after {steps}, so that no mean is taken; \
         let it begin earlier, or train longer",
        optimizer(&bound.plan.combinations[index])
    ));
}
