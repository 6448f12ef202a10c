//! What will be trained: settings, seeds, and the identity of each trial. Grids are never materialised: a setting is decoded
//! from its position. Nothing here reads a file.

mod bound;
mod builders;
mod canonical;
mod canonical_lines;
mod combination;
mod competing_keys;
mod data_canonical;
mod dataset_key;
mod equal_networks;
mod grid;
mod key_labels;
mod key_roles;
mod learning_rate_axis;
mod level_axes;
mod list_names;
mod numbering;
mod outstanding;
mod partition;
mod point_classes;
mod preparation;
mod resolved;
mod revisions;
mod setting;
mod setting_shape;
mod study;
mod target_fit;
mod task_axes;
#[cfg(test)]
mod tests;
mod theory;
mod trial_ids;
mod unfit;

pub use bound::{BoundPlan, MOST_TRIALS, shapes_at_most};
pub use builders::{build_model, build_optimizer, build_schedule};
pub use canonical::{end_canonical, training_canonical};
pub use combination::Combination;
pub use competing_keys::Varying;
pub use data_canonical::data_canonical;
pub use dataset_key::{FactsByDataset, data_settings, dataset_key, table_of};
pub use equal_networks::equal_networks;
pub use grid::{Grid, GridAxis, GridPoint};
pub use numbering::{PlannedSetting, PlannedTrial};
pub use outstanding::{Retry, distinct, outstanding, recorded};
pub use partition::Partition;
pub use resolved::{Plan, RuleEffect};
pub use setting::{Component, ResolvedTable, Setting};
pub use setting_shape::{SettingShape, TheoryNeed, data_by_seed, layers, space_of};
pub use target_fit::wants_classes;
pub use theory::{
    CheckNeed, ProblemNeeds, SelectedTheory, entries_by_problem, problem_needs, problems_without_theory, select_theory,
};
pub use unfit::Unfit;
