//! The fast paths for least squares: on d rows after a QR, or in the modes of the Hessian.

mod centred;
mod checks;
mod coordinates;
mod data;
mod exact;
mod lasso;
mod lockstep;
mod modes;
mod problem;
mod quadratic;
mod steps;
mod training;

pub use checks::{check_steps, check_trials, train_at};
pub use data::LeastSquaresData;
pub use exact::ExactSolution;
#[cfg(test)]
pub use lasso::LassoProblem;
pub use problem::{noise_floors, problem_record, sgd_limits};
pub use quadratic::{MOST_COMPRESSED, Quadratic};
pub use training::train;
