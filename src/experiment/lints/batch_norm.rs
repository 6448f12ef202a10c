//! Lints of layers that measure the rows of a batch.

use super::settings::optimizer;
use crate::plan::BoundPlan;

/// Batches of one row, which a batch norm makes 0 before it scales and shifts them.
pub fn batches_of_one_row(bound: &BoundPlan<'_>, index: usize, lints: &mut Vec<String>) {
    let mut of = bound.shapes.iter().filter(|shape| shape.combination == index && shape.spans_batch);
    let rows_left = |size: u64, n_train: u64| if n_train > size { n_train % size } else { n_train };
    let found = of.find_map(|shape| {
        let size = shape.batch_size?;
        match size {
            1 => Some("batches of one row".to_owned()),
            _ if rows_left(size, shape.n_train) == 1 => Some(format!(
                "the last batch of an epoch has one row ({} training rows, batch_size = {size})",
                shape.n_train
            )),
            _ => None,
        }
    });
    let Some(found) = found else { return };
    lints.push(format!(
        "{}: {found}: a batch norm makes every feature of a single row 0, so that such a step learns nothing of the features; take another \
         batch_size, or a layer norm",
        optimizer(&bound.plan.combinations[index])
    ));
}
