//! What a method carries from step to step.

use super::method::MethodTraits;
use crate::numeric::Real;

/// What a method carries from step to step of one trial. All of it is zero at the start.
#[derive(Debug, Clone, PartialEq)]
pub struct MethodState<T> {
    /// `[vectors, d]`
    pub vectors: Vec<T>,
    /// `[scalars]`, in f64 whatever the precision of training, because powers and counts must not be rounded.
    pub scalars: Vec<f64>,
}

impl<T: Real> MethodState<T> {
    /// The state of a method with these traits, for a trial with `d` parameters.
    #[must_use]
    pub fn new(traits: MethodTraits, d: usize) -> Self {
        Self { vectors: vec![T::ZERO; traits.vectors * d], scalars: vec![0.0; traits.scalars] }
    }

    /// Its first `N` vectors, `[d]` each. A vector that it does not have is empty.
    pub fn split<const N: usize>(&mut self, d: usize) -> [&mut [T]; N] {
        let mut rest = self.vectors.as_mut_slice();
        std::array::from_fn(|_| {
            let (first, others) = std::mem::take(&mut rest).split_at_mut_checked(d).unwrap_or_default();
            rest = others;
            first
        })
    }
}
