//! Whether texts in a column are classes that an experiment would predict.

use crate::dataset::{Dataset, TargetClasses};

/// More different texts are hardly classes.
pub(super) const MOST_CLASSES: usize = 100;

/// Of a class with fewer rows not every part of a split has one.
const FEWEST_ROWS: u64 = 3;

/// A column that its place alone makes the target has as many rows for each class, on average.
const ROWS_BY_PLACE: usize = 5;

/// Why the texts of the target are hardly classes; `None` if they may be. `is_called` says whether it is called as a target is.
pub(super) fn no_classes(data: &Dataset, is_called: bool) -> Option<String> {
    let Ok(classes) = TargetClasses::of(data) else { return Some("it holds text".to_owned()) };
    let (rows, different) = (data.features.rows, classes.names.len());
    let by_place = if is_called { 1 } else { ROWS_BY_PLACE };
    if different > MOST_CLASSES || rows < by_place * different {
        return Some(hardly_repeats(rows, different));
    }
    let counts = classes.counts(0..rows);
    let rare = counts.iter().zip(classes.names.iter()).find(|(rows, _)| **rows < FEWEST_ROWS);
    rare.map(|(rows, name)| {
        let rows = if *rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") };
        format!("its class \"{name}\" has {rows}, too few for the parts of a split")
    })
}

/// What texts are that hardly repeat.
pub(super) fn hardly_repeats(rows: usize, different: usize) -> String {
    format!("it holds text, in {rows} rows {different} different ones, which are hardly classes")
}
