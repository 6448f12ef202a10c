//! Flushing tiny numbers to zero before they become subnormal, because some CPUs are many times slower with subnormal
//! numbers.

use crate::numeric::Real;

/// The number of steps between two flushes.
pub const FLUSH_EVERY: u64 = 1024;

/// Sets components with a magnitude below [`Real::TINY`] to zero.
pub fn flush<T: Real>(values: &mut [T]) {
    for value in values {
        if value.magnitude() < T::TINY {
            *value = T::ZERO;
        }
    }
}
