//! Scalar sums in one fixed order: eight partial sums by index modulo eight, which a fixed tree adds up.

use super::Real;
use super::dispatch::{Kernel, dispatch};

/// The number of partial sums in a [`dot`] or a [`norm_squared`].
pub const PARTIAL_SUMS: usize = 8;

#[inline(always)]
fn add<T: Real>(mut partial: [T; PARTIAL_SUMS], left: &[T], right: &[T]) -> [T; PARTIAL_SUMS] {
    let mut left = left.chunks_exact(PARTIAL_SUMS);
    let mut right = right.chunks_exact(PARTIAL_SUMS);
    for (a, b) in (&mut left).zip(&mut right) {
        for lane in 0..PARTIAL_SUMS {
            partial[lane] = a[lane].fused(b[lane], partial[lane]);
        }
    }
    for (lane, (a, b)) in left.remainder().iter().zip(right.remainder()).enumerate() {
        partial[lane] = a.fused(*b, partial[lane]);
    }
    partial
}

#[inline(always)]
pub(super) fn total<T: Real>(partial: &[T; PARTIAL_SUMS]) -> T {
    ((partial[0] + partial[4]) + (partial[2] + partial[6])) + ((partial[1] + partial[5]) + (partial[3] + partial[7]))
}

struct Dot<'a, T>(&'a [T], &'a [T]);

impl<T: Real> Kernel for Dot<'_, T> {
    type Output = T;

    #[inline(always)]
    fn run(self) -> T {
        dot_in_kernel(self.0, self.1)
    }
}

/// [`dot`], for the bodies of a [`Kernel`].
#[inline(always)]
pub fn dot_in_kernel<T: Real>(left: &[T], right: &[T]) -> T {
    total(&add([T::ZERO; PARTIAL_SUMS], left, right))
}

/// [`sum`], for the bodies of a [`Kernel`].
#[inline(always)]
pub fn sum_in_kernel<T: Real>(values: &[T]) -> T {
    let mut partial = [T::ZERO; PARTIAL_SUMS];
    let mut values = values.chunks_exact(PARTIAL_SUMS);
    for values in &mut values {
        for lane in 0..PARTIAL_SUMS {
            partial[lane] = partial[lane] + values[lane];
        }
    }
    for (partial, value) in partial.iter_mut().zip(values.remainder()) {
        *partial = *partial + *value;
    }
    total(&partial)
}

/// Σ a_i·b_i over two slices of equal length.
pub fn dot<T: Real>(left: &[T], right: &[T]) -> T {
    dispatch(Dot(left, right))
}

struct Sum<'a, T>(&'a [T]);

impl<T: Real> Kernel for Sum<'_, T> {
    type Output = T;

    #[inline(always)]
    fn run(self) -> T {
        sum_in_kernel(self.0)
    }
}

/// Σ a_i: to the last bit the [`dot`] with ones.
pub fn sum<T: Real>(values: &[T]) -> T {
    dispatch(Sum(values))
}

/// Σ a_i².
pub fn norm_squared<T: Real>(values: &[T]) -> T {
    dot(values, values)
}

struct AddSquares<'a, T> {
    partials: &'a mut [[T; PARTIAL_SUMS]],
    rows: &'a [T],
    length: usize,
}

impl<T: Real> Kernel for AddSquares<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for (partial, row) in self.partials.iter_mut().zip(self.rows.chunks_exact(self.length)) {
            *partial = add(*partial, row, row);
        }
    }
}

/// Continues one [`norm_squared`] for each row of `rows` `[partials, length]`, piece by piece. Every piece except the
/// last must have a length that is a multiple of [`PARTIAL_SUMS`]. [`totals`] gives the results.
pub fn add_squares<T: Real>(partials: &mut [[T; PARTIAL_SUMS]], rows: &[T], length: usize) {
    dispatch(AddSquares { partials, rows, length });
}

/// The total of each set of partial sums.
pub fn totals<T: Real>(partials: &[[T; PARTIAL_SUMS]]) -> impl Iterator<Item = T> {
    partials.iter().map(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of both signs and of many sizes, so that another order would round otherwise.
    #[test]
    fn a_sum_is_the_product_with_ones_to_the_last_bit() {
        for length in 0..70 {
            let values: Vec<f64> = (0..length).map(|at| f64::from(at * 37 % 41 - 20) * 1.1f64.powi(at)).collect();
            assert_eq!(sum(&values).to_bits(), dot(&values, &vec![1.0; values.len()]).to_bits(), "{length}");
            let rounded: Vec<f32> = values.iter().map(|value| *value as f32).collect();
            assert_eq!(sum(&rounded).to_bits(), dot(&rounded, &vec![1.0; rounded.len()]).to_bits(), "{length}");
        }
        assert_eq!(sum(&[1.0, 2.0, 4.0]), 7.0);
    }
}
