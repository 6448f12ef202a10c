//! The keys that would make a file readable, ready to paste.

use std::collections::BTreeSet;

use super::keys::{Marker, MissingCells, MissingValues, OneHot, TableOptions};

/// What would make a file readable, gathered while its problems are worded.
#[derive(Default)]
pub(super) struct Remedies {
    /// Columns to leave out.
    pub leave_out: Vec<String>,
    /// How numbers are written.
    pub formats: Vec<String>,
    /// Columns of text that are categories.
    pub categories: Vec<String>,
    /// Texts that stand for missing cells, each with its column.
    pub markers: Vec<(String, String)>,
    /// Whether rows with missing cells must go.
    pub drop: bool,
}

impl Remedies {
    /// One line for each key, with the values that the experiment has already.
    pub(super) fn lines(&self, options: &TableOptions) -> Vec<String> {
        let mut lines = self.formats.clone();
        if !self.leave_out.is_empty() {
            match &options.features {
                Some(_) => lines.push(format!("features without {}", names(&self.leave_out))),
                None => lines.push(ignore(&self.leave_out, options)),
            }
            if let OneHot::Listed(listed) = &options.one_hot
                && listed.iter().any(|name| self.leave_out.contains(name))
            {
                let (out, left): (Vec<String>, Vec<String>) =
                    listed.iter().cloned().partition(|name| self.leave_out.contains(name));
                if left.is_empty() {
                    lines.push(format!("no one_hot, which lists {}", names(&out)));
                } else if self.categories.is_empty() {
                    lines.push(format!("one_hot = [{}]", names(&left)));
                }
            }
        }
        if !self.categories.is_empty() {
            let mut listed = match &options.one_hot {
                OneHot::Listed(listed) => listed.clone(),
                OneHot::Text(_) => Vec::new(),
            };
            listed.retain(|name| !self.leave_out.contains(name) && !options.is_target(name));
            let all = format!("one_hot = [{}]", names(&[&listed[..], &self.categories].concat()));
            lines.push(if listed.is_empty() { format!("one_hot = \"text\", or {all}") } else { all });
        }
        if !self.markers.is_empty() {
            lines.push(self.missing_values(&options.missing_values));
        }
        if self.drop && options.missing == MissingCells::Error {
            lines.push("missing = \"drop\" (leaves out the rows that have missing cells)".to_owned());
        }
        lines
    }

    fn missing_values(&self, now: &MissingValues) -> String {
        match now {
            MissingValues::InAll(now) => {
                let texts: BTreeSet<String> = self.markers.iter().map(|(text, _)| toml_text(text)).collect();
                let now = now.iter().map(|marker| match marker {
                    Marker::Text(text) => toml_text(text),
                    Marker::Number(number) => number.to_string(),
                });
                format!("missing_values = [{}]", now.chain(texts).collect::<Vec<_>>().join(", "))
            }
            MissingValues::ByColumn(_) => {
                let added: Vec<String> =
                    self.markers.iter().map(|(text, column)| format!("{} to {column:?}", toml_text(text))).collect();
                format!("missing_values with {}", added.join(", "))
            }
        }
    }
}

/// `ignore = ["a"]`, with what the experiment ignores already.
pub(super) fn ignore(columns: &[String], options: &TableOptions) -> String {
    format!("ignore = [{}]", names(&[&options.ignore[..], columns].concat()))
}

/// Names as items of a TOML list.
fn names(names: &[String]) -> String {
    names.iter().map(|name| toml_text(name)).collect::<Vec<_>>().join(", ")
}

fn toml_text(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
