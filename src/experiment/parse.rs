//! Parses files and single values into the tree.

use std::ops::Range;

use serde::de::Error as _;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::brackets::too_deep;
use super::mistake::{Mistake, Mistakes};
use super::source_text::{SourceText, Span};
use super::tree::{Node, NodeEntry, NodeTable, NodeValue, quoted};
use super::{syntax, wrong_file_kind};
use crate::text::composed;

/// Parses a source; `index` is its position among the sources.
pub fn parse(source: &SourceText, index: usize, mistakes: &mut Mistakes) -> Node {
    if let Some((start, what)) = too_deep(&source.text) {
        let span = Span { source: index, start, end: start + 1 };
        mistakes.push(Mistake::error("nested too deeply").at(span, what));
        let span = Span { source: index, start: 0, end: 0 };
        return Node { span, value: NodeValue::Boolean(false) };
    }
    parse_text(&source.text, index, mistakes)
}

/// Parses a document. Syntax errors go to `mistakes`; the result holds whatever could be read.
fn parse_text(text: &str, source: usize, mistakes: &mut Mistakes) -> Node {
    let (document, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty()
        && let Some(mistake) = wrong_file_kind::not_toml(text, source)
    {
        mistakes.push(mistake);
        return Node { span: Span::new(source, &(0..0)), value: NodeValue::Boolean(false) };
    }
    syntax::report(&errors, text, source, mistakes);
    let span = Span::new(source, &(0..0));
    Node { span, value: NodeValue::Table(table(document.get_ref(), source, 0, mistakes)) }
}

/// Parses one value that starts at byte `offset` of its source.
pub fn parse_value(text: &str, source: usize, offset: usize, mistakes: &mut Mistakes) -> Result<Node, toml::de::Error> {
    let value = DeValue::parse(text)?;
    if !text[value.span().end.min(text.len())..].trim().is_empty() {
        return Err(toml::de::Error::custom("one value is expected"));
    }
    Ok(node(&value, source, offset, mistakes))
}

/// The keys are composed: a name is one name, however its accents are typed.
fn table(table: &DeTable<'_>, source: usize, offset: usize, mistakes: &mut Mistakes) -> NodeTable {
    let mut keys = NodeTable::new();
    for (key, value) in table {
        let span = shifted(source, offset, &key.span());
        let entry = NodeEntry { key: span, node: node(value, source, offset, mistakes) };
        if let Some(earlier) = keys.insert(composed(key.get_ref()).into_owned(), entry) {
            mistakes.push(
                Mistake::error(format!("{} stands twice", quoted(key.get_ref())))
                    .at(span.max(earlier.key), "it has been set before, in another encoding of the same letters")
                    .at(span.min(earlier.key), "first here"),
            );
        }
    }
    keys
}

fn node(value: &Spanned<DeValue<'_>>, source: usize, offset: usize, mistakes: &mut Mistakes) -> Node {
    let span = shifted(source, offset, &value.span());
    let value = match value.get_ref() {
        DeValue::String(text) => NodeValue::Text(text.to_string()),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => NodeValue::Integer(number),
            Err(_) => {
                mistakes.push(
                    Mistake::error("a whole number that does not fit into 64 bits")
                        .at(span, format!("accepted: {} to {}", i64::MIN, i64::MAX)),
                );
                NodeValue::Integer(0)
            }
        },
        DeValue::Float(number) => NodeValue::Float(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(truth) => NodeValue::Boolean(*truth),
        DeValue::Datetime(date) => NodeValue::Date(date.to_string()),
        DeValue::Array(items) => {
            NodeValue::List(items.iter().map(|item| node(item, source, offset, mistakes)).collect())
        }
        DeValue::Table(inner) => NodeValue::Table(table(inner, source, offset, mistakes)),
    };
    Node { span, value }
}

const fn shifted(source: usize, offset: usize, range: &Range<usize>) -> Span {
    Span { source, start: range.start + offset, end: range.end + offset }
}
