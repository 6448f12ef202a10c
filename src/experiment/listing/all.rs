//! `sweep list`: all registry rows with their keys.

use std::fmt::Write as _;

use crate::baseline::BASELINES;
use crate::experiment::registry::{registry_of, row_doc, row_key, row_names, row_parameters};
use crate::experiment::report_keys::REPORT_KEYS;
use crate::loss::LOSSES;
use crate::metric::{self, MetricKind};
use crate::model::{ACTIVATIONS, INITIALISATIONS, LAYERS};
use crate::optimizer::AVERAGES;
use crate::parameter::AnyRegistry;
use crate::parameter::{Fallback, Kind, Parameter};
use crate::plan::Component;
use crate::schedule;

/// Sources, models, losses, parts of networks, methods, schedules, the keys of `[train]` and `[report]`, metrics and baselines: each key with its default, what it
/// accepts, and its meaning.
#[must_use]
pub fn listing() -> String {
    let mut text = String::new();
    for component in [Component::Dataset, Component::Model, Component::Optimizer] {
        let key = row_key(component);
        let _ = writeln!(text, "{}s  [{}s.NAME] {key} = …", component.word(), component.word());
        for row in row_names(component) {
            let doc = row_doc(component, row);
            let _ = writeln!(text, "\n  {row}: {}", doc.unwrap_or_default());
            let own =
                registry_of(component).and_then(|registry| registry.about(row)).map_or(&[][..], |row| row.parameters);
            keys(&mut text, &own.iter().collect::<Vec<_>>());
        }
        let common = registry_of(component).and_then(|registry| registry.about_all().first().map(|row| row.common));
        if let Some(common) = common.filter(|common| !common.is_empty()) {
            let _ = writeln!(text, "\n  keys of every {}, unless a row has its own or refuses them", component.word());
            keys(&mut text, &common.iter().collect::<Vec<_>>());
        }
        text.push('\n');
    }
    let _ = writeln!(text, "losses  loss = {{ kind = … }} of a model");
    for row in LOSSES.about_all() {
        let _ = writeln!(text, "\n  {}: {}", row.name, row.doc);
        let own: Vec<_> = row.keys().collect();
        if !own.is_empty() {
            keys(&mut text, &own);
        }
    }
    let of_networks: [(&str, &dyn AnyRegistry); 3] = [
        ("layers  layers = [{ kind = … }, …] of the model network", &LAYERS),
        ("activations  activation = { kind = … } of the model mlp, function = { kind = … } of a layer", &ACTIVATIONS),
        ("initialisations  init = { kind = … } of networks", &INITIALISATIONS),
    ];
    for (head, registry) in of_networks {
        let _ = writeln!(text, "\n{head}");
        for row in registry.about_all() {
            let _ = writeln!(text, "\n  {}: {}", row.name, row.doc);
            keys(&mut text, &row.parameters.iter().collect::<Vec<_>>());
        }
        if let Some(common) = registry.about_all().first().map(|row| row.common).filter(|common| !common.is_empty()) {
            let _ = writeln!(text, "\n  keys of every {}", registry.noun());
            keys(&mut text, &common.iter().collect::<Vec<_>>());
        }
    }
    text.push('\n');
    let _ = writeln!(text, "schedules  schedule = {{ kind = … }} of an optimizer");
    for row in schedule::SCHEDULES.about_all() {
        let _ = writeln!(text, "\n  {}: {}", row.name, row.doc);
        keys(&mut text, &row.parameters.iter().collect::<Vec<_>>());
    }
    let _ = writeln!(text, "\n  keys of every schedule");
    keys(&mut text, &schedule::COMMON.iter().collect::<Vec<_>>());
    let _ = writeln!(text, "\naverages  average = {{ kind = … }} of an optimizer");
    for row in AVERAGES.about_all() {
        let _ = writeln!(text, "\n  {}: {}", row.name, row.doc);
        keys(&mut text, &row.keys().collect::<Vec<_>>());
    }
    let _ = writeln!(text, "\ntraining  [train]\n");
    keys(&mut text, &row_parameters(Component::Train, ""));
    let _ = writeln!(text, "\nreport  [report]\n");
    keys(&mut text, &REPORT_KEYS.iter().collect::<Vec<_>>());
    let _ = writeln!(text, "\nmetrics  [report] score = …, [train] metrics = […]");
    for metric in metric::every() {
        let _ = writeln!(text, "\n  {}: {}", metric.name, metric.doc);
        text.push_str(&metric_lines(metric));
    }
    let _ = writeln!(text, "\nbaselines  beside the optimizers of a report");
    for baseline in BASELINES.about_all() {
        let _ = writeln!(text, "\n  {}: {}", baseline.name, baseline.doc);
    }
    text
}

/// The definition of a metric, its direction and its range.
pub(super) fn metric_lines(metric: &MetricKind) -> String {
    let ((low, high), better) = (metric.range, metric.direction.word());
    let bound = |bound: f64| match bound {
        f64::INFINITY => "∞".to_owned(),
        f64::NEG_INFINITY => "−∞".to_owned(),
        bound => bound.to_string(),
    };
    let (low, high, unit) = (bound(low), bound(high), metric.unit.words());
    format!("    {}\n    {better} is better, from {low} to {high}, {unit}\n", metric.definition)
}

pub(super) fn keys(text: &mut String, parameters: &[&Parameter]) {
    let rows: Vec<[String; 4]> = parameters.iter().flat_map(|parameter| rows("", parameter)).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2)];
    for [name, default, accepted, doc] in &rows {
        let [a, b, c] = widths;
        let _ = writeln!(text, "    {name:a$}  {default:b$}  {accepted:c$}  {doc}");
    }
}

/// The default of a key, in a word.
pub(super) const fn default(parameter: &Parameter) -> &'static str {
    match parameter.default {
        Fallback::Required => "required",
        Fallback::Absent => "optional",
        Fallback::Literal(text) | Fallback::Off(text) => text,
    }
}

/// What a key accepts, in words.
pub(super) fn accepted(parameter: &Parameter) -> String {
    match parameter.kind {
        Kind::Table(_) => "a table".to_owned(),
        kind => kind.in_words(),
    }
}

/// One row for a key, and one for each key of a nested table.
fn rows(prefix: &str, parameter: &Parameter) -> Vec<[String; 4]> {
    let name = format!("{prefix}{}", parameter.name);
    let elsewhere = parameter
        .elsewhere
        .map_or_else(String::new, |known| format!("; the default of {} is {}", known.program, known.value));
    let doc = format!("{}{elsewhere}", parameter.doc);
    let mut all = vec![[name.clone(), default(parameter).to_owned(), accepted(parameter), doc]];
    if let Kind::Table(inner) = parameter.kind {
        all.extend(inner.iter().flat_map(|inner| rows(&format!("{name}."), inner)));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_and_key_is_listed() {
        let text = listing();
        for component in [Component::Dataset, Component::Model, Component::Optimizer] {
            for row in row_names(component) {
                assert!(text.contains(&format!("\n  {row}: ")), "{row}");
                for parameter in row_parameters(component, row) {
                    assert!(text.contains(parameter.doc), "{row}.{}", parameter.name);
                }
            }
        }
        assert!(REPORT_KEYS.iter().all(|key| text.contains(key.doc)));
        assert!(metric::every().all(|metric| text.contains(metric.definition)));
        assert!(text.contains("higher is better, from −∞ to 1, without a unit"), "{text}");
    }
}
