//! The reduction of least squares to a triangle: Householder QR of `[X | y]` over row blocks of fixed size, whose
//! triangles are combined in a fixed binary tree (Demmel, Grigori, Hoemmen and Langou, "Communication-optimal parallel
//! and sequential QR", 2012).
//!
//! The block size and the tree depend only on the shape, each inner product runs down its column in row order, and SIMD
//! runs across columns. So the bits depend on nothing but X and y. Threads share the nodes of the tree.

mod householder;
mod scales;
mod threads;
mod tiles;
mod tree;
mod triangle;
mod workspace;

use std::sync::atomic::{AtomicUsize, Ordering};

use scales::column_scales;
use threads::on_threads;
use tiles::Tiles;
use tree::ReductionTree;
pub use triangle::Triangle;
use workspace::QrWorkspace;

use super::Matrix;

/// Reduces `x` `[n, d]` and `y` `[n]` to a triangle.
///
/// The error is small relative to each single column of X, however different their scales are: the columns are first
/// scaled by powers of two, which is exact. Finite input gives no NaN. R, z and ρ² overflow only if their exact values
/// do.
#[must_use]
pub fn triangle(x: &Matrix, y: &[f64]) -> Triangle {
    debug_assert_eq!(x.rows, y.len());
    let columns = x.columns + 1;
    let threads =
        if x.rows.saturating_mul(columns * columns) < WORTH_THREADS { 1 } else { rayon::current_num_threads() };
    let scales = column_scales(x, y, threads);
    let block = block_rows(columns);
    let tree = ReductionTree::new(x.rows.div_ceil(block));
    let next = AtomicUsize::new(0);
    let work = || {
        let mut workspace = QrWorkspace::new(columns);
        loop {
            let leaf = next.fetch_add(1, Ordering::Relaxed);
            if leaf >= tree.leaves {
                return;
            }
            let start = leaf * block;
            let node = workspace.triangulated(x, y, start..x.rows.min(start + block), &scales);
            tree.add(leaf, node, &mut workspace);
        }
    };
    on_threads(threads.min(tree.leaves), work);
    tree.root(&mut QrWorkspace::new(columns)).unwrap_or_else(|| Tiles::zeros(0, columns)).into_triangle(&scales)
}

/// The number of multiplications from which more threads pay off.
const WORTH_THREADS: usize = 10_000_000;

/// The rows of a block: enough that the work within blocks outweighs the combining, and few enough to stay in cache.
fn block_rows(columns: usize) -> usize {
    (2 * columns).max(256)
}

#[cfg(test)]
mod tests;
