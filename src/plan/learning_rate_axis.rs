//! The learning-rate axis of a combination. Settings that differ in their learning rate alone share a shape.

use super::{Combination, Component, GridPoint};
use crate::optimizer::LEARNING_RATE;
use crate::shape::grid;

/// The axis that moves the learning rate.
pub struct LearningRateAxis {
    /// The number of positions between neighbouring rates.
    pub stride: u64,
    pub points: u64,
    /// The axis moves no other key.
    pub alone: bool,
    pub values: Vec<f64>,
}

impl LearningRateAxis {
    /// The axis that moves the learning rate, if the combination has one.
    pub fn of(combination: &Combination) -> Option<Self> {
        let is_rate =
            |(component, key): &(Component, String)| *component == Component::Optimizer && key == LEARNING_RATE.name;
        let axes = &combination.grid.axes;
        let axis = axes.iter().position(|axis| axis.keys.iter().any(is_rate))?;
        let value = |point: &GridPoint| {
            let found = point
                .iter()
                .find(|(component, key, _)| *component == Component::Optimizer && key == LEARNING_RATE.name);
            found.and_then(|(_, _, value)| value.as_float()).unwrap_or(f64::NAN)
        };
        Some(Self {
            stride: grid::stride(axes[axis + 1..].iter().map(|axis| axis.points.len() as u64)),
            points: axes[axis].points.len() as u64,
            alone: axes[axis].keys.len() == 1,
            values: axes[axis].points.iter().map(value).collect(),
        })
    }

    /// The point of a setting on this axis.
    pub const fn digit(&self, position: u64) -> u64 {
        grid::digit(position, self.stride, self.points)
    }
}

/// The position of the setting with the first learning rate and all other values the same.
pub fn representative(rates: Option<&LearningRateAxis>, position: u64) -> u64 {
    match rates {
        Some(rates) if rates.alone => position - rates.digit(position) * rates.stride,
        _ => position,
    }
}
