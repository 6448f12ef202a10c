//! Whether every class has a training row, as models of classes need it.

use super::classes::{TargetClasses, no_classes, source};
use super::dataset::{DataError, Dataset};
use super::keys::TEST_PATH;
use super::split::{DataSplit, RowIndices, by_seed, is_stratified};
use crate::parameter::Values;
use crate::record::Split;
use crate::shape::ClassNames;

/// Checks for a model of classes that every class has a training row in the split of each seed.
///
/// # Errors
/// [`DataError::Content`] that names the first seed with classes without any, and all of these; or says why the target has no classes.
pub fn check_training_classes(dataset: &Dataset, values: &Values, seeds: &[u64]) -> Result<(), DataError> {
    let classes = TargetClasses::of(dataset).map_err(|found| no_classes(values, &found))?;
    check_given_test(dataset, &classes, values)?;
    let seeds: Vec<Option<u64>> = if by_seed(values) { seeds.iter().copied().map(Some).collect() } else { vec![None] };
    let mut without = Vec::new();
    for seed in seeds {
        let parts = DataSplit::of_data(dataset, values, seed)?;
        let counts = match parts.rows(Split::Train) {
            RowIndices::Consecutive(rows) => classes.counts(rows),
            RowIndices::Listed(rows) => classes.counts(rows.into_iter()),
        };
        let empty = counts.iter().zip(classes.names.iter()).filter(|(rows, _)| **rows == 0);
        let names: Vec<String> = empty.map(|(_, name)| name.clone()).collect();
        if !names.is_empty() {
            without.push((seed, names));
        }
    }
    let Some((seed, names)) = without.first() else { return Ok(()) };
    let of_seed = seed.map_or_else(String::new, |seed| format!(" of seed {seed}"));
    let more = match without.len() - 1 {
        0 => String::new(),
        1 => " (and those of one more seed lack some too)".to_owned(),
        more => format!(" (and those of {more} more seeds lack some too)"),
    };
    let (noun, have) = if names.len() == 1 { ("class", "has") } else { ("classes", "have") };
    let names = ClassNames::listed(names);
    let stratify = if is_stratified(values) { "" } else { "stratify = true, " };
    Err(DataError::Content(format!(
        "{}: split{of_seed}: {noun} {names} {have} no training row{more}: {stratify}more rows, or another split",
        source(values)
    )))
}

/// Checks that test rows from a file of their own have no class that the other rows lack: no split would mend that.
fn check_given_test(dataset: &Dataset, classes: &TargetClasses<'_>, values: &Values) -> Result<(), DataError> {
    let first = classes.codes.len() - dataset.given_test;
    let known = classes.counts(0..first);
    let is_new = |code: f64| known[code as usize] == 0;
    let Some(row) = classes.codes[first..].iter().position(|code| is_new(*code)) else { return Ok(()) };
    let all = classes.names.iter().zip(&known);
    let names: Vec<String> = all.filter(|(_, rows)| **rows == 0).map(|(name, _)| name.clone()).collect();
    let (noun, are) = if names.len() == 1 { ("class", "is not") } else { ("classes", "are not") };
    // Rows that were dropped are not counted here.
    let at = if dataset.reading.dropped == 0 { format!("row {}: ", row + 1) } else { String::new() };
    let path = values.get(TEST_PATH).and_then(toml::Value::as_str).unwrap_or_default();
    Err(DataError::Content(format!(
        "{path}: {TEST_PATH}: {at}{noun} {} of the target {are} in {}",
        ClassNames::listed(&names),
        source(values)
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::Matrix;
    use crate::shape::NamedClasses;

    fn dataset(target: &[f64], classes: Option<NamedClasses>) -> Dataset {
        Dataset {
            features: Matrix { rows: target.len(), columns: 1, values: vec![0.0; target.len()] },
            target: target.to_vec(),
            classes,
            weights: None,
            feature_names: vec!["x".to_owned()],
            target_name: "y".to_owned(),
            other_targets: Vec::new(),
            given_test: 0,
            fingerprint: String::new(),
            notes: Vec::new(),
            reading: crate::record::Reading::default(),
        }
    }

    fn named(names: &[&str], are_numbers: bool) -> Option<NamedClasses> {
        let names = ClassNames::new(names.iter().map(|name| (*name).to_owned()).collect());
        Some(NamedClasses { names, are_numbers })
    }

    #[test]
    fn all_classes_without_a_training_row_are_named() {
        let target: Vec<f64> = (0..40).map(|row: u8| f64::from(row.saturating_sub(36))).collect();
        let data = dataset(&target, named(&["common", "x", "y", "z"], false));
        let values = "path = \"a.csv\"\nsplit = { test = 0.9 }".parse().unwrap();
        let parts = DataSplit::of_data(&data, &values, Some(1)).unwrap();
        let trains: Vec<usize> = match parts.rows(Split::Train) {
            RowIndices::Consecutive(rows) => rows.collect(),
            RowIndices::Listed(rows) => rows.into_iter().collect(),
        };
        let lacks = |code: f64| trains.iter().all(|row| target[*row] != code);
        let names: Vec<&str> =
            [(1.0, "x"), (2.0, "y"), (3.0, "z")].iter().filter(|one| lacks(one.0)).map(|one| one.1).collect();
        assert!(names.len() >= 2, "{names:?}");
        let told = check_training_classes(&data, &values, &[1]).unwrap_err().to_string();
        let listed = format!("classes \"{}\" have no training row: stratify", names.join("\", \""));
        assert!(told.contains(&listed), "{told}");
    }

    #[test]
    fn a_class_of_given_test_rows_alone_is_said_of_their_file() {
        let mut data = dataset(&[0.0, 1.0, 0.0, 1.0, 0.0, 7.0], None);
        data.given_test = 2;
        let values = "path = \"a.csv\"\ntest_path = \"b.csv\"".parse().unwrap();
        assert_eq!(
            check_training_classes(&data, &values, &[1]).unwrap_err().to_string(),
            "b.csv: test_path: row 2: class \"7\" of the target is not in a.csv"
        );
        data.target[5] = 1.0;
        assert_eq!(check_training_classes(&data, &values, &[1]).map_err(|error| error.to_string()), Ok(()));
    }

    #[test]
    fn a_class_without_a_training_row_is_named_with_its_seed() {
        let rare = dataset(&[vec![0.0; 19], vec![1.0]].concat(), named(&["common", "rare"], false));
        let told = |split: &str, seeds: &[u64]| {
            let values = format!("path = \"a.csv\"\nsplit = {{ {split} }}").parse().unwrap();
            check_training_classes(&rare, &values, seeds).map_err(|error| error.to_string())
        };
        let all: Vec<u64> = (1..=20).collect();
        // The one row is held out by about half of the seeds.
        let is_held = |seed: &u64| told("test = 0.5", &[*seed]).is_err();
        let held: Vec<u64> = all.iter().copied().filter(is_held).collect();
        assert!((4..=16).contains(&held.len()), "{held:?}");
        let message = |first: u64, more: &str, stratify: &str| {
            Err(format!(
                "a.csv: split of seed {first}: class \"rare\" has no training row{more}: {stratify}more rows, or another split"
            ))
        };
        assert_eq!(told("test = 0.5", &held[..1]), message(held[0], "", "stratify = true, "));
        let more = format!(" (and those of {} more seeds lack some too)", held.len() - 1);
        assert_eq!(told("test = 0.5", &all), message(held[0], &more, "stratify = true, "));
        // 0.05 of 20 rows is one row, of the common class where classes are divided alike.
        assert_eq!(told("test = 0.05, stratify = true", &all), Ok(()));
        assert_eq!(told("", &all), Ok(()));
        let numbers = dataset(&[0.5, 1.0], None);
        let values = "path = \"a.csv\"".parse().unwrap();
        assert_eq!(
            check_training_classes(&numbers, &values, &[1]).unwrap_err().to_string(),
            "a.csv: target \"y\" holds numbers that are not whole (0.5): a model of classes takes text, or at most 1000 different \
             whole numbers"
        );
    }
}
