//! Types that models, optimizers, data, training and theory share, and that none of them owns.

mod class_names;
mod class_rows;
pub mod grid;
mod layout;
mod metric_kind;
mod metric_resolution;
mod metric_values;
mod predicted;
mod space;
mod split;
mod target;
mod target_moments;
mod update;

pub use class_names::{ClassNames, MOST_CLASSES, NamedClasses};
pub use class_rows::ClassRows;
pub use layout::{Layout, ParameterBlock, Role, Tensor};
pub use metric_kind::{AxisKind, Direction, MetricFacts, MetricKind, TargetUnit};
pub use metric_values::{OfClasses, OfNumbers, OfOutputs, Values};
pub use predicted::{Predicted, PredictionKind};
pub use space::Space;
pub use split::Split;
pub use target::{Target, TargetKind};
pub use target_moments::{TargetMoments, mean, means_of_targets, weighted_mean};
pub use update::{Recurrence, Regime};
