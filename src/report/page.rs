//! The content of a page, as data. Text is plain, and each renderer escapes it.

use serde::Serialize;

/// A heading and the blocks under it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PageSection {
    /// The anchor, unique in a report.
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
    /// Text to paste into a file.
    Code {
        text: String,
    },
    Table(PageTable),
    /// A figure by name. The picture contains its title and notes. The caption repeats them for readers who cannot see
    /// it.
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
    /// Numbers are aligned to the right.
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
