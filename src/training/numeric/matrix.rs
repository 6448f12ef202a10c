//! A dense matrix, stored row by row.

/// A `[rows, columns]` matrix in row-major order.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix<T = f64> {
    pub rows: usize,
    pub columns: usize,
    pub values: Vec<T>,
}

/// The side length of the blocks that are transposed one at a time.
const BLOCK: usize = 16;

impl<T: Copy> Matrix<T> {
    #[must_use]
    pub fn filled(rows: usize, columns: usize, value: T) -> Self {
        Self { rows, columns, values: vec![value; rows * columns] }
    }

    #[must_use]
    pub fn row(&self, row: usize) -> &[T] {
        &self.values[row * self.columns..(row + 1) * self.columns]
    }

    pub fn row_mut(&mut self, row: usize) -> &mut [T] {
        &mut self.values[row * self.columns..(row + 1) * self.columns]
    }

    #[must_use]
    pub fn at(&self, row: usize, column: usize) -> T {
        self.values[row * self.columns + column]
    }

    pub fn set(&mut self, row: usize, column: usize, value: T) {
        self.values[row * self.columns + column] = value;
    }

    #[must_use]
    pub fn transposed(&self) -> Self {
        let mut values = self.values.clone();
        // In blocks, so that the lines of both matrices stay in cache.
        for first_row in (0..self.rows).step_by(BLOCK) {
            let rows = first_row..self.rows.min(first_row + BLOCK);
            for first_column in (0..self.columns).step_by(BLOCK) {
                for column in first_column..self.columns.min(first_column + BLOCK) {
                    let to = &mut values[column * self.rows..][rows.clone()];
                    to.iter_mut().zip(rows.clone()).for_each(|(to, row)| *to = self.at(row, column));
                }
            }
        }
        Self { rows: self.columns, columns: self.rows, values }
    }

    /// The given rows, in the given order.
    #[must_use]
    pub fn select_rows(&self, rows: &[usize]) -> Self {
        let mut values = Vec::with_capacity(rows.len() * self.columns);
        for &row in rows {
            values.extend_from_slice(self.row(row));
        }
        Self { rows: rows.len(), columns: self.columns, values }
    }
}
