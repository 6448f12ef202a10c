//! The keys about how a text is written: delimiter, decimals, comments, header.

use toml::Value;

use super::columns::{FirstNumbers, SampleColumns};
use super::keys::{GuessedKey, Keys, some};
use super::layout::Layout;
use super::numbers;
use crate::dataset::number_format::NumberFormat;
use crate::parameter::Values;

/// Adds the keys that read a text. What is given is kept. Returns its columns, and what is left to a person.
pub(super) fn add(text: &str, keys: &mut Keys, given: &Values) -> (SampleColumns, Vec<String>) {
    let given_text = |key: &str| given.get(key).and_then(Value::as_str);
    let layout = Layout::of_given(text, given_text("delimiter"), given_text("comment"), given.get("skip_rows"));
    let cells = layout.rows.iter().flatten().map(String::as_str);
    let written = numbers::written(cells, layout.delimiter.as_str());
    let example = written.example;
    let format = with_given(written.format, given_text("decimal"), given_text("thousands"));
    let header = given.get("header").and_then(Value::as_bool);
    let columns = SampleColumns::of(&layout, format, header);
    let mut add = |is_needed: bool, key: &'static str, value: Value, why: String| {
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
    let delimiter = layout.delimiter.clone();
    add(delimiter != ",", "delimiter", delimiter.into(), format!("{between} between {width} fields"));
    add(format.decimal == ',', "decimal", ",".into(), format!("numbers such as {example}"));
    if let Some(thousands) = format.thousands {
        let why = if format.decimal == ',' { String::new() } else { format!("numbers such as {example}") };
        add(true, "thousands", thousands.to_string().into(), why);
    }
    if let Some(comment) = &layout.comment {
        add(true, "comment", comment.clone().into(), "lines that begin so are left out".to_owned());
    }
    let made = format!("names are column_1 to column_{width}");
    let first_row: Vec<&str> = layout.rows.first().into_iter().flatten().map(String::as_str).collect();
    let below = layout.lines_before as i64 + 1;
    let is_open = !given.contains_key("skip_rows") && !given.contains_key("header");
    if columns.first_numbers == FirstNumbers::Years && is_open {
        // No column may be called by a number alone: it is too easily a row of data.
        let [begin, end] = [first_row.first(), first_row.last()].map(|cell| cell.copied().unwrap_or_default());
        let years = format!("the years {begin} to {end}");
        add(true, "skip_rows", below.into(), format!("the first row has {years}: names, it seems, and no data"));
        add(true, "header", false.into(), format!("{made}: a number is no name; better write names into the file"));
    } else {
        let skipped = layout.skip_rows as i64;
        let why = "lines before the rows, which are laid out otherwise";
        add(skipped > 0, "skip_rows", skipped.into(), why.to_owned());
        add(!columns.header, "header", false.into(), format!("the first row is data; {made}"));
    }
    let mut advice = Vec::new();
    if columns.first_numbers == FirstNumbers::Far && is_open {
        advice.push(format!(
            "the first row ({}) is far from the other numbers of most columns: if it has names, write skip_rows = {below}",
            some(&first_row.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>())
        ));
    }
    if format.decimal == ',' {
        let points = columns.names.iter().zip(&columns.contents).filter(|(_, content)| content.has_points);
        let why = "numbers with a decimal point, in a file with decimal commas";
        keys.leave_out(&points.map(|(name, _)| (name.clone(), why.to_owned())).collect::<Vec<_>>());
    }
    let is_given = given.contains_key("decimal") || given.contains_key("thousands");
    advice.extend(written.doubtful.filter(|_| !is_given).map(|cell| {
        format!(
            "numbers such as {cell} are read with a decimal point, and others of the file have decimal commas or several points: if the \
             point is between thousands, write decimal = \",\" and thousands = \".\""
        )
    }));
    (columns, advice)
}

/// The format with what is given in the place of what was guessed.
fn with_given(guessed: NumberFormat, decimal: Option<&str>, thousands: Option<&str>) -> NumberFormat {
    let one = |text: Option<&str>| text.and_then(|text| text.chars().next());
    let given = one(thousands);
    let decimal = one(decimal).unwrap_or(if given == Some(guessed.decimal) { '.' } else { guessed.decimal });
    NumberFormat { decimal, thousands: given.or(guessed.thousands.filter(|thousands| *thousands != decimal)) }
}
