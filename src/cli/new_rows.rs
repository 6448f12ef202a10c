//! Rows of a file for a trained model: its features by their names, as they were read for training.

use std::collections::HashMap;
use std::path::Path;

use super::failure::CommandFailure;
use super::trained::Trained;
use crate::dataset::{self, DataError, Dataset, Source};
use crate::numeric::Matrix;
use crate::parameter::Values;
use crate::record::{ColumnKind, DataFacts};

/// A column of a file, and its levels if it is a category.
type FeatureColumn = (String, Option<Vec<String>>);

/// Reads the features of a file, `[rows, n_features]`, in the order of the model's. Columns are found by name, others are passed over,
/// the target among them.
///
/// # Errors
/// If the file cannot be read; if a column is missing, a cell is, or a text is no level that the model knows.
pub fn read(file: &Path, trained: &Trained) -> Result<Matrix, CommandFailure> {
    let found = source_of(file, trained)?;
    let values = dataset::predicting(found.values, &found.path, &found.columns);
    let read = (found.source.build.load)(&values, Path::new("."), None).map_err(|error| failure(&error))?;
    Ok(as_trained(read.features, &read.feature_names, trained))
}

/// Reads those rows of a file that have a target: their features as [`read`] gives them, and the data set with the target.
///
/// # Errors
/// Why there is none; [`DataError::Columns`] where the file has no such column.
pub fn read_with_targets(file: &Path, trained: &Trained) -> Result<(Matrix, Dataset), DataError> {
    let found = source_of(file, trained).map_err(|failure| DataError::Content(failure.message))?;
    let values = dataset::predicting_with_targets(&found.values, &found.path, &found.columns);
    let mut read = (found.source.build.load)(&values, Path::new("."), None)?;
    let features = std::mem::replace(&mut read.features, Matrix::filled(0, 0, 0.0));
    Ok((as_trained(features, &read.feature_names, trained), read))
}

/// Whether a file may hold targets. Labels of images lie in a file of their own.
pub fn may_have_targets(file: &Path, trained: &Trained) -> bool {
    source_of(file, trained).is_ok_and(|found| found.source.parameters.iter().all(|key| key.name != "labels"))
}

/// How a file is read.
struct FileSource {
    path: String,
    source: &'static Source,
    values: Values,
    columns: Vec<FeatureColumn>,
}

fn source_of(file: &Path, trained: &Trained) -> Result<FileSource, CommandFailure> {
    let path = file.to_string_lossy();
    let columns = columns(&trained.facts);
    let here = Path::new(".");
    let own = &trained.setting.dataset;
    let found = dataset::source_of_file(here, &path).map_err(|error| failure(&error))?;
    let source = dataset::source(found)
        .ok_or_else(|| CommandFailure::new(CommandFailure::FILES, format!("there is no source \"{found}\"")))?;
    // Another format has keys of its own.
    let mut values = if own.kind == source.name { own.values.clone() } else { shared(&own.values, source) };
    for parameter in source.parameters {
        if let Some(value) = parameter.filled_in() {
            values.entry(parameter.name).or_insert(value);
        }
    }
    if source.name == "svmlight" {
        let largest = columns.iter().filter_map(|(name, _)| name.strip_prefix('x')?.parse::<i64>().ok()).max();
        values.entry("n_features").or_insert(largest.unwrap_or(1).into());
    }
    Ok(FileSource { path: path.into_owned(), source, values, columns })
}

/// Features in the order of the model's. Levels that the file lacks are 0 in every row.
fn as_trained(read: Matrix, names: &[String], trained: &Trained) -> Matrix {
    let wide = &trained.facts.feature_names;
    if names == wide {
        return read;
    }
    let places: HashMap<&str, usize> = (0..).zip(names).map(|(at, name)| (name.as_str(), at)).collect();
    let mut features = Matrix::filled(read.rows, wide.len(), 0.0);
    for (column, name) in wide.iter().enumerate() {
        let Some(&from) = places.get(name.as_str()) else { continue };
        for row in 0..features.rows {
            features.set(row, column, read.at(row, from));
        }
    }
    features
}

/// The values of those keys that another source has too.
fn shared(values: &Values, source: &Source) -> Values {
    let has = |name: &str| source.parameters.iter().any(|parameter| parameter.name == name);
    values.iter().filter(|(name, _)| has(name)).map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// The columns that the features were made of. Data that comes from no file has a column for each.
fn columns(facts: &DataFacts) -> Vec<FeatureColumn> {
    let plain = || facts.feature_names.iter().map(|name| (name.clone(), None)).collect();
    let Some((_target, read)) = facts.reading.columns.split_last() else { return plain() };
    let mut names = facts.feature_names.iter();
    let mut columns = Vec::new();
    for column in read {
        columns.push(match column.kind {
            ColumnKind::Categories { levels } => {
                let prefix = format!("{}=", column.name);
                let names = names.by_ref().take(usize::try_from(levels).unwrap_or(usize::MAX));
                let levels = names.filter_map(|name| name.strip_prefix(&prefix)).map(str::to_owned).collect();
                (column.name.clone(), Some(levels))
            }
            _ => {
                names.next();
                (column.name.clone(), None)
            }
        });
    }
    if names.next().is_some() { plain() } else { columns }
}

fn failure(error: &DataError) -> CommandFailure {
    let code = if error.is_content() { CommandFailure::INPUT } else { CommandFailure::FILES };
    CommandFailure::new(code, error)
}
