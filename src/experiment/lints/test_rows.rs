//! Lints of test rows: too few of them for an interval, or for a test over the rows.

use super::answers::holds_test_rows;
use super::settings::settings;
use crate::dataset::split_by_seed;
use crate::plan::{BoundPlan, Combination};

/// With fewer test rows a seed, no interval of a level is given over redrawn splits.
const FEWEST_FOR_A_LEVEL: u64 = 6;
/// With fewer test rows a held split says nothing of new rows.
const FEWEST_ON_A_HELD_SPLIT: u64 = 20;

/// What the test rows of each data set and model cannot show.
pub fn few_test_rows(bound: &BoundPlan<'_>, lints: &mut Vec<String>) {
    let plan = bound.plan;
    let task = |combination: &Combination| {
        let base = &combination.grid.base;
        (base.dataset.table.clone(), base.model.table.clone())
    };
    for (index, combination) in plan.combinations.iter().enumerate() {
        let shapes = bound.shapes.iter().filter(|shape| shape.combination == index && shape.n_test > 0);
        let Some(rows) = shapes.map(|shape| shape.n_test).min() else { continue };
        let table = &combination.grid.base.dataset.table;
        let are = if rows == 1 { "1 test row is".to_owned() } else { format!("{rows} test rows are") };
        let is_compared = plan.combinations.iter().filter(|other| task(other) == task(combination)).count() > 1;
        let redrawn = settings(combination).any(|setting| split_by_seed(&setting.dataset.values));
        if redrawn && rows < FEWEST_FOR_A_LEVEL {
            lints.push(format!(
                "datasets.{table}: {are} too few for the interval of a test score ({FEWEST_FOR_A_LEVEL} or more for each seed); make \
                 the test part of split larger"
            ));
        }
        if is_compared
            && rows < FEWEST_ON_A_HELD_SPLIT
            && settings(combination).any(|setting| holds_test_rows(&setting))
        {
            lints.push(format!(
                "datasets.{table}: {are} too few to say which optimizer's models predict new rows better ({FEWEST_ON_A_HELD_SPLIT} or \
                 more on a held split); make the test part of split larger, or leave seed out of split to redraw it"
            ));
        }
    }
}
