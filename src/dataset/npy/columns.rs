//! The columns that arrays make together, and what the keys of an experiment call them.

use super::array::NpyArray;
use crate::dataset::table::{FileMistakes, TableOptions};

/// The columns of the arrays that have as many rows as the target.
pub(super) struct NpyColumns {
    pub rows: usize,
    pub names: Vec<String>,
    /// For each column its array, and its place there.
    pub places: Vec<(usize, usize)>,
    /// The options, with an array among the features replaced by its columns.
    pub options: TableOptions,
    pub notes: Vec<String>,
}

impl NpyColumns {
    /// Mistakes are added; what they concern is left out.
    pub(super) fn of(arrays: &[NpyArray], given: &TableOptions, path: &str, mistakes: &mut FileMistakes) -> Self {
        let sizes: Vec<Option<(usize, usize)>> = arrays.iter().map(NpyArray::size).collect();
        let target = arrays.iter().zip(&sizes).find_map(|(array, size)| {
            let (rows, columns) = (*size)?;
            let is_it = array.name == given.target || (0..columns).any(|at| name(array, columns, at) == given.target);
            is_it.then_some(rows)
        });
        // Without a target it is an error, which lists what there is.
        let rows = target.or_else(|| sizes.iter().flatten().map(|(rows, _)| *rows).max()).unwrap_or(0);
        let mut columns =
            Self { rows, names: Vec::new(), places: Vec::new(), options: given.clone(), notes: Vec::new() };
        let mut features: Vec<String> = Vec::new();
        let mut arrays_listed = vec![false; arrays.len()];
        for listed in given.features.iter().flatten() {
            match arrays.iter().position(|array| array.name == *listed) {
                Some(at) => {
                    arrays_listed[at] = true;
                    if let Some((_, width)) = sizes[at].filter(|(found, _)| *found == rows) {
                        features.extend((0..width).map(|column| name(&arrays[at], width, column)));
                    }
                }
                None => features.push(listed.clone()),
            }
        }
        columns.options.features = given.features.as_ref().map(|_| features);
        for (at, (array, size)) in arrays.iter().zip(&sizes).enumerate() {
            let shape = &array.header.shape;
            match size {
                Some((found, width)) if *found == rows => {
                    columns.names.extend((0..*width).map(|column| name(array, *width, column)));
                    columns.places.extend((0..*width).map(|column| (at, column)));
                }
                _ if array.name.is_empty() || arrays_listed[at] => mistakes.add(0, at, || {
                    format!(
                        "{} has the shape {shape:?}: {rows} rows, and one or two dimensions are expected",
                        array.title()
                    )
                }),
                _ if given.features.is_none() => columns.notes.push(format!(
                    "{path}: {} is left out: it has the shape {shape:?}, the target has {rows} rows",
                    array.title()
                )),
                _ => {}
            }
        }
        columns
    }
}

/// The name of a column of an array of `width` columns.
fn name(array: &NpyArray, width: usize, column: usize) -> String {
    match (array.name.as_str(), width) {
        ("", _) => format!("column_{}", column + 1),
        (name, 1) => name.to_owned(),
        (name, _) => format!("{name}_{}", column + 1),
    }
}
