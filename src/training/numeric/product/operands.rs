//! The operands of a product: the matrices, the values that its sums start from, and its epilogue.

use super::rows::MatrixRows;

/// The value that each output's sum starts from.
#[derive(Debug, Clone, Copy)]
pub enum InitialSum<R> {
    /// The value in C.
    Output,
    Zero,
    /// One row, `[n]`, for every row of C.
    Row(R),
    /// One column, `[m]`, for every column of C.
    Column(R),
}

/// What happens to each output's sum: the epilogue of a GEMM.
#[derive(Debug, Clone, Copy)]
pub enum Epilogue<'a, T> {
    /// C receives the sum.
    Store,
    /// C receives a multiple of the sum.
    Scale(T),
    /// C receives a function of the sum.
    Apply(Elementwise),
    /// C moves against a multiple of the sum: c − rate·(weight·sum), where the outer product and the difference are
    /// rounded once. The sums must not start from C.
    Descend {
        weight: T,
        /// One for each row of C, `[m]`.
        rates: &'a [T],
    },
}

/// A function of one number that a product applies while its sums are in registers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Elementwise {
    /// max(0, x). −0 and NaN stay.
    Rectify,
}

/// The most steps of k between two visits to C, so that the part of B in use stays in the first-level cache.
pub const K_BLOCK: usize = 192;

/// The operands of a kernel. All rows lie within their slices, and C is `[m, n]`, where n is the length of B's rows.
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

/// The operands of a kernel for C = start + A·Bᵀ. All rows lie within their slices, and C is `[m, n]`, where n is the
/// number of B's rows.
#[cfg(target_arch = "x86_64")]
pub struct TransposedOperands<'a, T> {
    pub c: *mut T,
    /// One row, `[n]`, for every row of C; zeros if there is none.
    pub start: Option<&'a [T]>,
    pub a: MatrixRows<'a, T>,
    pub b: MatrixRows<'a, T>,
}

/// A number type that has product kernels.
pub trait Multiply: Sized {
    /// [`product`](super::product) of operands whose shapes are checked, with k > 0.
    fn multiply(
        c: &mut [Self],
        start: InitialSum<&[Self]>,
        a: MatrixRows<'_, Self>,
        b: MatrixRows<'_, Self>,
        epilogue: Epilogue<'_, Self>,
    );

    /// [`product_with_transposed`](super::product_with_transposed) of operands whose shapes are checked.
    fn multiply_with_transposed(
        c: &mut [Self],
        start: Option<&[Self]>,
        a: MatrixRows<'_, Self>,
        b: MatrixRows<'_, Self>,
    );
}
