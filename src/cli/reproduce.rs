//! The command that trains exactly one trial again.

use super::Experiment;
use crate::plan::{Bound, Place, PlannedTrial};

/// `sweep run FILE …` with the changes of this command line and, after them, those that leave this trial alone. Its
/// results go to a folder of their own: where the trial's record is known it would not be trained.
#[must_use]
pub fn command(experiment: &Experiment, bound: &Bound<'_>, trial: &PlannedTrial) -> String {
    let mut words = vec!["sweep".to_owned(), "run".to_owned(), experiment.experiment.to_string_lossy().into_owned()];
    words.extend(experiment.changes());
    words.extend(overrides(bound, trial));
    words.extend(["-o".to_owned(), "alone".to_owned()]);
    words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
}

/// The overrides that leave one trial of the plan, unquoted.
fn overrides(bound: &Bound<'_>, trial: &PlannedTrial) -> Vec<String> {
    let setting = bound.setting(&trial.setting);
    let grid = &bound.plan.blocks[trial.setting.block].grid;
    let mut words = Vec::new();
    let tables = [
        ("datasets", &setting.dataset.table),
        ("models", &setting.model.table),
        ("optimizers", &setting.optimizer.table),
    ];
    for (section, kept) in tables {
        if let Some(known) = bound.plan.resolved.get(section).and_then(toml::Value::as_table) {
            words.extend(known.keys().filter(|name| *name != kept).map(|name| format!("~{section}.{}", part(name))));
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
                Place::Dataset => format!("datasets.{}", part(&setting.dataset.table)),
                Place::Model => format!("models.{}", part(&setting.model.table)),
                Place::Optimizer => format!("optimizers.{}", part(&setting.optimizer.table)),
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

/// A table's name as a part of a dotted key.
fn part(name: &str) -> String {
    if name.contains('.') { format!("\"{name}\"") } else { name.to_owned() }
}

/// A word as a POSIX shell takes it.
pub(super) fn quoted(word: &str) -> String {
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
