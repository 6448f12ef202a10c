//! The lines of a canonical text: one for each key that decides something, left out where the key has its default.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{Component, Setting};
use crate::loss::LOSSES;
use crate::model::CLASS_WEIGHT;
use crate::parameter::{AboutRow, AnyRegistry as _};
use crate::parameter::{Decides, Kind, Parameter, Values};
use crate::{dataset, model, optimizer, train};

/// A line of a canonical text. It changes with the keys it names and with nothing else.
pub enum CanonicalLine {
    Fixed(String),
    /// The fingerprint of the data. Any option of the data set may change it.
    Data,
    Key {
        component: Component,
        parameter: &'static Parameter,
    },
    /// A key that no registry row knows: a user's own hyperparameter.
    Declared {
        component: Component,
        key: String,
    },
}

impl CanonicalLine {
    pub fn write(&self, text: &mut String, setting: &Setting, fingerprint: &dyn Fn(&Setting) -> String) {
        match self {
            Self::Fixed(fixed) => text.push_str(fixed),
            Self::Data => {
                let _ = writeln!(text, "data = \"{}\"", fingerprint(setting));
            }
            Self::Key { component, parameter } => {
                if let Some(value) = setting.values(*component).get(parameter.name) {
                    write_key(text, component.word(), parameter, value);
                }
            }
            Self::Declared { component, key } => {
                if let Some(value) = setting.values(*component).get(key) {
                    let _ = writeln!(text, "{}.{} = {value}", component.word(), written_key(key));
                }
            }
        }
    }

    /// Whether a key can change this line.
    pub fn depends_on(&self, (at, key): &(Component, String)) -> bool {
        match self {
            Self::Fixed(_) => false,
            Self::Data => *at == Component::Dataset,
            Self::Key { component, parameter } => at == component && key == parameter.name,
            Self::Declared { component, key: declared } => at == component && key == declared,
        }
    }

    /// Whether it tells of something that holds for `decided`. What no registry row knows may decide anything.
    pub fn tells(&self, decided: fn(Decides) -> bool) -> bool {
        match self {
            Self::Key { parameter, .. } => decided(parameter.decides),
            Self::Fixed(_) | Self::Data | Self::Declared { .. } => true,
        }
    }
}

/// The names of keys, by component, that settings may have besides the keys of their own tables.
pub type MovedKeys<'a> = [&'a (Component, String)];

/// The lines of a data set: the fingerprint of its parsed numbers, and how they are split and scaled. Generated data also has
/// the options that generate it.
pub fn dataset_lines(setting: &Setting, moved: &MovedKeys<'_>) -> Vec<CanonicalLine> {
    let mut lines = vec![CanonicalLine::Data];
    let source = dataset::source(&setting.dataset.kind);
    if let Some(source) = source.filter(|source| source.build.generated) {
        lines.push(CanonicalLine::Fixed(format!("source = \"{}\"\n", source.name)));
        lines.extend(keys(Component::Dataset, source.parameters));
    }
    lines.extend(keys(Component::Dataset, dataset::COMMON));
    let own = source.map_or(&[][..], |source| source.parameters);
    lines.extend(declared(Component::Dataset, setting, moved, own.iter().chain(dataset::COMMON)));
    lines
}

pub fn model_lines(setting: &Setting, moved: &MovedKeys<'_>) -> Vec<CanonicalLine> {
    let mut lines = vec![CanonicalLine::Fixed(format!("model = \"{}\"\n", setting.model.kind))];
    let own = model::FAMILIES.row(&setting.model.kind).map_or(&[][..], |family| family.parameters);
    lines.extend(keys(Component::Model, own));
    lines.extend(declared(Component::Model, setting, moved, own));
    lines
}

pub fn setting_lines(setting: &Setting, moved: &MovedKeys<'_>) -> Vec<CanonicalLine> {
    let mut lines = dataset_lines(setting, moved);
    lines.extend(model_lines(setting, moved));
    lines.push(CanonicalLine::Fixed(format!("method = \"{}\"\n", setting.optimizer.kind)));
    let own = optimizer::METHODS.about(&setting.optimizer.kind);
    let own: Vec<&Parameter> = own.iter().flat_map(AboutRow::keys).collect();
    lines.extend(keys(Component::Optimizer, own.iter().copied()));
    lines.extend(declared(Component::Optimizer, setting, moved, own));
    lines.extend(keys(Component::Train, train::PARAMETERS));
    lines.extend(declared(Component::Train, setting, moved, train::PARAMETERS));
    lines
}

/// The lines of a setting's loss and of the weights of its classes; empty for the defaults.
pub fn loss_canonical(setting: &Setting) -> String {
    canonical_of_model(setting, |key| is_loss(key) || key.name == CLASS_WEIGHT.name)
}

/// The lines of the form of a setting's model; empty for the defaults, and for families of one form.
pub fn form_canonical(setting: &Setting) -> String {
    let mut text = canonical_of_model(setting, |key| key.decides == Decides::Form);
    if !text.is_empty() {
        let _ = writeln!(text, "model = \"{}\"", setting.model.kind);
    }
    text
}

/// The lines of everything of a setting's model beside its form: how it starts, its loss and its penalties.
pub fn beside_form(setting: &Setting) -> String {
    canonical_of_model(setting, |key| key.decides != Decides::Form)
}

fn canonical_of_model(setting: &Setting, is_told: impl Fn(&Parameter) -> bool) -> String {
    let own = model::FAMILIES.row(&setting.model.kind).map_or(&[][..], |family| family.parameters);
    let mut text = String::new();
    for parameter in own.iter().filter(|key| is_told(key)) {
        if let Some(value) = setting.model.values.get(parameter.name) {
            write_key(&mut text, Component::Model.word(), parameter, value);
        }
    }
    text
}

/// Whether a key names a loss.
pub fn is_loss(parameter: &Parameter) -> bool {
    matches!(parameter.kind, Kind::Row(registry) if registry.noun() == LOSSES.noun)
}

/// One line for each key that decides something, in the order of their names.
fn keys(component: Component, parameters: impl IntoIterator<Item = &'static Parameter>) -> Vec<CanonicalLine> {
    sorted(parameters).into_iter().map(|parameter| CanonicalLine::Key { component, parameter }).collect()
}

/// One line for each key of a component that is none of the `known` ones, in the order of their names.
fn declared(
    component: Component,
    setting: &Setting,
    moved: &MovedKeys<'_>,
    known: impl IntoIterator<Item = &'static Parameter>,
) -> Vec<CanonicalLine> {
    let moved = moved.iter().filter(|(at, _)| *at == component).map(|(_, key)| key);
    let known: Vec<&Parameter> = known.into_iter().collect();
    let unknown = |key: &&String| known.iter().all(|parameter| parameter.name != *key);
    let keys: BTreeSet<&String> = setting.values(component).keys().chain(moved).filter(unknown).collect();
    keys.into_iter().map(|key| CanonicalLine::Declared { component, key: key.clone() }).collect()
}

/// A declared key: in quotes unless it is a bare key of TOML.
fn written_key(key: &str) -> String {
    let bare = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    if bare { key.to_owned() } else { format!("{key:?}") }
}

/// The text of those lines that tell of something for which `decided` holds.
pub fn write_lines(
    lines: &[CanonicalLine],
    setting: &Setting,
    fingerprint: &str,
    decided: fn(Decides) -> bool,
) -> String {
    let mut text = String::new();
    let told = lines.iter().filter(|line| line.tells(decided));
    told.for_each(|line| line.write(&mut text, setting, &|_| fingerprint.to_owned()));
    text
}

/// The keys that decide something, in the order of their names.
pub fn sorted(parameters: impl IntoIterator<Item = &'static Parameter>) -> Vec<&'static Parameter> {
    let mut sorted: Vec<&Parameter> = parameters.into_iter().filter(|parameter| parameter.decides.record()).collect();
    sorted.sort_by_key(|parameter| parameter.name);
    sorted
}

/// Writes the values that differ from their defaults, in the order of their names.
fn write_values(
    text: &mut String,
    prefix: &str,
    values: &Values,
    parameters: impl IntoIterator<Item = &'static Parameter>,
) {
    for parameter in sorted(parameters) {
        if let Some(value) = values.get(parameter.name) {
            write_key(text, prefix, parameter, value);
        }
    }
}

fn write_key(text: &mut String, prefix: &str, parameter: &Parameter, value: &toml::Value) {
    if parameter.default_value().as_ref() == Some(value) {
        return;
    }
    let name = format!("{prefix}.{}", parameter.name);
    match (parameter.kind, value) {
        (Kind::Row(registry), toml::Value::Table(table)) => {
            let kind = table.get(registry.key()).and_then(toml::Value::as_str).unwrap_or_default();
            let mut inner = String::new();
            if let Some(row) = registry.about(kind) {
                write_values(&mut inner, &name, table, row.keys());
            }
            let default = parameter.default_value();
            let default = default.as_ref().and_then(|default| default.get(registry.key())?.as_str());
            if default != Some(kind) || !inner.is_empty() {
                let _ = writeln!(text, "{name} = \"{kind}\"");
                text.push_str(&inner);
            }
        }
        (Kind::Table(inner), toml::Value::Table(table)) => write_values(text, &name, table, inner),
        (Kind::Rows(registry), toml::Value::Array(rows)) => {
            // Each row with its name, so that the order and the number of rows count too.
            for (index, row) in rows.iter().enumerate() {
                let table = row.as_table();
                let kind = table.and_then(|table| table.get(registry.key())?.as_str()).unwrap_or_default();
                let name = format!("{name}[{index}]");
                let _ = writeln!(text, "{name} = \"{kind}\"");
                if let Some((table, row)) = table.zip(registry.about(kind)) {
                    write_values(text, &name, table, row.keys());
                }
            }
        }
        (_, value) => {
            let _ = writeln!(text, "{name} = {value}");
        }
    }
}
