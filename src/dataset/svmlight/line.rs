//! One line of SVMlight text.

use super::options::MOST_FEATURES;
use crate::dataset::table::quoted;

/// What a line holds beside its features.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Row {
    pub label: f64,
    pub has_query: bool,
}

/// Reads a line without its comment. `feature` gets the index and the value of each feature; `None` if the line is blank.
///
/// # Errors
/// What is wrong, and what is expected.
pub(super) fn row(line: &str, mut feature: impl FnMut(usize, f64)) -> Result<Option<Row>, String> {
    let mut parts = line.split_ascii_whitespace();
    let Some(label) = parts.next() else { return Ok(None) };
    let label = label.parse().map_err(|_| {
        let expected = match label {
            _ if label.contains(':') => "a line begins with its label",
            _ if label.contains(',') => "a label is one number; source = \"csv\" reads delimited text",
            _ => "a label is a number",
        };
        format!("{} is no label: {expected}", quoted(label))
    })?;
    let mut row = Row { label, has_query: false };
    let mut before = None;
    for part in parts {
        let wrong = |expected: &str| format!("{}: {expected}", quoted(part));
        let (index, value) = part.split_once(':').ok_or_else(|| wrong("index:value is expected"))?;
        if index == "qid" {
            row.has_query = true;
            continue;
        }
        let index: usize = index.parse().map_err(|_| wrong("a whole number is expected before the colon"))?;
        if index > MOST_FEATURES {
            return Err(wrong(&format!("rows are dense here, and at most {MOST_FEATURES} features are read")));
        }
        let value = value.parse().map_err(|_| wrong("a number is expected after the colon"))?;
        if before.is_some_and(|before| before >= index) {
            return Err(wrong("the indices of a line must increase"));
        }
        before = Some(index);
        feature(index, value);
    }
    Ok(Some(row))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_label_and_features() {
        let read = |line| {
            let mut features = Vec::new();
            row(line, |index, value| features.push((index, value))).map(|row| (row, features))
        };
        let plain = |label| Some(Row { label, has_query: false });
        assert_eq!(read("+1 1:0.5 3:-2e3").unwrap(), (plain(1.0), vec![(1, 0.5), (3, -2000.0)]));
        assert_eq!(read(" -1.5\t").unwrap(), (plain(-1.5), vec![]));
        assert_eq!(read("2 qid:3 0:1").unwrap(), (Some(Row { label: 2.0, has_query: true }), vec![(0, 1.0)]));
        assert_eq!(read("  ").unwrap(), (None, vec![]));
        for (line, message) in [
            ("a 1:2", "\"a\" is no label: a label is a number"),
            ("1,2 1:2", "\"1,2\" is no label: a label is one number; source = \"csv\" reads delimited text"),
            ("1:2 3:4", "\"1:2\" is no label: a line begins with its label"),
            ("1 2", "\"2\": index:value is expected"),
            ("1 -1:2", "\"-1:2\": a whole number is expected before the colon"),
            ("1 1:x", "\"1:x\": a number is expected after the colon"),
            ("1 2:1 2:3", "\"2:3\": the indices of a line must increase"),
            ("1 99999999:1", "\"99999999:1\": rows are dense here, and at most 16777216 features are read"),
        ] {
            assert_eq!(read(line).unwrap_err(), message);
        }
    }
}
