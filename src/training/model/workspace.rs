//! Memory that a model reuses from batch to batch.

use super::network::Room;
use crate::numeric::Real;

/// A pool of buffers. A model asks for as many as it needs, of the lengths that a batch needs; they grow to the longest.
#[derive(Debug)]
pub struct Workspace<T> {
    buffers: Vec<Vec<T>>,
    /// The memory of a network's passes.
    pub(super) network: Room<T>,
}

impl<T> Default for Workspace<T> {
    fn default() -> Self {
        Self { buffers: Vec::new(), network: Room::default() }
    }
}

impl<T: Real> Workspace<T> {
    /// One buffer of each length. Their content is arbitrary: zeros, or what the last caller left.
    pub fn buffers<const N: usize>(&mut self, lengths: [usize; N]) -> [&mut [T]; N] {
        if self.buffers.len() < N {
            self.buffers.resize_with(N, Vec::new);
        }
        let mut buffers = self.buffers.iter_mut();
        lengths.map(|length| {
            let Some(buffer) = buffers.next() else { return Default::default() };
            if buffer.len() < length {
                buffer.resize(length, T::ZERO);
            }
            &mut buffer[..length]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buffers_have_the_lengths_asked_for_and_are_disjoint() {
        let mut workspace = Workspace::<f64>::default();
        let [one, other] = workspace.buffers([3, 5]);
        one.fill(1.0);
        other.fill(2.0);
        assert_eq!((&*one, &*other), (&[1.0; 3][..], &[2.0; 5][..]));
        let [less, more, none] = workspace.buffers([2, 7, 0]);
        assert_eq!((less.len(), more.len(), none.len()), (2, 7, 0));
    }
}
