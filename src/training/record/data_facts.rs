//! The facts about a data set, without its rows.

use super::class_facts::ClassFacts;
use super::data_description::DataDescription;
use super::reading::Reading;
use crate::shape::TargetKind;

/// What planning and reporting know about a data set without opening it again.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct DataFacts {
    /// The fingerprint of the parsed numbers, or of the options if the data is generated.
    pub fingerprint: String,
    pub n_samples: u64,
    pub n_features: u64,
    pub feature_names: Vec<String>,
    pub target_name: String,
    /// The names of the targets after the first, if there are several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_targets: Vec<String>,
    /// The classes of a target of text, and of whole numbers where a model takes them as classes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classes: Option<ClassFacts>,
    pub n_train: u64,
    pub n_validation: u64,
    pub n_test: u64,
    #[serde(default)]
    pub notes: Vec<String>,
    /// The default for generated data, and in facts of older versions.
    #[serde(default)]
    pub reading: Reading,
    /// Of the rows of the first seed, if the seeds draw their own. `None` in facts of older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<DataDescription>,
}

impl DataFacts {
    /// The names of all targets.
    #[must_use]
    pub fn target_names(&self) -> Vec<String> {
        [std::slice::from_ref(&self.target_name), &self.other_targets].concat()
    }

    /// Whether the target holds numbers, or classes that are none.
    #[must_use]
    pub fn target_kind(&self) -> TargetKind {
        match &self.classes {
            Some(classes) if classes.are_texts => TargetKind::Classes,
            _ => TargetKind::Number,
        }
    }
}
