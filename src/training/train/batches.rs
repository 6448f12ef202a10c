//! The batches of training rows, each packed once for a whole cohort.

use std::ops::Range;

use super::prepared_rows::PreparedRows;
use crate::model::{BLOCK, Batch, packs};
use crate::numeric::{MatrixRows, Purpose, Real, Stream, transpose};
use crate::optimizer::Batching;

/// The training rows in the training precision, and the current batch.
pub struct Batches<'a, T> {
    batching: Batching,
    seed: u64,
    /// The length of a row.
    length: usize,
    rows: &'a [T],
    /// The number of rows.
    n: usize,
    /// −y of every row, `[n_targets, n]`.
    negated_target: Vec<T>,
    /// The weight of every row, if they have weights.
    weights: Option<Vec<T>>,
    /// The row indices of the current epoch; unused for full batches.
    order: Vec<usize>,
    /// The part of `order` that is the current batch.
    chosen: Range<usize>,
    /// Whether `packed_columns` holds the current batch.
    packed: bool,
    packed_columns: Vec<T>,
    packed_target: Vec<T>,
    packed_weights: Vec<T>,
}

impl<'a, T: Real> Batches<'a, T> {
    /// The weights are those of the training rows, `[n]`.
    pub fn new(data: &'a PreparedRows, weights: Option<&[f64]>, batching: Batching, seed: u64) -> Self {
        let mut batches = Self {
            batching,
            seed,
            length: data.matrix.columns,
            rows: data.rows_in(),
            n: data.matrix.rows,
            negated_target: data.target.numbers().iter().map(|&value| -T::from_f64(value)).collect(),
            weights: weights.map(|weights| weights.iter().map(|&weight| T::from_f64(weight)).collect()),
            order: Vec::new(),
            chosen: 0..0,
            packed: batching == Batching::Full,
            packed_columns: Vec::new(),
            packed_target: Vec::new(),
            packed_weights: Vec::new(),
        };
        if batching == Batching::Full {
            pack(MatrixRows::every(batches.rows, batches.length), batches.length, &mut batches.packed_columns);
        }
        batches
    }

    /// The number of batches per epoch.
    pub const fn per_epoch(&self) -> usize {
        match self.batching {
            Batching::Full => 1,
            Batching::Rows { size, .. } => self.n.div_ceil(size as usize),
        }
    }

    /// Draws the row order of an epoch, counted from 1: one permutation per (seed, epoch) for all batch sizes, or one
    /// stream of row indices with replacement.
    pub fn begin_epoch(&mut self, epoch: u64) {
        let n = self.n;
        if let Batching::Rows { replacement, .. } = self.batching {
            let mut stream = Stream::new(self.seed, Purpose::BatchOrder, epoch);
            if replacement {
                self.order.resize(n, 0);
                self.order.iter_mut().for_each(|row| *row = stream.below(n as u64) as usize);
            } else {
                self.order = stream.permutation(n);
            }
        }
    }

    /// Makes batch `index` of the current epoch the current batch, and packs it unless there are few `vectors` of
    /// parameters to multiply it with.
    pub fn take(&mut self, index: usize, vectors: usize) {
        let Batching::Rows { size, .. } = self.batching else { return };
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        self.chosen = index * size..self.order.len().min((index + 1) * size);
        let chosen = &self.order[self.chosen.clone()];
        self.packed_target.clear();
        for negated in self.negated_target.chunks_exact(self.n.max(1)) {
            self.packed_target.extend(chosen.iter().map(|&row| negated[row]));
        }
        if let Some(weights) = &self.weights {
            self.packed_weights.clear();
            self.packed_weights.extend(chosen.iter().map(|&row| weights[row]));
        }
        self.packed = packs(vectors, chosen.len());
        if self.packed {
            pack(MatrixRows::chosen(self.rows, self.length, chosen), self.length, &mut self.packed_columns);
        }
        // The CPU cannot predict rows in random order. The rows of the next batch are prefetched while this batch is at
        // work. Without packed columns, the first product does that.
        if self.packed {
            MatrixRows::chosen(self.rows, self.length, self.next()).prefetch();
        }
    }

    /// The rows of the next batch of the epoch, as many as the current one has.
    fn next(&self) -> &[usize] {
        let rest = &self.order[self.chosen.end..];
        &rest[..rest.len().min(self.chosen.len())]
    }

    /// The current batch, whose gradients are multiplied by `weight`.
    pub fn batch(&self, weight: T) -> Batch<'_, T> {
        let (rows, negated_target) = match self.batching {
            Batching::Full => (MatrixRows::every(self.rows, self.length), &self.negated_target),
            Batching::Rows { .. } => {
                let rows = MatrixRows::chosen(self.rows, self.length, &self.order[self.chosen.clone()]);
                (if self.packed { rows } else { rows.followed_by(self.next()) }, &self.packed_target)
            }
        };
        let columns = self.packed.then_some(&self.packed_columns[..]);
        let row_weights = self.weights.as_ref().map(|weights| match self.batching {
            Batching::Full => &weights[..],
            Batching::Rows { .. } => &self.packed_weights[..],
        });
        Batch { rows, columns, negated_target, row_weights, weight }
    }

    /// The length of a row.
    pub const fn row_length(&self) -> usize {
        self.length
    }

    /// The number of rows in the current batch.
    pub fn size(&self) -> usize {
        match self.batching {
            Batching::Full => self.n,
            Batching::Rows { .. } => self.chosen.len(),
        }
    }

    /// The divisor for the sums of a batch of `rows` rows.
    pub const fn divisor(&self, rows: usize) -> u64 {
        match self.batching {
            Batching::Rows { size, keep: false, .. } => size,
            _ => rows as u64,
        }
    }
}

/// Packs `rows`, `[b, length]`, as blocks of [`BLOCK`] rows, each transposed to `[length, rows]`.
fn pack<T: Real>(rows: MatrixRows<'_, T>, length: usize, columns: &mut Vec<T>) {
    let b = rows.count();
    columns.resize(b * length, T::ZERO);
    for from in (0..b).step_by(BLOCK) {
        let count = BLOCK.min(b - from);
        transpose(rows.range(from, count), &mut columns[from * length..][..count * length]);
    }
}
