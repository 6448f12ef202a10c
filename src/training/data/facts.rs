//! The facts about a data set that planning and reporting keep.

use super::dataset::{DataError, Dataset};
use super::description::describe;
use super::split::sizes;
use crate::parameter::Values;
use crate::record::DataFacts;

/// The facts about a data set, with the sizes of its parts under the split in `values`.
///
/// # Errors
/// [`DataError::Content`] if a part of the split is empty.
pub fn facts(dataset: &Dataset, values: &Values) -> Result<DataFacts, DataError> {
    let (n_train, n_validation, n_test) = sizes(dataset.target.len(), values)?;
    Ok(DataFacts {
        fingerprint: dataset.fingerprint.clone(),
        n_samples: dataset.target.len() as u64,
        n_features: dataset.features.columns as u64,
        feature_names: dataset.feature_names.clone(),
        target_name: dataset.target_name.clone(),
        n_train: n_train as u64,
        n_validation: n_validation as u64,
        n_test: n_test as u64,
        notes: dataset.notes.clone(),
        reading: dataset.reading.clone(),
        description: Some(describe(dataset)),
    })
}
