//! The memory of a network's passes, which is reused from batch to batch.

use crate::numeric::{Purpose, Real, Stream};

/// Buffers by place and by step of a program. They grow to the longest.
#[derive(Debug)]
pub struct Room<T> {
    pub values: Vec<Vec<T>>,
    pub gradients: Vec<Vec<T>>,
    pub kept: Vec<Vec<T>>,
    pub prepared: Vec<Vec<T>>,
    pub statistics: Vec<T>,
    pub targets: Vec<T>,
    pub scratch: Vec<T>,
    draws: Vec<Draws>,
}

impl<T> Default for Room<T> {
    fn default() -> Self {
        Self {
            values: Vec::new(),
            gradients: Vec::new(),
            kept: Vec::new(),
            prepared: Vec::new(),
            statistics: Vec::new(),
            targets: Vec::new(),
            scratch: Vec::new(),
            draws: Vec::new(),
        }
    }
}

/// The random numbers of one layer for one batch. Trials of one seed share them.
#[derive(Debug, Default)]
struct Draws {
    key: Option<DrawKey>,
    numbers: Vec<u32>,
}

/// What the random numbers of a batch depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DrawKey {
    pub seed: u64,
    /// Counted from 1.
    pub epoch: u64,
    /// Counted from 0 in each epoch.
    pub batch: u64,
}

impl<T: Real> Room<T> {
    /// Makes room for so many places and steps.
    pub fn grow(&mut self, places: usize, steps: usize) {
        for (buffers, count) in [
            (&mut self.values, places),
            (&mut self.gradients, places),
            (&mut self.kept, steps),
            (&mut self.prepared, steps),
        ] {
            if buffers.len() < count {
                buffers.resize_with(count, Vec::new);
            }
        }
    }

    /// Draws so many numbers for the layer with this number among those that draw, unless they are known.
    pub fn draw(&mut self, key: DrawKey, layer: u32, count: usize) {
        let layer = layer as usize;
        if self.draws.len() <= layer {
            self.draws.resize_with(layer + 1, Draws::default);
        }
        let draws = &mut self.draws[layer];
        if draws.key != Some(key) || draws.numbers.len() != count {
            draws.key = Some(key);
            draws.numbers.clear();
            draws.numbers.reserve(count + 1);
            let place = (key.batch << 32) | layer as u64;
            let mut stream = Stream::keyed(key.seed, Purpose::Dropout, key.epoch, place);
            while draws.numbers.len() < count {
                let number = stream.next_u64();
                draws.numbers.extend([number as u32, (number >> 32) as u32]);
            }
            draws.numbers.truncate(count);
        }
    }

    /// The numbers that were last drawn for a layer.
    pub fn drawn(&self, layer: u32) -> &[u32] {
        self.draws.get(layer as usize).map_or(&[], |draws| &draws.numbers)
    }
}

/// Makes a buffer at least so long.
pub fn reserve<T: Real>(buffer: &mut Vec<T>, length: usize) {
    if buffer.len() < length {
        buffer.resize(length, T::ZERO);
    }
}
