//! The columns of a table in memory: texts, numbers, Booleans and lists, without polars.

use super::error::ParquetError;
use crate::text::{floats, toml_float};

/// One column of a table. Each cell may be null.
#[derive(Debug, Clone, PartialEq)]
pub enum TableColumn {
    Text(TextColumn),
    Integer(Vec<Option<i64>>),
    Float(Vec<Option<f64>>),
    Boolean(Vec<Option<bool>>),
    Integers(ListColumn<u64>),
    Floats(ListColumn<f64>),
}

/// The texts of a column, in one buffer one behind the other.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TextColumn {
    bytes: String,
    pub(super) ends: Vec<usize>,
    valid: Vec<bool>,
}

/// The lists of numbers of a column, in one buffer one behind the other.
#[derive(Debug, Clone, PartialEq)]
pub struct ListColumn<N> {
    pub(super) values: Vec<N>,
    pub(super) ends: Vec<usize>,
    valid: Vec<bool>,
}

impl TextColumn {
    pub fn push(&mut self, text: Option<&str>) {
        self.bytes.push_str(text.unwrap_or_default());
        self.ends.push(self.bytes.len());
        self.valid.push(text.is_some());
    }

    /// The text of a row; `None` if it is null or there is no such row.
    #[must_use]
    pub fn get(&self, row: usize) -> Option<&str> {
        let start = if row == 0 { 0 } else { *self.ends.get(row - 1)? };
        self.valid.get(row)?.then(|| &self.bytes[start..self.ends[row]])
    }

    pub fn iter(&self) -> impl Iterator<Item = Option<&str>> {
        (0..self.ends.len()).map(|row| self.get(row))
    }

    fn append(&mut self, other: &Self) {
        let start = self.bytes.len();
        self.bytes.push_str(&other.bytes);
        self.ends.extend(other.ends.iter().map(|end| start + end));
        self.valid.extend_from_slice(&other.valid);
    }
}

impl<'a> FromIterator<Option<&'a str>> for TextColumn {
    fn from_iter<I: IntoIterator<Item = Option<&'a str>>>(texts: I) -> Self {
        let mut all = Self::default();
        texts.into_iter().for_each(|text| all.push(text));
        all
    }
}

impl<N> Default for ListColumn<N> {
    fn default() -> Self {
        Self { values: Vec::new(), ends: Vec::new(), valid: Vec::new() }
    }
}

impl<N: Copy> ListColumn<N> {
    pub fn push(&mut self, list: Option<&[N]>) {
        self.values.extend_from_slice(list.unwrap_or_default());
        self.ends.push(self.values.len());
        self.valid.push(list.is_some());
    }

    /// The number of values in all lists together.
    pub const fn total(&self) -> usize {
        self.values.len()
    }

    /// The list of a row; `None` if it is null or there is no such row.
    #[must_use]
    pub fn get(&self, row: usize) -> Option<&[N]> {
        let start = if row == 0 { 0 } else { *self.ends.get(row - 1)? };
        self.valid.get(row)?.then(|| &self.values[start..self.ends[row]])
    }

    pub fn iter(&self) -> impl Iterator<Item = Option<&[N]>> {
        (0..self.ends.len()).map(|row| self.get(row))
    }

    fn append(&mut self, other: &Self) {
        let start = self.values.len();
        self.values.extend_from_slice(&other.values);
        self.ends.extend(other.ends.iter().map(|end| start + end));
        self.valid.extend_from_slice(&other.valid);
    }
}

impl<'a, N: Copy + 'a> FromIterator<Option<&'a [N]>> for ListColumn<N> {
    fn from_iter<I: IntoIterator<Item = Option<&'a [N]>>>(lists: I) -> Self {
        let mut all = Self::default();
        lists.into_iter().for_each(|list| all.push(list));
        all
    }
}

impl TableColumn {
    #[must_use]
    pub const fn len(&self) -> usize {
        match self {
            Self::Text(values) => values.ends.len(),
            Self::Integer(values) => values.len(),
            Self::Float(values) => values.len(),
            Self::Boolean(values) => values.len(),
            Self::Integers(values) => values.ends.len(),
            Self::Floats(values) => values.ends.len(),
        }
    }

    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// These rows of the column, in this order; null for a row that does not exist.
    #[must_use]
    pub fn take(&self, rows: &[usize]) -> Self {
        fn some<T: Copy>(values: &[Option<T>], rows: &[usize]) -> Vec<Option<T>> {
            rows.iter().map(|&row| values.get(row).copied().flatten()).collect()
        }
        match self {
            Self::Text(values) => Self::Text(rows.iter().map(|&row| values.get(row)).collect()),
            Self::Integer(values) => Self::Integer(some(values, rows)),
            Self::Float(values) => Self::Float(some(values, rows)),
            Self::Boolean(values) => Self::Boolean(some(values, rows)),
            Self::Integers(values) => Self::Integers(rows.iter().map(|&row| values.get(row)).collect()),
            Self::Floats(values) => Self::Floats(rows.iter().map(|&row| values.get(row)).collect()),
        }
    }

    /// Appends the rows of another part of the same column.
    ///
    /// # Errors
    /// If that part has another type.
    pub fn append(&mut self, other: Self) -> Result<(), ParquetError> {
        match (self, other) {
            (Self::Text(all), Self::Text(part)) => all.append(&part),
            (Self::Integer(all), Self::Integer(part)) => all.extend(part),
            (Self::Float(all), Self::Float(part)) => all.extend(part),
            (Self::Boolean(all), Self::Boolean(part)) => all.extend(part),
            (Self::Integers(all), Self::Integers(part)) => all.append(&part),
            (Self::Floats(all), Self::Floats(part)) => all.append(&part),
            _ => return Err(ParquetError::malformed()),
        }
        Ok(())
    }

    /// The type of its cells, in words.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Integer(_) => "integer",
            Self::Float(_) => "float",
            Self::Boolean(_) => "boolean",
            Self::Integers(_) => "list of integers",
            Self::Floats(_) => "list of floats",
        }
    }

    /// The cell of a row as a person reads it. Equal texts mean equal bits.
    #[must_use]
    pub fn show(&self, row: usize) -> String {
        fn shown<T>(value: Option<T>, text: impl Fn(T) -> String) -> String {
            value.map_or_else(|| "null".to_owned(), text)
        }
        match self {
            Self::Text(values) => shown(values.get(row), str::to_owned),
            Self::Integer(values) => shown(values.get(row).copied().flatten(), |value| value.to_string()),
            Self::Float(values) => shown(values.get(row).copied().flatten(), toml_float),
            Self::Boolean(values) => shown(values.get(row).copied().flatten(), |value| value.to_string()),
            Self::Integers(values) => shown(values.get(row), |list| format!("{list:?}")),
            Self::Floats(values) => shown(values.get(row), floats),
        }
    }
}
