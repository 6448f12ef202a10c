//! From outstanding trials to durable records.

mod chosen;
mod cohorts;
mod data;
mod earlier_ends;
mod estimate;
mod injected_faults;
mod isolation;
mod one_model;
mod own_file;
mod preparation;
mod progress;
mod run;
#[cfg(test)]
mod tests;
mod theory;
mod work;
mod writer;

pub use chosen::{ChosenSummary, ChosenWork, train_chosen};
pub use cohorts::{CohortPlan, build as build_cohort, group};
pub use data::{DatasetError, LoadError, SharedData};
pub use earlier_ends::EarlierEnds;
pub use estimate::{
    DiskEstimate, MemoryEstimate, Shares, multiply_adds, multiply_adds_of_metrics, multiply_adds_of_watching,
    network_seconds, planned_epochs,
};
pub use one_model::{OneModel, refit_on_all_rows, train_model};
pub use own_file::own_files;
pub use preparation::preparation;
pub use progress::Progress;
pub use run::{CohortTiming, RunOptions, Summary, TRAINING_THREAD, run};
pub use work::Work;
