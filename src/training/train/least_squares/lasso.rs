//! The minimiser of ½‖Aφ − b‖² + Σ λ_j·|φ_j|, for the lasso and the elastic net: coordinate descent over falling
//! penalties (Friedman, Hastie and Tibshirani, 2010) finds which components are zero, and least squares on the others
//! finishes. The duality gap decides when it ends.

use crate::numeric::{CompleteOrthogonal, Matrix, dot, norm_squared, subtract_multiple};

/// The largest duality gap, relative to the objective, with which the search ends.
const TOLERANCE: f64 = 1e-10;

/// The same on the way to the penalty itself.
const ROUGH: f64 = 1e-3;

/// A penalty is at least this share of the one before.
const FALL: f64 = 0.25;

/// The rounds for one penalty: this many numbers of A are read in the passes over all components, within limits.
const WORK: usize = 2_000_000_000;
const FEWEST_ROUNDS: usize = 100;
const MOST_ROUNDS: usize = 5_000;

/// The most components that are not zero for which least squares is solved, and how often in one round.
const MOST_SOLVED: usize = 512;
const MOST_SIGNS: usize = 64;

/// The passes over the components that are not zero, in one round.
const PASSES: usize = 10;

/// The rounds between two solutions by least squares.
const BETWEEN_SOLUTIONS: usize = 4;

/// ½‖Aφ − b‖² + ½ρ².
pub struct LassoProblem {
    /// The columns of A.
    columns: Vec<Vec<f64>>,
    squares: Vec<f64>,
    target: Vec<f64>,
    /// ρ²
    residual: f64,
    /// λ: positive wherever a column is not zero.
    penalty: Vec<f64>,
}

/// φ, and b − Aφ.
struct Point {
    phi: Vec<f64>,
    rest: Vec<f64>,
}

impl LassoProblem {
    /// A is `[k, d]`, b `[k]`, λ `[d]`.
    pub fn new(matrix: &Matrix, target: Vec<f64>, residual: f64, penalty: Vec<f64>) -> Self {
        let turned = matrix.transposed();
        let columns: Vec<Vec<f64>> = (0..turned.rows).map(|column| turned.row(column).to_vec()).collect();
        let squares = columns.iter().map(|column| norm_squared(column)).collect();
        Self { columns, squares, target, residual, penalty }
    }

    /// The minimiser, `[d]`, to a duality gap of 10⁻¹⁰ of the objective; `None` if it is not found.
    pub fn minimiser(&self) -> Option<Vec<f64>> {
        let mut point = Point { phi: vec![0.0; self.columns.len()], rest: self.target.clone() };
        // The factor from which on every component is zero.
        let mut factor = self.excess(&point.rest);
        while factor > 1.0 {
            factor = if factor * FALL > 1.0 { factor * FALL } else { 1.0 };
            self.descend(&mut point, factor, if factor > 1.0 { ROUGH } else { TOLERANCE });
        }
        (self.gap(&point, 1.0) <= TOLERANCE).then_some(point.phi)
    }

    /// The largest |correlation with the rest|, in units of the penalty.
    fn excess(&self, rest: &[f64]) -> f64 {
        let mut largest = 0.0;
        for (column, penalty) in self.columns.iter().zip(&self.penalty).filter(|(_, penalty)| **penalty > 0.0) {
            let excess = dot(column, rest).abs() / penalty;
            largest = if excess > largest { excess } else { largest };
        }
        largest
    }

    /// The duality gap relative to the objective, with `factor` times the penalty.
    fn gap(&self, point: &Point, factor: f64) -> f64 {
        let square = norm_squared(&point.rest) + self.residual;
        let absolute =
            point.phi.iter().zip(&self.penalty).fold(0.0, |sum, (phi, penalty)| phi.abs().mul_add(*penalty, sum));
        let primal = 0.5 * square + factor * absolute;
        if primal == 0.0 {
            return 0.0;
        }
        // The residuals are a feasible point of the dual once they are shrunk so far that no correlation exceeds its
        // penalty.
        let excess = self.excess(&point.rest) / factor;
        let shrunk = if excess > 1.0 { 1.0 / excess } else { 1.0 };
        let dual = shrunk * (dot(&self.target, &point.rest) + self.residual) - 0.5 * shrunk * shrunk * square;
        (primal - dual) / primal
    }

    fn descend(&self, point: &mut Point, factor: f64, tolerance: f64) {
        let numbers = self.target.len() * self.columns.len();
        for round in 0..(WORK / numbers.max(1)).clamp(FEWEST_ROUNDS, MOST_ROUNDS) {
            self.pass(point, factor, |_| true);
            for _ in 0..PASSES {
                self.pass(point, factor, |phi| phi != 0.0);
            }
            if self.gap(point, factor) <= tolerance {
                return;
            }
            if tolerance == TOLERANCE && round % BETWEEN_SOLUTIONS == 0 {
                self.solve(point);
                if self.gap(point, factor) <= tolerance {
                    return;
                }
            }
        }
    }

    /// Minimises over one component after the other, of those whose value is chosen.
    fn pass(&self, point: &mut Point, factor: f64, chosen: impl Fn(f64) -> bool) {
        for (index, column) in self.columns.iter().enumerate() {
            let (square, before) = (self.squares[index], point.phi[index]);
            if square == 0.0 || !chosen(before) {
                continue;
            }
            let toward = square.mul_add(before, dot(column, &point.rest));
            let left = toward.abs() - factor * self.penalty[index];
            let after = if left > 0.0 { (left / square).copysign(toward) } else { 0.0 };
            if after != before {
                subtract_multiple(after - before, column, &mut point.rest);
                point.phi[index] = after;
            }
        }
    }

    /// Goes toward the minimiser with the signs that the components have, as far as no component changes its sign. It
    /// is the minimiser if all of them keep it.
    fn solve(&self, point: &mut Point) {
        for _ in 0..MOST_SIGNS {
            let active: Vec<usize> = (0..point.phi.len()).filter(|&index| point.phi[index] != 0.0).collect();
            if active.is_empty() || active.len() > MOST_SOLVED {
                return;
            }
            let (direction, most) = self.direction(point, &active);
            let (mut share, mut ends) = (most, None);
            for (&index, direction) in active.iter().zip(&direction) {
                let until = -point.phi[index] / direction;
                if until >= 0.0 && until < share {
                    (share, ends) = (until, Some(index));
                }
            }
            if !share.is_finite() {
                return;
            }
            for (&index, direction) in active.iter().zip(&direction) {
                point.phi[index] = if ends == Some(index) { 0.0 } else { share.mul_add(*direction, point.phi[index]) };
            }
            point.rest.copy_from_slice(&self.target);
            for &index in &active {
                subtract_multiple(point.phi[index], &self.columns[index], &mut point.rest);
            }
            if ends.is_none() {
                return;
            }
        }
    }

    /// A direction in which the objective falls, and how far at most. Where columns depend on each other and the
    /// penalty falls along that, it is this one: A does not change there, so that a component ends at zero. Else it
    /// leads to the minimiser.
    fn direction(&self, point: &Point, active: &[usize]) -> (Vec<f64>, f64) {
        let columns: Vec<&[f64]> = active.iter().map(|&index| &self.columns[index][..]).collect();
        let (rows, k) = (active.len(), self.target.len());
        let turned = Matrix { rows, columns: k, values: columns.concat() };
        let solver = CompleteOrthogonal::new(&turned.transposed(), 1e-13 * (rows as f64).sqrt());
        let falls: Vec<f64> = active.iter().map(|&index| -self.penalty[index].copysign(point.phi[index])).collect();
        if solver.rank() < rows {
            let mut image = vec![0.0; k];
            columns.iter().zip(&falls).for_each(|(column, fall)| subtract_multiple(-fall, column, &mut image));
            let (seen, _) = solver.solve(&columns.iter().map(|column| dot(column, &image)).collect::<Vec<f64>>());
            let unseen: Vec<f64> = falls.iter().zip(seen).map(|(fall, seen)| fall - seen).collect();
            if norm_squared(&unseen) > 1e-16 * norm_squared(&falls) {
                return (unseen, f64::INFINITY);
            }
        }
        let slopes = columns.iter().zip(&falls).map(|(column, fall)| dot(column, &point.rest) + fall);
        (solver.solve(&slopes.collect::<Vec<f64>>()).0, 1.0)
    }
}
