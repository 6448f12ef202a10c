//! The completion of some orthonormal columns to an orthonormal basis.

use crate::numeric::{Matrix, dot, norm_squared};

/// Makes all columns orthonormal, given that the first `certain` already are. Each later column loses its parts along
/// the columns before it (Gram–Schmidt, twice). If little of it remains, a unit vector takes its place.
pub fn complete(basis: &mut Matrix, certain: usize) {
    if certain == basis.columns {
        return;
    }
    let mut columns = basis.transposed();
    // The squared length of each unit vector's part outside the columns so far.
    let mut outside = vec![1.0_f64; columns.columns];
    for index in 0..columns.rows {
        let (before, rest) = columns.values.split_at_mut(index * columns.columns);
        let column = &mut rest[..columns.columns];
        if index >= certain && normalise_outside(column, before) <= 0.5 {
            let mut widest = 0;
            for candidate in 1..outside.len() {
                if outside[candidate] > outside[widest] {
                    widest = candidate;
                }
            }
            column.fill(0.0);
            column[widest] = 1.0;
            normalise_outside(column, before);
        }
        for (left, value) in outside.iter_mut().zip(column.iter()) {
            *left = value.mul_add(-value, *left);
        }
    }
    *basis = columns.transposed();
}

/// Removes from `column` its parts along the orthonormal columns `before`, which lie one after the other, and
/// normalises it: twice, for accuracy. Returns the length that remained after the first removal.
fn normalise_outside(column: &mut [f64], before: &[f64]) -> f64 {
    let mut first_length = 0.0;
    for pass in 0..2 {
        for other in before.chunks_exact(column.len()) {
            let part = dot(column, other);
            for (value, direction) in column.iter_mut().zip(other) {
                *value -= part * direction;
            }
        }
        let length = norm_squared(column).sqrt();
        if length > 0.0 {
            column.iter_mut().for_each(|value| *value /= length);
        }
        if pass == 0 {
            first_length = length;
        }
    }
    first_length
}
