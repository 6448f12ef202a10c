//! The columns of a table in memory: texts, numbers, Booleans and lists, without polars.

use std::ops::Range;

use super::error::ParquetError;
use crate::text::toml_float;

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

/// The lists of numbers of a column, in one buffer one behind the other. A list may be null, and so may each of its numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct ListColumn<N> {
    /// Holds the default in the place of a null number.
    pub(super) values: Vec<N>,
    pub(super) ends: Vec<usize>,
    valid: Vec<bool>,
    /// The positions of null numbers in `values`, in order. Mostly there are none.
    nulls: Vec<usize>,
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

    /// Whether it has no rows.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.ends.is_empty()
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
        Self { values: Vec::new(), ends: Vec::new(), valid: Vec::new(), nulls: Vec::new() }
    }
}

impl<N: Copy + Default> ListColumn<N> {
    pub fn push(&mut self, list: Option<&[N]>) {
        self.values.extend_from_slice(list.unwrap_or_default());
        self.ends.push(self.values.len());
        self.valid.push(list.is_some());
    }

    /// Adds a list whose numbers may be null.
    pub fn push_elements(&mut self, list: impl IntoIterator<Item = Option<N>>) {
        for element in list {
            if element.is_none() {
                self.nulls.push(self.values.len());
            }
            self.values.push(element.unwrap_or_default());
        }
        self.ends.push(self.values.len());
        self.valid.push(true);
    }

    /// The number of lists.
    pub const fn rows(&self) -> usize {
        self.ends.len()
    }

    /// The number of values in all lists together.
    pub const fn total(&self) -> usize {
        self.values.len()
    }

    /// The list of a row; `None` if it or one of its numbers is null, or there is no such row.
    #[must_use]
    pub fn get(&self, row: usize) -> Option<&[N]> {
        let range = self.range(row)?;
        self.nulls_in(&range).is_empty().then(|| &self.values[range])
    }

    /// The numbers of a row's list, each of which may be null; `None` if the list is null or there is no such row.
    pub fn elements(&self, row: usize) -> Option<impl ExactSizeIterator<Item = Option<N>>> {
        let range = self.range(row)?;
        let nulls = self.nulls_in(&range);
        Some(range.map(move |at| nulls.binary_search(&at).is_err().then(|| self.values[at])))
    }

    /// Where the list of a row lies in `values`; `None` if it is null or there is no such row.
    fn range(&self, row: usize) -> Option<Range<usize>> {
        let start = if row == 0 { 0 } else { *self.ends.get(row - 1)? };
        self.valid.get(row)?.then(|| start..self.ends[row])
    }

    fn nulls_in(&self, range: &Range<usize>) -> &[usize] {
        let before = |end: usize| self.nulls.partition_point(|at| *at < end);
        &self.nulls[before(range.start)..before(range.end)]
    }

    fn push_from(&mut self, other: &Self, row: usize) {
        match (other.get(row), other.elements(row)) {
            (None, Some(elements)) => self.push_elements(elements),
            (list, _) => self.push(list),
        }
    }

    fn append(&mut self, other: &Self) {
        let start = self.values.len();
        self.values.extend_from_slice(&other.values);
        self.ends.extend(other.ends.iter().map(|end| start + end));
        self.valid.extend_from_slice(&other.valid);
        self.nulls.extend(other.nulls.iter().map(|at| start + at));
    }

    fn take(&self, rows: &[usize]) -> Self {
        let mut taken = Self::default();
        rows.iter().for_each(|&row| taken.push_from(self, row));
        taken
    }
}

impl<'a, N: Copy + Default + 'a> FromIterator<Option<&'a [N]>> for ListColumn<N> {
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
            Self::Integers(values) => Self::Integers(values.take(rows)),
            Self::Floats(values) => Self::Floats(values.take(rows)),
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
        fn in_brackets<T>(list: impl Iterator<Item = Option<T>>, text: impl Fn(T) -> String) -> String {
            let shown: Vec<String> = list.map(|value| shown(value, &text)).collect();
            format!("[{}]", shown.join(", "))
        }
        fn shown<T>(value: Option<T>, text: impl Fn(T) -> String) -> String {
            value.map_or_else(|| "null".to_owned(), text)
        }
        match self {
            Self::Text(values) => shown(values.get(row), str::to_owned),
            Self::Integer(values) => shown(values.get(row).copied().flatten(), |value| value.to_string()),
            Self::Float(values) => shown(values.get(row).copied().flatten(), toml_float),
            Self::Boolean(values) => shown(values.get(row).copied().flatten(), |value| value.to_string()),
            Self::Integers(values) => shown(values.elements(row), |list| in_brackets(list, |value| value.to_string())),
            Self::Floats(values) => shown(values.elements(row), |list| in_brackets(list, toml_float)),
        }
    }
}
