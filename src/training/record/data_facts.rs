//! The facts about a data set, without its rows.

/// What planning and reporting know about a data set without opening it again.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct DataFacts {
    /// The fingerprint of the parsed numbers, or of the options if the data is generated.
    pub fingerprint: String,
    pub n_samples: u64,
    pub n_features: u64,
    pub feature_names: Vec<String>,
    pub target_name: String,
    pub n_train: u64,
    pub n_validation: u64,
    pub n_test: u64,
    #[serde(default)]
    pub notes: Vec<String>,
}
