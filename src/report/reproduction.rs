//! The overrides of an experiment that leave one setting alone, unrounded, and the ids of its trials.

use super::figures::{slug, unique};
use super::number::plural;
use crate::analysis::Contender;
use crate::parameter::Values;
use crate::record::{DeclaredTables, Study, StudyCombination, StudySetting};
use crate::text::{quoted, toml_value};

/// The parent folder of results that are trained again, because a trial with a record is not.
const ALONE: &str = "alone";

/// A line with more overrides is not shown: nobody reads it.
const MOST_WORDS: usize = 40;

/// Where more tables than this would go, the one that stays is named.
const MOST_REMOVED: usize = 1;

/// The overrides that leave one setting alone, with all of its seeds. `kept` are its data set, model and optimizer, and `set` what
/// its axes set: component, key, value.
#[must_use]
pub fn overrides<'a>(
    declared: &DeclaredTables,
    kept: [&str; 3],
    set: impl Iterator<Item = (&'a str, &'a str, toml::Value)>,
) -> Vec<String> {
    let sections = ["datasets", "models", "optimizers"];
    let tables = [&declared.datasets, &declared.models, &declared.optimizers];
    let mut words = Vec::new();
    for ((section, names), kept) in sections.into_iter().zip(tables).zip(kept) {
        let others = || names.iter().filter(|name| *name != kept);
        if others().count() > MOST_REMOVED {
            words.push(format!("{section}={}", word(kept)));
        } else {
            words.extend(others().map(|name| format!("~{section}.{}", part(name))));
        }
    }
    words.extend(declared.rules.iter().map(|rules| format!("~{rules}")));
    for (component, key, value) in set {
        let position = sections.iter().position(|section| section.strip_suffix('s') == Some(component));
        let table = position.map_or_else(
            || component.to_owned(),
            |position| format!("{}.{}", sections[position], part(kept[position])),
        );
        words.push(match &value {
            // A list would be an axis.
            toml::Value::Array(_) => format!("{table}.{key}={{ values = [{}] }}", toml_value(&value)),
            value => format!("{table}.{key}={}", toml_value(value)),
        });
    }
    words
}

/// A table's name as a part of a dotted key.
fn part(name: &str) -> String {
    if name.contains('.') { format!("\"{name}\"") } else { name.to_owned() }
}

/// A table's name as a value: bare, unless it would be read as something else.
fn word(name: &str) -> String {
    let is_plain = name.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.'));
    let is_value = format!("value = {name}").parse::<toml::Table>().is_ok();
    if is_plain && !is_value { name.to_owned() } else { toml_value(&toml::Value::String(name.to_owned())) }
}

/// The same for a setting of a study.
#[must_use]
pub fn of_setting(study: &Study, combination: &StudyCombination, setting: &StudySetting) -> Vec<String> {
    let values = combination.hyperparameters(setting);
    let keys = combination.axes.iter().flat_map(|axis| &axis.keys);
    let set = keys.filter_map(|key| {
        let (component, name) = key.split_once('.')?;
        Some((component, name, value(&values, key)?))
    });
    overrides(
        &study.declared,
        [&combination.table, &combination.model, &combination.optimizer_table].map(String::as_str),
        set,
    )
}

/// The value of a key: a table, if there are only values of its own keys.
fn value(values: &Values, key: &str) -> Option<toml::Value> {
    if let Some(value) = values.get(key) {
        return Some(value.clone());
    }
    let inner = values.keys().filter_map(|known| known.strip_prefix(key)?.strip_prefix('.'));
    let mut table = toml::Table::new();
    for name in inner.map(|rest| rest.split('.').next().unwrap_or(rest)) {
        if !table.contains_key(name) {
            table.insert(name.to_owned(), value(values, &format!("{key}.{name}"))?);
        }
    }
    (!table.is_empty()).then_some(toml::Value::Table(table))
}

/// `sweep run EXPERIMENT '~datasets.b' optimizers.gd.learning_rate=0.1 -o alone`, for a POSIX shell; `folder` is the one
/// behind `-o`. `None` if it would be very long.
#[must_use]
pub fn line(study: &Study, combination: &StudyCombination, setting: &StudySetting, folder: &str) -> Option<String> {
    let words = of_setting(study, combination, setting);
    let said = words.iter().fold("sweep run EXPERIMENT".to_owned(), |text, word| text + " " + &quoted(word));
    (words.len() <= MOST_WORDS).then(|| format!("{said} -o {folder}"))
}

/// How a command of its own is written that trains one setting again: the overrides that leave it alone, and the folder for its
/// results. Only the command line knows the experiment file and its overrides.
pub type CommandOf<'a> = &'a dyn Fn(Vec<String>, &str) -> String;

/// Data set, model and optimizer.
#[must_use]
pub fn names<'a>(contender: &Contender<'a>) -> [&'a str; 3] {
    let StudyCombination { dataset, model, optimizer, .. } = contender.combination;
    [dataset, model, optimizer].map(String::as_str)
}

/// The parent folder of the results of one command among several: `alone/diabetes-linear-sgd`. One by itself writes to `alone`.
#[must_use]
pub fn folders(names: &[[&str; 3]]) -> Vec<String> {
    if names.len() < 2 {
        return names.iter().map(|_| ALONE.to_owned()).collect();
    }
    let mut taken: Vec<String> = Vec::new();
    for name in names {
        taken.push(unique(name.map(slug).join("-"), &taken));
    }
    taken.into_iter().map(|name| format!("{ALONE}/{name}")).collect()
}

/// `10 trials: 0123456789ab, …` with at most `most` ids.
#[must_use]
pub fn ids(study: &Study, setting: &StudySetting, most: usize) -> String {
    let all: Vec<usize> = setting.trials().collect();
    let shown: Vec<String> = all.iter().take(most).map(|&trial| study.trials.get(trial).id().short()).collect();
    let more = if all.len() > most { format!(" and {} more", all.len() - most) } else { String::new() };
    format!("{}: {}{more}", plural(all.len(), "trial"), shown.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_commands_write_to_folders_of_their_own() {
        assert_eq!(folders(&[["a b", "m", "gd"]]), ["alone"]);
        let names = [["a b", "m", "gd"], ["a_b", "m", "gd"], ["A_B", "m", "gd"], ["../x", "m", "gd"]];
        let found = folders(&names);
        assert_eq!(found, ["alone/a_b-m-gd", "alone/a_b-m-gd-2", "alone/A_B-m-gd-3", "alone/.._x-m-gd"]);
    }

    #[test]
    fn other_tables_and_rules_go_and_values_stay_whole() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let declared = DeclaredTables {
            datasets: names(&["a.b", "c"]),
            models: names(&["m"]),
            optimizers: names(&["gd", "it"]),
            rules: names(&["exclude"]),
        };
        let values: Values = "\"optimizer.learning_rate\" = 0.00316227766017\n\"optimizer.schedule.kind\" = \"cosine\"\n\
                              \"optimizer.schedule.warmup_steps\" = 3\n\"model.init\" = [0.5, 1.0]\n\"train.epochs\" = 7"
            .parse()
            .unwrap();
        let keys = ["optimizer.learning_rate", "optimizer.schedule", "model.init", "train.epochs"];
        let set = keys.into_iter().filter_map(|key| {
            let (component, name) = key.split_once('.')?;
            Some((component, name, value(&values, key)?))
        });
        let words = overrides(&declared, ["a.b", "m", "gd"], set);
        assert_eq!(
            words,
            [
                "~datasets.c",
                "~optimizers.it",
                "~exclude",
                "optimizers.gd.learning_rate=0.00316227766017",
                "optimizers.gd.schedule={ kind = \"cosine\", warmup_steps = 3 }",
                "models.m.init={ values = [[0.5, 1.0]] }",
                "train.epochs=7",
            ]
        );
        let many = DeclaredTables { optimizers: names(&["adam", "gd", "it", "2024"]), ..declared.clone() };
        let of = |kept| overrides(&many, ["c", "m", kept], std::iter::empty())[1].clone();
        assert_eq!([of("adam"), of("2024")], ["optimizers=adam", "optimizers=\"2024\""]);
        let words = overrides(&declared, ["c", "m", "it"], std::iter::empty());
        assert_eq!(words[..1], ["~datasets.\"a.b\""]);
    }
}
