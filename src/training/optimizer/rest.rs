//! The methods of parameters that a method for matrices leaves: rows of a registry of their own, without the keys of batches.

use std::ops::Range;

use super::keys::{BETA1, BETA2, EPSILON, LEARNING_RATE, MOMENTUM, NESTEROV};
use super::method::{BuildMethod, Method, Optimizer};
use super::state::MethodState;
use super::update::{Step, Update};
use super::{adam, lion, sgd};
use crate::numeric::Real;
use crate::parameter::{Fallback, Parameter, Values};
use crate::registry::Registry;

/// The methods that may take the rest, with their own keys.
pub static REST: Registry<BuildMethod> = Registry {
    noun: "method of the rest",
    key: "method",
    common: &[],
    rows: &[
        Method { parameters: &[RATE, BETA1, BETA2, EPSILON], ..adam::METHOD },
        Method { parameters: &[RATE, MOMENTUM, NESTEROV], ..sgd::METHOD },
        Method {
            parameters: &[
                RATE,
                BETA1,
                Parameter {
                    default: Fallback::Literal("0.99"),
                    doc: "β₂: the fraction of the momentum that is kept",
                    ..BETA2
                },
            ],
            ..lion::METHOD
        },
    ],
};

const RATE: Parameter = Parameter {
    default: Fallback::Absent,
    doc: "the rate of the rest, which follows the same schedule; that of the weights unless set",
    ..LEARNING_RATE
};

/// A method of the rest, and its rate.
pub struct Rest {
    pub method: Box<dyn Optimizer>,
    /// That of the weights if it is not given.
    rate: Option<f64>,
}

impl Rest {
    /// Reads validated values.
    pub fn read(value: &toml::Value) -> Result<Self, toml::de::Error> {
        let mut keys = value.as_table().cloned().unwrap_or_default();
        let name = keys.remove(REST.key);
        let row = name.as_ref().and_then(toml::Value::as_str).and_then(|name| REST.row(name));
        let row = row.ok_or_else(|| serde::de::Error::custom(format!("no method {name:?} of the rest")))?;
        for key in row.parameters {
            if let Some(default) = key.filled_in() {
                keys.entry(key.name).or_insert(default);
            }
        }
        let rate = keys.remove(LEARNING_RATE.name).and_then(|rate| rate.as_float());
        // The batches are those of the weights.
        let batches: Values = "batch_size = 1\nreplacement = false\nlast_batch = \"keep\"".parse()?;
        keys.extend(batches);
        Ok(Self { method: (row.build)(&keys)?, rate })
    }

    /// Updates the parameters in these ranges. Its state is a part of that of the other method: `[vectors, d]` and the scalars.
    pub fn update<T: Real>(
        &self,
        ranges: impl Iterator<Item = Range<usize>>,
        step: &Step<'_, T>,
        parameters: &mut [T],
        (vectors, scalars): (&mut [T], &mut Vec<f64>),
        loss: f64,
        gradient: &[T],
    ) where
        dyn Optimizer: Update<T>,
    {
        let ranges: Vec<Range<usize>> = ranges.collect();
        let gathered =
            |values: &[T]| -> Vec<T> { ranges.iter().flat_map(|range| &values[range.clone()]).copied().collect() };
        let (mut own, mut slope) = (gathered(parameters), gathered(gradient));
        let d = parameters.len();
        let mut state = MethodState {
            vectors: vectors.chunks_exact(d).flat_map(gathered).collect(),
            part_vectors: Vec::new(),
            averaged: 0,
            scalars: std::mem::take(scalars),
        };
        // (Trials that differ in the rate of the weights share this method.)
        let ratio = self.rate.map_or(1.0, |rate| rate / step.learning_rate);
        let scaled = |rate: T| T::from_f64(rate.to_f64() * ratio);
        let step = Step { rate: scaled(step.rate), previous_rate: scaled(step.previous_rate), ..*step };
        self.method.update(&step, &mut own, &mut state, loss, &mut slope);
        let scatter = |values: &[T], to: &mut [T]| {
            let mut values = values.iter();
            for range in &ranges {
                to[range.clone()].iter_mut().zip(&mut values).for_each(|(to, value)| *to = *value);
            }
        };
        scatter(&own, parameters);
        for (vector, to) in state.vectors.chunks_exact(own.len().max(1)).zip(vectors.chunks_exact_mut(d)) {
            scatter(vector, to);
        }
        *scalars = state.scalars;
    }
}
