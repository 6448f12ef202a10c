//! The normal equations AᵀA·x = g of a matrix of any rank, by its complete orthogonal decomposition (Golub and Van
//! Loan, section 5.4.7): QR with column pivoting decides the rank, and a second QR finds the solution of least length.

use super::dispatch::{Kernel, dispatch};
use super::{Matrix, dot};

/// A = Q·T·Vᵀ to within a tolerance, where T is triangular and V has orthonormal columns. Q is not kept.
#[derive(Debug, Clone)]
pub struct CompleteOrthogonal {
    columns: usize,
    /// The original position of each pivoted column, `[columns]`.
    order: Vec<usize>,
    /// `[rank]`: column j of the upper triangle U, with j + 1 numbers. T = U at full rank, else T = Uᵀ.
    triangle: Vec<Vec<f64>>,
    /// The reflectors of V; `None` at full rank, where V is only the order.
    turn: Option<Reflectors>,
}

impl CompleteOrthogonal {
    /// Columns whose remaining length is at most `tolerance` count as dependent on those before.
    #[must_use]
    pub fn new(matrix: &Matrix, tolerance: f64) -> Self {
        let turned = matrix.transposed();
        let mut columns: Vec<Vec<f64>> = (0..turned.rows).map(|column| turned.row(column).to_vec()).collect();
        let mut order: Vec<usize> = (0..columns.len()).collect();
        let first = Reflectors::eliminate(&mut columns, Some((&mut order, tolerance)));
        let rank = first.reflectors.len();
        if rank == order.len() {
            let triangle = triangle_of(columns);
            return Self { columns: order.len(), order, triangle, turn: None };
        }
        let mut rows: Vec<Vec<f64>> = (0..rank)
            .map(|row| columns.iter().enumerate().map(|(j, c)| if j < row { 0.0 } else { c[row] }).collect())
            .collect();
        let turn = Reflectors::eliminate(&mut rows, None);
        Self { columns: order.len(), order, triangle: triangle_of(rows), turn: Some(turn) }
    }

    #[must_use]
    pub fn rank(&self) -> usize {
        self.triangle.len()
    }

    /// How many times longer the longest side of the triangle is than its shortest: about A's condition number.
    #[must_use]
    pub fn condition(&self) -> f64 {
        let (mut longest, mut shortest) = (0.0_f64, f64::INFINITY);
        for side in self.triangle.iter().filter_map(|column| column.last()).map(|side| side.abs()) {
            longest = if side > longest { side } else { longest };
            shortest = if side < shortest { side } else { shortest };
        }
        if self.triangle.is_empty() { 1.0 } else { longest / shortest }
    }

    /// The x of least length with AᵀA·x = g on the range of V, `[columns]`, and ‖A·x‖.
    #[must_use]
    pub fn solve(&self, gradient: &[f64]) -> (Vec<f64>, f64) {
        let mut x: Vec<f64> = self.order.iter().map(|&column| gradient[column]).collect();
        let rank = self.rank();
        let length;
        if let Some(turn) = &self.turn {
            turn.apply_transposed(&mut x);
            self.solve_upper(&mut x[..rank]);
            length = dot(&x[..rank], &x[..rank]).sqrt();
            self.solve_lower(&mut x[..rank]);
            x[rank..].fill(0.0);
            turn.apply(&mut x);
        } else {
            self.solve_lower(&mut x);
            length = dot(&x, &x).sqrt();
            self.solve_upper(&mut x);
        }
        let mut solution = vec![0.0; self.columns];
        self.order.iter().zip(x).for_each(|(&column, value)| solution[column] = value);
        (solution, length)
    }

    /// U⁻¹.
    fn solve_upper(&self, x: &mut [f64]) {
        for (index, column) in self.triangle.iter().enumerate().rev() {
            x[index] /= column[index];
            let value = x[index];
            subtract_multiple(value, &column[..index], &mut x[..index]);
        }
    }

    /// U⁻ᵀ.
    fn solve_lower(&self, x: &mut [f64]) {
        for (index, column) in self.triangle.iter().enumerate() {
            x[index] = (x[index] - dot(&column[..index], &x[..index])) / column[index];
        }
    }
}

fn triangle_of(columns: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
    let keep = |(index, mut column): (usize, Vec<f64>)| {
        column.truncate(index + 1);
        column
    };
    columns.into_iter().enumerate().map(keep).collect()
}

/// Householder reflectors I − τ·v·vᵀ, the first of which is applied first.
#[derive(Debug, Clone)]
struct Reflectors {
    /// τ, and v from its first number that is not zero, which is at the reflector's own position.
    reflectors: Vec<(f64, Vec<f64>)>,
}

impl Reflectors {
    /// Brings columns to a triangle in place. With pivoting the longest remaining column is next, until none is longer
    /// than the tolerance; the columns and their order are swapped accordingly.
    fn eliminate(columns: &mut [Vec<f64>], mut pivoting: Option<(&mut Vec<usize>, f64)>) -> Self {
        let mut reflectors = Vec::new();
        let rows = columns.first().map_or(0, Vec::len);
        // The squared length that is left of each column, and that at which it was last measured.
        let mut left: Vec<(f64, f64)> = columns.iter().map(|column| dot(column, column)).map(|s| (s, s)).collect();
        for step in 0..rows.min(columns.len()) {
            if let Some((order, tolerance)) = &mut pivoting {
                let mut longest = step;
                for index in step + 1..columns.len() {
                    if left[index].0 > left[longest].0 {
                        longest = index;
                    }
                }
                columns.swap(step, longest);
                left.swap(step, longest);
                order.swap(step, longest);
                let tail = &columns[step][step..];
                let is_longer = dot(tail, tail).sqrt() > *tolerance;
                if !is_longer {
                    break;
                }
            }
            let (head, rest) = columns.split_at_mut(step + 1);
            let Some(reflector) = reflect(&mut head[step][step..]) else {
                reflectors.push((0.0, vec![1.0]));
                continue;
            };
            for (column, left) in rest.iter_mut().zip(&mut left[step + 1..]) {
                apply(&reflector, &mut column[step..]);
                left.0 -= column[step] * column[step];
                // What cancellation has spoiled is measured again.
                let is_sound = left.0 > 1e-6 * left.1;
                if !is_sound {
                    let square = dot(&column[step + 1..], &column[step + 1..]);
                    *left = (square, square);
                }
            }
            reflectors.push(reflector);
        }
        Self { reflectors }
    }

    fn apply(&self, x: &mut [f64]) {
        self.reflectors.iter().enumerate().rev().for_each(|(index, reflector)| apply(reflector, &mut x[index..]));
    }

    fn apply_transposed(&self, x: &mut [f64]) {
        self.reflectors.iter().enumerate().for_each(|(index, reflector)| apply(reflector, &mut x[index..]));
    }
}

/// The reflector that turns a vector into a multiple of the first axis; the vector becomes that. `None` for a vector of
/// zeros.
fn reflect(x: &mut [f64]) -> Option<(f64, Vec<f64>)> {
    let length = dot(x, x).sqrt();
    if length == 0.0 {
        return None;
    }
    // This sign avoids cancellation.
    let diagonal = -length.copysign(x[0]);
    let mut v = x.to_vec();
    v[0] -= diagonal;
    let tau = 2.0 / dot(&v, &v);
    x.fill(0.0);
    x[0] = diagonal;
    Some((tau, v))
}

fn apply((tau, v): &(f64, Vec<f64>), x: &mut [f64]) {
    let x = &mut x[..v.len()];
    let part = tau * dot(v, x);
    subtract_multiple(part, v, x);
}

/// x − factor·v, into x.
pub fn subtract_multiple(factor: f64, v: &[f64], x: &mut [f64]) {
    dispatch(SubtractMultiple { factor, v, x });
}

struct SubtractMultiple<'a> {
    factor: f64,
    v: &'a [f64],
    x: &'a mut [f64],
}

impl Kernel for SubtractMultiple<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for (x, v) in self.x.iter_mut().zip(self.v) {
            *x = (-self.factor).mul_add(*v, *x);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::{Purpose, Stream};

    fn random(rows: usize, columns: usize) -> Matrix {
        let mut stream = Stream::new(1, Purpose::SyntheticFeatures, (rows * 100 + columns) as u64);
        Matrix { rows, columns, values: (0..rows * columns).map(|_| stream.normal()).collect() }
    }

    fn times(a: &Matrix, x: &[f64]) -> Vec<f64> {
        (0..a.rows).map(|row| dot(a.row(row), x)).collect()
    }

    #[test]
    fn the_normal_equations_hold_and_the_solution_is_the_shortest() {
        for (rows, columns) in [(1, 1), (5, 5), (9, 4), (4, 9), (40, 23), (3, 40)] {
            let mut a = random(rows, columns);
            if columns > 3 {
                // Two columns that others determine.
                for row in 0..rows {
                    let (first, second) = (a.at(row, 0), a.at(row, 1));
                    a.set(row, 2, first + second);
                    a.set(row, 3, 0.0);
                }
            }
            let turned = a.transposed();
            let gradient = times(&turned, &random(rows, 1).values);
            let solver = CompleteOrthogonal::new(&a, 1e-12);
            let dependent = if columns > 3 { columns - 2 } else { columns };
            assert_eq!(solver.rank(), rows.min(dependent), "{rows} × {columns}");
            let (x, length) = solver.solve(&gradient);
            let image = times(&a, &x);
            assert!((dot(&image, &image).sqrt() - length).abs() < 1e-10 * length.max(1.0));
            let found = times(&turned, &image);
            for (found, expected) in found.iter().zip(&gradient) {
                assert!((found - expected).abs() < 1e-9, "{rows} × {columns}: {found} {expected}");
            }
            // It lies in the range of Aᵀ: nothing is left after projecting on the rows.
            let of_rows = CompleteOrthogonal::new(&turned, 1e-12);
            let (combination, _) = of_rows.solve(&image);
            for (found, expected) in times(&turned, &combination).iter().zip(&x) {
                assert!((found - expected).abs() < 1e-9, "{rows} × {columns}: {found} {expected}");
            }
        }
    }

    #[test]
    fn a_matrix_of_zeros_has_no_rank() {
        let solver = CompleteOrthogonal::new(&Matrix::filled(3, 2, 0.0), 0.0);
        assert_eq!((solver.rank(), solver.solve(&[0.0, 0.0])), (0, (vec![0.0, 0.0], 0.0)));
    }
}
