//! One setting whose training was watched.

use super::flow::Flow;

/// One setting of a task.
#[derive(Debug, Clone, PartialEq)]
pub struct WatchedSetting {
    /// Positions among the task's contenders and among the settings of that one.
    pub contender: usize,
    pub setting: usize,
    /// The value of each group of keys, in words; empty where the setting has none.
    pub levels: Vec<String>,
    /// The blocks of weights, or the hidden layers where gradients are not watched.
    pub layers: usize,
    /// At the start and at the last evaluated epoch: medians over seeds; at the end over those that did not diverge.
    pub start: Option<Flow>,
    pub end: Option<Flow>,
    /// How far its score is from the best possible one; `None` if it has no finite score.
    pub distance: Option<f64>,
    /// Whether its score is nearer to that of the task's best setting than to the baseline's; `None` without a baseline.
    pub trains: Option<bool>,
    /// The number of remedies that it has and some other setting of the task lacks.
    pub remedies: usize,
    /// The last epoch at which it was evaluated before its trials diverged, if all did.
    pub diverged_after: Option<u64>,
}

impl WatchedSetting {
    /// Whether it has several layers.
    #[must_use]
    pub const fn has_depth(&self) -> bool {
        self.layers > 1
    }

    /// Whether two settings differ in one key alone.
    #[must_use]
    pub fn differs_in(&self, other: &Self, key: usize) -> bool {
        self.levels.iter().zip(&other.levels).enumerate().all(|(at, (left, right))| (left == right) == (at != key))
    }

    /// The words of some keys that tell it apart: `activation tanh, init he_normal`.
    #[must_use]
    pub fn words(&self, keys: &[usize]) -> String {
        let words = keys.iter().map(|key| self.levels[*key].as_str()).filter(|words| !words.is_empty());
        words.collect::<Vec<_>>().join(", ")
    }
}
