//! A matrix stored in tiles of a few columns, and the packing of rows of `[X | y]` into it.

use std::ops::Range;

use super::triangle::Triangle;
use crate::numeric::Matrix;
use crate::numeric::dispatch::{Kernel, dispatch};

/// The columns of a tile, which are processed side by side: two vectors of AVX-512. A block of them stays in the
/// first-level cache.
pub const TILE_COLUMNS: usize = 16;

pub type TileRow = [f64; TILE_COLUMNS];

/// A `[rows, columns]` matrix in tiles of [`TILE_COLUMNS`] columns, each stored row by row. Lanes beyond the last
/// column hold zeros.
pub struct Tiles {
    pub rows: usize,
    pub columns: usize,
    pub values: Vec<TileRow>,
}

impl Tiles {
    pub fn zeros(rows: usize, columns: usize) -> Self {
        Self { rows, columns, values: vec![[0.0; TILE_COLUMNS]; rows * columns.div_ceil(TILE_COLUMNS)] }
    }

    fn at(&self, row: usize, column: usize) -> f64 {
        self.values[column / TILE_COLUMNS * self.rows + row][column % TILE_COLUMNS]
    }

    /// Changes the number of rows. Their values are then arbitrary.
    pub fn reshape(&mut self, rows: usize) {
        self.rows = rows;
        self.values.resize(rows * self.columns.div_ceil(TILE_COLUMNS), [0.0; TILE_COLUMNS]);
    }

    /// Replaces the contents with the given rows of `[X | y]`, scaled.
    pub fn pack(&mut self, x: &Matrix, y: &[f64], rows: Range<usize>, scales: &[f64]) {
        self.reshape(rows.len());
        dispatch(PackRows { x, y, rows, scales, tiles: self });
    }

    /// Copies the first rows of `from`, as many as this matrix has.
    pub fn copy_top(&mut self, from: &Self) {
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

struct PackRows<'a> {
    x: &'a Matrix,
    y: &'a [f64],
    rows: Range<usize>,
    scales: &'a [f64],
    tiles: &'a mut Tiles,
}

impl Kernel for PackRows<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { x, y, rows, scales, tiles } = self;
        let (features, count) = (x.columns, tiles.rows);
        let (scales, [last_scales @ .., target_scale]) = scales.split_at(features / TILE_COLUMNS * TILE_COLUMNS) else {
            return;
        };
        for (to, from) in rows.enumerate() {
            let (values, last) = x.row(from).split_at(scales.len());
            let whole = values.chunks_exact(TILE_COLUMNS).zip(scales.chunks_exact(TILE_COLUMNS));
            for (index, (values, scales)) in whole.enumerate() {
                let mut row = [0.0; TILE_COLUMNS];
                for lane in 0..TILE_COLUMNS {
                    row[lane] = values[lane] * scales[lane];
                }
                tiles.values[index * count + to] = row;
            }
            let mut row = [0.0; TILE_COLUMNS];
            row.iter_mut().zip(last.iter().zip(last_scales)).for_each(|(to, (value, scale))| *to = value * scale);
            row[last.len()] = y[from] * target_scale;
            tiles.values[scales.len() / TILE_COLUMNS * count + to] = row;
        }
    }
}
