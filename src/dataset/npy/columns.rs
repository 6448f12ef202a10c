//! The columns that arrays make together, and what the keys of an experiment call them.

use super::array::NpyArray;
use crate::dataset::table::{FileMistakes, TableOptions, matches};

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
        let used: Vec<usize> =
            (0..arrays.len()).filter(|&at| sizes[at].is_some_and(|(found, _)| found == rows)).collect();
        let names_of = |at: usize| {
            let width = sizes[at].map_or(0, |(_, width)| width);
            (0..width).map(move |column| name(&arrays[at], width, column))
        };
        // An array is ignored with all of its columns, and may be named where it is left out anyway.
        columns.options.ignore.clear();
        for pattern in &given.ignore {
            let fits_left_out = arrays
                .iter()
                .enumerate()
                .any(|(at, array)| !used.contains(&at) && !array.name.is_empty() && matches(pattern, &array.name));
            if let Some(&at) = used.iter().find(|&&at| !pattern.is_empty() && arrays[at].name == *pattern) {
                columns.options.ignore.extend(names_of(at));
            } else if !fits_left_out || used.iter().any(|&at| names_of(at).any(|name| matches(pattern, &name))) {
                columns.options.ignore.push(pattern.clone());
            }
        }
        for (at, (array, size)) in arrays.iter().zip(&sizes).enumerate() {
            let shape = &array.header.shape;
            match size {
                Some((found, width)) if *found == rows => {
                    columns.names.extend((0..*width).map(|column| name(array, *width, column)));
                    columns.places.extend((0..*width).map(|column| (at, column)));
                }
                _ if array.name.is_empty() || arrays_listed[at] => mistakes.add(0, at, || {
                    let title = array.title();
                    match size {
                        Some(_) => {
                            format!("{title} has the shape {shape:?}: {rows} rows are expected, as the target has")
                        }
                        None => format!("{title} is a single number: a table has rows and columns"),
                    }
                }),
                _ if given.features.is_none() && !given.ignore.iter().any(|pattern| matches(pattern, &array.name)) => {
                    columns.notes.push(format!(
                        "{path}: {} is left out: it has the shape {shape:?}, the target has {rows} rows",
                        array.title()
                    ))
                }
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
