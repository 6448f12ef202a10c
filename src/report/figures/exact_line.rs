//! The horizontal line of the exact solution.

use super::axes::shows;
use crate::analysis::{Sample, Task};
use crate::record::Split;
use crate::report::figure_data::{Horizontal, NEUTRAL};

/// The score of the exact solution of the best setting's problem, in the metric that ranks. It is the median over splits, like the
/// lines beside it. There is none where theory has no record of the problem.
pub fn exact(task: &Task<'_>, split: Split) -> Vec<Horizontal> {
    let Some(row) = task.baselines.iter().find(|row| row.kind.fitted.is_some()) else { return Vec::new() };
    let median =
        row.of_metric(task.metric, split).and_then(Sample::median).filter(|median| shows(task.metric, *median));
    median.map(|y| Horizontal { y, label: row.label.clone(), colour: NEUTRAL }).into_iter().collect()
}
