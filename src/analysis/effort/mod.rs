//! Which method, at what tuning effort: what an optimizer gives for how many settings tried, how much its learning rate matters,
//! how soon it reaches a target, and what all tasks say together. Nothing is trained for it.

mod across_tasks;
mod answer;
mod bootstrap;
mod chapter;
mod choices;
mod expected_best;
mod improvement;
mod interquartile_mean;
mod kaplan_meier;
mod performance_profile;
mod rate_sensitivity;
mod targets;
mod task_effort;
#[cfg(test)]
mod tests;
mod time_to_target;
mod transfer;
mod tunability;
mod untuned;

pub use across_tasks::{AcrossTasks, FEWEST_TASKS, OverTasks, Profiles};
pub use answer::{OFTEN, Standing, Tally, lost_share, standings, tallies};
pub use chapter::TuningEffort;
pub use performance_profile::{R_MAX, share_within};
pub use rate_sensitivity::RateSensitivity;
pub use task_effort::{ContenderEffort, EffortCurve, TaskEffort};
pub use time_to_target::{SeedTime, TargetTimes};
pub use transfer::Transferred;
pub use untuned::{AtDefaults, FoundDefaults};
