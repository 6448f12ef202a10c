//! The facts about a data set that planning and reporting keep.

use super::classes::{TargetClasses, no_classes};
use super::dataset::{DataError, Dataset};
use super::description::describe;
use super::split::{is_stratified, sizes, strata};
use crate::parameter::Values;
use crate::record::DataFacts;
use crate::shape::TargetKind;

/// The facts about a data set, with the sizes of its parts under the split in `values`. `wants_classes` says whether a model takes the
/// target as classes.
///
/// # Errors
/// [`DataError::Content`] if a part of the split is empty, or if the target has no classes where they are wanted or divided.
pub fn facts(dataset: &Dataset, values: &Values, wants_classes: bool) -> Result<DataFacts, DataError> {
    let given = dataset.given_test;
    let (n_train, n_validation, n_test) = sizes(dataset.features.rows - given, values)?;
    let kind = dataset.target_kind();
    let classes = match wants_classes || kind == TargetKind::Classes {
        true => Some(TargetClasses::of(dataset).map_err(|found| no_classes(values, &found))?.facts(kind)),
        false => None,
    };
    if is_stratified(values) {
        strata(dataset, values)?;
    }
    Ok(DataFacts {
        fingerprint: dataset.fingerprint.clone(),
        n_samples: dataset.features.rows as u64,
        n_features: dataset.features.columns as u64,
        feature_names: dataset.feature_names.clone(),
        target_name: dataset.target_name.clone(),
        other_targets: dataset.other_targets.clone(),
        classes,
        n_train: n_train as u64,
        n_validation: n_validation as u64,
        n_test: (n_test + given) as u64,
        notes: dataset.notes.clone(),
        reading: dataset.reading.clone(),
        description: Some(describe(dataset)),
    })
}
