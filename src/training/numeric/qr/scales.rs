//! Powers of two that bring the columns of `[X | y]` to similar magnitudes.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::threads::on_threads;
use crate::numeric::Matrix;

pub const fn power_of_two(exponent: i64) -> f64 {
    f64::from_bits(((1023 + exponent) as u64) << 52)
}

/// `[d + 1]`: for each column of `[X | y]`, the power of two that brings its largest magnitude near 1.
pub fn column_scales(x: &Matrix, y: &[f64], threads: usize) -> Vec<f64> {
    let grow = |largest: &mut f64, value: &f64| {
        if value.abs() > *largest {
            *largest = value.abs();
        }
    };
    let share = x.rows.div_ceil(threads);
    let next = AtomicUsize::new(0);
    let shares: Vec<OnceLock<Vec<f64>>> = (0..threads).map(|_| OnceLock::new()).collect();
    on_threads(threads, || {
        let index = next.fetch_add(1, Ordering::Relaxed);
        let mut largest = vec![0.0_f64; x.columns + 1];
        for row in (index * share).min(x.rows)..((index + 1) * share).min(x.rows) {
            largest.iter_mut().zip(x.row(row)).for_each(|(largest, value)| grow(largest, value));
            grow(&mut largest[x.columns], &y[row]);
        }
        let _ = shares[index].set(largest);
    });
    let mut largest = vec![0.0_f64; x.columns + 1];
    for share in shares.iter().filter_map(OnceLock::get) {
        largest.iter_mut().zip(share).for_each(|(largest, value)| grow(largest, value));
    }
    let scale = |largest: f64| {
        let exponent = i64::try_from(largest.to_bits() >> 52).unwrap_or(1023) - 1023;
        // The clamp keeps the inverse a normal number. The column's largest value is then still within 2^±75.
        power_of_two(-exponent.clamp(-1000, 1000))
    };
    largest.into_iter().map(|largest| if largest == 0.0 { 1.0 } else { scale(largest) }).collect()
}
