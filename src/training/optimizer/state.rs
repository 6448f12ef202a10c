//! What a method carries from step to step.

use super::traits::MethodTraits;
use crate::numeric::Real;

/// What a method carries from step to step of one trial. All of it is zero at the start.
#[derive(Debug, Clone, PartialEq)]
pub struct MethodState<T> {
    /// `[vectors, d]`
    pub vectors: Vec<T>,
    /// `[part_vectors, d]`: what the parts keep apart from the method.
    pub part_vectors: Vec<T>,
    /// The number of points in the mean at which the trial is evaluated.
    pub averaged: u64,
    /// `[scalars]`, in f64 whatever the precision of training, because powers and counts must not be rounded.
    pub scalars: Vec<f64>,
}

impl<T: Real> MethodState<T> {
    /// The state of a method with these traits, for a trial with `d` parameters.
    #[must_use]
    pub fn new(traits: MethodTraits, d: usize) -> Self {
        Self {
            vectors: vec![T::ZERO; traits.vectors * d],
            part_vectors: vec![T::ZERO; traits.part_vectors * d],
            averaged: 0,
            scalars: vec![0.0; traits.scalars],
        }
    }

    /// β^(k+1) of each of these β, kept as the first `N` scalars from step to step; `k` counts the updates before this one.
    pub fn powers<const N: usize>(&mut self, k: u64, betas: [f64; N]) -> [f64; N] {
        std::array::from_fn(|index| {
            let power = &mut self.scalars[index];
            *power = if k == 0 { betas[index] } else { *power * betas[index] };
            *power
        })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_zero_and_falls_into_vectors() {
        let mut state = MethodState::<f32>::new(MethodTraits { vectors: 2, scalars: 1, ..MethodTraits::default() }, 3);
        assert_eq!((&state.vectors[..], &state.scalars[..]), (&[0.0; 6][..], &[0.0][..]));
        let [first, second, none] = state.split(3);
        first.fill(1.0);
        second.fill(2.0);
        assert!(none.is_empty(), "it has two");
        assert_eq!(state.vectors, [1.0, 1.0, 1.0, 2.0, 2.0, 2.0]);
    }
}
