//! The horizontal line of the exact solution.

use super::axes::is_loggable;
use crate::analysis::{Sample, Task};
use crate::record::Split;
use crate::report::figure_data::{Horizontal, NEUTRAL};

/// The exact MSE of the best setting's problem. It is the median over splits, like the lines beside it.
pub fn exact(task: &Task<'_>, split: Split) -> Vec<Horizontal> {
    let Some(row) = task.exact.first() else { return Vec::new() };
    let median = row.mse(split).and_then(Sample::median).filter(|median| is_loggable(*median));
    median.map(|y| Horizontal { y, label: row.label.clone(), colour: NEUTRAL }).into_iter().collect()
}
