//! The input of a section.

use crate::analysis::Analysis;
use crate::report::figures::{EffortFigures, TaskFigures};

/// The input of a section.
pub struct SectionContext<'a> {
    pub analysis: &'a Analysis<'a>,
    /// One entry per task.
    pub figures: &'a [TaskFigures],
    pub effort_figures: &'a EffortFigures,
}
