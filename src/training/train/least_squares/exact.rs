//! The exact minimiser of J on the training rows. It depends neither on the offsets nor on the scales of the columns.
//!
//! Columns are centred (the bias absorbs that) and scaled to length 1. QR of these rows gives a triangle, whose rank is decided by a
//! cutoff of max(n, d)·ε. The solution is then refined until it stands still: residuals and their products with the columns are
//! taken in twice the precision, and the triangle gives the step (Björck, *Numerical Methods for Least Squares Problems*, 1996,
//! section 6.6). Of several minimisers it is the one that is shortest in these coordinates.

use super::centred::CentredColumns;
use crate::baseline::MOST_EXACT;
use crate::numeric::{CompleteOrthogonal, DoubleDouble, Matrix, largest_eigenvalue, norm_squared, triangle};
use crate::shape::{Layout, Role};
use crate::train::prepared::PreparedData;
use crate::train::prepared_rows::PreparedRows;

/// The most steps of refinement. A step leaves at most the condition number times ε of the error, so few are needed.
const MOST_STEPS: usize = 20;

/// The refinement ends when the parameters are known to this precision, 2⁻⁶⁰.
const PRECISION: f64 = 1.0 / (1_u64 << 60) as f64;

/// The numbers in rows that are reduced together.
const REDUCED_TOGETHER: usize = 1 << 20;

/// The minimiser, as constant + Σ weight·column of centred columns.
#[derive(Debug)]
pub struct ExactSolution {
    columns: CentredColumns,
    /// `[d]`, for centred columns and the target in its unit.
    weights: Vec<DoubleDouble>,
    constant: DoubleDouble,
    target_unit: f64,
    /// The parameter that takes up the centres.
    bias: Option<usize>,
}

impl ExactSolution {
    /// The minimiser of MSE/2 + l2/2·‖w‖². `None` if the model is not linear in its parameters, if it has more than 2,048, or if a
    /// number overflows.
    #[must_use]
    pub fn new(data: &PreparedData, l2: f64) -> Option<Self> {
        data.least_squares().filter(|_| data.parameters() <= MOST_EXACT)?;
        Self::of_rows(&data.train, data.layout(), l2)
    }

    /// The same for training rows of the design.
    pub fn of_rows(rows: &PreparedRows, layout: &Layout, l2: f64) -> Option<Self> {
        let (matrix, targets) = (&rows.matrix, rows.target.numbers());
        let bias = bias_of(layout);
        let columns = CentredColumns::of(matrix, bias.is_some());
        let target_column = Matrix { rows: targets.len(), columns: 1, values: targets.to_vec() };
        let target = CentredColumns::of(&target_column, bias.is_some());
        let mut solution = Self {
            weights: vec![DoubleDouble::ZERO; matrix.columns],
            constant: target.centre(0),
            target_unit: target.units[0],
            columns,
            bias,
        };
        let length = target.squares(&target_column)[0].sqrt();
        drop(target_column);
        solution.solve(rows, layout, l2, length)?;
        Some(solution)
    }

    /// Refines from zero. `length` is that of the centred target.
    fn solve(&mut self, rows: &PreparedRows, layout: &Layout, l2: f64, length: f64) -> Option<()> {
        let (matrix, n) = (&rows.matrix, rows.matrix.rows as f64);
        // √(n·l2) for a weight of the centred column.
        let mut penalty = vec![0.0; matrix.columns];
        for column in layout.weights().iter().cloned().flatten() {
            penalty[column] = (n * l2).sqrt() * self.columns.units[column];
        }
        let squares = self.columns.squares(matrix);
        let scale = |(square, penalty): (&f64, &f64)| {
            if *square > 0.0 { 1.0 / penalty.mul_add(*penalty, *square).sqrt() } else { 0.0 }
        };
        let scales: Vec<f64> = squares.iter().zip(&penalty).map(scale).collect();
        penalty.iter_mut().zip(&scales).for_each(|(penalty, scale)| *penalty *= scale);
        let reduced = self.reduced(matrix, &scales, &penalty);
        let longest = largest_eigenvalue(&reduced, &vec![0.0; matrix.columns])?.sqrt();
        let larger = matrix.rows.max(matrix.columns) as f64;
        let solver = CompleteOrthogonal::new(&reduced, larger * f64::EPSILON * longest);
        drop(reduced);

        let mut scaled = vec![DoubleDouble::ZERO; matrix.columns];
        let mut before = f64::INFINITY;
        for _ in 0..MOST_STEPS {
            let mut sum = DoubleDouble::ZERO;
            let products = self.columns.fold(matrix, &self.weights, self.constant, |row, output| {
                let residual = self.residual(rows, row, output);
                sum = sum + residual;
                Some(residual)
            });
            let gradient = |(((product, scale), penalty), weight): (((DoubleDouble, _), &f64), &DoubleDouble)| {
                (product.times(scale) + weight.times(-penalty * penalty)).rounded()
            };
            let all = products.into_iter().zip(scales.iter().copied()).zip(&penalty).zip(&scaled);
            let (step, moved) = solver.solve(&all.map(gradient).collect::<Vec<f64>>());
            if !(moved < 0.5 * before) {
                break;
            }
            for ((scaled, step), (weight, scale)) in
                scaled.iter_mut().zip(step).zip(self.weights.iter_mut().zip(&scales))
            {
                *scaled = *scaled + DoubleDouble::from(step);
                *weight = scaled.times(*scale);
            }
            if self.bias.is_some() {
                self.constant = self.constant + sum.over(n);
            }
            // What the next step would be.
            let next = moved * (moved / before);
            if moved == 0.0 || (before < f64::INFINITY && next * solver.condition() <= PRECISION * length) {
                break;
            }
            before = moved;
        }
        Some(())
    }

    /// The triangle of the centred and scaled rows and of the rows of the penalty.
    fn reduced(&self, matrix: &Matrix, scales: &[f64], penalty: &[f64]) -> Matrix {
        let d = matrix.columns;
        let together = (4 * (d + 1)).max(REDUCED_TOGETHER / (d + 1));
        let mut reduced = Matrix::filled(0, d, 0.0);
        let mut add = |rows: Matrix| {
            reduced.values.extend_from_slice(&rows.values);
            reduced.rows += rows.rows;
            if reduced.rows > d {
                reduced = triangle(&reduced, &vec![0.0; reduced.rows]).r;
            }
        };
        for from in (0..matrix.rows).step_by(together) {
            add(self.columns.scaled_rows(matrix, from..matrix.rows.min(from + together), scales));
        }
        if penalty.iter().any(|penalty| *penalty > 0.0) {
            let mut diagonal = Matrix::filled(d, d, 0.0);
            penalty.iter().enumerate().for_each(|(column, penalty)| diagonal.set(column, column, *penalty));
            add(diagonal);
        }
        reduced
    }

    /// Target − output of a row, in the target's unit.
    #[inline(always)]
    fn residual(&self, rows: &PreparedRows, row: usize, output: DoubleDouble) -> DoubleDouble {
        DoubleDouble::from(rows.target.numbers()[row] * self.target_unit) + -output
    }

    /// The outputs for rows of the design, `[rows]`.
    #[must_use]
    pub fn outputs(&self, rows: &Matrix) -> Vec<f64> {
        let mut outputs = vec![0.0; rows.rows];
        self.columns.fold(rows, &self.weights, self.constant, |row, output| {
            outputs[row] = output.rounded() / self.target_unit;
            None
        });
        outputs
    }

    /// The mean of squared residuals; `None` if it is not finite.
    #[must_use]
    pub fn mean_square(&self, rows: &PreparedRows) -> Option<f64> {
        let mut residuals = vec![0.0; rows.matrix.rows];
        self.columns.fold(&rows.matrix, &self.weights, self.constant, |row, output| {
            residuals[row] = self.residual(rows, row, output).rounded();
            None
        });
        let mean = norm_squared(&residuals) / rows.matrix.rows as f64 / self.target_unit / self.target_unit;
        mean.is_finite().then_some(mean)
    }

    /// The parameters of the model, `[d]`.
    #[must_use]
    pub fn theta(&self) -> Vec<f64> {
        let mut constant = self.constant;
        let mut theta = Vec::with_capacity(self.weights.len());
        for (column, weight) in self.weights.iter().enumerate() {
            constant = self.columns.centre(column).multiply_add(-*weight, constant);
            theta.push(weight.rounded() * self.columns.units[column] / self.target_unit);
        }
        if let Some(bias) = self.bias {
            theta[bias] = constant.rounded() / self.target_unit;
        }
        theta
    }
}

/// The first parameter that is added to the output.
fn bias_of(layout: &Layout) -> Option<usize> {
    let mut from = 0;
    for block in layout.blocks() {
        if block.role == Role::Bias && block.parameters() == 1 {
            return Some(from);
        }
        from += block.parameters();
    }
    None
}
