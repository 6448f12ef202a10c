//! Standardization: features are scaled to mean 0 and standard deviation 1, as measured on the training rows.

use super::split::RowIndices;
use crate::numeric::{Kernel, Matrix, Real, dispatch};

/// Mean and population standard deviation of each feature over the training rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Standardization {
    /// `[n_features]`
    pub mean: Vec<f64>,
    /// `[n_features]`, with divisor n; 0 for a constant feature.
    pub deviation: Vec<f64>,
    /// The indices of the features that are constant over the training rows, ascending. These features become 0
    /// everywhere.
    pub constant: Vec<usize>,
}

impl Standardization {
    /// Measures `features` `[n_samples, n_features]` over the given rows, in their order. The first pass takes the
    /// mean, and the second the squared distances from it. Both work in units of the column's own size, so that no
    /// square overflows or vanishes.
    #[must_use]
    pub fn of(features: &Matrix, rows: &RowIndices) -> Self {
        match rows {
            RowIndices::Consecutive(rows) => Self::measured(features, rows.clone()),
            RowIndices::Listed(rows) => Self::measured(features, rows.iter().copied()),
        }
    }

    /// Divides each of so many features by a number, and measures nothing.
    #[must_use]
    pub fn dividing(columns: usize, by: f64) -> Self {
        Self { mean: vec![0.0; columns], deviation: vec![by; columns], constant: Vec::new() }
    }

    fn measured(features: &Matrix, rows: impl ExactSizeIterator<Item = usize> + Clone) -> Self {
        let (n, columns) = (rows.len(), features.columns);
        let mut smallest = vec![f64::INFINITY; columns];
        let mut largest = vec![f64::NEG_INFINITY; columns];
        for row in rows.clone() {
            for (column, &value) in features.row(row).iter().enumerate() {
                if value < smallest[column] {
                    smallest[column] = value;
                }
                if value > largest[column] {
                    largest[column] = value;
                }
            }
        }
        let constant: Vec<usize> = (0..columns).filter(|&column| smallest[column] >= largest[column]).collect();
        let over = |unit: &[f64]| -> Vec<f64> { unit.iter().map(|unit| 1.0 / unit).collect() };

        let unit: Vec<f64> =
            (0..columns).map(|column| power_of_two(larger(smallest[column].abs(), largest[column].abs()))).collect();
        let zero = vec![0.0; columns];
        let sum =
            dispatch(Moment { features, rows: rows.clone(), centre: &zero, scale: &over(&unit), power: Power::First });
        let n = n as f64;
        let mean: Vec<f64> = sum.iter().zip(&unit).map(|(sum, unit)| sum / n * unit).collect();

        let unit: Vec<f64> = (0..columns)
            .map(|column| power_of_two(larger(largest[column] - mean[column], mean[column] - smallest[column])))
            .collect();
        let sum = dispatch(Moment { features, rows, centre: &mean, scale: &over(&unit), power: Power::Second });
        let mut deviation: Vec<f64> = sum.iter().zip(&unit).map(|(sum, unit)| (sum / n).sqrt() * unit).collect();
        for &column in &constant {
            deviation[column] = 0.0;
        }
        Self { mean, deviation, constant }
    }

    /// Replaces each x by (x − mean) / deviation, in place, for any rows of the same features. Constant features become
    /// 0.
    pub fn apply(&self, features: &mut Matrix) {
        for row in 0..features.rows {
            for ((value, mean), deviation) in features.row_mut(row).iter_mut().zip(&self.mean).zip(&self.deviation) {
                *value = if *deviation > 0.0 { (*value - mean) / deviation } else { 0.0 };
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Power {
    First,
    Second,
}

/// Σ ((x − centre)·scale)^power of each column, folded in the order of the rows. SIMD runs only across columns.
struct Moment<'a, R> {
    features: &'a Matrix,
    rows: R,
    centre: &'a [f64],
    scale: &'a [f64],
    power: Power,
}

impl<R: Iterator<Item = usize>> Kernel for Moment<'_, R> {
    type Output = Vec<f64>;

    #[inline(always)]
    fn run(self) -> Vec<f64> {
        let mut sums = vec![0.0; self.features.columns];
        for row in self.rows {
            let values = self.features.row(row);
            for (((sum, &value), &centre), &scale) in sums.iter_mut().zip(values).zip(self.centre).zip(self.scale) {
                let distance = (value - centre) * scale;
                *sum = distance.fused(if self.power == Power::First { 1.0 } else { distance }, *sum);
            }
        }
        sums
    }
}

fn larger(left: f64, right: f64) -> f64 {
    if left > right { left } else { right }
}

/// The smallest power of two above `size`, clamped so that its reciprocal is a normal number. Scaling by it is exact.
fn power_of_two(size: f64) -> f64 {
    if !size.is_finite() {
        return 1.0;
    }
    let (_, exponent) = libm::frexp(size);
    libm::ldexp(1.0, exponent.clamp(-1000, 1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(values: &[f64]) -> Matrix {
        Matrix { rows: values.len(), columns: 1, values: values.to_vec() }
    }

    fn scaled(by: &Standardization, features: &Matrix) -> Matrix {
        let mut scaled = features.clone();
        by.apply(&mut scaled);
        scaled
    }

    #[test]
    fn hand_values() {
        // Mean 5, squared distances 9 + 1 + 1 + 1 + 0 + 0 + 4 + 16 = 32 over 8 rows.
        let features = column(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]);
        let measured = Standardization::of(&features, &RowIndices::Consecutive(0..8));
        assert_eq!(measured, Standardization { mean: vec![5.0], deviation: vec![2.0], constant: vec![] });
        assert_eq!(scaled(&measured, &features).values, [-1.5, -0.5, -0.5, -0.5, 0.0, 0.0, 1.0, 2.0]);
    }

    #[test]
    fn only_the_training_rows_are_measured() {
        let features = Matrix { rows: 3, columns: 2, values: vec![1.0, 10.0, 3.0, 30.0, 100.0, -7.0] };
        let measured = Standardization::of(&features, &RowIndices::Listed(vec![0, 1]));
        assert_eq!((measured.mean.as_slice(), measured.deviation.as_slice()), (&[2.0, 20.0][..], &[1.0, 10.0][..]));
        assert_eq!(scaled(&measured, &features).row(2), [98.0, -2.7]);
    }

    #[test]
    fn a_constant_feature_becomes_zero_everywhere() {
        let features = Matrix { rows: 3, columns: 2, values: vec![0.1, 1.0, 0.1, 2.0, 7.0, 3.0] };
        let measured = Standardization::of(&features, &RowIndices::Listed(vec![0, 1]));
        assert_eq!(measured.constant, [0]);
        assert_eq!(scaled(&measured, &features).values, [0.0, -1.0, 0.0, 1.0, 0.0, 3.0]);
    }

    #[test]
    fn a_division_is_one_of_every_number() {
        let pixels = Matrix { rows: 2, columns: 2, values: vec![0.0, 255.0, 51.0, 0.0] };
        assert_eq!(scaled(&Standardization::dividing(2, 255.0), &pixels).values, [0.0, 1.0, 51.0 / 255.0, 0.0]);
    }

    #[test]
    fn a_large_offset_costs_no_digits_and_no_size_overflows() {
        for (offset, size) in [(0.0, 1e300), (0.0, 1e-300), (1e9, 1.0)] {
            let features = column(&[offset - size, offset + size, offset - size, offset + size]);
            let measured = Standardization::of(&features, &RowIndices::Consecutive(0..4));
            assert_eq!(scaled(&measured, &features).values, [-1.0, 1.0, -1.0, 1.0], "{offset} ± {size}");
        }
    }
}
