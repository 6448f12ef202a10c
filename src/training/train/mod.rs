//! Training: a cohort of trials that share data goes in, and one record per trial comes out.

mod baselines;
mod batch_objective;
mod batches;
mod carried;
mod cohort;
mod curvature;
mod engine;
mod evaluation;
mod gradient_trajectory;
mod least_squares;
mod optimum;
mod options;
mod outputs;
mod path;
mod penalty;
mod prediction;
mod prepared;
mod prepared_rows;
mod recorder;
mod row_metrics;
mod row_weights;
mod subnormal;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod trace;
mod training;
mod trial_state;
mod watch;

pub use baselines::baseline_records;
pub use cohort::{Cohort, TestOutputs, Trainee};
pub use curvature::curvature_bound;
pub use evaluation::MOST_OUTPUTS;
pub use least_squares::{
    LeastSquaresData, MOST_COMPRESSED, check_steps, check_trials, noise_floors, problem_record, sgd_limits,
};
pub use optimum::{is_affordable, optimum};
pub use options::{Keep, Monitor, Options, PARAMETERS, PathChoice, Precision};
pub use path::{MOST_MODES, Path};
pub use prediction::TrainedModel;
pub use prepared::PreparedData;
pub use prepared_rows::PreparedRows;
pub use recorder::{MOST_KEPT, recorded_before};
pub use row_weights::largest_class_weight;
pub use training::train;
pub use watch::MOST_GRADIENTS;

pub use crate::baseline::MOST_EXACT;
