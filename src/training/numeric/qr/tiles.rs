//! Matrices in tiles of a few columns, and their elimination: a panel's reflectors are made, then applied to the tiles to
//! its right.

use std::ops::Range;

use super::{Triangle, power_of_two};
use crate::numeric::dispatch::{Kernel, dispatch};
use crate::numeric::{Matrix, dot};

/// Columns that are processed side by side: two vectors of AVX-512, and a block of them stays in the first-level cache.
const LANES: usize = 16;

type Row = [f64; LANES];

/// A column's tail whose scaled sum of squares is below 2⁻⁹⁰⁰ counts as zero: its relative accuracy is lost to
/// underflow, and a reflector made of it would not be orthogonal.
const NEGLIGIBLE: f64 = power_of_two(-900);

/// `[rows, columns]`, in tiles of [`LANES`] columns, each row by row; lanes beyond the last column hold zeros.
pub struct Tiles {
    rows: usize,
    columns: usize,
    values: Vec<Row>,
}

impl Tiles {
    pub fn zeros(rows: usize, columns: usize) -> Self {
        Self { rows, columns, values: vec![[0.0; LANES]; rows * columns.div_ceil(LANES)] }
    }

    fn at(&self, row: usize, column: usize) -> f64 {
        self.values[column / LANES * self.rows + row][column % LANES]
    }

    /// Gives it as many rows, whose values are arbitrary.
    fn reshape(&mut self, rows: usize) {
        self.rows = rows;
        self.values.resize(rows * self.columns.div_ceil(LANES), [0.0; LANES]);
    }

    /// Becomes the given rows of `[X | y]`, scaled.
    fn pack(&mut self, x: &Matrix, y: &[f64], rows: Range<usize>, scales: &[f64]) {
        self.reshape(rows.len());
        dispatch(Pack { x, y, rows, scales, tiles: self });
    }

    /// Takes over the first rows of another, as many as it has.
    fn copy_top(&mut self, from: &Self) {
        if self.rows > 0 {
            for (to, from) in self.values.chunks_exact_mut(self.rows).zip(from.values.chunks_exact(from.rows)) {
                to.copy_from_slice(&from[..self.rows]);
            }
        }
    }

    pub fn into_triangle(self, scales: &[f64]) -> Triangle {
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

struct Pack<'a> {
    x: &'a Matrix,
    y: &'a [f64],
    rows: Range<usize>,
    scales: &'a [f64],
    tiles: &'a mut Tiles,
}

impl Kernel for Pack<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { x, y, rows, scales, tiles } = self;
        let (features, count) = (x.columns, tiles.rows);
        let (scales, [last_scales @ .., target_scale]) = scales.split_at(features / LANES * LANES) else { return };
        for (to, from) in rows.enumerate() {
            let (values, last) = x.row(from).split_at(scales.len());
            let whole = values.chunks_exact(LANES).zip(scales.chunks_exact(LANES));
            for (index, (values, scales)) in whole.enumerate() {
                let mut row = [0.0; LANES];
                for lane in 0..LANES {
                    row[lane] = values[lane] * scales[lane];
                }
                tiles.values[index * count + to] = row;
            }
            let mut row = [0.0; LANES];
            row.iter_mut().zip(last.iter().zip(last_scales)).for_each(|(to, (value, scale))| *to = value * scale);
            row[last.len()] = y[from] * target_scale;
            tiles.values[scales.len() / LANES * count + to] = row;
        }
    }
}

/// What one thread eliminates in, and triangles that it is done with.
pub struct Workspace {
    tiles: Tiles,
    panel: Panel,
    spare: Vec<Tiles>,
}

impl Workspace {
    pub fn new(columns: usize) -> Self {
        Self { tiles: Tiles::zeros(0, columns), panel: Panel::default(), spare: Vec::new() }
    }

    /// The triangle of some rows of `[X | y]`, scaled; a trapezoid where they are few.
    pub fn triangulated(&mut self, x: &Matrix, y: &[f64], rows: Range<usize>, scales: &[f64]) -> Tiles {
        let count = rows.len();
        self.tiles.pack(x, y, rows, scales);
        self.panel.eliminate(&mut self.tiles, |column| column + 1..count);
        let columns = self.tiles.columns;
        let mut triangle = self.spare.pop().unwrap_or_else(|| Tiles::zeros(0, columns));
        triangle.reshape(count.min(columns));
        triangle.copy_top(&self.tiles);
        triangle
    }

    /// The triangle of `above`, a full one, and `below`: rows of `below` enter a reflector only down to its diagonal.
    pub fn combined(&mut self, mut above: Tiles, below: Tiles) -> Tiles {
        let (top, rows) = (above.rows, above.rows + below.rows);
        self.tiles.reshape(rows);
        let sources = above.values.chunks_exact(top).zip(below.values.chunks_exact(below.rows));
        for (to, (upper, lower)) in self.tiles.values.chunks_exact_mut(rows).zip(sources) {
            to[..top].copy_from_slice(upper);
            to[top..].copy_from_slice(lower);
        }
        self.panel.eliminate(&mut self.tiles, |column| top..top + below.rows.min(column + 1));
        above.copy_top(&self.tiles);
        self.spare.push(below);
        above
    }
}

/// I − τ·v·vᵀ, where v is 1 at `head`, some values at the rows `tail`, and 0 elsewhere.
struct Reflector {
    head: usize,
    tail: Range<usize>,
    tau: f64,
}

/// The reflectors of a tile's columns.
#[derive(Default)]
struct Panel {
    reflectors: Vec<Reflector>,
    /// The tail's values of each, as many after the other as there are rows.
    values: Vec<f64>,
    rows: usize,
}

impl Panel {
    /// Reflects each column's values in the rows `tail(column)` into the row of its diagonal. A tail begins and ends no
    /// earlier than that of the column before, and whatever lies left of a column in its rows is zero already.
    fn eliminate(&mut self, tiles: &mut Tiles, tail: impl Fn(usize) -> Range<usize>) {
        self.rows = tiles.rows;
        if self.rows == 0 {
            return;
        }
        self.values.resize(LANES * self.rows, 0.0);
        let pivots = tiles.rows.min(tiles.columns);
        for (index, first) in (0..pivots).step_by(LANES).enumerate() {
            let (tile, right) = tiles.values[index * self.rows..].split_at_mut(self.rows);
            self.factor(tile, first..pivots.min(first + LANES), &tail);
            for tile in right.chunks_exact_mut(self.rows) {
                dispatch(Apply { panel: self, tile });
            }
        }
    }

    /// Makes the reflectors of some columns, and applies them to their tile.
    fn factor(&mut self, tile: &mut [Row], columns: Range<usize>, tail: impl Fn(usize) -> Range<usize>) {
        let first = columns.start;
        self.reflectors.clear();
        for column in columns.clone() {
            let (head, lane, tail) = (column, column - first, tail(column));
            let values = &mut self.values[self.reflectors.len() * self.rows..][..tail.len()];
            for (value, row) in values.iter_mut().zip(&tile[tail.clone()]) {
                *value = row[lane];
            }
            let tail_square = dot(values, values);
            if tail_square < NEGLIGIBLE {
                continue;
            }
            let alpha = tile[head][lane];
            // The sign that does not cancel.
            let diagonal = -alpha.mul_add(alpha, tail_square).sqrt().copysign(alpha);
            let inverse = 1.0 / (alpha - diagonal);
            values.iter_mut().for_each(|value| *value *= inverse);
            let tau = (diagonal - alpha) / diagonal;
            let reflector = Reflector { head, tail, tau };
            // The lanes up to its own are not looked at again.
            match lane + 1 {
                ..8 => dispatch(Reflect::<0> { reflector: &reflector, values, tile }),
                8..LANES => dispatch(Reflect::<1> { reflector: &reflector, values, tile }),
                _ => {}
            }
            // Exactly what the reflection of this column amounts to, but for the zeros.
            tile[head][lane] = diagonal;
            self.reflectors.push(reflector);
        }
        // Below the diagonal.
        let last = columns.end - 1;
        for row in (first + 1..=last).chain(tail(last)) {
            tile[row][..(row - first).min(columns.len())].fill(0.0);
        }
    }

    fn tail_values(&self, index: usize) -> &[f64] {
        &self.values[index * self.rows..][..self.reflectors[index].tail.len()]
    }
}

/// Applies one reflector to its own tile, from vector `FROM` on.
struct Reflect<'a, const FROM: usize> {
    reflector: &'a Reflector,
    values: &'a [f64],
    tile: &'a mut [Row],
}

impl<const FROM: usize> Kernel for Reflect<'_, FROM> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { reflector, values, tile } = self;
        let rows = reflector.tail.clone();
        let product = add_products(tile[reflector.head], &tile[rows.clone()], values);
        let part = multiply_add(-reflector.tau, &product, [0.0; LANES]);
        tile[reflector.head] = multiply_add(1.0, &part, tile[reflector.head]);
        subtract(&part, &mut tile[rows], values);
    }
}

/// Applies reflectors, one after the other, to one tile. The pass that subtracts one's part from the rows takes the inner
/// products with the next.
struct Apply<'a> {
    panel: &'a Panel,
    tile: &'a mut [Row],
}

impl Kernel for Apply<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { panel, tile } = self;
        let reflectors = &panel.reflectors;
        let Some(first) = reflectors.first() else { return };
        let mut product = add_products(tile[first.head], &tile[first.tail.clone()], panel.tail_values(0));
        for (index, Reflector { head, tail, tau }) in reflectors.iter().enumerate() {
            let values = panel.tail_values(index);
            let part = multiply_add(-tau, &product, [0.0; LANES]);
            tile[*head] = multiply_add(1.0, &part, tile[*head]);
            let Some(next) = reflectors.get(index + 1) else {
                subtract(&part, &mut tile[tail.clone()], values);
                return;
            };
            let next_values = panel.tail_values(index + 1);
            // The next head lies outside the rows that both have.
            let (from, to) = (next.tail.start.clamp(tail.start, tail.end), tail.end);
            let before = from - tail.start;
            subtract(&part, &mut tile[tail.start..from], &values[..before]);
            product = tile[next.head];
            product = subtract_and_add_products(&part, product, &mut tile[from..to], &values[before..], next_values);
            product = add_products(product, &tile[to.max(next.tail.start)..next.tail.end], &next_values[to - from..]);
        }
    }
}

/// The inner products of some rows with a tail's values, added.
#[inline(always)]
fn add_products(mut products: Row, rows: &[Row], values: &[f64]) -> Row {
    for (row, value) in rows.iter().zip(values) {
        products = multiply_add(*value, row, products);
    }
    products
}

#[inline(always)]
fn subtract(part: &Row, rows: &mut [Row], values: &[f64]) {
    for (row, value) in rows.iter_mut().zip(values) {
        // Opaque, or the compiler vectorises down the rows, with gathers and scatters: several times slower.
        let row = std::hint::black_box(row);
        *row = multiply_add(*value, part, *row);
    }
}

#[inline(always)]
fn subtract_and_add_products(part: &Row, mut products: Row, rows: &mut [Row], values: &[f64], next: &[f64]) -> Row {
    for (row, (value, next)) in rows.iter_mut().zip(values.iter().zip(next)) {
        let left = multiply_add(*value, part, *row);
        products = multiply_add(*next, &left, products);
        *row = left;
    }
    products
}

#[inline(always)]
fn multiply_add(factor: f64, values: &Row, mut addends: Row) -> Row {
    for (addend, value) in addends.iter_mut().zip(values) {
        *addend = factor.mul_add(*value, *addend);
    }
    addends
}
