//! The message about a column that a file does not have.

use super::cells::in_quotes;
use crate::dataset::number_format::NumberFormat;

/// With more columns, finding the nearest name takes too long for an error message.
const COMPARED: usize = 10_000;

/// The names that a message lists.
const LISTED: usize = 20;

/// `target: there is no column "progresion" (did you mean "progression"?); the columns are …`
pub(super) fn absent(key: &str, name: &str, header: &[String], numbers: NumberFormat) -> String {
    let mut message = format!("{key}: there is no column {named}", named = in_quotes(name));
    let distance = |column: &&String| strsim::damerau_levenshtein(&column.to_lowercase(), &name.to_lowercase());
    if let Some(nearest) = header.iter().take(COMPARED).filter(|column| !column.is_empty()).min_by_key(distance)
        && distance(&nearest) <= 1 + name.chars().count() / 4
    {
        message += &format!(" (did you mean \"{nearest}\"?)");
    }
    message += &the_columns(header);
    if let [only] = header
        && let Some(delimiter) = [';', '\t', '|', ','].into_iter().find(|delimiter| only.contains(*delimiter))
    {
        // A comma that separates thousands is none before decimals.
        let asked = delimiter == ';' && numbers.decimal != ',' && numbers.thousands != Some(',');
        let comma = if asked { ", with decimal = \",\" where numbers have a decimal comma" } else { "" };
        message += &format!("; is it delimiter = {:?}{comma}?", delimiter.to_string());
    }
    message
}

/// `ignore: no column matches "url_*"; the columns are …`
pub(super) fn unmatched(pattern: &str, header: &[String]) -> String {
    format!("ignore: no column matches \"{pattern}\"{}", the_columns(header))
}

/// `; the columns are "a", "b"`
fn the_columns(header: &[String]) -> String {
    format!("; the columns are {}", quoted_list(header, LISTED))
}

/// `"a", "b" and 3 more`: the first `most` of these names.
pub(super) fn quoted_list(names: &[impl AsRef<str>], most: usize) -> String {
    let quoted: Vec<String> = names.iter().take(most).map(|name| in_quotes(name.as_ref())).collect();
    let mut list = quoted.join(", ");
    if names.len() > most {
        list += &format!(" and {} more", names.len() - most);
    }
    list
}
