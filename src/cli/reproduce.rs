//! The command that trains exactly one trial again.

use std::path::Path;

use crate::plan::{Bound, Place, PlannedTrial};

/// `sweep run FILE …` with the overrides that leave this trial alone.
#[must_use]
pub fn command(experiment: &Path, bound: &Bound<'_>, trial: &PlannedTrial) -> String {
    let mut words = vec!["sweep".to_owned(), "run".to_owned(), quoted(&experiment.to_string_lossy())];
    words.extend(overrides(bound, trial).iter().map(|word| quoted(word)));
    words.join(" ")
}

/// The overrides themselves, unquoted.
#[must_use]
pub fn overrides(bound: &Bound<'_>, trial: &PlannedTrial) -> Vec<String> {
    let bound_setting = &bound.settings[trial.setting];
    let setting = bound.setting(bound_setting);
    let grid = &bound.plan.blocks[bound_setting.block].grid;
    let mut words = Vec::new();
    let tables = [
        ("datasets", &setting.dataset.table),
        ("models", &setting.model.table),
        ("optimizers", &setting.optimizer.table),
    ];
    for (section, kept) in tables {
        if let Some(known) = bound.plan.resolved.get(section).and_then(toml::Value::as_table) {
            words.extend(known.keys().filter(|name| *name != kept).map(|name| format!("~{section}.{name}")));
        }
    }
    for rules in ["exclude", "link"] {
        if bound.plan.resolved.contains_key(rules) {
            words.push(format!("~{rules}"));
        }
    }
    for axis in &grid.axes {
        for (place, key) in &axis.keys {
            let Some(value) = setting.cell(*place).get(key) else { continue };
            let table = match place {
                Place::Dataset => format!("datasets.{}", setting.dataset.table),
                Place::Model => format!("models.{}", setting.model.table),
                Place::Optimizer => format!("optimizers.{}", setting.optimizer.table),
                Place::Train => "train".to_owned(),
            };
            words.push(match value {
                toml::Value::Array(_) => format!("{table}.{key}={{ values = [{value}] }}"),
                value => format!("{table}.{key}={value}"),
            });
        }
    }
    if let Some(seed) = trial.seed {
        words.push(format!("seeds=[{seed}]"));
    }
    words
}

/// A word as a POSIX shell takes it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/=,+:@".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn words_are_quoted_where_a_shell_would_read_them() {
        assert_eq!(quoted("optimizers.sgd.learning_rate=0.1"), "optimizers.sgd.learning_rate=0.1");
        assert_eq!(quoted("~optimizers.gd"), "'~optimizers.gd'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
    }
}
