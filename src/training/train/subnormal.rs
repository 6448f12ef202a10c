//! Numbers on their way to the subnormal range, which some CPUs take many times as long for, become zero.

use crate::numeric::Real;

/// Steps between two sweeps for numbers on their way to the subnormal range.
pub const FLUSH_EVERY: u64 = 1024;

/// Sets components on their way to the subnormal range to zero.
pub fn flush<T: Real>(values: &mut [T]) {
    for value in values {
        if value.magnitude() < T::TINY {
            *value = T::ZERO;
        }
    }
}
