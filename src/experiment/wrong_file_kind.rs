//! Recognises files that are no TOML at all, so that they get one message instead of an error on each line.

use super::mistake::Mistake;
use super::source_text::Span;

/// The kind of a file whose bytes are not UTF-8, if they reveal it.
pub fn kind_of_bytes(bytes: &[u8]) -> Option<&'static str> {
    const BEGINNINGS: &[(&[u8], &str)] = &[
        (b"\xff\xfe", "in UTF-16 (save it as UTF-8)"),
        (b"\xfe\xff", "in UTF-16 (save it as UTF-8)"),
        (b"PAR1", "a Parquet file"),
        (b"PK\x03\x04", "a zip archive or a workbook"),
        (b"\x1f\x8b", "a gzip archive"),
        (b"\x28\xb5\x2f\xfd", "a zstd archive"),
        (b"\x7fELF", "a program"),
        (b"\x89PNG", "a picture"),
        (b"%PDF", "a PDF"),
    ];
    let known = BEGINNINGS.iter().find(|(beginning, _)| bytes.starts_with(beginning)).map(|(_, what)| *what);
    // Text has no NUL bytes.
    known.or_else(|| bytes.contains(&0).then_some("binary"))
}

/// The mistake of a text that is no TOML at all: no line is a key with a value, or a table header.
pub fn not_toml(text: &str, source: usize) -> Option<Mistake> {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let first = lines.clone().next()?;
    let foreign = first.starts_with('<') || first.starts_with("{\"") || first == "{";
    if !foreign && lines.any(|line| line.starts_with('[') || line.contains('=')) {
        return None;
    }
    let start = text.find(first).unwrap_or(0);
    let length = first.chars().next().map_or(0, char::len_utf8);
    let seems = kind_of_text(first).map_or_else(String::new, |what| format!("; it looks like {what}"));
    Some(
        Mistake::error(format!("this is no TOML file{seems}"))
            .at(Span { source, start, end: start + length }, "accepted: `key = value`, or `[table]`")
            .help("`sweep init FILE` writes an experiment to start from"),
    )
}

/// The format that a text seems to have, judged by its first line.
fn kind_of_text(first: &str) -> Option<&'static str> {
    let yaml = |line: &str| {
        let key = line.split_once(':').map(|(key, rest)| (key, rest.is_empty() || rest.starts_with(' ')));
        key.is_some_and(|(key, ends)| ends && !key.is_empty() && !key.contains(char::is_whitespace))
    };
    if first.starts_with('<') {
        Some("HTML or XML")
    } else if first.starts_with('{') {
        Some("JSON")
    } else if first.starts_with("---") || yaml(first) {
        Some("YAML")
    } else if first.contains([',', ';', '\t']) && !first.contains(", ") {
        Some("CSV; a data set is named in an experiment by `path = \"…\"`")
    } else {
        None
    }
}
