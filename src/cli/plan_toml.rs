//! `plan.toml`: the resolved experiment as TOML, with hidden characters escaped.

use std::fmt::Write as _;
use std::path::Path;

use crate::plan::{FactsByDataset, Plan, table_of};
use crate::store;
use crate::text::is_hidden;

/// The resolved experiment. It can be run as it is from the folder of the experiment file.
pub fn document(plan: &Plan, facts: &FactsByDataset) -> String {
    let mut text =
        format!("{}: `extends` and overrides applied, defaults filled in, paths as written.\n", store::PLAN_HEADER);
    if !plan.moved.is_empty() {
        let datasets: Vec<String> = plan.moved.iter().map(|table| format!("datasets.{table}")).collect();
        let datasets = datasets.join(", ");
        let _ = writeln!(
            text,
            "# (Written in another folder, and starting from the experiment's here: the path of {datasets}.)"
        );
    }
    let mut seen = Vec::new();
    for (key, facts) in facts {
        let table = table_of(key);
        let line = format!(
            "# datasets.{table}: {} rows × {} features, {}",
            facts.n_samples,
            facts.n_features,
            if facts.fingerprint == "generated" {
                "generated from its options".to_owned()
            } else {
                format!("blake3 {}", facts.fingerprint)
            }
        );
        if !seen.contains(&line) {
            let _ = writeln!(text, "{line}");
            seen.push(line);
        }
    }
    text.push('\n');
    text.push_str(&toml_text(&plan.resolved));
    text
}

/// What was written before in a results folder, if it can be read.
pub fn read(results: &Path) -> Option<String> {
    let path = results.join("plan.toml");
    let is_small = std::fs::metadata(&path).is_ok_and(|found| found.is_file() && found.len() <= MOST_BYTES);
    if is_small { std::fs::read_to_string(path).ok() } else { None }
}

/// The most bytes of one that is read.
const MOST_BYTES: u64 = 1 << 26;

/// A Unicode noncharacter. No text that stays in the table contains it.
const ASIDE: char = '\u{fdd0}';

/// The table as TOML, with invisible characters in texts written as escapes.
fn toml_text(table: &toml::Table) -> String {
    fn set_aside(value: &mut toml::Value, texts: &mut Vec<String>) {
        match value {
            toml::Value::String(text) if text.chars().any(is_hidden) => {
                let place = format!("{ASIDE}{}{ASIDE}", texts.len());
                texts.push(std::mem::replace(text, place));
            }
            toml::Value::Array(items) => items.iter_mut().for_each(|item| set_aside(item, texts)),
            toml::Value::Table(table) => table.iter_mut().for_each(|(_, value)| set_aside(value, texts)),
            _ => {}
        }
    }
    let (mut value, mut texts) = (toml::Value::Table(table.clone()), Vec::new());
    set_aside(&mut value, &mut texts);
    let mut written = toml::to_string(&value).unwrap_or_default();
    for (number, text) in texts.iter().enumerate() {
        written = written.replacen(&format!("\"{ASIDE}{number}{ASIDE}\""), &escaped(text), 1);
    }
    written
}

/// A text as a basic string of TOML.
fn escaped(text: &str) -> String {
    let mut written = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => written.extend(['\\', character]),
            hidden if is_hidden(hidden) => {
                let _ = write!(written, "\\U{:08X}", u32::from(hidden));
            }
            other => written.push(other),
        }
    }
    written.push('"');
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_of_a_text_are_escapes_and_come_back() {
        let hostile =
            ["a\u{202e}b\"c\\", "\u{1b}[31m\n", "\u{fdd0}0\u{fdd0}", "'\u{200b}'\u{e0041}", "plain", "\\U0000202E"];
        let texts = hostile.map(toml::Value::from).to_vec();
        let table = toml::Table::from_iter([("path".to_owned(), toml::Value::Array(texts))]);
        let written = toml_text(&table);
        assert!(written.chars().all(|c| c == '\n' || !is_hidden(c)), "{written:?}");
        assert_eq!(written.parse::<toml::Table>().unwrap(), table, "{written}");
    }
}
