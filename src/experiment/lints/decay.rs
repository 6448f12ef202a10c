//! Lints of weight decay: biases that are drawn away from the mean of the targets.

use super::settings::optimizer;
use crate::plan::{BoundPlan, dataset_key};
use crate::record::ColumnDescription;
use crate::shape::PredictionKind;
use crate::text::number;

/// A target whose mean is as many deviations from 0 or more is far from it.
const FAR: f64 = 1.0;

/// Decoupled decay of the bias, where the bias has to come near a mean that is far from 0.
pub fn decayed_biases(bound: &BoundPlan<'_>, index: usize, lints: &mut Vec<String>) {
    let combination = &bound.plan.combinations[index];
    let of = bound.shapes.iter().filter(|shape| shape.combination == index);
    let decays = of.filter(|shape| shape.decay_of_biases > 0.0 && shape.predicts == PredictionKind::Numbers);
    let Some(largest) = decays.map(|shape| shape.decay_of_biases).max_by(f64::total_cmp) else { return };
    let of_settings =
        super::settings::settings(combination).filter_map(|setting| bound.facts.get(&dataset_key(&setting)));
    let far = of_settings.filter_map(|facts| {
        let described = facts.description.as_ref()?;
        let targets = std::iter::once(&described.target).chain(&described.other_targets);
        let named = facts.target_names().into_iter().zip(targets);
        named.map(|(name, target)| (distance(target), name.to_owned())).max_by(|one, other| one.0.total_cmp(&other.0))
    });
    let Some((distance, target)) = far.max_by(|one, other| one.0.total_cmp(&other.0)) else { return };
    if distance < FAR {
        return;
    }
    lints.push(format!(
        "{}: weight_decay = {} draws the bias to 0 too, and the mean of {target:?} is {distance:.1} of its deviations from 0, so that \
         predictions fall short of it; write decay = \"weights\" to spare the bias",
        optimizer(combination),
        number(largest)
    ));
}

/// How many deviations a target's mean is from 0. (A constant target has none.)
fn distance(target: &ColumnDescription) -> f64 {
    if target.deviation > 0.0 { target.mean.abs() / target.deviation } else { 0.0 }
}
