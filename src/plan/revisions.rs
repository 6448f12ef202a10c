//! The registry rows that a setting uses, with their revisions.

use super::Setting;
use super::canonical_lines::is_loss;
use crate::loss::LOSSES;
use crate::parameter::{AboutRow, AnyRegistry as _, Kind, Parameter};
use crate::record::RowRevision;
use crate::{dataset, model, optimizer, schedule};

/// The rows that prepared data and problems depend on.
///
/// The numbers of a file are in the fingerprint, so only a source that generates its numbers counts. Two tables that describe the
/// same trial, one from CSV and one from Parquet, then ask for the same revisions.
pub fn data_rows(setting: &Setting) -> Vec<RowRevision> {
    let row = |registry, name, revision| RowRevision { registry, name, revision };
    let source = dataset::source(&setting.dataset.kind).filter(|source| source.build.generated);
    let split = dataset::split_rule(&setting.dataset.values);
    let model = model::FAMILIES.row(&setting.model.kind);
    let rows = [
        source.map(|source| row("source", source.name, source.revision)),
        split.map(|rule| row("split", rule.name, rule.revision)),
        model.map(|family| row("model", family.name, family.revision)),
    ];
    rows.into_iter().flatten().collect()
}

/// The rows that keys of a method name, except its schedule.
fn nested_rows(setting: &Setting) -> Vec<RowRevision> {
    let about = optimizer::METHODS.about(&setting.optimizer.kind);
    let named = |parameter: &'static Parameter| {
        let Kind::Row(registry) = parameter.kind else { return None };
        let name = setting.optimizer.values.get(parameter.name)?.get(registry.key())?.as_str()?;
        let row = registry.about(name).filter(|_| registry.noun() != schedule::SCHEDULES.noun)?;
        Some(RowRevision { registry: registry.noun(), name: row.name, revision: row.revision })
    };
    about.iter().flat_map(AboutRow::keys).filter_map(named).collect()
}

/// The rows that keys of a model name, except its loss, and those that these name.
fn rows_of_model(setting: &Setting) -> Vec<RowRevision> {
    let own = model::FAMILIES.row(&setting.model.kind).map_or(&[][..], |family| family.parameters);
    let mut rows = Vec::new();
    for parameter in own.iter().filter(|parameter| !is_loss(parameter)) {
        if let Some(value) = setting.model.values.get(parameter.name) {
            add_named(parameter, value, &mut rows);
        }
    }
    rows.sort_by_key(|row| (row.registry, row.name));
    rows.dedup();
    rows
}

fn add_named(parameter: &Parameter, value: &toml::Value, rows: &mut Vec<RowRevision>) {
    let (registry, values) = match (parameter.kind, value) {
        (Kind::Row(registry), value) => (registry, std::slice::from_ref(value)),
        (Kind::Rows(registry), toml::Value::Array(values)) => (registry, values.as_slice()),
        _ => return,
    };
    for table in values.iter().filter_map(toml::Value::as_table) {
        let name = table.get(registry.key()).and_then(toml::Value::as_str).unwrap_or_default();
        let Some(row) = registry.about(name) else { continue };
        rows.push(RowRevision { registry: registry.noun(), name: row.name, revision: row.revision });
        for key in row.keys() {
            if let Some(value) = table.get(key.name) {
                add_named(key, value, rows);
            }
        }
    }
}

/// All rows that a setting's records depend on. (A row of a further registry is one more line here.)
pub fn rows(setting: &Setting) -> Vec<RowRevision> {
    let row = |registry, name, revision| RowRevision { registry, name, revision };
    let method = optimizer::METHODS.row(&setting.optimizer.kind);
    let schedule = schedule::row_of(setting.optimizer.values.get("schedule"));
    let mut rows = data_rows(setting);
    rows.extend(method.map(|method| row("method", method.name, method.revision)));
    // Without the key it is squared error, which the numerics version covers.
    let loss = setting.model.values.get("loss").and_then(|loss| LOSSES.row(loss.get("kind")?.as_str()?));
    rows.extend(loss.map(|loss| row("loss", loss.name, loss.revision)));
    rows.extend(schedule.map(|schedule| row("schedule", schedule.name, schedule.revision)));
    rows.extend(nested_rows(setting));
    rows.extend(rows_of_model(setting));
    rows
}
