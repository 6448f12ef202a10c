//! The errors of a guess: no target, no feature, and what was guessed before the reader refused the file.

use super::keys::some;
use super::search::Search;
use crate::dataset::{DataError, Dataset};
use crate::text::toml_value;

impl Search<'_> {
    /// The error where no column of numbers has two values.
    pub(super) fn constant_target(&self, data: &Dataset) -> DataError {
        DataError::Content(format!(
            "{}: no column can be the target: \"{}\" is the same in every row, and no other holds numbers of several values; name one with \
             --target",
            self.path, data.target_name
        ))
    }

    /// The error where each column beside the target is left out, with the reasons.
    pub(super) fn without_features(&self) -> Option<DataError> {
        let names = &self.columns.as_ref()?.names;
        let named = self.keys.target.as_ref().map(|target| target.name.as_str()).or_else(|| self.given_target())?;
        let mut reasons: Vec<String> = Vec::new();
        for name in names.iter().filter(|name| *name != named) {
            let reason = format!("column \"{name}\" is left out: {}", self.keys.why_left_out(name)?);
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
        let path = self.path;
        (!reasons.is_empty()).then(|| {
            DataError::Content(format!("{path}: no feature is left beside the target \"{named}\"; {}", some(&reasons)))
        })
    }

    /// The error, with the keys that were guessed before it: one of them may be its cause.
    pub(super) fn with_guesses(&self, error: DataError) -> DataError {
        let Some(first) = self.keys.layout.first().filter(|_| error.is_content()) else { return error };
        let guessed = self.keys.layout.iter().map(|key| format!("{} = {}", key.key, toml_value(&key.value)));
        let other = match first.key {
            "header" => "header=true",
            "skip_rows" => "skip_rows=0",
            "decimal" => "decimal=.",
            "delimiter" => "delimiter=,",
            _ => "",
        };
        let example = if other.is_empty() { String::new() } else { format!(", such as {other}") };
        let guessed = guessed.collect::<Vec<_>>().join(", ");
        DataError::Content(format!(
            "{error}\nguessed: {guessed}; where that is wrong, give the key another value{example}"
        ))
    }
}
