//! The horizontal line of the exact solution.

use super::axes::shows;
use crate::analysis::{Sample, Task};
use crate::record::Split;
use crate::report::figure_data::{Horizontal, NEUTRAL};

/// The score of the exact solution of the best setting's problem, in the metric that ranks: the mean over splits, or the median,
/// like the lines beside it. There is none where theory has no record of the problem.
pub fn exact(task: &Task<'_>, split: Split, by_median: bool) -> Vec<Horizontal> {
    let Some(row) = task.baselines.iter().find(|row| row.kind.fitted.is_some()) else { return Vec::new() };
    let statistic = if by_median { Sample::median } else { Sample::mean };
    // An exact fit up to rounding would only stretch the axis.
    let is_drawn = |value: &f64| shows(task.metric, *value) && !row.fits_exactly(task.metric, *value, split);
    let value = row.of_metric(task.metric, split).and_then(statistic).filter(is_drawn);
    value.map(|y| Horizontal { y, label: row.label.clone(), colour: NEUTRAL }).into_iter().collect()
}
