//! Lints of networks.

use super::settings::settings;
use crate::dataset::split_by_seed;
use crate::model::INITIALISATIONS;
use crate::model::start_file::{FILE, PATH};
use crate::plan::{BoundPlan, Combination, Setting, equal_networks};

/// Networks that are written in two ways, whose trials are trained twice.
pub fn written_twice(bound: &BoundPlan<'_>, lints: &mut Vec<String>) {
    lints.extend(equal_networks(bound).into_iter().map(|[one, other]| {
        format!("{one} and {other} are the same network: its trials are trained twice, and count as two settings; leave one out")
    }));
}

/// Starts from trained parameters, whose training may have had other rows than each seed trains on.
pub fn starts_that_saw_other_rows(combination: &Combination, lints: &mut Vec<String>) {
    for setting in settings(combination).filter(|setting| split_by_seed(&setting.dataset.values)) {
        let Some(path) = start_file(&setting) else { continue };
        let (model, dataset) = (&setting.model.table, &setting.dataset.table);
        lints.push(format!(
            "models.{model}: {path:?} gives the start, and each seed holds out other rows of datasets.{dataset}: if these parameters were \
             trained on rows of this data, some of those are held out now, and scores over them are too good; hold the split that they \
             were trained on, with `seed` in `split`"
        ));
    }
}

/// The file that a setting's model starts from.
fn start_file(setting: &Setting) -> Option<&str> {
    let start = setting.model.values.values().filter_map(toml::Value::as_table);
    let mut start = start.filter(|table| table.get(INITIALISATIONS.key).and_then(toml::Value::as_str) == Some(FILE));
    start.next()?.get(PATH)?.as_str()
}
