//! Pure statistics on a [`Study`](crate::record::Study): estimates over seeds, rankings, comparisons, convergence, and the
//! theory of learning rates. Nothing here opens a file or knows how a report looks.

mod across;
mod baselines;
mod basin;
mod chosen;
mod classes;
mod comparison;
mod contender;
mod convergence;
mod curves;
mod design;
mod effort;
mod estimate;
mod failures;
mod label;
mod models;
mod noise_floor;
mod optima;
mod range;
mod rate_slope;
mod replayed_rates;
mod results;
mod sample;
mod schedules;
mod score;
mod significance;
mod stability_limits;
mod study_analysis;
mod sweep;
mod task;
mod test_rows;
#[cfg(test)]
pub mod testing;
#[cfg(test)]
mod tests;
mod ties;
mod tuned;
mod watched;
mod within;

pub use across::{AcrossDatasets, AcrossTest, FEWEST_DATASETS};
pub use baselines::BaselineRow;
pub use basin::{Basin, RatePosition, RateScore, axis_below, axis_line, basin};
pub use chosen::{ChosenTrial, chosen, shown_trials};
pub use classes::{CalibrationBin, ClassPredictor, ClassScores, Confusion, CurvePoint, MeanCurve, TaskClasses};
pub use comparison::{Answer, Basis, Description, OptimizerComparison, Unpaired};
pub use contender::{Contender, targets_of};
pub use convergence::Convergence;
pub use curves::{CurveRequest, CurveSummaries};
pub use design::Design;
pub use effort::{
    AcrossTasks, AtDefaults, ContenderEffort, EffortCurve, FEWEST_TASKS, FoundDefaults, OFTEN, OverTasks, Profiles,
    R_MAX, RateSensitivity, SeedTime, Standing, Tally, TargetTimes, TaskEffort, Transferred, TuningEffort, lost_share,
    share_within, standings, tallies,
};
pub use estimate::{Level, PairedDifference};
pub use failures::FailureGroup;
pub use label::{LEARNING_RATE, label, number};
pub use models::{ModelsApart, ModelsCompared};
pub use noise_floor::{FloorAtRate, noise_floor};
pub use optima::Optima;
pub use range::Range;
pub use rate_slope::{RateAtValue, RateSlope};
pub use sample::{Counts, Sample, student_quantile, ten_digits};
pub use schedules::{ScheduleCurve, rate_of};
pub use score::{Ranking, SettingResult, rank, sample, ties};
pub use significance::{PValue, sign_flip};
pub use study_analysis::Analysis;
pub use sweep::{RateSeries, problems_of};
pub use task::{FEWEST_FOR_A_LEVEL, MANY, Task};
pub use test_rows::{FEWEST_ROWS, tests_over_rows};
pub use ties::EpochsNeeded;
pub use tuned::{Tuned, TunedSeed};
pub use watched::{
    Change, DrawnGrid, Failure, Flow, FlowAnswer, LARGEST_RATIO, LARGEST_RELATIVE, MatrixRow, MedianWatched, Remedy,
    RemedyLevel, RemedyMatrix, SMALLEST_RATIO, SMALLEST_RELATIVE, TaskWatched, WatchedSetting,
};
pub use within::WithinOptimizer;

pub use crate::shape::{Recurrence, Regime, TargetMoments};
pub use crate::theory::{ExactCurve, NearlyLowest, stable_rate};
