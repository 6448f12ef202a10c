//! A small problem for tests.

use crate::record::ProblemRecord;

/// Two modes with λ = 2 and ½, and SGD's limit for single rows.
pub fn problem() -> ProblemRecord {
    ProblemRecord {
        numerics_version: 1,
        n_train: 4,
        n_parameters: 2,
        l2: 0.0,
        eigenvalues: vec![2.0, 0.5],
        start: vec![3.0, -1.0],
        residual_sum_of_squares: 0.8,
        largest_eigenvalue: None,
        sgd_limits: vec![(1, 0.3)],
        noise_floors: Vec::new(),
    }
}
