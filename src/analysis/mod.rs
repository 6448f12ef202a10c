//! Pure statistics on a [`Study`](crate::record::Study): estimates over seeds, rankings, comparisons, convergence, and the
//! theory of learning rates. Nothing here opens a file or knows how a report looks.

mod baselines;
mod basin;
mod chosen;
mod comparison;
mod contender;
mod convergence;
mod curves;
mod failures;
mod label;
mod range;
mod sample;
mod score;
mod significance;
mod stability_limits;
mod study_analysis;
mod sweep;
mod task;
#[cfg(test)]
pub mod testing;
#[cfg(test)]
mod tests;

pub use baselines::BaselineRow;
pub use basin::{Basin, RatePosition, RateScore, axis_line, basin};
pub use chosen::{ChosenTrial, chosen};
pub use comparison::{Finding, OptimizerComparison, Unpaired, compare};
pub use contender::Contender;
pub use convergence::Convergence;
pub use curves::{CurveRequest, CurveSummaries};
pub use failures::FailureGroup;
pub use label::{LEARNING_RATE, label, number};
pub use range::Range;
pub use sample::{Counts, Sample, student_quantile, ten_digits};
pub use score::{Ranking, SettingResult, by_rank, rank, sample};
pub use significance::{MOST_PAIRS, PValue, sign_flip, would_decide};
pub use study_analysis::Analysis;
pub use sweep::{RateSeries, problems_of};
pub use task::Task;

pub use crate::shape::{Recurrence, Regime};
pub use crate::theory::{ExactCurve, stable_rate};
