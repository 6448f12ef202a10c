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
        DataType::List(inner) if **inner == DataType::UInt64 => {
            TableColumn::Integers(cut(series, |values| Ok(values.u64()?.cont_slice()?.to_vec()))?)
        }
        DataType::List(inner) if **inner == DataType::Float64 => {
            TableColumn::Floats(cut(series, |values| Ok(values.f64()?.cont_slice()?.to_vec()))?)
        }
        other => return Err(ParquetError::new(format!("column {} has the unknown type {other}", series.name()))),
    })
}

fn lists<T, N: Copy>(name: PlSmallStr, values: &ListColumn<N>, inner: DataType) -> Series
where
    T: PolarsNumericType<Native = N>,
{
    let mut builder = ListPrimitiveChunkedBuilder::<T>::new(name, values.ends.len(), values.values.len(), inner);
    values.iter().for_each(|value| builder.append_opt_slice(value));
    builder.finish().into_series()
}

/// The lists of a column. `values` converts the values of all lists at once.
fn cut<N: Copy>(
    series: &Series,
    values: impl Fn(&Series) -> Result<Vec<N>, ParquetError>,
) -> Result<ListColumn<N>, ParquetError> {
    let column = series.list()?.rechunk();
    let all = values(&column.get_inner().rechunk())?;
    let mut rows = ListColumn::default();
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
