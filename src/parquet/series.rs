//! Our columns to and from polars series.

use polars::prelude::*;

use super::columns::{ListColumn, TableColumn};
use super::error::ParquetError;

/// A column as a polars series.
pub fn series(name: &str, column: &TableColumn) -> Series {
    let name = PlSmallStr::from_str(name);
    match column {
        TableColumn::Text(values) => {
            let mut builder = StringChunkedBuilder::new(name, values.ends.len());
            values.iter().for_each(|value| builder.append_option(value));
            builder.finish().into_series()
        }
        TableColumn::Integer(values) => Int64Chunked::from_iter_options(name, values.iter().copied()).into_series(),
        TableColumn::Float(values) => Float64Chunked::from_iter_options(name, values.iter().copied()).into_series(),
        TableColumn::Boolean(values) => BooleanChunked::from_iter_options(name, values.iter().copied()).into_series(),
        TableColumn::Integers(values) => lists::<UInt64Type, u64>(name, values, DataType::UInt64),
        TableColumn::Floats(values) => lists::<Float64Type, f64>(name, values, DataType::Float64),
    }
}

/// The columns of a polars frame, by name.
///
/// # Errors
/// If a column has a type that this program never writes.
pub fn columns(frame: DataFrame) -> Result<Vec<(String, TableColumn)>, ParquetError> {
    let named = |column: polars::prelude::Column| {
        let series = column.as_materialized_series();
        Ok((series.name().to_string(), from_series(series)?))
    };
    frame.into_columns().into_iter().map(named).collect()
}

fn from_series(series: &Series) -> Result<TableColumn, ParquetError> {
    Ok(match series.dtype() {
        DataType::String => TableColumn::Text(series.str()?.iter().collect()),
        DataType::Int64 => TableColumn::Integer(series.i64()?.iter().collect()),
        DataType::Float64 => TableColumn::Float(series.f64()?.iter().collect()),
        DataType::Boolean => TableColumn::Boolean(series.bool()?.iter().collect()),
        DataType::List(inner) if **inner == DataType::UInt64 => TableColumn::Integers(cut(series, Series::u64)?),
        DataType::List(inner) if **inner == DataType::Float64 => TableColumn::Floats(cut(series, Series::f64)?),
        other => return Err(ParquetError::new(format!("column {} has the unknown type {other}", series.name()))),
    })
}

fn lists<T, N: Copy + Default>(name: PlSmallStr, values: &ListColumn<N>, inner: DataType) -> Series
where
    T: PolarsNumericType<Native = N>,
{
    let rows = values.ends.len();
    let mut builder = ListPrimitiveChunkedBuilder::<T>::new(name, rows, values.values.len(), inner);
    for row in 0..rows {
        match (values.get(row), values.elements(row)) {
            (None, Some(elements)) => builder.append_iter(elements.collect::<Vec<_>>().into_iter()),
            (list, _) => builder.append_opt_slice(list),
        }
    }
    builder.finish().into_series()
}

/// The lists of a column. `typed` knows the type of their numbers.
fn cut<T: PolarsNumericType>(
    series: &Series,
    typed: impl Fn(&Series) -> PolarsResult<&ChunkedArray<T>>,
) -> Result<ListColumn<T::Native>, ParquetError> {
    let column = series.list()?.rechunk();
    let inner = column.get_inner().rechunk();
    let numbers = typed(&inner)?;
    let mut rows = ListColumn::default();
    let (Some(all), Some(lists)) = (numbers.downcast_iter().next(), column.downcast_iter().next()) else {
        return Ok(rows);
    };
    let (values, offsets) = (all.values().as_slice(), lists.offsets());
    for row in 0..lists.len() {
        let (start, end) = offsets.start_end(row);
        let valid = lists.validity().is_none_or(|validity| validity.get_bit(row));
        match all.validity().filter(|_| valid && numbers.null_count() > 0) {
            Some(known) => rows.push_elements((start..end).map(|at| known.get_bit(at).then(|| values[at]))),
            None => rows.push(valid.then(|| &values[start..end])),
        }
    }
    Ok(rows)
}
