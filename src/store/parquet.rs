//! Columns of our own to and from Parquet, through polars.

use std::io::Cursor;

use polars::prelude::*;

/// One column of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Column {
    Text(Vec<Option<String>>),
    Integer(Vec<Option<i64>>),
    Float(Vec<Option<f64>>),
    Boolean(Vec<Option<bool>>),
    Integers(Vec<Option<Vec<u64>>>),
    Floats(Vec<Option<Vec<f64>>>),
}

/// A table could not be encoded or decoded.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ParquetError(String);

impl ParquetError {
    pub(super) fn malformed() -> Self {
        Self("a column is missing or holds what is never written".to_owned())
    }
}

impl From<PolarsError> for ParquetError {
    fn from(error: PolarsError) -> Self {
        Self(error.to_string())
    }
}

impl Column {
    #[must_use]
    pub const fn len(&self) -> usize {
        match self {
            Self::Text(values) => values.len(),
            Self::Integer(values) => values.len(),
            Self::Float(values) => values.len(),
            Self::Boolean(values) => values.len(),
            Self::Integers(values) => values.len(),
            Self::Floats(values) => values.len(),
        }
    }

    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
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
        fn shown<T>(value: Option<&Option<T>>, text: impl Fn(&T) -> String) -> String {
            value.and_then(Option::as_ref).map_or_else(|| "null".to_owned(), text)
        }
        match self {
            Self::Text(values) => shown(values.get(row), Clone::clone),
            Self::Integer(values) => shown(values.get(row), ToString::to_string),
            Self::Float(values) => shown(values.get(row), |value| format!("{value:?}")),
            Self::Boolean(values) => shown(values.get(row), ToString::to_string),
            Self::Integers(values) => shown(values.get(row), |list| format!("{list:?}")),
            Self::Floats(values) => shown(values.get(row), |list| format!("{list:?}")),
        }
    }

    fn series(&self, name: &str) -> Series {
        let name = PlSmallStr::from_str(name);
        match self {
            Self::Text(values) => {
                StringChunked::from_iter_options(name, values.iter().map(Option::as_deref)).into_series()
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
            DataType::String => Self::Text(series.str()?.iter().map(|value| value.map(str::to_owned)).collect()),
            DataType::Int64 => Self::Integer(series.i64()?.iter().collect()),
            DataType::Float64 => Self::Float(series.f64()?.iter().collect()),
            DataType::Boolean => Self::Boolean(series.bool()?.iter().collect()),
            DataType::List(inner) if **inner == DataType::UInt64 => {
                Self::Integers(slices(series, |values| Ok(values.u64()?.cont_slice()?.to_vec()))?)
            }
            DataType::List(inner) if **inner == DataType::Float64 => {
                Self::Floats(slices(series, |values| Ok(values.f64()?.cont_slice()?.to_vec()))?)
            }
            other => return Err(ParquetError(format!("column {} has the unknown type {other}", series.name()))),
        })
    }
}

fn lists<T, N: Copy>(name: PlSmallStr, values: &[Option<Vec<N>>], inner: DataType) -> Series
where
    T: PolarsNumericType<Native = N>,
{
    let total = values.iter().flatten().map(Vec::len).sum();
    let mut builder = ListPrimitiveChunkedBuilder::<T>::new(name, values.len(), total, inner);
    for value in values {
        builder.append_opt_slice(value.as_deref());
    }
    builder.finish().into_series()
}

/// The lists of a column, cut out of its values at once.
fn slices<N: Copy>(
    series: &Series,
    values: impl Fn(&Series) -> Result<Vec<N>, ParquetError>,
) -> Result<Vec<Option<Vec<N>>>, ParquetError> {
    let column = series.list()?.rechunk();
    let all = values(&column.get_inner().rechunk())?;
    let mut rows = Vec::with_capacity(column.len());
    for chunk in column.downcast_iter() {
        let offsets = chunk.offsets();
        for row in 0..chunk.len() {
            let (start, end) = offsets.start_end(row);
            let valid = chunk.validity().is_none_or(|validity| validity.get_bit(row));
            rows.push(valid.then(|| all[start..end].to_vec()));
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

/// Encodes named columns of one length.
///
/// # Errors
/// Where polars refuses them.
pub fn encode(columns: &[(String, Column)], packing: Packing) -> Result<Vec<u8>, ParquetError> {
    let height = columns.first().map_or(0, |(_, column)| column.len());
    let series = columns.iter().map(|(name, column)| column.series(name).into_column()).collect();
    let mut frame = DataFrame::new(height, series)?;
    let mut bytes = Vec::new();
    let compression = match packing {
        Packing::Fast => ParquetCompression::Lz4Raw,
        Packing::Small => ParquetCompression::Zstd(None),
    };
    ParquetWriter::new(&mut bytes)
        .with_compression(compression)
        .with_statistics(StatisticsOptions::empty())
        .with_row_group_size(Some(100_000))
        .set_parallel(false)
        .finish(&mut frame)?;
    Ok(bytes)
}

/// Decodes named columns.
///
/// # Errors
/// Where the bytes are not Parquet, or a column has a type that we do not write.
pub fn decode(bytes: Vec<u8>) -> Result<Vec<(String, Column)>, ParquetError> {
    let frame = std::panic::catch_unwind(move || ParquetReader::new(Cursor::new(bytes)).finish())
        .map_err(|_| ParquetError("the Parquet reader panicked".to_owned()))??;
    frame
        .columns()
        .iter()
        .map(|column| {
            let series = column.as_materialized_series();
            Ok((series.name().to_string(), Column::from_series(series)?))
        })
        .collect()
}
