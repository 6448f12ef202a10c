//! How a gradient passes through the weights of a network, from the last layer to the first.

use crate::record::{GRADIENT_NORM, LOSS_GRADIENT_NORM, PARAMETER_NORM, Watched, WatchedQuantity};

/// Below this ratio of the first layer's gradient norm to the last layer's a gradient vanishes, and above its inverse it explodes.
pub const SMALLEST_RATIO: f64 = 1e-3;
pub const LARGEST_RATIO: f64 = 1e3;

/// It vanishes, too, where no block of weights has a gradient of more than this share of its own norm: a million steps at rate 1 would not
/// move it. It explodes where some block has one of more than this multiple: one step at rate 0.01 would replace it.
pub const SMALLEST_RELATIVE: f64 = 1e-6;
pub const LARGEST_RELATIVE: f64 = 1e2;

/// The norms of gradients by blocks of weights at one evaluated epoch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Flow {
    pub epoch: u64,
    /// Of the first block of weights and of the last.
    pub first: f64,
    pub last: f64,
    /// The largest gradient norm of a block relative to the norm of the block itself.
    pub largest_relative: f64,
}

/// Whether gradients reach the first layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FlowAnswer {
    Vanishes,
    Passes,
    Explodes,
}

impl FlowAnswer {
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Vanishes => "vanishes",
            Self::Passes => "passes",
            Self::Explodes => "explodes",
        }
    }
}

/// The gradient norms that tell whether a gradient passes: of the loss alone where J has a penalty too.
#[must_use]
pub fn norms_of(watched: &Watched) -> &'static WatchedQuantity {
    if watched.places(&LOSS_GRADIENT_NORM).next().is_some() { &LOSS_GRADIENT_NORM } else { &GRADIENT_NORM }
}

/// Whether a block holds weights, by its name.
#[must_use]
pub fn is_weights(place: &str) -> bool {
    place.ends_with("weights")
}

impl Flow {
    /// At an evaluated epoch, given by its position. `None` with fewer than two blocks of weights, or where a norm is not on record.
    #[must_use]
    pub fn of(watched: &Watched, epochs: &[u64], at: usize) -> Option<Self> {
        let norms = norms_of(watched);
        let places: Vec<&str> = watched.places(norms).filter(|place| is_weights(place)).collect();
        let value = |quantity, place: &str| watched.values(quantity, place)?.get(at).copied().flatten();
        let (first, last) = (places.first()?, places.last()?);
        if places.len() < 2 {
            return None;
        }
        let mut largest_relative = 0.0;
        for place in &places {
            let (gradient, norm) = (value(norms, place)?, value(&PARAMETER_NORM, place)?);
            if norm > 0.0 && gradient / norm > largest_relative {
                largest_relative = gradient / norm;
            }
        }
        let (first, last) = (value(norms, first)?, value(norms, last)?);
        Some(Self { epoch: *epochs.get(at)?, first, last, largest_relative })
    }

    /// The medians of several, number by number.
    #[must_use]
    pub fn median(flows: &[Self]) -> Option<Self> {
        let of = |number: fn(&Self) -> f64| super::medians::median(flows.iter().map(number).collect());
        Some(Self {
            epoch: flows.iter().map(|flow| flow.epoch).max()?,
            first: of(|flow| flow.first)?,
            last: of(|flow| flow.last)?,
            largest_relative: of(|flow| flow.largest_relative)?,
        })
    }

    /// The first layer's gradient norm as a multiple of the last layer's; 0 where both are 0, and infinite where the last alone is.
    #[must_use]
    pub fn ratio(&self) -> f64 {
        if self.first == 0.0 { 0.0 } else { self.first / self.last }
    }

    #[must_use]
    pub fn answer(&self) -> FlowAnswer {
        let ratio = self.ratio();
        if self.largest_relative > LARGEST_RELATIVE || ratio > LARGEST_RATIO {
            FlowAnswer::Explodes
        } else if ratio < SMALLEST_RATIO || self.largest_relative < SMALLEST_RELATIVE {
            FlowAnswer::Vanishes
        } else {
            FlowAnswer::Passes
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_follow_from_the_ratio_and_from_the_size_beside_the_weights() {
        let answer = |first, last, largest_relative| Flow { epoch: 0, first, last, largest_relative }.answer();
        assert_eq!(answer(0.1, 0.2, 0.5), FlowAnswer::Passes);
        assert_eq!(answer(1e-9, 0.2, 0.5), FlowAnswer::Vanishes);
        assert_eq!(answer(1e-12, 1e-12, 1e-10), FlowAnswer::Vanishes, "all layers alike, and none moves");
        assert_eq!(answer(0.0, 0.0, 0.0), FlowAnswer::Vanishes);
        assert_eq!(answer(1e6, 1.0, 0.5), FlowAnswer::Explodes);
        assert_eq!(answer(1e6, 1e6, 1e5), FlowAnswer::Explodes, "all layers alike, and each step replaces them");
    }
}
