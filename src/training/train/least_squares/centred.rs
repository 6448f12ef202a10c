//! Least squares in coordinates that lose nothing: columns are centred in twice the precision of f64, whatever their
//! offsets.

use crate::numeric::{DoubleDouble, Kernel, Matrix, dispatch};

/// The partial sums of an output, by column index modulo eight.
const LANES: usize = 8;

/// The clamp keeps units and their inverses normal numbers.
const MOST_EXPONENT: i64 = 1000;

/// A column whose centred squares sum up to less is constant: numbers near 1 that differ do so by 2⁻⁵³ at least.
const CONSTANT: f64 = f64::from_bits((1023 - 120) << 52);

/// A column x as unit·x − centre, where the unit is a power of two.
#[derive(Debug, Clone)]
pub struct CentredColumns {
    /// `[d]`
    pub units: Vec<f64>,
    /// `[d]` each: the high and the low parts of the centres.
    high: Vec<f64>,
    low: Vec<f64>,
}

impl CentredColumns {
    /// The columns of rows `[n, d]`, in units of their own magnitude; about their means if `about_mean`, else about 0.
    #[must_use]
    pub fn of(rows: &Matrix, about_mean: bool) -> Self {
        let d = rows.columns;
        let mut largest = vec![0.0_f64; d];
        for row in rows.values.chunks_exact(d.max(1)) {
            for (largest, value) in largest.iter_mut().zip(row) {
                *largest = if value.abs() > *largest { value.abs() } else { *largest };
            }
        }
        let mut columns =
            Self { units: largest.into_iter().map(unit).collect(), high: vec![0.0; d], low: vec![0.0; d] };
        if about_mean && rows.rows > 0 {
            let (high, low) = dispatch(ColumnSums { rows, units: &columns.units });
            for (index, (high, low)) in high.into_iter().zip(low).enumerate() {
                let mean = DoubleDouble { high, low }.over(rows.rows as f64);
                (columns.high[index], columns.low[index]) = (mean.high, mean.low);
            }
        }
        columns
    }

    /// The centre of a column, in its unit.
    #[must_use]
    pub fn centre(&self, column: usize) -> DoubleDouble {
        DoubleDouble { high: self.high[column], low: self.low[column] }
    }

    /// The sums of squares of the centred columns, `[d]`; 0 for a constant one.
    #[must_use]
    pub fn squares(&self, rows: &Matrix) -> Vec<f64> {
        let mut squares = vec![0.0; rows.columns];
        dispatch(Squares { columns: self, rows, squares: &mut squares });
        squares.iter_mut().filter(|square| **square < CONSTANT).for_each(|square| *square = 0.0);
        squares
    }

    /// Some centred rows, each column times its factor, `[rows, d]`.
    #[must_use]
    pub fn scaled_rows(&self, rows: &Matrix, range: std::ops::Range<usize>, factors: &[f64]) -> Matrix {
        let mut scaled = Matrix::filled(range.len(), rows.columns, 0.0);
        dispatch(ScaledRows { columns: self, rows, range, factors, to: &mut scaled });
        scaled
    }

    /// For each row constant + Σ weight·column, in the order of the rows. `take` may answer with a number by which the
    /// row is added to the sum that is returned, `[d]`.
    pub fn fold(
        &self,
        rows: &Matrix,
        weights: &[DoubleDouble],
        constant: DoubleDouble,
        take: impl FnMut(usize, DoubleDouble) -> Option<DoubleDouble>,
    ) -> Vec<DoubleDouble> {
        let padded = rows.columns.next_multiple_of(LANES);
        let part = |part: fn(&DoubleDouble) -> f64| {
            let mut parts: Vec<f64> = weights.iter().map(part).collect();
            parts.resize(padded, 0.0);
            parts
        };
        let weights = [part(|weight| weight.high), part(|weight| weight.low)];
        dispatch(Fold { columns: self, rows, weights: &weights, constant, take })
    }
}

/// The power of two that brings a magnitude near 1.
fn unit(largest: f64) -> f64 {
    if largest == 0.0 {
        return 1.0;
    }
    let exponent = i64::try_from(largest.to_bits() >> 52).unwrap_or(1023) - 1023;
    f64::from_bits(((1023 - exponent.clamp(-MOST_EXPONENT, MOST_EXPONENT)) as u64) << 52)
}

#[inline(always)]
fn centred(value: f64, unit: f64, high: f64, low: f64) -> DoubleDouble {
    let distance = DoubleDouble::sum(value * unit, -high);
    DoubleDouble::sum(distance.high, distance.low - low)
}

/// The sums of the columns in their units: high and low parts.
struct ColumnSums<'a> {
    rows: &'a Matrix,
    units: &'a [f64],
}

impl Kernel for ColumnSums<'_> {
    type Output = (Vec<f64>, Vec<f64>);

    #[inline(always)]
    fn run(self) -> Self::Output {
        let d = self.rows.columns;
        let (mut high, mut low) = (vec![0.0; d], vec![0.0; d]);
        for row in self.rows.values.chunks_exact(d.max(1)) {
            let sums = high.iter_mut().zip(&mut low);
            for ((value, unit), (high, low)) in row.iter().zip(self.units).zip(sums) {
                let sum = DoubleDouble { high: *high, low: *low } + DoubleDouble::from(value * unit);
                (*high, *low) = (sum.high, sum.low);
            }
        }
        (high, low)
    }
}

struct Squares<'a> {
    columns: &'a CentredColumns,
    rows: &'a Matrix,
    squares: &'a mut [f64],
}

impl Kernel for Squares<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let CentredColumns { units, high, low } = self.columns;
        for row in self.rows.values.chunks_exact(self.rows.columns.max(1)) {
            let centres = units.iter().zip(high).zip(low);
            for ((value, ((unit, high), low)), square) in row.iter().zip(centres).zip(&mut *self.squares) {
                let value = centred(*value, *unit, *high, *low).high;
                *square = value.mul_add(value, *square);
            }
        }
    }
}

struct ScaledRows<'a> {
    columns: &'a CentredColumns,
    rows: &'a Matrix,
    range: std::ops::Range<usize>,
    factors: &'a [f64],
    to: &'a mut Matrix,
}

impl Kernel for ScaledRows<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let CentredColumns { units, high, low } = self.columns;
        for (index, row) in self.range.enumerate() {
            let columns = units.iter().zip(high).zip(low.iter().zip(self.factors));
            let to = self.to.row_mut(index).iter_mut();
            for ((value, ((unit, high), (low, factor))), to) in self.rows.row(row).iter().zip(columns).zip(to) {
                *to = centred(*value, *unit, *high, *low).high * factor;
            }
        }
    }
}

struct Fold<'a, F> {
    columns: &'a CentredColumns,
    rows: &'a Matrix,
    /// `[d]`, padded with zeros: high and low parts.
    weights: &'a [Vec<f64>; 2],
    constant: DoubleDouble,
    take: F,
}

impl<F: FnMut(usize, DoubleDouble) -> Option<DoubleDouble>> Kernel for Fold<'_, F> {
    type Output = Vec<DoubleDouble>;

    #[inline(always)]
    fn run(mut self) -> Self::Output {
        let CentredColumns { units, high, low } = self.columns;
        let (d, [weights_high, weights_low]) = (self.rows.columns, self.weights);
        let (mut row_high, mut row_low) = (vec![0.0; weights_high.len()], vec![0.0; weights_high.len()]);
        let (mut sums_high, mut sums_low) = (vec![0.0; d], vec![0.0; d]);
        for (index, row) in self.rows.values.chunks_exact(d.max(1)).enumerate() {
            let columns = units.iter().zip(high).zip(low);
            let to = row_high.iter_mut().zip(&mut row_low);
            for ((value, ((unit, high), low)), (to_high, to_low)) in row.iter().zip(columns).zip(to) {
                let value = centred(*value, *unit, *high, *low);
                (*to_high, *to_low) = (value.high, value.low);
            }
            let (mut lanes_high, mut lanes_low) = ([0.0; LANES], [0.0; LANES]);
            let values = row_high.as_chunks::<LANES>().0.iter().zip(row_low.as_chunks::<LANES>().0);
            let weights = weights_high.as_chunks::<LANES>().0.iter().zip(weights_low.as_chunks::<LANES>().0);
            for ((high, low), (weight_high, weight_low)) in values.zip(weights) {
                for lane in 0..LANES {
                    let weight = DoubleDouble { high: weight_high[lane], low: weight_low[lane] };
                    let sum = DoubleDouble { high: lanes_high[lane], low: lanes_low[lane] };
                    let sum = DoubleDouble { high: high[lane], low: low[lane] }.multiply_add(weight, sum);
                    (lanes_high[lane], lanes_low[lane]) = (sum.high, sum.low);
                }
            }
            let mut output = self.constant;
            for lane in 0..LANES {
                output = output + DoubleDouble { high: lanes_high[lane], low: lanes_low[lane] };
            }
            let Some(factor) = (self.take)(index, output) else { continue };
            let sums = sums_high.iter_mut().zip(&mut sums_low);
            for ((high, low), (sum_high, sum_low)) in row_high.iter().zip(&row_low).zip(sums) {
                let sum = DoubleDouble { high: *sum_high, low: *sum_low };
                let sum = DoubleDouble { high: *high, low: *low }.multiply_add(factor, sum);
                (*sum_high, *sum_low) = (sum.high, sum.low);
            }
        }
        sums_high.into_iter().zip(sums_low).map(|(high, low)| DoubleDouble { high, low }).collect()
    }
}
