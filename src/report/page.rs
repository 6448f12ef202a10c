//! What a page says, as data. Text is plain: each renderer escapes it in its own way.

use serde::Serialize;

/// A heading and what stands under it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PageSection {
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
    Table(PageTable),
    /// A figure by name. The picture has its title and notes in it: the caption is the same in text, for who cannot see it.
    Figure {
        name: String,
        caption: String,
    },
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PageTable {
    pub caption: String,
    pub columns: Vec<PageColumn>,
    pub rows: Vec<Vec<String>>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PageColumn {
    pub title: String,
    /// Aligned to the right.
    pub numeric: bool,
}

impl Block {
    pub fn paragraph(text: impl Into<String>) -> Self {
        Self::Paragraph { text: text.into() }
    }

    /// A table, unless it has no rows.
    pub fn table(caption: impl Into<String>, columns: &[(&str, bool)], rows: Vec<Vec<String>>) -> Option<Self> {
        let columns = columns
            .iter()
            .map(|(title, numeric)| PageColumn { title: (*title).to_owned(), numeric: *numeric })
            .collect();
        (!rows.is_empty()).then(|| Self::Table(PageTable { caption: caption.into(), columns, rows }))
    }
}
