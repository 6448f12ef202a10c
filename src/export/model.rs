//! What an export needs to know of a trained model.

use crate::train::TrainedModel;

/// A trained model with the names that belong to it.
pub struct ExportedModel<'a> {
    pub trained: TrainedModel<'a>,
    /// The names of its features, `[n_features]`: one for each level of a category.
    pub features: &'a [String],
    pub targets: &'a [String],
    /// The names of the classes that it predicts; empty if it predicts numbers.
    pub classes: &'a [String],
    /// What it is: texts by their names, such as the experiment and the trial.
    pub about: Vec<(String, String)>,
}

impl ExportedModel<'_> {
    /// All texts that are written beside the numbers, in the order of their names.
    pub(super) fn labels(&self) -> Vec<(String, String)> {
        let list = |names: &[String]| serde_json::Value::from(names.to_vec()).to_string();
        let mut labels = self.about.clone();
        labels.push(("features".to_owned(), list(self.features)));
        labels.push(("targets".to_owned(), list(self.targets)));
        if !self.classes.is_empty() {
            labels.push(("classes".to_owned(), list(self.classes)));
        }
        labels.push(("written_by".to_owned(), concat!("sweep ", env!("CARGO_PKG_VERSION")).to_owned()));
        labels.sort();
        labels
    }
}
