//! What `[train] watch` asks for, computed at evaluated epochs. Nothing of it moves a step.

mod evaluated_point;
mod passes;
mod sharpness;
mod update_ratios;

pub use evaluated_point::{EvaluatedPoint, StabilityLimits};
pub use sharpness::MOST_GRADIENTS;
pub use update_ratios::UpdateRatios;
