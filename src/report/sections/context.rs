//! What a section is made from.

use crate::analysis::Analysis;
use crate::report::figures::TaskFigures;

/// What a section is made from.
pub struct SectionContext<'a> {
    pub analysis: &'a Analysis<'a>,
    /// One entry a task.
    pub figures: &'a [TaskFigures],
}
