//! Householder reflectors of a tile, and their application to the tiles to its right.

use std::ops::Range;

use super::scales::power_of_two;
use super::tiles::{TILE_COLUMNS, TileRow, Tiles};
use crate::numeric::dispatch::{Kernel, dispatch};
use crate::numeric::dot;

/// A column's tail counts as zero if its scaled sum of squares is below this, 2⁻⁹⁰⁰. Underflow has then cost its
/// relative accuracy, and a reflector made from it would not be orthogonal.
const NEGLIGIBLE: f64 = power_of_two(-900);

/// I − τ·v·vᵀ, where v is 1 in row `head`, has values in the rows `tail`, and is 0 elsewhere.
struct Reflector {
    head: usize,
    tail: Range<usize>,
    tau: f64,
}

/// The reflectors of a tile's columns.
#[derive(Default)]
pub struct ReflectorPanel {
    reflectors: Vec<Reflector>,
    /// The tail values of each reflector, `rows` numbers apart.
    values: Vec<f64>,
    rows: usize,
}

impl ReflectorPanel {
    /// Reflects each column's values in the rows `tail(column)` into the row of its diagonal. A tail must not begin or
    /// end earlier than the tail of the column before, and everything to the left of a column in its rows must be zero
    /// already.
    pub fn eliminate(&mut self, tiles: &mut Tiles, tail: impl Fn(usize) -> Range<usize>) {
        self.rows = tiles.rows;
        if self.rows == 0 {
            return;
        }
        self.values.resize(TILE_COLUMNS * self.rows, 0.0);
        let pivots = tiles.rows.min(tiles.columns);
        for (index, first) in (0..pivots).step_by(TILE_COLUMNS).enumerate() {
            let (tile, right) = tiles.values[index * self.rows..].split_at_mut(self.rows);
            self.factor(tile, first..pivots.min(first + TILE_COLUMNS), &tail);
            for tile in right.chunks_exact_mut(self.rows) {
                dispatch(ApplyPanel { panel: self, tile });
            }
        }
    }

    /// Computes the reflectors of some columns and applies them to their own tile.
    fn factor(&mut self, tile: &mut [TileRow], columns: Range<usize>, tail: impl Fn(usize) -> Range<usize>) {
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
            // This sign avoids cancellation.
            let diagonal = -alpha.mul_add(alpha, tail_square).sqrt().copysign(alpha);
            let inverse = 1.0 / (alpha - diagonal);
            values.iter_mut().for_each(|value| *value *= inverse);
            let tau = (diagonal - alpha) / diagonal;
            let reflector = Reflector { head, tail, tau };
            // The lanes up to its own are not read again.
            match lane + 1 {
                ..8 => dispatch(ApplyReflector::<0> { reflector: &reflector, values, tile }),
                8..TILE_COLUMNS => dispatch(ApplyReflector::<1> { reflector: &reflector, values, tile }),
                _ => {}
            }
            // Exactly the reflected column, except for its zeros.
            tile[head][lane] = diagonal;
            self.reflectors.push(reflector);
        }
        // The zeros below the diagonal.
        let last = columns.end - 1;
        for row in (first + 1..=last).chain(tail(last)) {
            tile[row][..(row - first).min(columns.len())].fill(0.0);
        }
    }

    fn tail_values(&self, index: usize) -> &[f64] {
        &self.values[index * self.rows..][..self.reflectors[index].tail.len()]
    }
}

/// Applies one reflector to its own tile. Lanes before vector `FROM` are not read again.
struct ApplyReflector<'a, const FROM: usize> {
    reflector: &'a Reflector,
    values: &'a [f64],
    tile: &'a mut [TileRow],
}

impl<const FROM: usize> Kernel for ApplyReflector<'_, FROM> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { reflector, values, tile } = self;
        let rows = reflector.tail.clone();
        let product = add_products(tile[reflector.head], &tile[rows.clone()], values);
        let part = multiply_add(-reflector.tau, &product, [0.0; TILE_COLUMNS]);
        tile[reflector.head] = multiply_add(1.0, &part, tile[reflector.head]);
        subtract(&part, &mut tile[rows], values);
    }
}

/// Applies the reflectors of a panel to one tile, one after the other. The pass that subtracts one reflector's part
/// from the rows also takes the inner products with the next reflector.
struct ApplyPanel<'a> {
    panel: &'a ReflectorPanel,
    tile: &'a mut [TileRow],
}

impl Kernel for ApplyPanel<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { panel, tile } = self;
        let reflectors = &panel.reflectors;
        let Some(first) = reflectors.first() else { return };
        let mut product = add_products(tile[first.head], &tile[first.tail.clone()], panel.tail_values(0));
        for (index, Reflector { head, tail, tau }) in reflectors.iter().enumerate() {
            let values = panel.tail_values(index);
            let part = multiply_add(-tau, &product, [0.0; TILE_COLUMNS]);
            tile[*head] = multiply_add(1.0, &part, tile[*head]);
            let Some(next) = reflectors.get(index + 1) else {
                subtract(&part, &mut tile[tail.clone()], values);
                return;
            };
            let next_values = panel.tail_values(index + 1);
            // The next head lies outside the rows that both tails share.
            let (from, to) = (next.tail.start.clamp(tail.start, tail.end), tail.end);
            let before = from - tail.start;
            subtract(&part, &mut tile[tail.start..from], &values[..before]);
            product = tile[next.head];
            product = subtract_and_add_products(&part, product, &mut tile[from..to], &values[before..], next_values);
            product = add_products(product, &tile[to.max(next.tail.start)..next.tail.end], &next_values[to - from..]);
        }
    }
}

/// Adds the inner products of some rows with a tail's values.
#[inline(always)]
fn add_products(mut products: TileRow, rows: &[TileRow], values: &[f64]) -> TileRow {
    for (row, value) in rows.iter().zip(values) {
        products = multiply_add(*value, row, products);
    }
    products
}

#[inline(always)]
fn subtract(part: &TileRow, rows: &mut [TileRow], values: &[f64]) {
    for (row, value) in rows.iter_mut().zip(values) {
        // Opaque to the compiler, which would otherwise vectorise down the rows, with gathers and scatters: several
        // times slower.
        let row = std::hint::black_box(row);
        *row = multiply_add(*value, part, *row);
    }
}

#[inline(always)]
fn subtract_and_add_products(
    part: &TileRow,
    mut products: TileRow,
    rows: &mut [TileRow],
    values: &[f64],
    next: &[f64],
) -> TileRow {
    for (row, (value, next)) in rows.iter_mut().zip(values.iter().zip(next)) {
        let left = multiply_add(*value, part, *row);
        products = multiply_add(*next, &left, products);
        *row = left;
    }
    products
}

#[inline(always)]
fn multiply_add(factor: f64, values: &TileRow, mut addends: TileRow) -> TileRow {
    for (addend, value) in addends.iter_mut().zip(values) {
        *addend = factor.mul_add(*value, *addend);
    }
    addends
}
