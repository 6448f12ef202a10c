//! The columns of a Parquet file: which types can be used, and the content of their cells.

use std::borrow::Cow;

use polars::prelude::{ArrowDataType, DataType, PolarsResult, Series, StringChunked};

use crate::dataset::table::CellValue;

/// What a column of some type can be used as.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ColumnUse {
    Number,
    Text,
    None,
}

pub(super) fn use_of(dtype: &ArrowDataType) -> ColumnUse {
    use ArrowDataType as Type;
    match dtype {
        // polars reads shorter integers only with one more feature for each type.
        Type::Boolean | Type::Int32 | Type::Int64 | Type::UInt32 | Type::UInt64 | Type::Float32 | Type::Float64 => {
            ColumnUse::Number
        }
        Type::Utf8 | Type::LargeUtf8 | Type::Utf8View => ColumnUse::Text,
        _ => ColumnUse::None,
    }
}

/// A type's name in messages.
pub(super) fn type_name(dtype: &ArrowDataType) -> String {
    use ArrowDataType as Type;
    match dtype {
        Type::List(_) | Type::LargeList(_) | Type::FixedSizeList(..) => "list".to_owned(),
        Type::Struct(_) => "struct".to_owned(),
        Type::Map(..) => "map".to_owned(),
        Type::Timestamp(..) | Type::Date64 => "timestamp".to_owned(),
        Type::Date32 => "date".to_owned(),
        Type::Time32(_) | Type::Time64(_) => "time".to_owned(),
        Type::Duration(_) | Type::Interval(_) => "duration".to_owned(),
        Type::Decimal(precision, scale) | Type::Decimal256(precision, scale) => {
            format!("decimal({precision}, {scale})")
        }
        Type::Binary | Type::LargeBinary | Type::BinaryView | Type::FixedSizeBinary(_) => "binary".to_owned(),
        Type::Float16 => "float16".to_owned(),
        Type::Null => "null".to_owned(),
        Type::Int8 => "int8".to_owned(),
        Type::Int16 => "int16".to_owned(),
        Type::UInt8 => "uint8".to_owned(),
        Type::UInt16 => "uint16".to_owned(),
        other => format!("{other:?}"),
    }
}

/// The cells of a column in some rows.
pub(super) struct ColumnCells {
    content: CellContent,
    /// Whether each cell is null; empty if none is.
    null: Vec<bool>,
}

enum CellContent {
    Numbers(Vec<f64>),
    /// Numbers that name levels of a category.
    NumberLevels(Vec<f64>),
    Levels(StringChunked),
}

impl ColumnCells {
    /// # Errors
    /// If polars cannot convert the series.
    pub(super) fn new(series: &Series, one_hot: bool) -> PolarsResult<Self> {
        let null = if series.null_count() > 0 {
            series.is_null().iter().map(|null| null == Some(true)).collect()
        } else {
            Vec::new()
        };
        let numbers = || -> PolarsResult<Vec<f64>> {
            let numbers = series.cast(&DataType::Float64)?;
            let mut values = Vec::with_capacity(numbers.len());
            numbers.f64()?.downcast_iter().for_each(|chunk| values.extend_from_slice(chunk.values()));
            Ok(values)
        };
        let content = match series.dtype() {
            _ if !one_hot => CellContent::Numbers(numbers()?),
            DataType::Float32 | DataType::Float64 => CellContent::NumberLevels(numbers()?),
            _ => CellContent::Levels(series.cast(&DataType::String)?.rechunk().str()?.clone()),
        };
        Ok(Self { content, null })
    }

    /// The cell of a row.
    pub(super) fn cell(&self, row: usize) -> CellValue<'_> {
        if !self.null.is_empty() && self.null[row] {
            return CellValue::Missing("the cell is null".to_owned());
        }
        match &self.content {
            CellContent::Numbers(values) => number(values[row]),
            CellContent::NumberLevels(values) => match number(values[row]) {
                CellValue::Number(value) => CellValue::Level(Cow::Owned(value.to_string())),
                other => other,
            },
            CellContent::Levels(levels) => CellValue::Level(Cow::Borrowed(levels.get(row).unwrap_or_default())),
        }
    }
}

fn number(value: f64) -> CellValue<'static> {
    if value.is_finite() {
        CellValue::Number(value + 0.0)
    } else if value.is_nan() {
        CellValue::Missing("NaN is missing".to_owned())
    } else {
        CellValue::NotFinite(format!("{value} is not finite"))
    }
}
