//! Elementary functions in one fixed form, for f64 and f32: exponential, logarithm, hyperbolic tangent, error function,
//! softplus, sigmoid, log-sum-exp.
//!
//! Each is written for one number, without a branch, so that the compiler turns a loop over it into vector
//! instructions. An element's result does not depend on its place, its neighbours or the instruction set. The functions
//! of one number are for the bodies of a [`Kernel`](super::Kernel); those that end in `_each` take a slice.
//!
//! f32 has the formulas of f64 with shorter polynomials, so that a vector holds twice as many numbers. NaN gives NaN.
//! Errors are in units in the last place (ulp) of the true value: in f64 mpmath's for 1.25·10⁶ random numbers, a fifth
//! of them where errors are largest (`tests/fixtures/elementary/points.py`), in f32 that of f64 for all numbers
//! (of which the test repeats one in two thousand).

mod coefficients;
mod each;
mod erf;
mod exp;
mod ln;
mod log_sum_exp;
mod pair;
mod polynomial;
mod precision;
mod sigmoid;
mod softplus;
mod tanh;

pub use each::{erf_each, exp_each, ln_each, sigmoid_each, softplus_each, tanh_each};
pub use erf::erf;
pub use exp::{exp, exp_of_negative};
pub use ln::{ln, ln_of_one_plus};
pub use log_sum_exp::{log_sum_exp, softmax};
pub use precision::Precision;
pub use sigmoid::sigmoid;
pub use softplus::softplus;
pub use tanh::tanh;

#[cfg(test)]
mod tests;
