//! Why data rules a setting out, and the key that asked for it.

use std::fmt;

use super::setting::ResolvedTable;

/// Why a setting cannot be trained on its data.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unfit {
    /// One sentence.
    pub message: String,
    /// The key that asks for what cannot be (`train.path`), where one alone does.
    pub key: Option<String>,
    /// Whether it holds with every optimizer.
    pub(super) whatever_optimizer: bool,
}

impl Unfit {
    /// What a key of a model rules out with every optimizer.
    pub(super) fn of_model(table: &str, key: &str, message: String) -> Self {
        Self { message, key: Some(format!("models.{table}.{key}")), whatever_optimizer: true }
    }

    /// What the keys of a model or an optimizer rule out together. The message begins with the key that a reader would change.
    pub(super) fn of_component(group: &str, own: &ResolvedTable, message: String) -> Self {
        let named = message.strip_prefix('`').and_then(|rest| rest.split_once('`')).map(|(key, _)| key);
        let key = named.filter(|key| own.values.contains_key(*key));
        let key = key.unwrap_or(if group == "models" { "kind" } else { "method" });
        let key = Some(format!("{group}.{}.{key}", own.table));
        Self { message, key, whatever_optimizer: group == "models" }
    }

    pub(super) fn of(key: &str, message: String) -> Self {
        Self { message, key: Some(key.to_owned()), whatever_optimizer: false }
    }
}

impl From<String> for Unfit {
    fn from(message: String) -> Self {
        Self { message, key: None, whatever_optimizer: false }
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}
