//! Types that models, optimizers, data, training and theory share, and that none of them owns.

mod class_names;
pub mod grid;
mod layout;
mod metric_kind;
mod predictions;
mod space;
mod split;
mod target;
mod target_moments;
mod update;

pub use class_names::{ClassNames, MOST_CLASSES, NamedClasses};
pub use layout::{Layout, ParameterBlock, Role};
pub use metric_kind::{AxisKind, Direction, MetricFacts, MetricKind, OfOutputs, TargetUnit, Values};
pub use predictions::Predictions;
pub use space::Space;
pub use split::Split;
pub use target::{Target, TargetKind};
pub use target_moments::{TargetMoments, mean, weighted_mean};
pub use update::{Recurrence, Regime};
