//! A parsed file as owned values that remember where they were written, so that files and arguments can be merged.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::de::Error as _;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::diagnostics::{Mistake, Mistakes};

/// A range of bytes of one of the sources (a file, its base, the command line).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    pub source: usize,
    pub start: usize,
    pub end: usize,
}

impl Span {
    pub const fn new(source: usize, range: &Range<usize>) -> Self {
        Self { source, start: range.start, end: range.end }
    }
}

/// A value and where it stands.
#[derive(Debug, Clone)]
pub struct Node {
    pub span: Span,
    pub value: Value,
}

#[derive(Debug, Clone)]
pub enum Value {
    Text(String),
    Integer(i64),
    Float(f64),
    Boolean(bool),
    Date(String),
    List(Vec<Node>),
    Table(Table),
}

/// Keys are sorted: the order of a file must not show in a plan.
pub type Table = BTreeMap<String, Entry>;

#[derive(Debug, Clone)]
pub struct Entry {
    /// Where the key stands.
    pub key: Span,
    pub node: Node,
}

impl Node {
    pub const fn as_table(&self) -> Option<&Table> {
        match &self.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What stands there, in few words, for messages.
    pub fn found(&self) -> String {
        match &self.value {
            Value::Text(text) => quoted(text),
            Value::Integer(number) => number.to_string(),
            Value::Float(number) => crate::text::toml_value(&toml::Value::Float(*number)),
            Value::Boolean(truth) => truth.to_string(),
            Value::Date(date) => format!("the date {date}"),
            Value::List(items) if items.is_empty() => "an empty list".to_owned(),
            Value::List(_) => "a list".to_owned(),
            Value::Table(_) => "a table".to_owned(),
        }
    }

    /// The value as it was written.
    pub fn to_toml(&self) -> toml::Value {
        match &self.value {
            Value::Text(text) => toml::Value::String(text.clone()),
            Value::Integer(number) => toml::Value::Integer(*number),
            Value::Float(number) => toml::Value::Float(*number),
            Value::Boolean(truth) => toml::Value::Boolean(*truth),
            Value::Date(date) => toml::Value::String(date.clone()),
            Value::List(items) => toml::Value::Array(items.iter().map(Self::to_toml).collect()),
            Value::Table(table) => toml::Value::Table(table_to_toml(table)),
        }
    }
}

pub fn table_to_toml(table: &Table) -> toml::Table {
    table.iter().map(|(key, entry)| (key.clone(), entry.node.to_toml())).collect()
}

/// A text of the file in quotes: control characters escaped, shortened.
pub fn quoted(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut short: String = text.chars().take(LONGEST).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    format!("{short:?}")
}

/// Parses a document; syntax errors go to `mistakes`, and what could be read is returned.
pub fn parse(text: &str, source: usize, mistakes: &mut Mistakes) -> Node {
    let (document, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty()
        && let Some(mistake) = super::foreign::instead_of_toml(text, source)
    {
        mistakes.push(mistake);
        return Node { span: Span::new(source, &(0..0)), value: Value::Boolean(false) };
    }
    super::syntax::report(&errors, text, source, mistakes);
    let span = Span::new(source, &(0..0));
    Node { span, value: Value::Table(table(document.get_ref(), source, 0, mistakes)) }
}

/// Parses one value that starts at byte `offset` of its source.
pub fn parse_value(text: &str, source: usize, offset: usize, mistakes: &mut Mistakes) -> Result<Node, toml::de::Error> {
    let value = DeValue::parse(text)?;
    if !text[value.span().end.min(text.len())..].trim().is_empty() {
        return Err(toml::de::Error::custom("one value is expected"));
    }
    Ok(node(&value, source, offset, mistakes))
}

fn table(table: &DeTable<'_>, source: usize, offset: usize, mistakes: &mut Mistakes) -> Table {
    table
        .iter()
        .map(|(key, value)| {
            let key_span = shifted(source, offset, &key.span());
            let entry = Entry { key: key_span, node: node(value, source, offset, mistakes) };
            (key.get_ref().to_string(), entry)
        })
        .collect()
}

fn node(value: &Spanned<DeValue<'_>>, source: usize, offset: usize, mistakes: &mut Mistakes) -> Node {
    let span = shifted(source, offset, &value.span());
    let value = match value.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Value::Integer(number),
            Err(_) => {
                mistakes.push(
                    Mistake::error("a whole number that does not fit into 64 bits")
                        .at(span, format!("accepted: {} to {}", i64::MIN, i64::MAX)),
                );
                Value::Integer(0)
            }
        },
        DeValue::Float(number) => Value::Float(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(truth) => Value::Boolean(*truth),
        DeValue::Datetime(date) => Value::Date(date.to_string()),
        DeValue::Array(items) => Value::List(items.iter().map(|item| node(item, source, offset, mistakes)).collect()),
        DeValue::Table(inner) => Value::Table(table(inner, source, offset, mistakes)),
    };
    Node { span, value }
}

const fn shifted(source: usize, offset: usize, range: &Range<usize>) -> Span {
    Span { source, start: range.start + offset, end: range.end + offset }
}
