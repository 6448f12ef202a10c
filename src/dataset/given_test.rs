//! Test rows from a file of their own: the data set of `path`, followed by the rows of `test_path`.

use std::path::Path;

use super::{DataError, Dataset, Source, TEST_PATH, fingerprint};
use crate::data::with_given_test;
use crate::memory::fallible;
use crate::parameter::Values;
use crate::record::{ColumnKind, ColumnReading, Reading};
use crate::shape::NamedClasses;
use crate::text::visible;

/// Keys of a source that name files, and those that name the same of test rows.
const TEST_KEYS: [(&str, &str); 2] = [("path", TEST_PATH), ("labels", "test_labels")];

/// Loads a data set, with the rows of `test_path` at its end if the values name one. (The other arguments are those of
/// [`SourceFunctions::load`](super::SourceFunctions).)
///
/// # Errors
/// Those of the source; [`DataError::Content`] if the columns or classes of the test rows are not those of the others.
pub fn load(source: &Source, values: &Values, folder: &Path, seed: Option<u64>) -> Result<Dataset, DataError> {
    let data = (source.build.load)(values, folder, seed)?;
    let Some(path) = values.get(TEST_PATH).and_then(toml::Value::as_str) else { return Ok(data) };
    let mut of_test = values.clone();
    let takes = |key: &str| source.parameters.iter().any(|parameter| parameter.name == key);
    for (key, test) in TEST_KEYS.into_iter().filter(|(key, _)| takes(key)) {
        let named = of_test.remove(test).ok_or_else(|| {
            let message = format!("{path}: {TEST_PATH}: it needs {test}, as path needs {key}");
            DataError::Content(visible(&message).into_owned())
        })?;
        of_test.insert(key.to_owned(), named);
    }
    let test = (source.build.load)(&of_test, folder, seed).map_err(told)?;
    let first = values.get("path").and_then(toml::Value::as_str).unwrap_or_default();
    followed(data, test, (first, path))
}

/// The error, as one about the key `test_path`.
fn told(error: DataError) -> DataError {
    let about = |message: String| format!("{TEST_PATH}: {message}");
    match error {
        DataError::Unreadable(message) => DataError::Unreadable(message),
        DataError::TooLarge(message) => DataError::TooLarge(message),
        // `{path}: {TEST_PATH}: …` is said of the key.
        DataError::Content(message) | DataError::Columns { message, .. } => match message.split_once(": ") {
            Some((path, message)) => DataError::Content(format!("{path}: {}", about(message.to_owned()))),
            None => DataError::Content(about(message)),
        },
    }
}

/// A data set followed by test rows. `paths` are those of both.
fn followed(mut data: Dataset, test: Dataset, paths: (&str, &str)) -> Result<Dataset, DataError> {
    let (path, test_path) = paths;
    let refused = |message: String| {
        Err(DataError::Content(visible(&format!("{test_path}: {TEST_PATH}: {message}")).into_owned()))
    };
    if let Some(difference) = difference(&data.feature_names, &test.feature_names, path) {
        return refused(difference);
    }
    let codes = match codes(data.classes.as_ref(), test.classes.as_ref()) {
        Ok(codes) => codes,
        Err(found) => return refused(format!("{found} in {path}")),
    };
    let recoded = |code: &f64| codes.as_ref().map_or(*code, |codes| codes[*code as usize]);
    match (&mut data.weights, &test.weights) {
        (Some(weights), Some(more)) => weights.values.extend(&more.values),
        (None, None) => {}
        // Equal weights are left out when a file is read.
        _ => {
            return refused(format!("all weights are equal here or in {path}, and not in the other: leave weight out"));
        }
    }
    let (rows, more) = (data.features.rows, test.features.rows);
    if !fallible(|| data.features.values.try_reserve_exact(test.features.values.len()).is_ok()) {
        let message = format!("{test_path}: {more} rows do not fit in memory beside the {rows} of {path}");
        return Err(DataError::TooLarge(visible(&message).into_owned()));
    }
    data.features.values.extend(&test.features.values);
    data.features.rows += more;
    let targets = data.target.chunks(rows.max(1)).zip(test.target.chunks(more.max(1)));
    data.target = targets.flat_map(|(first, last)| first.iter().copied().chain(last.iter().map(recoded))).collect();
    data.given_test = more;
    let weights = data.weights.as_ref().map(|weights| &weights.values[..]);
    data.fingerprint = with_given_test(&fingerprint(&data.features, &data.target, weights), more);
    add(&mut data.reading, &test.reading);
    let mut notes = test.notes;
    notes.retain(|note| !data.notes.contains(note));
    data.notes.append(&mut notes);
    Ok(data)
}

/// How the features of test rows differ from those of the others.
fn difference(names: &[String], test: &[String], path: &str) -> Option<String> {
    if names == test {
        return None;
    }
    let lacking = |all: &[String], among: &[String]| all.iter().find(|name| !among.contains(name)).cloned();
    Some(match (lacking(names, test), lacking(test, names)) {
        (Some(name), _) => format!("it has no feature \"{name}\", which {path} has"),
        (None, Some(name)) => format!("feature \"{name}\" is none of {path}"),
        (None, None) => format!("its features stand in another order than in {path}"),
    })
}

/// The code of each class of test rows among those of the others; `None` if they are the same.
///
/// # Errors
/// What is in the test rows alone.
fn codes(classes: Option<&NamedClasses>, test: Option<&NamedClasses>) -> Result<Option<Vec<f64>>, String> {
    match (classes, test) {
        (None, None) => Ok(None),
        (Some(classes), Some(test)) if classes.names == test.names => Ok(None),
        (Some(classes), Some(test)) => {
            let code = |name: &String| {
                let at = classes.names.iter().position(|known| known == name);
                at.map(|at| at as f64).ok_or_else(|| format!("class \"{name}\" of the target is not"))
            };
            test.names.iter().map(code).collect::<Result<_, _>>().map(Some)
        }
        (Some(_), None) => Err("the target holds numbers, and texts or truth values".to_owned()),
        (None, Some(_)) => Err("the target holds texts or truth values, and numbers".to_owned()),
    }
}

/// Adds what was read of test rows.
fn add(reading: &mut Reading, test: &Reading) {
    let counted = |column: &mut ColumnReading, test: &ColumnReading| {
        column.missing += test.missing;
        if column.kind != test.kind && !matches!(column.kind, ColumnKind::Categories { .. }) {
            let is_whole = |kind: ColumnKind| matches!(kind, ColumnKind::WholeNumber | ColumnKind::TruthValue);
            let are_whole = is_whole(column.kind) && is_whole(test.kind);
            column.kind = if are_whole { ColumnKind::WholeNumber } else { ColumnKind::Number };
        }
    };
    reading.rows += test.rows;
    reading.kept += test.kept;
    reading.dropped += test.dropped;
    let columns = reading.columns.iter_mut().zip(&test.columns);
    let targets = reading.other_targets.iter_mut().zip(&test.other_targets);
    let weights = reading.weight.iter_mut().zip(&test.weight);
    columns.chain(targets).chain(weights).for_each(|(column, test)| counted(column, test));
}

#[cfg(test)]
mod tests;
