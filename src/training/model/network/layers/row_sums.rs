//! Sums over the rows of a block, one for each feature: eight partial sums by row, which a fixed tree adds up.

use crate::numeric::{Kernel, Real, dispatch, dot_in_kernel, sum_in_kernel};

/// Adds the sum of each line of `values`, `[lines, rows]`, to `sums`, `[lines]`, which start at zero with the first
/// block, and are multiplied by `scale` with the last.
pub fn add_row_sums<T: Real>(sums: &mut [T], values: &[T], rows: usize, is_first: bool, scale: Option<T>) {
    dispatch(RowSums { sums, values, factors: None, rows, is_first, scale });
}

/// The same sums of the products of `values` and `factors`, both `[lines, rows]`.
pub fn add_row_dots<T: Real>(
    sums: &mut [T],
    (values, factors): (&[T], &[T]),
    rows: usize,
    is_first: bool,
    scale: Option<T>,
) {
    dispatch(RowSums { sums, values, factors: Some(factors), rows, is_first, scale });
}

struct RowSums<'a, T> {
    sums: &'a mut [T],
    values: &'a [T],
    factors: Option<&'a [T]>,
    rows: usize,
    is_first: bool,
    scale: Option<T>,
}

impl<T: Real> Kernel for RowSums<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let rows = self.rows.max(1);
        for (index, (sum, values)) in self.sums.iter_mut().zip(self.values.chunks_exact(rows)).enumerate() {
            let of_block = match self.factors {
                None => sum_in_kernel(values),
                Some(factors) => dot_in_kernel(values, &factors[index * rows..][..rows]),
            };
            let whole = if self.is_first { of_block } else { *sum + of_block };
            *sum = self.scale.map_or(whole, |scale| whole * scale);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_continue_and_the_last_one_scales() {
        let (first, last) = ([1.0, 2.0, 3.0, 10.0, 20.0, 30.0], [4.0, 40.0]);
        let mut sums = [7.0, 7.0];
        add_row_sums(&mut sums, &first, 3, true, None);
        add_row_sums(&mut sums, &last, 1, false, Some(0.5));
        assert_eq!(sums, [5.0, 50.0]);
        add_row_dots(&mut sums, (&first, &first), 3, true, Some(1.0));
        assert_eq!(sums, [14.0, 1400.0]);
        let many: Vec<f32> = (0..37_u8).map(f32::from).collect();
        let mut sum = [0.0];
        add_row_sums(&mut sum, &many, 37, true, None);
        assert_eq!(sum, [666.0]);
    }
}
