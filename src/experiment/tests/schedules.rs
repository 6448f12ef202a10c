//! What keys of schedules do not take.

use super::*;
use crate::parameter::{Endpoint, Kind, Parameter};
use crate::schedule::{COMMON, SCHEDULES, ScheduleKind};
use crate::text::toml_value;

/// Values of every wrong kind, in TOML.
fn refused(kind: Kind) -> Vec<String> {
    let texts = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
    match kind {
        Kind::Boolean => texts(&["1", "\"yes\""]),
        Kind::Choice(_) => texts(&["\"quux\"", "1"]),
        Kind::Integer { at_least, at_most } => {
            let mut values = texts(&["1.5", "nan", "\"1\"", "9223372036854775807", "-9223372036854775808"]);
            values.extend([at_least - 1, at_most + 1].map(|number| number.to_string()));
            values
        }
        Kind::Ascending { at_least, at_most } => {
            let mut values = texts(&["{ values = [[]] }", "3", "[3, 3]", "[4, 3]", "[1.5]", "[9223372036854775807]"]);
            values.extend([at_least - 1, at_most + 1].map(|number| format!("[{number}]")));
            values
        }
        Kind::Float(interval) => {
            let mut values = texts(&["nan", "inf", "-inf", "\"0.5\"", "true"]);
            for (end, beyond) in [(interval.low, -1.0), (interval.high, 1.0)] {
                values.extend(match end {
                    Endpoint::None => None,
                    Endpoint::Closed(end) => Some(format!("{:?}", end + beyond)),
                    Endpoint::Open(end) => Some(format!("{end:?}")),
                });
            }
            values
        }
        other => panic!("no schedule has a key such as {}", other.in_words()),
    }
}

/// The other keys that a schedule needs beside one.
fn beside(row: &ScheduleKind, key: &Parameter) -> String {
    let needed = |other: &&Parameter| {
        other.default == crate::parameter::Fallback::Required
            && other.name != key.name
            && other.instead != Some(key.name)
    };
    let value = |other: &Parameter| match other.kind {
        Kind::Float(_) => "0.5".to_owned(),
        Kind::Ascending { .. } => "[2, 3]".to_owned(),
        _ => "3".to_owned(),
    };
    row.parameters.iter().filter(needed).map(|other| format!(", {} = {}", other.name, value(other))).collect()
}

/// No key of any schedule takes a value outside of its range, or one that is none: the mistake names the key, the value's line, and
/// what would be accepted.
#[test]
fn absurd_values_are_refused_with_what_is_accepted() {
    for row in SCHEDULES.rows {
        for key in row.parameters.iter().chain(COMMON) {
            for value in refused(key.kind) {
                let schedule =
                    format!("kind = {}, {} = {value}{}", toml_value(&row.name.into()), key.name, beside(row, key));
                let text = with_sgd(&format!(
                    "learning_rate = 0.1\nschedule = {{ {schedule} }}\n[train]\nevaluate_every = 1\n"
                ));
                let mistakes = match load_text(Path::new("x.toml"), &text, &[]) {
                    Ok(_) => panic!("{schedule} is read"),
                    Err(mistakes) => mistakes.to_string(),
                };
                let is_told = mistakes.contains(&format!("`{}`", key.name))
                    || mistakes.contains(&format!("unknown {} ", key.name));
                let says_what = ["accepted", "must be", "write ", "larger than the one before"]
                    .iter()
                    .any(|word| mistakes.contains(word));
                assert!(is_told && says_what && mistakes.contains("x.toml:10:"), "{schedule}: {mistakes}");
            }
        }
    }
}
