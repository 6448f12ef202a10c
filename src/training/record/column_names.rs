//! How tables name the columns of hyperparameters: one scheme for all of them.

use std::collections::BTreeMap;

/// The key of the batch size. Tables show it as an integer, beside [`FULL_BATCH`].
pub const BATCH_SIZE: &str = "optimizer.batch_size";

/// The column that says whether every step takes all training rows.
pub const FULL_BATCH: &str = "full_batch";

/// Names of other columns in any table. A hyperparameter with one of these names has that of its component before it.
const RESERVED: &[&str] = &[
    "trial",
    "setting",
    "dataset",
    "model",
    "optimizer",
    "method",
    "seed",
    "outcome",
    "stopped",
    "diverged_step",
    "last_loss",
    "message",
    "steps",
    "gradient_evaluations",
    "best_epoch",
    "numerics_version",
    "theta",
    "epoch",
    "step",
    "deterministic",
    "n",
    "completed",
    "diverged",
    "failed",
    "outstanding",
    "rank",
    "label",
    "score",
    FULL_BATCH,
];

/// The name of each hyperparameter's column, by qualified key (`optimizer.learning_rate`): the bare key, nested keys joined by
/// underscores (`schedule_kind`). Where two components have a key, and where another column has that name, the component comes
/// before it: `dataset_seed`, `model_l2`.
#[must_use]
pub fn column_names<'a>(keys: impl IntoIterator<Item = &'a str>) -> BTreeMap<&'a str, String> {
    let joined = |key: &str| key.replace('.', "_");
    let bare = |key: &str| joined(key.split_once('.').map_or(key, |(_, rest)| rest));
    let mut names: BTreeMap<&str, String> = keys.into_iter().map(|key| (key, bare(key))).collect();
    let mut uses: BTreeMap<String, usize> = BTreeMap::new();
    names.values().for_each(|name| *uses.entry(name.clone()).or_default() += 1);
    for (key, name) in &mut names {
        if uses.get(name).is_some_and(|uses| *uses > 1) || RESERVED.contains(&name.as_str()) {
            *name = joined(key);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(keys: &[&'static str]) -> Vec<(&'static str, String)> {
        column_names(keys.iter().copied()).into_iter().collect()
    }

    #[test]
    fn the_bare_key_is_the_name_unless_two_have_it() {
        let keys = ["dataset.seed", "dataset.split.test", "model.l2", "optimizer.schedule.kind", "train.epochs"];
        let names: Vec<String> = named(&keys).into_iter().map(|(_, name)| name).collect();
        assert_eq!(names, ["dataset_seed", "split_test", "l2", "schedule_kind", "epochs"]);
        let names: Vec<String> = named(&["model.l2", "optimizer.l2"]).into_iter().map(|(_, name)| name).collect();
        assert_eq!(names, ["model_l2", "optimizer_l2"]);
    }
}
