//! A parsed file as owned values with their places, so that files and arguments can be merged.

use std::collections::BTreeMap;

use super::source_text::Span;

/// A value and its place.
#[derive(Debug, Clone)]
pub struct Node {
    pub span: Span,
    pub value: NodeValue,
}

#[derive(Debug, Clone)]
pub enum NodeValue {
    Text(String),
    Integer(i64),
    Float(f64),
    Boolean(bool),
    Date(String),
    List(Vec<Node>),
    Table(NodeTable),
}

/// Keys are sorted, because the order of a file must not affect a plan.
pub type NodeTable = BTreeMap<String, NodeEntry>;

#[derive(Debug, Clone)]
pub struct NodeEntry {
    /// The place of the key.
    pub key: Span,
    pub node: Node,
}

impl Node {
    pub const fn as_table(&self) -> Option<&NodeTable> {
        match &self.value {
            NodeValue::Table(table) => Some(table),
            _ => None,
        }
    }

    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            NodeValue::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A short description of the value, for messages.
    pub fn found(&self) -> String {
        match &self.value {
            NodeValue::Text(text) => quoted(text),
            NodeValue::Integer(number) => number.to_string(),
            NodeValue::Float(number) => crate::text::toml_value(&toml::Value::Float(*number)),
            NodeValue::Boolean(truth) => truth.to_string(),
            NodeValue::Date(date) => format!("the date {date}"),
            NodeValue::List(items) if items.is_empty() => "an empty list".to_owned(),
            NodeValue::List(_) => "a list".to_owned(),
            NodeValue::Table(_) => "a table".to_owned(),
        }
    }

    /// The value as TOML.
    pub fn to_toml(&self) -> toml::Value {
        match &self.value {
            NodeValue::Text(text) => toml::Value::String(text.clone()),
            NodeValue::Integer(number) => toml::Value::Integer(*number),
            NodeValue::Float(number) => toml::Value::Float(*number),
            NodeValue::Boolean(truth) => toml::Value::Boolean(*truth),
            NodeValue::Date(date) => toml::Value::String(date.clone()),
            NodeValue::List(items) => toml::Value::Array(items.iter().map(Self::to_toml).collect()),
            NodeValue::Table(table) => toml::Value::Table(table_to_toml(table)),
        }
    }
}

pub fn table_to_toml(table: &NodeTable) -> toml::Table {
    table.iter().map(|(key, entry)| (key.clone(), entry.node.to_toml())).collect()
}

/// A text in quotes, with control characters escaped, cut to a readable length.
pub fn quoted(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut short: String = text.chars().take(LONGEST).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    format!("{short:?}")
}
