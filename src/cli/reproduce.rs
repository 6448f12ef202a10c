//! The command that trains exactly one trial again.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use super::arguments::ExperimentArguments;
use crate::plan::{BoundPlan, Component, PlannedTrial};
use crate::text::{is_hidden, toml_value};

/// `sweep run FILE …` with the changes of this command line, followed by changes that leave only this trial. Its results go to a
/// folder of their own, because a trial with a record would not be trained again.
#[must_use]
pub fn command(experiment: &ExperimentArguments, bound: &BoundPlan<'_>, trial: &PlannedTrial) -> String {
    let mut words = vec![experiment.experiment.clone().into_os_string()];
    words.extend(experiment.changes().into_iter().map(OsString::from));
    words.extend(overrides(bound, trial).into_iter().map(OsString::from));
    line(&["run"], &["-o", "alone"], &words)
}

/// `sweep run FILE`
#[must_use]
pub fn running(experiment: &Path) -> String {
    line(&["run"], &[], &[experiment.as_os_str().to_owned()])
}

/// `sweep run FILE …` with the changes and the place of this command line.
#[must_use]
pub fn going_on(experiment: &ExperimentArguments) -> String {
    let mut words = vec![experiment.experiment.clone().into_os_string()];
    words.extend(experiment.changes().into_iter().map(OsString::from));
    let output = experiment.output.to_string_lossy();
    let options = if output == "results" { vec![] } else { vec!["-o", &*output] };
    line(&["run"], &options, &words)
}

/// `sweep show TRIAL FILE`
#[must_use]
pub fn showing(trial: &OsStr, experiment: &OsStr) -> String {
    line(&["show"], &[], &[trial.to_owned(), experiment.to_owned()])
}

/// A command for a POSIX shell. If an argument looks like an option, options come first and arguments follow `--`.
fn line(command: &[&str], options: &[&str], arguments: &[OsString]) -> String {
    let plain = |words: &[&str]| words.iter().map(quoted).collect::<Vec<_>>();
    let mut words = [vec!["sweep".to_owned()], plain(command)].concat();
    let arguments: Vec<String> = arguments.iter().map(quoted).collect();
    if arguments.iter().any(|word| word.trim_start_matches(['\'', '$']).starts_with('-')) {
        words.extend(plain(options));
        words.push("--".to_owned());
        words.extend(arguments);
    } else {
        words.extend(arguments);
        words.extend(plain(options));
    }
    words.join(" ")
}

/// The overrides that leave only this trial of the plan, unquoted.
fn overrides(bound: &BoundPlan<'_>, trial: &PlannedTrial) -> Vec<String> {
    let setting = bound.setting(&trial.setting);
    let grid = &bound.plan.combinations[trial.setting.combination].grid;
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
        for (component, key) in &axis.keys {
            let Some(value) = setting.values(*component).get(key) else { continue };
            let table = match component {
                Component::Dataset => format!("datasets.{}", part(&setting.dataset.table)),
                Component::Model => format!("models.{}", part(&setting.model.table)),
                Component::Optimizer => format!("optimizers.{}", part(&setting.optimizer.table)),
                Component::Train => "train".to_owned(),
            };
            words.push(match value {
                toml::Value::Array(_) => format!("{table}.{key}={{ values = [{}] }}", toml_value(value)),
                value => format!("{table}.{key}={}", toml_value(value)),
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

/// A word for a POSIX shell. Bytes that are not text and invisible characters become escapes in `$'…'`.
pub(super) fn quoted(word: impl AsRef<OsStr>) -> String {
    let bytes = word.as_ref().as_encoded_bytes();
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/=,+:@".contains(c);
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.is_empty() && text.chars().all(plain) => text.to_owned(),
        Ok(text) if !text.chars().any(is_hidden) => format!("'{}'", text.replace('\'', r"'\''")),
        _ => escaped(bytes),
    }
}

fn escaped(bytes: &[u8]) -> String {
    let mut text = String::from("$'");
    let mut open = false;
    let escape =
        |text: &mut String, bytes: &[u8]| bytes.iter().for_each(|byte| text.push_str(&format!("\\x{byte:02x}")));
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            if is_hidden(character) {
                escape(&mut text, character.encode_utf8(&mut [0; 4]).as_bytes());
                open = true;
                continue;
            }
            // Some shells would read the character as another digit of the escape.
            if std::mem::take(&mut open) && character.is_ascii_hexdigit() {
                text.push_str("'$'");
            }
            if matches!(character, '\'' | '\\') {
                text.push('\\');
            }
            text.push(character);
        }
        escape(&mut text, chunk.invalid());
        open |= !chunk.invalid().is_empty();
    }
    text + "'"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_where_a_shell_would_read_them() {
        assert_eq!(quoted("optimizers.sgd.learning_rate=0.1"), "optimizers.sgd.learning_rate=0.1");
        assert_eq!(quoted("~optimizers.gd"), "'~optimizers.gd'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted("größe"), "'größe'");
    }

    #[cfg(unix)]
    #[test]
    fn what_is_not_shown_is_an_escape() {
        use std::os::unix::ffi::OsStrExt as _;

        let bytes = |bytes: &'static [u8]| quoted(OsStr::from_bytes(bytes));
        assert_eq!(bytes(b"a\xff.toml"), r"$'a\xff.toml'");
        assert_eq!(bytes(b"\xffab\\'"), r"$'\xff'$'ab\\\''");
        assert_eq!(quoted("a\u{1b}[2J\nb"), r"$'a\x1b[2J\x0a'$'b'");
        assert_eq!(quoted("\u{202e}x"), r"$'\xe2\x80\xaex'");
    }

    #[test]
    fn an_argument_that_looks_like_an_option_stands_behind_two_dashes() {
        assert_eq!(running(Path::new("-x/e.toml")), "sweep run -- -x/e.toml");
        assert_eq!(running(Path::new("x/e.toml")), "sweep run x/e.toml");
        assert_eq!(showing("0123".as_ref(), "- x.toml".as_ref()), "sweep show -- 0123 '- x.toml'");
        let words = ["-e.toml", "seeds=[1]"].map(OsString::from);
        assert_eq!(line(&["run"], &["-o", "alone"], &words), "sweep run -o alone -- -e.toml 'seeds=[1]'");
    }
}
