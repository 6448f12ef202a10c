//! What a method divides its steps by, and the sharpness up to which it is then stable.

/// The diagonal D of a method whose steps go along D^(−1)·m, where m is a mean of gradients.
#[derive(Debug, Clone, PartialEq)]
pub struct Preconditioner {
    /// D, `[d]`; every number is positive.
    pub diagonal: Vec<f64>,
    /// α times the largest eigenvalue of D^(−½)·H·D^(−½) up to which full batches of a quadratic are stable while D stands still.
    pub stable_product: f64,
}
