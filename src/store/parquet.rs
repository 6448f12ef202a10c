//! Columns of our own to and from Parquet, through polars.

use std::collections::BTreeMap;
use std::io::{Cursor, Write};

use polars::io::parquet::read::ParallelStrategy;
use polars::io::parquet::write::{BatchedWriter, KeyValueMetadata};
use polars::prelude::*;

use crate::guard::guarded;
use crate::text::{floats, reason, toml_float};
use crate::thrift;

/// One column of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Column {
    Text(Texts),
    Integer(Vec<Option<i64>>),
    Float(Vec<Option<f64>>),
    Boolean(Vec<Option<bool>>),
    Integers(Lists<u64>),
    Floats(Lists<f64>),
}

/// Texts, one behind the other.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Texts {
    bytes: String,
    ends: Vec<usize>,
    valid: Vec<bool>,
}

/// Lists of numbers, one behind the other.
#[derive(Debug, Clone, PartialEq)]
pub struct Lists<N> {
    values: Vec<N>,
    ends: Vec<usize>,
    valid: Vec<bool>,
}

impl Texts {
    pub fn push(&mut self, text: Option<&str>) {
        self.bytes.push_str(text.unwrap_or_default());
        self.ends.push(self.bytes.len());
        self.valid.push(text.is_some());
    }

    /// The text of a row; `None` where it is null, or there is no such row.
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

impl<'a> FromIterator<Option<&'a str>> for Texts {
    fn from_iter<I: IntoIterator<Item = Option<&'a str>>>(texts: I) -> Self {
        let mut all = Self::default();
        texts.into_iter().for_each(|text| all.push(text));
        all
    }
}

impl<N> Default for Lists<N> {
    fn default() -> Self {
        Self { values: Vec::new(), ends: Vec::new(), valid: Vec::new() }
    }
}

impl<N: Copy> Lists<N> {
    pub fn push(&mut self, list: Option<&[N]>) {
        self.values.extend_from_slice(list.unwrap_or_default());
        self.ends.push(self.values.len());
        self.valid.push(list.is_some());
    }

    /// The numbers of all lists.
    pub const fn total(&self) -> usize {
        self.values.len()
    }

    /// The list of a row; `None` where it is null, or there is no such row.
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

impl<'a, N: Copy + 'a> FromIterator<Option<&'a [N]>> for Lists<N> {
    fn from_iter<I: IntoIterator<Item = Option<&'a [N]>>>(lists: I) -> Self {
        let mut all = Self::default();
        lists.into_iter().for_each(|list| all.push(list));
        all
    }
}

/// A table could not be encoded or decoded.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ParquetError(String);

impl ParquetError {
    pub(super) const fn new(reason: String) -> Self {
        Self(reason)
    }

    pub(super) fn malformed() -> Self {
        Self("a column is missing or holds what is never written".to_owned())
    }
}

impl From<PolarsError> for ParquetError {
    fn from(error: PolarsError) -> Self {
        Self(match &error {
            PolarsError::IO { error, .. } => reason(error),
            other => other.to_string(),
        })
    }
}

impl Column {
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

    /// Some of its rows, in the order in which they are named; null where there is no such row.
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

    /// Adds the rows of another part of the same column.
    ///
    /// # Errors
    /// Where that is of another type.
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

    /// The type of its cells in a word.
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

    /// The cell of a row as a person reads it; two cells are the same bits where their texts are the same.
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

    fn series(&self, name: &str) -> Series {
        let name = PlSmallStr::from_str(name);
        match self {
            Self::Text(values) => {
                let mut builder = StringChunkedBuilder::new(name, values.ends.len());
                values.iter().for_each(|value| builder.append_option(value));
                builder.finish().into_series()
            }
            Self::Integer(values) => Int64Chunked::from_iter_options(name, values.iter().copied()).into_series(),
            Self::Float(values) => Float64Chunked::from_iter_options(name, values.iter().copied()).into_series(),
            Self::Boolean(values) => BooleanChunked::from_iter_options(name, values.iter().copied()).into_series(),
            Self::Integers(values) => lists::<UInt64Type, u64>(name, values, DataType::UInt64),
            Self::Floats(values) => lists::<Float64Type, f64>(name, values, DataType::Float64),
        }
    }

    fn from_series(series: &Series) -> Result<Self, ParquetError> {
        Ok(match series.dtype() {
            DataType::String => Self::Text(series.str()?.iter().collect()),
            DataType::Int64 => Self::Integer(series.i64()?.iter().collect()),
            DataType::Float64 => Self::Float(series.f64()?.iter().collect()),
            DataType::Boolean => Self::Boolean(series.bool()?.iter().collect()),
            DataType::List(inner) if **inner == DataType::UInt64 => {
                Self::Integers(cut(series, |values| Ok(values.u64()?.cont_slice()?.to_vec()))?)
            }
            DataType::List(inner) if **inner == DataType::Float64 => {
                Self::Floats(cut(series, |values| Ok(values.f64()?.cont_slice()?.to_vec()))?)
            }
            other => return Err(ParquetError(format!("column {} has the unknown type {other}", series.name()))),
        })
    }
}

fn lists<T, N: Copy>(name: PlSmallStr, values: &Lists<N>, inner: DataType) -> Series
where
    T: PolarsNumericType<Native = N>,
{
    let mut builder = ListPrimitiveChunkedBuilder::<T>::new(name, values.ends.len(), values.values.len(), inner);
    values.iter().for_each(|value| builder.append_opt_slice(value));
    builder.finish().into_series()
}

/// The lists of a column, cut out of its values at once.
fn cut<N: Copy>(
    series: &Series,
    values: impl Fn(&Series) -> Result<Vec<N>, ParquetError>,
) -> Result<Lists<N>, ParquetError> {
    let column = series.list()?.rechunk();
    let all = values(&column.get_inner().rechunk())?;
    let mut rows = Lists::default();
    for chunk in column.downcast_iter() {
        let offsets = chunk.offsets();
        for row in 0..chunk.len() {
            let (start, end) = offsets.start_end(row);
            let valid = chunk.validity().is_none_or(|validity| validity.get_bit(row));
            rows.push(valid.then(|| &all[start..end]));
        }
    }
    Ok(rows)
}

/// How a table's bytes are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// For segments: written often, read seldom.
    Fast,
    /// For tables that are committed.
    Small,
}

/// Writes a table in row groups.
pub struct TableWriter<W: Write> {
    packing: Packing,
    labels: Vec<(String, String)>,
    state: State<W>,
}

enum State<W: Write> {
    /// The first rows tell the columns.
    New(W),
    Open(Box<BatchedWriter<W>>),
    Failed,
}

impl<W: Write> TableWriter<W> {
    pub const fn new(out: W, packing: Packing) -> Self {
        Self { packing, labels: Vec::new(), state: State::New(out) }
    }

    /// Says something of the table itself, in its metadata.
    #[must_use]
    pub fn labelled(self, labels: Vec<(String, String)>) -> Self {
        Self { labels, ..self }
    }

    /// Writes one row group. Columns have the same names and types each time.
    ///
    /// # Errors
    /// Where polars refuses the columns, or the bytes cannot be written.
    pub fn write(&mut self, columns: Vec<(String, Column)>) -> Result<(), ParquetError> {
        let height = columns.first().map_or(0, |(_, column)| column.len());
        // One column after the other, each gone before the next one takes its room.
        let series = columns.into_iter().map(|(name, column)| column.series(&name).into_column()).collect();
        let frame = DataFrame::new(height, series)?;
        let mut writer = match std::mem::replace(&mut self.state, State::Failed) {
            State::Open(writer) => writer,
            State::New(out) => {
                let compression = match self.packing {
                    Packing::Fast => ParquetCompression::Lz4Raw,
                    Packing::Small => ParquetCompression::Zstd(None),
                };
                let labels = std::mem::take(&mut self.labels);
                ParquetWriter::new(out)
                    .with_key_value_metadata((!labels.is_empty()).then(|| KeyValueMetadata::from_static(labels)))
                    .with_compression(compression)
                    .with_statistics(StatisticsOptions::empty())
                    .set_parallel(false)
                    .batched(frame.schema())
                    .map(Box::new)?
            }
            State::Failed => return Err(ParquetError::malformed()),
        };
        writer.write_batch(&frame)?;
        self.state = State::Open(writer);
        Ok(())
    }

    /// Writes what follows the last row group. At least one must have been written.
    ///
    /// # Errors
    /// Where the bytes cannot be written.
    pub fn finish(self) -> Result<(), ParquetError> {
        match self.state {
            State::Open(writer) => {
                writer.finish()?;
                Ok(())
            }
            _ => Err(ParquetError::malformed()),
        }
    }
}

/// Encodes named columns of one length.
///
/// # Errors
/// Where polars refuses them.
pub fn encode(
    columns: Vec<(String, Column)>,
    packing: Packing,
    labels: Vec<(String, String)>,
) -> Result<Vec<u8>, ParquetError> {
    let mut bytes = Vec::new();
    let mut writer = TableWriter::new(&mut bytes, packing).labelled(labels);
    writer.write(columns)?;
    writer.finish()?;
    Ok(bytes)
}

/// What a table says of itself in its metadata.
///
/// # Errors
/// Where the bytes are not Parquet.
pub fn labels(bytes: &[u8]) -> Result<BTreeMap<String, String>, ParquetError> {
    check_footer(bytes)?;
    let read = guarded(|| -> PolarsResult<BTreeMap<String, String>> {
        let mut reader = ParquetReader::new(Cursor::new(bytes));
        let labels = reader.get_metadata()?.key_value_metadata().iter().flatten();
        Ok(labels.map(|label| (label.key.clone(), label.value.clone().unwrap_or_default())).collect())
    });
    read.map_err(ParquetError)
}

/// Decodes named columns: all, or those that are asked for.
///
/// # Errors
/// Where the bytes are not Parquet, a column is missing, or has a type that we do not write.
pub fn decode(bytes: Vec<u8>, columns: Option<&[&str]>) -> Result<Vec<(String, Column)>, ParquetError> {
    let columns = columns.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
    check_footer(&bytes)?;
    let decoded = guarded(move || -> Result<_, ParquetError> {
        let reader = ParquetReader::new(Cursor::new(bytes));
        self::columns(reader.with_columns(columns).read_parallel(ParallelStrategy::None).finish()?)
    });
    decoded.map_err(ParquetError)
}

/// The columns of a frame.
pub(super) fn columns(frame: DataFrame) -> Result<Vec<(String, Column)>, ParquetError> {
    let named = |column: polars::prelude::Column| {
        let series = column.as_materialized_series();
        Ok((series.name().to_string(), Column::from_series(series)?))
    };
    frame.into_columns().into_iter().map(named).collect()
}

/// Whether the footer of a file holds what it claims. `bytes` are the file, or its end with the whole footer.
pub(super) fn check_footer(bytes: &[u8]) -> Result<(), ParquetError> {
    let sound = thrift::has_sound_footer(bytes);
    sound.then_some(()).ok_or_else(|| ParquetError("its footer contradicts itself".to_owned()))
}
