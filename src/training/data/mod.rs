//! Data in memory, from any source: data sets, their split, standardization and fingerprint.

mod class_check;
mod classes;
mod dataset;
mod description;
mod facts;
mod fingerprint;
mod found_columns;
mod keys;
mod split;
mod split_rule;
mod standardize;
mod stratified;
mod weight_check;

pub use class_check::check_training_classes;
pub use classes::TargetClasses;
pub use dataset::{DataError, Dataset, RowWeights};
pub use description::describe;
pub use facts::facts;
pub use fingerprint::{fingerprint, with_given_test};
pub use found_columns::FoundColumns;
pub use keys::{COMMON, DIVIDE_BY, TEST_PATH};
pub use split::{DataSplit, HeldOut, RowIndices, by_seed as split_by_seed, held_out, sizes};
pub use split_rule::{SPLIT_RULES, SplitRule, split_rule};
pub use standardize::Standardization;
pub use weight_check::check_weights;
