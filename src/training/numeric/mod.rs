//! Numbers in one fixed order. Every sum is folded in one order with fused multiply-add; only independent outputs are
//! vectorised. Nothing here knows of trials, files or threads.

mod dispatch;
mod matrix;
mod product;
mod qr;
mod random;
mod real;
mod sums;
mod svd;
mod transpose;

pub use dispatch::{Instructions, Kernel, dispatch, instructions, limit_instructions};
pub use matrix::Matrix;
pub use product::{Epilogue, InitialSum, K_BLOCK, MatrixRows, accumulate, product};
pub use qr::{Triangle, triangle};
pub use random::{Purpose, Stream};
pub use real::Real;
pub use sums::{PARTIAL_SUMS, add_squares, dot, norm_squared, totals};
pub use svd::{Svd, svd};
pub use transpose::transpose;

/// Raised whenever a recorded bit may move, with a *Numerics* note in CHANGELOG.md.
pub const VERSION: u32 = 1;
