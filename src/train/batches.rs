//! Which rows each step takes, packed once for a whole cohort.

use super::quadratic::Quadratic;
use crate::model::Batch;
use crate::numeric::{Kernel, Purpose, Real, Stream, dispatch};
use crate::optimizer::Batching;

/// The rows of one split in the training precision, and the batch at hand.
pub struct Batches<T> {
    batching: Batching,
    seed: u64,
    d: usize,
    rows: Vec<T>,
    target: Vec<T>,
    /// Row indices of the epoch at hand.
    order: Vec<usize>,
    packed_rows: Vec<T>,
    packed_columns: Vec<T>,
    packed_target: Vec<T>,
}

impl<T: Real> Batches<T> {
    pub fn new(data: &Quadratic, batching: Batching, seed: u64) -> Self {
        let cast = |values: &[f64]| values.iter().map(|&value| T::from_f64(value)).collect();
        let mut batches = Self {
            batching,
            seed,
            d: data.rows.columns,
            rows: cast(&data.rows.values),
            target: cast(&data.target),
            order: (0..data.rows.rows).collect(),
            packed_rows: Vec::new(),
            packed_columns: Vec::new(),
            packed_target: Vec::new(),
        };
        if batching == Batching::Full {
            batches.packed_columns = cast(&data.columns().values);
        }
        batches
    }

    /// Batches in an epoch.
    pub const fn per_epoch(&self) -> usize {
        match self.batching {
            Batching::Full => 1,
            Batching::Rows { size, .. } => self.target.len().div_ceil(size as usize),
        }
    }

    /// Draws the order of an epoch (counted from 1): one permutation per (seed, epoch) whatever the batch size, or one
    /// stream of row indices with replacement.
    pub fn begin_epoch(&mut self, epoch: u64) {
        let n = self.target.len();
        if let Batching::Rows { replacement, .. } = self.batching {
            let mut stream = Stream::new(self.seed, Purpose::BatchOrder, epoch);
            if replacement {
                #[allow(clippy::cast_possible_truncation)]
                self.order.iter_mut().for_each(|row| *row = stream.below(n as u64) as usize);
            } else {
                self.order = stream.permutation(n);
            }
        }
    }

    /// Packs batch `index` of the epoch at hand.
    pub fn pack(&mut self, index: usize) {
        let Batching::Rows { size, .. } = self.batching else { return };
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let (n, d) = (self.target.len(), self.d);
        let chosen = &self.order[index * size..n.min((index + 1) * size)];
        self.packed_rows.clear();
        self.packed_target.clear();
        for &row in chosen {
            self.packed_rows.extend_from_slice(&self.rows[row * d..(row + 1) * d]);
            self.packed_target.push(self.target[row]);
        }
        self.packed_columns.resize(self.packed_rows.len(), T::ZERO);
        dispatch(Transpose { rows: &self.packed_rows, columns: &mut self.packed_columns, d });
    }

    /// The batch packed last.
    pub fn batch(&self) -> Batch<'_, T> {
        match self.batching {
            Batching::Full => Batch { rows: &self.rows, columns: &self.packed_columns, target: &self.target },
            Batching::Rows { .. } => {
                Batch { rows: &self.packed_rows, columns: &self.packed_columns, target: &self.packed_target }
            }
        }
    }

    /// What a batch of `rows` rows divides its sums by.
    pub const fn divisor(&self, rows: usize) -> u64 {
        match self.batching {
            Batching::Rows { size, keep: false, .. } => size,
            _ => rows as u64,
        }
    }
}

/// `[b, d]` to `[d, b]`, in tiles that stay in registers.
struct Transpose<'a, T> {
    rows: &'a [T],
    columns: &'a mut [T],
    d: usize,
}

impl<T: Real> Kernel for Transpose<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        const TILE: usize = 8;
        let Self { rows, columns, d } = self;
        let b = rows.len() / d;
        let (whole_rows, whole_columns) = (b - b % TILE, d - d % TILE);
        for row in (0..whole_rows).step_by(TILE) {
            for column in (0..whole_columns).step_by(TILE) {
                let mut tile = [[T::ZERO; TILE]; TILE];
                for (index, line) in tile.iter_mut().enumerate() {
                    line.copy_from_slice(&rows[(row + index) * d + column..][..TILE]);
                }
                for index in 0..TILE {
                    let turned: [T; TILE] = std::array::from_fn(|line| tile[line][index]);
                    columns[(column + index) * b + row..][..TILE].copy_from_slice(&turned);
                }
            }
        }
        for row in 0..b {
            let first = if row < whole_rows { whole_columns } else { 0 };
            for column in first..d {
                columns[column * b + row] = rows[row * d + column];
            }
        }
    }
}
