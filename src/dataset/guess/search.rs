//! The guess: a first one by the beginning of the file, then what the reader says of all of it, until it is read.

use std::path::Path;

use super::columns::SampleColumns;
use super::keys::{GuessedKey, Keys, some};
use super::layout::Layout;
use super::numbers;
use super::sample::Sample;
use super::sentinels::sentinels;
use super::target::{Candidate, candidates};
use crate::dataset::table::{Doubt, doubts};
use crate::dataset::{DataError, Dataset, FoundColumns};
use crate::parameter::Values;

/// More rounds than any file takes: each leaves out columns, or adds what stands for missing cells.
const ROUNDS: usize = 20;

/// Keys that read a file, and what they read.
pub struct Guess {
    pub source: &'static str,
    /// In the order in which they are written, without `source`, `path` and what was given.
    pub keys: Vec<GuessedKey>,
    /// What is left to a person, a sentence each.
    pub advice: Vec<String>,
    pub data: Dataset,
}

/// Guesses the keys of a file, a folder or a pattern. `given` are keys that a person has set (among them `target`); they are kept.
///
/// # Errors
/// That of the reader, if no keys read the file.
pub fn guess(folder: &Path, path: &str, given: &Values) -> Result<Guess, DataError> {
    let sample = Sample::read(folder, path)?;
    guess_by(&sample, folder, path, given)
}

/// The source that reads a file, a folder or a pattern, by the first bytes.
///
/// # Errors
/// If there is no file, or if it cannot be read.
pub fn source_of_file(folder: &Path, path: &str) -> Result<&'static str, DataError> {
    Ok(Sample::read(folder, path)?.source)
}

pub(super) fn guess_by(sample: &Sample, folder: &Path, path: &str, given: &Values) -> Result<Guess, DataError> {
    let mut given = given.clone();
    let named = given.remove("source");
    let source = named.as_ref().and_then(toml::Value::as_str).unwrap_or(sample.source);
    let mut keys = Keys::new(source, path, &given)?;
    let mut targets: Vec<Candidate> = Vec::new();
    if source == "csv" && !sample.text.is_empty() {
        let columns = of_text(&sample.text, &mut keys, &given);
        let named: Vec<(&str, bool)> =
            columns.names.iter().map(String::as_str).zip(columns.numbers.iter().copied()).collect();
        targets = candidates(&named);
    }
    let free_target = keys.is_free("target");
    targets.reverse();
    if free_target {
        keys.target = targets.pop();
    }
    let mut advice = Vec::new();
    for _ in 0..ROUNDS {
        let refused = match keys.load(folder) {
            Ok(data) => {
                // Columns with many gaps are left out before most of the rows are.
                if 2 * data.reading.dropped > data.reading.rows && keys.leave_out(&gappy(&data)) {
                    continue;
                }
                let (doubtful, constant_target) = doubts(&data);
                if constant_target && free_target && next_target(&mut keys, &mut targets) {
                    continue;
                }
                if keys.is_free("ignore") && !given.contains_key("features") {
                    let columns: Vec<(String, String)> =
                        doubtful.iter().map(|(name, doubt)| (name.clone(), words(*doubt).to_owned())).collect();
                    let features = data.reading.columns.len().saturating_sub(1);
                    if columns.len() < features {
                        if keys.leave_out(&columns) {
                            continue;
                        }
                    } else {
                        advice.extend(columns.iter().map(|(name, why)| format!("\"{name}\" {why}: is it a feature?")));
                    }
                }
                return Ok(ended(keys, data, advice));
            }
            Err(refused) => refused,
        };
        let DataError::Columns { found, .. } = &refused else { return Err(refused) };
        let changed = free_target && chosen_again(found, &mut keys, &mut targets);
        if !keys.take_up(found) && !changed {
            return Err(refused);
        }
    }
    Err(keys
        .load(folder)
        .err()
        .unwrap_or_else(|| DataError::Content(format!("{path}: no keys were found that read it"))))
}

/// The keys about how a text is written.
fn of_text(text: &str, keys: &mut Keys, given: &Values) -> SampleColumns {
    let given_text = |key: &str| given.get(key).and_then(toml::Value::as_str);
    let mut layout = Layout::of_given(text, given_text("delimiter"), given_text("comment"), given.get("skip_rows"));
    let cells = layout.rows.iter().flatten().map(String::as_str);
    let (mut format, example) = numbers::format(cells, layout.delimiter.as_str());
    let example = example.unwrap_or_default().to_owned();
    if let Some(decimal) = given_text("decimal").and_then(|text| text.chars().next()) {
        format.decimal = decimal;
        format.thousands = format.thousands.filter(|thousands| *thousands != decimal);
    }
    if let Some(thousands) = given_text("thousands").and_then(|text| text.chars().next()) {
        format.thousands = Some(thousands);
    }
    let mut columns = SampleColumns::of(&layout, format);
    match given.get("header").and_then(toml::Value::as_bool) {
        Some(true) if !columns.header => columns.names = layout.rows.drain(..1).next().unwrap_or_default(),
        Some(false) if columns.header => {
            columns.names = (1..=columns.names.len()).map(|column| format!("column_{column}")).collect();
        }
        _ => {}
    }
    let mut add = |is_needed: bool, key: &'static str, value: toml::Value, why: String| {
        if is_needed && keys.is_free(key) {
            keys.layout.push(GuessedKey { key, value, why, items: Vec::new() });
        }
    };
    let width = columns.names.len();
    let between = match layout.delimiter.as_str() {
        "whitespace" => "runs of blanks",
        "\t" => "tabs",
        ";" => "semicolons",
        _ => "this character",
    };
    add(
        layout.delimiter != ",",
        "delimiter",
        layout.delimiter.clone().into(),
        format!("{between} between {width} fields"),
    );
    add(format.decimal == ',', "decimal", ",".into(), format!("numbers such as {example}"));
    if let Some(thousands) = format.thousands {
        let why = if format.decimal == ',' { String::new() } else { format!("numbers such as {example}") };
        add(true, "thousands", thousands.to_string().into(), why);
    }
    if let Some(comment) = &layout.comment {
        add(true, "comment", comment.clone().into(), "lines that begin so are left out".to_owned());
    }
    let skipped = layout.skip_rows as i64;
    add(skipped > 0, "skip_rows", skipped.into(), "lines before the rows, which are laid out otherwise".to_owned());
    add(
        !columns.header,
        "header",
        false.into(),
        format!("the first row is data; names are column_1 to column_{width}"),
    );
    columns
}

/// Takes the next candidate for the target.
fn next_target(keys: &mut Keys, targets: &mut Vec<Candidate>) -> bool {
    let next = targets.pop();
    let any = next.is_some();
    keys.target = next.or_else(|| keys.target.take());
    any
}

/// Chooses a target, or another one where the chosen one cannot be it. Returns whether it did.
fn chosen_again(found: &FoundColumns, keys: &mut Keys, targets: &mut Vec<Candidate>) -> bool {
    if !found.names.is_empty() && keys.target.is_none() {
        let is_number = |name: &String| !found.texts.contains(name);
        let named: Vec<(&str, bool)> = found.names.iter().map(|name| (name.as_str(), is_number(name))).collect();
        *targets = candidates(&named);
        targets.reverse();
        return next_target(keys, targets);
    }
    found.target_unfit && next_target(keys, targets)
}

/// The features that lack a value in more than a fifth of the rows, or else the one that lacks most.
fn gappy(data: &Dataset) -> Vec<(String, String)> {
    let rows = data.reading.rows;
    let Some((_, features)) = data.reading.columns.split_last() else { return Vec::new() };
    let most = features.iter().map(|column| column.missing).max().unwrap_or(0);
    let is_gappy = |missing: u64| missing > 0 && (5 * missing > rows || 5 * most <= rows && missing == most);
    let gappy = features.iter().filter(|column| is_gappy(column.missing));
    gappy.map(|column| (column.name.clone(), format!("no value in {} of {rows} rows", column.missing))).collect()
}

const fn words(doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::Index => "an index that pandas wrote",
        Doubt::Counter => "counts the rows",
        Doubt::Identifier => "different in every row: an identifier?",
        Doubt::Constant => "the same in every row",
        Doubt::CopyOfTarget => "a copy of the target",
    }
}

fn ended(keys: Keys, data: Dataset, mut advice: Vec<String>) -> Guess {
    let mut all = keys.all();
    let reading = &data.reading;
    if let Some(missing) = all.iter_mut().find(|key| key.key == "missing") {
        let columns = reading.columns.iter().filter(|column| column.missing > 0);
        let named: Vec<String> = columns.map(|column| format!("{} {}", column.name, column.missing)).collect();
        missing.why =
            format!("leaves out {} of {} rows; missing cells: {}", reading.dropped, reading.rows, some(&named));
    }
    for (name, number, count) in sentinels(&data) {
        advice.push(format!(
            "\"{name}\" is {number} in {count} rows, far from the rest: if that means missing, write missing_values = {{ {} = [{number}] }} \
             and missing = \"drop\"",
            crate::text::toml_value(&toml::Value::from(name.clone()))
        ));
    }
    Guess { source: keys.source(), keys: all, advice, data }
}
