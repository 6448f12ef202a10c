//! The memory in which one thread reduces row blocks and combines triangles.

use std::ops::Range;

use super::householder::ReflectorPanel;
use super::tiles::Tiles;
use crate::numeric::Matrix;

/// The memory that one thread computes in, and used triangles whose memory it takes again.
pub struct QrWorkspace {
    tiles: Tiles,
    panel: ReflectorPanel,
    spare: Vec<Tiles>,
}

impl QrWorkspace {
    pub fn new(columns: usize) -> Self {
        Self { tiles: Tiles::zeros(0, columns), panel: ReflectorPanel::default(), spare: Vec::new() }
    }

    /// The triangle of the given rows of `[X | y]`, scaled; a trapezoid if they are fewer than the columns.
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

    /// The triangle of `above`, a full triangle, and `below` together. A reflector reaches into `below` only down to
    /// its diagonal.
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
