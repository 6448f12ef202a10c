//! What is watched at the parameters of one evaluated epoch.

use super::passes::{activations, smooth_gradient};
use super::sharpness::sharpness;
use crate::model::Penalty;
use crate::numeric::norm_squared;
use crate::record::{
    ACTIVATION_DEVIATION, ACTIVATION_MEAN, ACTIVATION_NORM, DEAD_SHARE, GRADIENT_NORM, LOSS_GRADIENT_NORM,
    PARAMETER_NORM, PRECONDITIONED_SHARPNESS, PRECONDITIONED_SHARPNESS_LIMIT, SATURATED_SHARE, SHARPNESS,
    SHARPNESS_LIMIT, UPDATE_RATIO, Watch, WatchSet, WatchedQuantity, WatchedValue,
};
use crate::shape::{Layout, Tensor};
use crate::train::cohort::Cohort;
use crate::train::penalty::add_smallest_subgradient;

/// What the method says of the sharpness up to which full batches are stable.
#[derive(Debug, Clone, Default)]
pub struct StabilityLimits {
    /// The limit of the largest eigenvalue; `None` if nothing is known of the method, or it draws batches.
    pub largest: Option<f64>,
    /// What the method divides its steps by, `[d]`, and the limit of the largest eigenvalue of D^(−½)·H·D^(−½).
    pub preconditioned: Option<(Vec<f64>, f64)>,
}

/// A trial's parameters at the end of an evaluated epoch.
pub struct EvaluatedPoint<'a> {
    pub cohort: &'a Cohort,
    pub penalty: Penalty,
    pub theta: &'a [f64],
    /// What the steps of the epoch did to each block; empty if it was not watched, as at the start.
    pub updates: Vec<Option<f64>>,
    pub limits: StabilityLimits,
}

impl EvaluatedPoint<'_> {
    /// The values of what is watched, from the input of the model to its output.
    #[must_use]
    pub fn values(&self, watches: WatchSet) -> Vec<WatchedValue> {
        let (layout, mut values) = (self.cohort.layout(), Vec::new());
        if watches.has(Watch::GradientNorm) {
            let of_loss = smooth_gradient(self.cohort, 0.0, self.theta);
            let mut gradient = of_loss.clone();
            add_smallest_subgradient(self.penalty, layout, self.theta, &mut gradient);
            by_block(&mut values, &GRADIENT_NORM, layout, |block, _| Some(norm_of_block(&gradient, block)));
            if self.penalty.l1 > 0.0 || self.penalty.l2 > 0.0 {
                by_block(&mut values, &LOSS_GRADIENT_NORM, layout, |block, _| Some(norm_of_block(&of_loss, block)));
            }
            by_block(&mut values, &PARAMETER_NORM, layout, |block, _| Some(norm_of_block(self.theta, block)));
        }
        if watches.has(Watch::Updates) {
            by_block(&mut values, &UPDATE_RATIO, layout, |_, index| self.updates.get(index).copied().flatten());
        }
        if watches.has(Watch::Activations) {
            for layer in activations(self.cohort, self.theta) {
                let of_layer = [
                    (&ACTIVATION_MEAN, Some(layer.mean)),
                    (&ACTIVATION_DEVIATION, Some(layer.deviation)),
                    (&ACTIVATION_NORM, Some(layer.norm)),
                    (&DEAD_SHARE, Some(layer.dead)),
                    (&SATURATED_SHARE, layer.saturated),
                ];
                let place = || layer.name.clone();
                values.extend(of_layer.map(|(quantity, value)| WatchedValue { quantity, place: place(), value }));
            }
        }
        if watches.has(Watch::Sharpness) {
            self.add_sharpness(&mut values);
        }
        values
    }

    fn add_sharpness(&self, values: &mut Vec<WatchedValue>) {
        let largest = |diagonal: Option<&[f64]>| {
            sharpness(self.theta, diagonal, |at| smooth_gradient(self.cohort, self.penalty.l2, at))
        };
        let mut add = |quantity, value| values.push(WatchedValue { quantity, place: String::new(), value });
        add(&SHARPNESS, largest(None));
        if let Some(limit) = self.limits.largest {
            add(&SHARPNESS_LIMIT, Some(limit));
        }
        if let Some((diagonal, limit)) = &self.limits.preconditioned {
            add(&PRECONDITIONED_SHARPNESS, largest(Some(diagonal)));
            add(&PRECONDITIONED_SHARPNESS_LIMIT, Some(*limit));
        }
    }
}

fn by_block(
    values: &mut Vec<WatchedValue>,
    quantity: &'static WatchedQuantity,
    layout: &Layout,
    value: impl Fn(&Tensor, usize) -> Option<f64>,
) {
    for (index, block) in layout.tensors().iter().enumerate() {
        values.push(WatchedValue { quantity, place: block.name.clone().into_owned(), value: value(block, index) });
    }
}

/// The norm of the numbers of a block, over all outputs.
fn norm_of_block(numbers: &[f64], block: &Tensor) -> f64 {
    let of_block: Vec<f64> = block.rows.iter().flat_map(|row| &numbers[row.clone()]).copied().collect();
    norm_squared(&of_block).sqrt()
}
