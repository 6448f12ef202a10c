//! What was read of a data file: its rows, the columns that are used, and those that are left out.

use serde::{Deserialize, Serialize};

/// What was read of a file. The default stands for data that comes from none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// The rows of the file.
    pub rows: u64,
    /// Those of them that are used.
    pub kept: u64,
    /// Those that were left out for missing cells.
    pub dropped: u64,
    /// The columns of the file that are used: the features in order, then the target.
    pub columns: Vec<ColumnReading>,
    /// The columns of the targets after the first, if there are several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_targets: Vec<ColumnReading>,
    /// The column of the weights of rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<ColumnReading>,
    /// The other columns, in the file's order.
    pub left_out: Vec<LeftOutColumn>,
}

/// A column of the file that is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnReading {
    pub name: String,
    /// What its cells are, in the rows that are kept.
    pub kind: ColumnKind,
    /// The missing cells, in all rows of the file.
    pub missing: u64,
    /// Whether the file itself says that these are dates, times or timestamps. It is not stored.
    #[serde(skip)]
    pub is_time: bool,
}

/// What the cells of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    Number,
    WholeNumber,
    /// Every cell is 0 or 1.
    TruthValue,
    Categories {
        levels: u64,
    },
}

/// A column of the file that is not used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOutColumn {
    /// Empty if the file gives it none.
    pub name: String,
    pub reason: LeftOutReason,
}

/// Why a column is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeftOutReason {
    /// The experiment ignores it.
    Ignored,
    /// The experiment lists its features, and this is not among them.
    NotListed,
    /// It is an index that pandas wrote.
    PandasIndex,
    /// It stands at the end of the rows, without a name and without a value.
    EmptyTrailing,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_survives_being_stored() {
        let column = |kind| ColumnReading { name: "a".to_owned(), kind, missing: 1, is_time: false };
        let left_out = |reason| LeftOutColumn { name: String::new(), reason };
        let reading = Reading {
            rows: 3,
            kept: 2,
            dropped: 1,
            columns: vec![column(ColumnKind::WholeNumber), column(ColumnKind::Categories { levels: 4 })],
            other_targets: Vec::new(),
            weight: Some(column(ColumnKind::Number)),
            left_out: vec![left_out(LeftOutReason::PandasIndex), left_out(LeftOutReason::Ignored)],
        };
        let text = serde_json::to_string(&reading).unwrap();
        assert!(text.contains("\"whole_number\"") && text.contains("\"pandas_index\""), "{text}");
        assert_eq!(serde_json::from_str::<Reading>(&text).unwrap(), reading);
    }
}
