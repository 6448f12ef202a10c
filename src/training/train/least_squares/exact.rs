//! The exact minimiser of J on the training rows. It depends neither on the offsets nor on the scales of the columns.
//!
//! Columns are centred (the bias absorbs that) and scaled to length 1. QR of these rows gives a triangle, whose rank is
//! decided by a cutoff of max(n, d)·ε. The solution is then refined until it stands still: residuals and their products
//! with the columns are taken in twice the precision, and the triangle gives the step (Björck, *Numerical Methods for
//! Least Squares Problems*, 1996, section 6.6). Of several minimisers it is the one that is shortest in these
//! coordinates. Under l1 the triangle is all that is needed.

use super::centred::CentredColumns;
use super::lasso::LassoProblem;
use crate::baseline::MOST_EXACT;
use crate::model::Penalty;
use crate::numeric::{CompleteOrthogonal, DoubleDouble, Matrix, Triangle, largest_eigenvalue, norm_squared, triangle};
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
    /// The minimiser of MSE/2 plus the penalty. `None` if the model is not linear in its parameters, if it has more
    /// than 2,048, if a number overflows, or if the minimiser under l1 is not found.
    #[must_use]
    pub fn new(data: &PreparedData, penalty: Penalty) -> Option<Self> {
        let least_squares = data.least_squares().filter(|_| data.parameters() <= MOST_EXACT)?;
        // Rows that are multiplied by the roots of their weights have no constant column.
        let bias = if data.train.weights.is_some() { None } else { bias_of(data.layout()) };
        Self::about(bias, &least_squares.train.plain().rows, data.layout(), penalty)
    }

    /// The same for training rows of the design.
    #[cfg(test)]
    pub fn of_rows(rows: &PreparedRows, layout: &Layout, penalty: Penalty) -> Option<Self> {
        Self::about(bias_of(layout), rows, layout, penalty)
    }

    /// The same, where columns are centred if there is a bias that takes up their centres.
    fn about(bias: Option<usize>, rows: &PreparedRows, layout: &Layout, Penalty { l1, l2 }: Penalty) -> Option<Self> {
        let (matrix, targets) = (&rows.matrix, rows.target.numbers());
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
        let scaled = ScaledColumns::new(&solution.columns, matrix, layout, l2);
        if l1 > 0.0 {
            solution.solve_under_l1(rows, layout, l1, &scaled)?;
        } else {
            solution.solve(rows, length, &scaled)?;
        }
        Some(solution)
    }

    /// The weights under l1. Each centred row of the target is taken as a number of f64.
    fn solve_under_l1(&mut self, rows: &PreparedRows, layout: &Layout, l1: f64, scaled: &ScaledColumns) -> Option<()> {
        let (d, n) = (rows.matrix.columns, rows.matrix.rows as f64);
        let constant = self.constant;
        let target = |row| self.residual(rows, row, constant).rounded();
        let Triangle { r, z, residual } = self.reduced(rows, &scaled.scales, &scaled.penalty, target);
        // n·l1·|w|, where the target's unit makes both terms of J larger by its square.
        let mut penalty = vec![0.0; d];
        for column in layout.weights().iter().cloned().flatten() {
            penalty[column] = n * l1 * self.columns.units[column] * scaled.scales[column] * self.target_unit;
        }
        let minimiser = LassoProblem::new(&r, z, residual, penalty).minimiser()?;
        for ((weight, value), scale) in self.weights.iter_mut().zip(minimiser).zip(&scaled.scales) {
            *weight = DoubleDouble::product(value, *scale);
        }
        Some(())
    }

    /// Refines from zero. `length` is that of the centred target.
    fn solve(
        &mut self,
        rows: &PreparedRows,
        length: f64,
        ScaledColumns { scales, penalty }: &ScaledColumns,
    ) -> Option<()> {
        let (matrix, n) = (&rows.matrix, rows.matrix.rows as f64);
        let reduced = self.reduced(rows, scales, penalty, |_| 0.0).r;
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
            let all = products.into_iter().zip(scales.iter().copied()).zip(penalty).zip(&scaled);
            let (step, moved) = solver.solve(&all.map(gradient).collect::<Vec<f64>>());
            let is_closer = moved < 0.5 * before;
            if !is_closer {
                break;
            }
            for ((scaled, step), (weight, scale)) in
                scaled.iter_mut().zip(step).zip(self.weights.iter_mut().zip(scales))
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

    /// The triangle of the centred and scaled rows, with these targets, and of the rows of the penalty.
    fn reduced(&self, rows: &PreparedRows, scales: &[f64], penalty: &[f64], target: impl Fn(usize) -> f64) -> Triangle {
        let (n, d) = (rows.matrix.rows, rows.matrix.columns);
        let together = (4 * (d + 1)).max(REDUCED_TOGETHER / (d + 1));
        let mut reduced = Triangle { r: Matrix::filled(0, d, 0.0), z: Vec::new(), residual: 0.0 };
        let mut add = |rows: Matrix, target: &mut dyn Iterator<Item = f64>| {
            let Triangle { r, z, residual } = &mut reduced;
            r.values.extend_from_slice(&rows.values);
            r.rows += rows.rows;
            z.extend(target);
            if r.rows > d {
                let next = triangle(r, z);
                let residual = *residual + next.residual;
                reduced = Triangle { residual, ..next };
            }
        };
        for from in (0..n).step_by(together) {
            let range = from..n.min(from + together);
            add(self.columns.scaled_rows(&rows.matrix, range.clone(), scales), &mut range.map(&target));
        }
        if penalty.iter().any(|penalty| *penalty > 0.0) {
            let mut diagonal = Matrix::filled(d, d, 0.0);
            penalty.iter().enumerate().for_each(|(column, penalty)| diagonal.set(column, column, *penalty));
            add(diagonal, &mut std::iter::repeat_n(0.0, d));
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

/// Factors that bring centred columns to length 1, the rows of the penalty included, `[d]`, and those rows' numbers
/// then.
struct ScaledColumns {
    scales: Vec<f64>,
    penalty: Vec<f64>,
}

impl ScaledColumns {
    fn new(columns: &CentredColumns, matrix: &Matrix, layout: &Layout, l2: f64) -> Self {
        let weight = (matrix.rows as f64 * l2).sqrt();
        let mut penalty = vec![0.0; matrix.columns];
        for column in layout.weights().iter().cloned().flatten() {
            penalty[column] = weight * columns.units[column];
        }
        let squares = columns.squares(matrix);
        let scale = |(square, penalty): (&f64, &f64)| {
            if *square > 0.0 { 1.0 / penalty.mul_add(*penalty, *square).sqrt() } else { 0.0 }
        };
        let scales: Vec<f64> = squares.iter().zip(&penalty).map(scale).collect();
        penalty.iter_mut().zip(&scales).for_each(|(penalty, scale)| *penalty *= scale);
        Self { scales, penalty }
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
