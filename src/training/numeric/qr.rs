//! Least squares reduced to a triangle: Householder QR of `[X | y]` over row blocks of fixed size, the triangles
//! combined in a fixed binary tree (Demmel, Grigori, Hoemmen and Langou, "Communication-optimal parallel and sequential
//! QR", 2012). Block size and tree follow from the shape alone, each inner product runs down its column in row order,
//! and SIMD runs across columns: the bits depend on nothing but X and y. Threads share the nodes of the tree.

mod tiles;

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use tiles::{Tiles, Workspace};

use super::Matrix;

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
    let tree = Tree { leaves: x.rows.div_ceil(block), waiting: Mutex::default() };
    let next = AtomicUsize::new(0);
    let work = || {
        let mut workspace = Workspace::new(columns);
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
    tree.root(&mut Workspace::new(columns)).unwrap_or_else(|| Tiles::zeros(0, columns)).into_triangle(&scales)
}

/// Multiplications from which threads are worth their start.
const WORTH_THREADS: usize = 10_000_000;

/// Does `work` on as many threads, one of which is this. The others are not rayon's: while it waits, a thread of rayon's
/// takes up other work, which may want the very triangle that it is about to make.
fn on_threads(threads: usize, work: impl Fn() + Sync) {
    std::thread::scope(|scope| {
        (1..threads).for_each(|_| drop(scope.spawn(&work)));
        work();
    });
}

/// Triangles of leaves that are combined, neighbour with neighbour, in whole binary trees: of 7 leaves, one of 4, one of 2
/// and one of 1. Whichever thread brings the second of two neighbours combines them.
struct Tree {
    leaves: usize,
    /// By level and index, those that wait for their neighbour, and the roots of whole trees.
    waiting: Mutex<HashMap<(u32, usize), Tiles>>,
}

impl Tree {
    fn add(&self, leaf: usize, triangle: Tiles, workspace: &mut Workspace) {
        let (mut level, mut index, mut node) = (0, leaf, triangle);
        loop {
            {
                let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
                let neighbour = if self.is_root(level, index) { None } else { waiting.remove(&(level, index ^ 1)) };
                let Some(neighbour) = neighbour else {
                    waiting.insert((level, index), node);
                    return;
                };
                drop(waiting);
                node = if index.is_multiple_of(2) {
                    workspace.combined(node, neighbour)
                } else {
                    workspace.combined(neighbour, node)
                };
            }
            (level, index) = (level + 1, index / 2);
        }
    }

    /// Whether the neighbour of this node would not be whole.
    fn is_root(&self, level: u32, index: usize) -> bool {
        ((index | 1) + 1) << level > self.leaves
    }

    /// The whole trees combined, the last two first.
    fn root(self, workspace: &mut Workspace) -> Option<Tiles> {
        let mut waiting = self.waiting.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut root: Option<Tiles> = None;
        for level in 0..usize::BITS {
            let whole = self.leaves >> level;
            if whole.is_multiple_of(2) {
                continue;
            }
            let node = waiting.remove(&(level, whole - 1))?;
            root = Some(match root {
                Some(root) => workspace.combined(node, root),
                None => node,
            });
        }
        root
    }
}

/// Rows in a block: enough that the work within blocks outweighs the combining, few enough to stay in cache.
fn block_rows(columns: usize) -> usize {
    (2 * columns).max(256)
}

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
    let next = AtomicUsize::new(0);
    let shares: Vec<OnceLock<Vec<f64>>> = (0..threads).map(|_| OnceLock::new()).collect();
    on_threads(threads, || {
        let index = next.fetch_add(1, Ordering::Relaxed);
        let mut largest = vec![0.0_f64; x.columns + 1];
        for row in (index * share).min(x.rows)..((index + 1) * share).min(x.rows) {
            largest.iter_mut().zip(x.row(row)).for_each(|(largest, value)| grow(largest, value));
            grow(&mut largest[x.columns], &y[row]);
        }
        let _ = shares[index].set(largest);
    });
    let mut largest = vec![0.0_f64; x.columns + 1];
    for share in shares.iter().filter_map(OnceLock::get) {
        largest.iter_mut().zip(share).for_each(|(largest, value)| grow(largest, value));
    }
    let scale = |largest: f64| {
        let exponent = i64::try_from(largest.to_bits() >> 52).unwrap_or(1023) - 1023;
        // The bound keeps the inverse a normal number; the column's largest value is then still within 2^±75.
        power_of_two(-exponent.clamp(-1000, 1000))
    };
    largest.into_iter().map(|largest| if largest == 0.0 { 1.0 } else { scale(largest) }).collect()
}

#[cfg(test)]
mod tests;
