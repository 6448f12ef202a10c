//! The operands of a product, where its sums start, and what becomes of them.

use super::rows::MatrixRows;

/// What each output's sum starts from.
#[derive(Debug, Clone, Copy)]
pub enum InitialSum<R> {
    /// What stands in C.
    Output,
    Zero,
    /// One row, `[n]`, for every row of C.
    Row(R),
    /// One column, `[m]`, for every column of C.
    Column(R),
}

/// What becomes of each output's sum.
#[derive(Debug, Clone, Copy)]
pub enum Epilogue<'a, T> {
    /// C holds it.
    Store,
    /// C holds a multiple of it.
    Scale(T),
    /// C, which the sums do not start from, moves against a multiple of it: c − rate·(weight·sum), the outer product and the
    /// difference rounded once.
    Descend {
        weight: T,
        /// One for each row of C, `[m]`.
        rates: &'a [T],
    },
}

/// Steps of k between two visits to C, at most, so that the part of B in use stays in the first-level cache.
pub const K_BLOCK: usize = 192;

/// What the kernels are given. The rows lie within their slices, and C is `[m, n]` with n the length of B's.
#[cfg(target_arch = "x86_64")]
pub struct Operands<'a, T> {
    pub c: *mut T,
    pub m: usize,
    pub k: usize,
    pub start: InitialSum<&'a [T]>,
    pub a: MatrixRows<'a, T>,
    pub b: MatrixRows<'a, T>,
    pub epilogue: Epilogue<'a, T>,
}

/// A number that has kernels.
pub trait Multiply: Sized {
    /// [`product`], whose shapes fit, with k > 0.
    fn multiply(
        c: &mut [Self],
        start: InitialSum<&[Self]>,
        a: MatrixRows<'_, Self>,
        b: MatrixRows<'_, Self>,
        epilogue: Epilogue<'_, Self>,
    );
}
