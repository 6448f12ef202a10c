//! The rows of all registries that training depends on.

use sweep::parameter::{AboutRow, AnyRegistry};
use sweep::parameter::{Decides, Fallback, Interval, Kind, Parameter};
use sweep::{baseline, dataset, loss, metric, model, optimizer, schedule};

use super::networks::START_FILE;

/// One row, whatever registry it is of.
pub struct ContractRow {
    /// `method`, `average`, `schedule`, `model`, `layer`, `activation`, `initialisation`, `loss`, `source`, `metric`, `baseline`
    pub registry: &'static str,
    pub name: &'static str,
    /// Its keys and page.
    pub about: AboutRow,
}

/// Every row of every registry.
pub fn every_row() -> Vec<ContractRow> {
    let registries: [&dyn AnyRegistry; 11] = [
        &dataset::SOURCES,
        &model::FAMILIES,
        &model::LAYERS,
        &model::ACTIVATIONS,
        &model::INITIALISATIONS,
        &loss::LOSSES,
        &optimizer::METHODS,
        &optimizer::AVERAGES,
        &schedule::SCHEDULES,
        &metric::METRICS,
        &baseline::BASELINES,
    ];
    let rows =
        registries.into_iter().flat_map(|registry| registry.about_all().into_iter().map(|row| (registry.noun(), row)));
    rows.map(|(registry, about)| ContractRow { registry, name: about.name, about }).collect()
}

impl ContractRow {
    pub fn has_key(&self, name: &str) -> bool {
        self.about.keys().any(|key| key.name == name)
    }

    /// Lines of TOML that give the required keys some value, except those in `without`.
    pub fn required(&self, without: &[&str]) -> Vec<String> {
        let required =
            self.about.keys().filter(|key| key.default == Fallback::Required && !without.contains(&key.name));
        required.map(|key| format!("{} = {}", key.name, example(key))).collect()
    }
}

/// A value that the key accepts.
fn example(key: &Parameter) -> String {
    match key.kind {
        Kind::Float(interval) => {
            let fits = |value: &&f64| Interval::contains(&interval, **value);
            let value = [0.1, 1.5, 10.0].iter().find(fits).copied().expect("a usual number fits");
            format!("{value:?}")
        }
        Kind::Integer { at_least, .. } | Kind::IntegerOrWord { at_least, .. } => at_least.max(2).to_string(),
        Kind::Ascending { at_least, .. } => format!("[{}, {}]", at_least.max(2), at_least.max(2) + 2),
        Kind::Integers { at_least, .. } => format!("[{}]", at_least.max(2)),
        Kind::Choice(words) => format!("{:?}", words[0]),
        Kind::Row(registry) => format!("{:?}", registry.names()[0]),
        Kind::Rows(_) => "[{ kind = \"dense\", units = 3 }]".to_owned(),
        Kind::Boolean => "true".to_owned(),
        Kind::Text if key.decides == Decides::Place => format!("\"../{START_FILE}\""),
        other => panic!("{} has no example of {other:?}", key.name),
    }
}
