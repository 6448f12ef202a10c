//! Numerics whose bits are reproducible: sums, products, elementary functions, QR, SVD and random streams. Every sum is
//! folded in one fixed order with fused multiply-add, and only independent outputs are vectorised. Nothing here knows
//! about trials or files, and no result depends on the number of threads.

mod dispatch;
mod double_double;
pub mod elementary;
mod largest_eigenvalue;
mod matrix;
mod noncentral_t;
mod orthogonal;
mod product;
mod qr;
mod random;
mod real;
mod sums;
mod svd;
mod transpose;

pub use dispatch::{Instructions, Kernel, dispatch, instructions, limit_instructions};
pub use double_double::DoubleDouble;
pub use largest_eigenvalue::{largest_eigenpair, largest_eigenvalue, largest_eigenvalue_of};
pub use matrix::Matrix;
pub use noncentral_t::{noncentral_t, noncentrality_of_power};
pub use orthogonal::{CompleteOrthogonal, subtract_multiple};
pub use product::{
    Elementwise, Epilogue, InitialSum, K_BLOCK, MatrixRows, accumulate, product, product_with_transposed,
};
pub use qr::{Triangle, triangle};
pub use random::{Purpose, Stream};
pub use real::{Real, larger, sign};
pub use sums::{PARTIAL_SUMS, add_squares, dot, dot_in_kernel, norm_squared, sum, sum_in_kernel, totals};
pub use svd::{Svd, svd};
pub use transpose::transpose;

/// Raised whenever a recorded bit may change, together with a *Numerics* note in CHANGELOG.md.
pub const VERSION: u32 = 1;
