//! A trial's identity: a canonical text of what decides its record. The id is the text's BLAKE3 hash.
//!
//! Keys that equal their default are left out, so that a key which a later version adds keeps the ids of today; names,
//! titles and the order of tables do not enter at all.

use std::fmt::Write as _;

use super::Setting;
use crate::parameter::{Cell, Kind, Parameter};
use crate::{dataset, model, optimizer, schedule, train};

/// The canonical text of a dataset's part of a trial: the fingerprint of its parsed numbers, and how they are split and
/// scaled. Where data is generated, the options that generate it.
#[must_use]
pub fn dataset_canonical(setting: &Setting, fingerprint: &str) -> String {
    let mut text = format!("data = \"{fingerprint}\"\n");
    if let Some(source) = dataset::source(&setting.dataset.kind)
        && source.generated
    {
        let _ = writeln!(text, "source = \"{}\"", source.name);
        write_cell(&mut text, "dataset", &setting.dataset.cell, source.parameters);
    }
    write_cell(&mut text, "dataset", &setting.dataset.cell, dataset::COMMON);
    text
}

/// The canonical text of what decides a model's rows: trials that differ in penalties or start alone share it.
#[must_use]
pub fn model_shape(setting: &Setting) -> String {
    let mut text = format!("model = \"{}\"\n", setting.model.kind);
    if let Some(family) = model::family(&setting.model.kind) {
        let kept: Vec<Parameter> =
            family.parameters.iter().filter(|key| !matches!(key.name, "l1" | "l2" | "init")).copied().collect();
        write_cell(&mut text, "model", &setting.model.cell, &kept);
    }
    text
}

/// The canonical text of a setting, which its trials share.
#[must_use]
pub fn setting_canonical(setting: &Setting, fingerprint: &str) -> String {
    let mut text = dataset_canonical(setting, fingerprint);
    let _ = writeln!(text, "model = \"{}\"", setting.model.kind);
    if let Some(family) = model::family(&setting.model.kind) {
        write_cell(&mut text, "model", &setting.model.cell, family.parameters);
    }
    let _ = writeln!(text, "method = \"{}\"", setting.optimizer.kind);
    if let Some(method) = optimizer::method(&setting.optimizer.kind) {
        write_cell(&mut text, "optimizer", &setting.optimizer.cell, method.parameters);
    }
    write_cell(&mut text, "train", &setting.train, train::PARAMETERS);
    text
}

/// The canonical text of a trial; `seed` is `None` where nothing depends on it.
#[must_use]
pub fn trial_canonical(setting_canonical: &str, seed: Option<u64>) -> String {
    let mut text = setting_canonical.to_owned();
    if let Some(seed) = seed {
        let _ = writeln!(text, "seed = {seed}");
    }
    text
}

/// Writes the keys of a cell that differ from their defaults, in the order of their names.
fn write_cell(text: &mut String, prefix: &str, cell: &Cell, parameters: &[Parameter]) {
    let mut sorted: Vec<&Parameter> = parameters.iter().collect();
    sorted.sort_by_key(|parameter| parameter.name);
    for parameter in sorted {
        let Some(value) = cell.get(parameter.name) else { continue };
        if parameter.default_value().as_ref() == Some(value) {
            continue;
        }
        let name = format!("{prefix}.{}", parameter.name);
        match (parameter.kind, value) {
            (Kind::Schedule, toml::Value::Table(table)) => {
                let kind = table.get("kind").and_then(toml::Value::as_str).unwrap_or_default();
                let _ = writeln!(text, "{name} = \"{kind}\"");
                if let Some(row) = schedule::kind(kind) {
                    write_cell(text, &name, table, row.parameters);
                }
            }
            (Kind::Table(inner), toml::Value::Table(table)) => write_cell(text, &name, table, inner),
            (_, value) => {
                let _ = writeln!(text, "{name} = {value}");
            }
        }
    }
}
