//! Least squares reduced to a triangle: Householder QR of `[X | y]` over row blocks of fixed size, the triangles
//! combined in a fixed binary tree (Demmel, Grigori, Hoemmen and Langou, "Communication-optimal parallel and sequential
//! QR", 2012). Block size and tree follow from the shape alone, each inner product runs down its column in row order,
//! and SIMD runs across columns: the bits depend on nothing but X and y. Threads share the branches of the tree.

use std::ops::Range;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::dispatch::{Kernel, dispatch};
use super::{Matrix, dot};

/// R, z and ρ² of a least-squares problem: ‖Xθ − y‖² = ρ² + ‖Rθ − z‖² for every θ.
#[derive(Debug, Clone)]
pub struct Triangle {
    /// `[min(n, d), d]`, upper triangular (a trapezoid where n < d). Its diagonal may have either sign.
    pub r: Matrix,
    /// `[min(n, d)]`: the targets of R's rows.
    pub z: Vec<f64>,
    /// ρ², the sum of squares that no θ reaches; 0 where n ≤ d.
    pub residual: f64,
}

/// Reduces `x` `[n, d]` and `y` `[n]` to a triangle.
///
/// The error is small relative to each column of X by itself, however different their scales: columns are first scaled
/// by powers of two, which rounds nothing. Finite input gives no NaN; R, z or ρ² overflow only where their exact values
/// do.
#[must_use]
pub fn triangle(x: &Matrix, y: &[f64]) -> Triangle {
    debug_assert_eq!(x.rows, y.len());
    let columns = x.columns + 1;
    let threads =
        if x.rows.saturating_mul(columns * columns) < WORTH_THREADS { 1 } else { rayon::current_num_threads() };
    let scales = column_scales(x, y, threads);
    let block = block_rows(columns);
    let blocks = x.rows.div_ceil(block);
    let branch = |blocks: Range<usize>| {
        reduced(blocks.map(|index| {
            let start = index * block;
            let mut node = Tiles::packed(x, y, start..x.rows.min(start + block), &scales);
            node.triangulate();
            node
        }))
    };
    // Branches of a power of two of blocks are whole in the tree, however many blocks there are.
    let width = blocks.div_ceil(threads * BRANCHES_A_THREAD).next_power_of_two();
    let branches = blocks.div_ceil(width.max(1));
    let nodes = in_order(branches, threads, |index| branch(index * width..blocks.min((index + 1) * width)));
    reduced(nodes.into_iter().flatten()).unwrap_or_else(|| Tiles::zeros(0, columns)).into_triangle(&scales)
}

/// Multiplications from which threads are worth their start.
const WORTH_THREADS: usize = 10_000_000;

/// Branches of the tree for each thread, so that none waits long for the last.
const BRANCHES_A_THREAD: usize = 8;

/// Combines neighbours in a fixed binary tree. A binary counter: two triangles of one level become one of the next, so at
/// most log₂(n) are alive.
fn reduced(nodes: impl Iterator<Item = Tiles>) -> Option<Tiles> {
    let mut stack: Vec<(u32, Tiles)> = Vec::new();
    for mut node in nodes {
        let mut level = 0;
        while let Some((_, left)) = stack.pop_if(|(below, _)| *below == level) {
            node = left.combined(&node);
            level += 1;
        }
        stack.push((level, node));
    }
    let (_, mut root) = stack.pop()?;
    while let Some((_, left)) = stack.pop() {
        root = left.combined(&root);
    }
    Some(root)
}

/// The results of `work` for each index below `count`, in order, on threads of their own: while it waits, a thread of
/// rayon's takes up other work, which may want the very triangle that it is about to make.
fn in_order<T: Send + Sync>(count: usize, threads: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    if threads < 2 || count < 2 {
        return (0..count).map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let results: Vec<OnceLock<T>> = (0..count).map(|_| OnceLock::new()).collect();
    let take = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(result) = results.get(index) else { return };
            let _ = result.set(work(index));
        }
    };
    std::thread::scope(|scope| {
        (1..threads.min(count)).for_each(|_| drop(scope.spawn(take)));
        take();
    });
    results.into_iter().filter_map(OnceLock::into_inner).collect()
}

/// Rows in a block: enough that the work within blocks outweighs the combining, few enough to stay in cache.
fn block_rows(columns: usize) -> usize {
    (2 * columns).max(256)
}

/// Columns that are processed side by side: two vectors of AVX-512, and a block of them stays in the first-level cache.
const LANES: usize = 16;

type Row = [f64; LANES];

/// A column's tail whose scaled sum of squares is below 2⁻⁹⁰⁰ counts as zero: its relative accuracy is lost to
/// underflow, and a reflector made of it would not be orthogonal.
const NEGLIGIBLE: f64 = power_of_two(-900);

const fn power_of_two(exponent: i64) -> f64 {
    f64::from_bits(((1023 + exponent) as u64) << 52)
}

/// For each column of `[X | y]` the power of two that brings its largest magnitude near 1.
fn column_scales(x: &Matrix, y: &[f64], threads: usize) -> Vec<f64> {
    let grow = |largest: &mut f64, value: &f64| {
        if value.abs() > *largest {
            *largest = value.abs();
        }
    };
    let share = x.rows.div_ceil(threads);
    let shares = in_order(threads, threads, |index| {
        let mut largest = vec![0.0_f64; x.columns + 1];
        for row in (index * share).min(x.rows)..((index + 1) * share).min(x.rows) {
            largest.iter_mut().zip(x.row(row)).for_each(|(largest, value)| grow(largest, value));
            grow(&mut largest[x.columns], &y[row]);
        }
        largest
    });
    let mut largest = vec![0.0_f64; x.columns + 1];
    for share in &shares {
        largest.iter_mut().zip(share).for_each(|(largest, value)| grow(largest, value));
    }
    let scale = |largest: f64| {
        let exponent = i64::try_from(largest.to_bits() >> 52).unwrap_or(1023) - 1023;
        // The bound keeps the inverse a normal number; the column's largest value is then still within 2^±75.
        power_of_two(-exponent.clamp(-1000, 1000))
    };
    largest.into_iter().map(|largest| if largest == 0.0 { 1.0 } else { scale(largest) }).collect()
}

/// I − τ·v·vᵀ, where v is 1 at `head`, `tail_values` at the rows `tail`, and 0 elsewhere.
struct Reflector {
    head: usize,
    tail: Range<usize>,
    tail_values: Vec<f64>,
    tau: f64,
}

/// `[rows, columns]`, in tiles of [`LANES`] columns, each row by row; lanes beyond the last column hold zeros.
struct Tiles {
    rows: usize,
    columns: usize,
    values: Vec<Row>,
}

impl Tiles {
    fn zeros(rows: usize, columns: usize) -> Self {
        Self { rows, columns, values: vec![[0.0; LANES]; rows * columns.div_ceil(LANES)] }
    }

    /// The given rows of `[X | y]`, scaled.
    fn packed(x: &Matrix, y: &[f64], rows: Range<usize>, scales: &[f64]) -> Self {
        let mut packed = Self::zeros(rows.len(), x.columns + 1);
        let features = x.columns;
        for (index, tile) in packed.values.chunks_exact_mut(packed.rows.max(1)).enumerate() {
            let columns = index * LANES..features.min((index + 1) * LANES);
            for (to, from) in tile.iter_mut().zip(rows.clone()) {
                let values = x.row(from)[columns.clone()].iter().zip(&scales[columns.clone()]);
                to.iter_mut().zip(values).for_each(|(to, (value, scale))| *to = value * scale);
            }
        }
        let last = features / LANES * packed.rows;
        for (to, from) in packed.values[last..].iter_mut().zip(rows) {
            to[features % LANES] = y[from] * scales[features];
        }
        packed
    }

    fn at(&self, row: usize, column: usize) -> f64 {
        self.values[column / LANES * self.rows + row][column % LANES]
    }

    /// Keeps the first `rows` rows.
    fn truncated(&self, rows: usize) -> Self {
        let mut kept = Self::zeros(rows, self.columns);
        if rows > 0 {
            for (to, from) in kept.values.chunks_exact_mut(rows).zip(self.values.chunks_exact(self.rows)) {
                to.copy_from_slice(&from[..rows]);
            }
        }
        kept
    }

    fn triangulate(&mut self) {
        let rows = self.rows;
        self.eliminate(|column| column + 1..rows);
        if rows > self.columns {
            *self = self.truncated(self.columns);
        }
    }

    /// The triangle of `self`, a full one, above `below`: rows of `below` enter a reflector only down to its diagonal.
    fn combined(&self, below: &Self) -> Self {
        let top = self.rows;
        let mut both = Self::zeros(top + below.rows, self.columns);
        let sources = self.values.chunks_exact(top).zip(below.values.chunks_exact(below.rows));
        for (to, (upper, lower)) in both.values.chunks_exact_mut(top + below.rows).zip(sources) {
            to[..top].copy_from_slice(upper);
            to[top..].copy_from_slice(lower);
        }
        both.eliminate(|column| top..top + below.rows.min(column + 1));
        both.truncated(top)
    }

    /// Reflects each column's values in the rows `tail(column)` into the row of its diagonal. Whatever lies left of a
    /// column in these rows is zero already, so that reflectors may run over whole tiles.
    fn eliminate(&mut self, tail: impl Fn(usize) -> Range<usize>) {
        if self.rows == 0 {
            return;
        }
        let pivots = self.rows.min(self.columns);
        for (index, first) in (0..pivots).step_by(LANES).enumerate() {
            let (panel, right) = self.values[index * self.rows..].split_at_mut(self.rows);
            let mut reflectors = Vec::with_capacity(LANES);
            for column in first..pivots.min(first + LANES) {
                reflectors.extend(reflect(panel, column, column % LANES, tail(column)));
            }
            for tile in right.chunks_exact_mut(self.rows) {
                dispatch(Apply { reflectors: &reflectors, tile });
            }
        }
    }

    fn into_triangle(self, scales: &[f64]) -> Triangle {
        let features = self.columns - 1;
        let kept = self.rows.min(features);
        let mut r = Matrix::filled(kept, features, 0.0);
        for row in 0..kept {
            for (column, scale) in scales[..features].iter().enumerate().skip(row) {
                r.set(row, column, self.at(row, column) / scale);
            }
        }
        let z = (0..kept).map(|row| self.at(row, features) / scales[features]).collect();
        let left = if self.rows > features { self.at(features, features) / scales[features] } else { 0.0 };
        Triangle { r, z, residual: left * left }
    }
}

/// Makes the reflector that moves a column's tail into its head, and applies it to the column's own tile. None where
/// the tail is negligible, which is then set to zero.
fn reflect(panel: &mut [Row], head: usize, lane: usize, tail: Range<usize>) -> Option<Reflector> {
    let mut tail_values: Vec<f64> = panel[tail.clone()].iter().map(|row| row[lane]).collect();
    let tail_square = dot(&tail_values, &tail_values);
    let alpha = panel[head][lane];
    let mut diagonal = alpha;
    let reflector = (tail_square >= NEGLIGIBLE).then(|| {
        // The sign that does not cancel.
        diagonal = -alpha.mul_add(alpha, tail_square).sqrt().copysign(alpha);
        let inverse = 1.0 / (alpha - diagonal);
        tail_values.iter_mut().for_each(|value| *value *= inverse);
        let tau = (diagonal - alpha) / diagonal;
        Reflector { head, tail: tail.clone(), tail_values, tau }
    });
    if let Some(reflector) = &reflector {
        dispatch(Apply { reflectors: std::slice::from_ref(reflector), tile: panel });
    }
    // Exactly what the reflection of this column amounts to.
    panel[head][lane] = diagonal;
    panel[tail].iter_mut().for_each(|row| row[lane] = 0.0);
    reflector
}

/// Applies reflectors, one after the other, to one tile. The pass that subtracts one's part from the rows takes the inner
/// products with the next.
struct Apply<'a> {
    reflectors: &'a [Reflector],
    tile: &'a mut [Row],
}

impl Kernel for Apply<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { reflectors, tile } = self;
        let Some(first) = reflectors.first() else { return };
        let mut product = first.product(tile[first.head], tile, first.tail.clone());
        for (index, reflector) in reflectors.iter().enumerate() {
            let Reflector { head, tail, tau, .. } = reflector;
            let part = multiply_add(-tau, &product, [0.0; LANES]);
            tile[*head] = multiply_add(1.0, &part, tile[*head]);
            let Some(next) = reflectors.get(index + 1) else {
                reflector.subtract(&part, tile, tail.clone());
                return;
            };
            // A tail begins and ends no earlier than the one before, and its head lies outside the rows that both have.
            let both = next.tail.start.clamp(tail.start, tail.end)..tail.end.min(next.tail.end);
            reflector.subtract(&part, tile, tail.start..both.start);
            product = tile[next.head];
            product = reflector.subtract_and_product(&part, next, product, tile, both.clone());
            product = next.product(product, tile, both.end.max(next.tail.start)..next.tail.end);
        }
    }
}

impl Reflector {
    /// The tail's values of some of its rows.
    #[inline(always)]
    fn values(&self, rows: &Range<usize>) -> &[f64] {
        &self.tail_values[rows.start - self.tail.start..rows.end - self.tail.start]
    }

    /// Adds the inner products of some rows of the tail with the columns.
    #[inline(always)]
    fn product(&self, mut product: Row, tile: &[Row], rows: Range<usize>) -> Row {
        if rows.is_empty() {
            return product;
        }
        for (row, value) in tile[rows.clone()].iter().zip(self.values(&rows)) {
            product = multiply_add(*value, row, product);
        }
        product
    }

    #[inline(always)]
    fn subtract(&self, part: &Row, tile: &mut [Row], rows: Range<usize>) {
        if rows.is_empty() {
            return;
        }
        for (row, value) in tile[rows.clone()].iter_mut().zip(self.values(&rows)) {
            // Opaque, or the compiler vectorises down the rows, with gathers and scatters: several times slower.
            let row = std::hint::black_box(row);
            *row = multiply_add(*value, part, *row);
        }
    }

    #[inline(always)]
    fn subtract_and_product(
        &self,
        part: &Row,
        next: &Self,
        mut product: Row,
        tile: &mut [Row],
        rows: Range<usize>,
    ) -> Row {
        if rows.is_empty() {
            return product;
        }
        let values = self.values(&rows).iter().zip(next.values(&rows));
        for (row, (value, next)) in tile[rows].iter_mut().zip(values) {
            let row = std::hint::black_box(row);
            let left = multiply_add(*value, part, *row);
            product = multiply_add(*next, &left, product);
            *row = left;
        }
        product
    }
}

#[inline(always)]
fn multiply_add(factor: f64, values: &Row, mut addends: Row) -> Row {
    for (addend, value) in addends.iter_mut().zip(values) {
        *addend = factor.mul_add(*value, *addend);
    }
    addends
}

#[cfg(test)]
mod tests;
