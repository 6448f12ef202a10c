//! What a page says, as data. Text is plain: each renderer escapes it in its own way.

use serde::Serialize;

use super::figures::TaskFigures;
use crate::analysis::Analysis;

/// A heading and what stands under it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Section {
    /// Unique in a report: the anchor.
    pub id: &'static str,
    pub heading: &'static str,
    pub blocks: Vec<Block>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Block {
    Subheading {
        text: String,
    },
    Paragraph {
        text: String,
    },
    List {
        items: Vec<String>,
    },
    /// Something to paste into a file.
    Code {
        text: String,
    },
    Table(Table),
    /// A figure by name. The picture has its title and notes in it: the caption is the same in text, for who cannot see it.
    Figure {
        name: String,
        caption: String,
    },
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Table {
    pub caption: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<String>>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Column {
    pub title: String,
    /// Aligned to the right.
    pub numeric: bool,
}

/// What a section is made from.
pub struct Context<'a> {
    pub analysis: &'a Analysis<'a>,
    /// One entry a task.
    pub figures: &'a [TaskFigures],
}

impl Block {
    pub fn paragraph(text: impl Into<String>) -> Self {
        Self::Paragraph { text: text.into() }
    }

    /// A table, unless it has no rows.
    pub fn table(caption: impl Into<String>, columns: &[(&str, bool)], rows: Vec<Vec<String>>) -> Option<Self> {
        let columns =
            columns.iter().map(|(title, numeric)| Column { title: (*title).to_owned(), numeric: *numeric }).collect();
        (!rows.is_empty()).then(|| Self::Table(Table { caption: caption.into(), columns, rows }))
    }
}
