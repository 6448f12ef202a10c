//! Columns: which types are read, and what a cell says.

use std::borrow::Cow;

use polars::prelude::{ArrowDataType, DataType, PolarsResult, Series, StringChunked};

use crate::dataset::table::Cell;

/// What a column's type makes of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Number,
    Text,
    None,
}

pub(super) fn use_of(dtype: &ArrowDataType) -> Use {
    use ArrowDataType as Type;
    match dtype {
        // The library reads shorter integers only with a feature for each of their types.
        Type::Boolean | Type::Int32 | Type::Int64 | Type::UInt32 | Type::UInt64 | Type::Float32 | Type::Float64 => {
            Use::Number
        }
        Type::Utf8 | Type::LargeUtf8 | Type::Utf8View => Use::Text,
        _ => Use::None,
    }
}

/// A type's name, for a message.
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

/// Some rows of a column.
pub(super) struct Column {
    content: Content,
    /// By row; empty where no cell is null.
    null: Vec<bool>,
}

enum Content {
    Numbers(Vec<f64>),
    /// Numbers as levels.
    NumberLevels(Vec<f64>),
    Levels(StringChunked),
}

impl Column {
    /// # Errors
    /// What the library says to the conversion.
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
            _ if !one_hot => Content::Numbers(numbers()?),
            DataType::Float32 | DataType::Float64 => Content::NumberLevels(numbers()?),
            _ => Content::Levels(series.cast(&DataType::String)?.rechunk().str()?.clone()),
        };
        Ok(Self { content, null })
    }

    pub(super) fn len(&self) -> usize {
        match &self.content {
            Content::Numbers(values) | Content::NumberLevels(values) => values.len(),
            Content::Levels(levels) => levels.len(),
        }
    }

    /// The cell of a row.
    pub(super) fn cell(&self, row: usize) -> Cell<'_> {
        if !self.null.is_empty() && self.null[row] {
            return Cell::Missing("the cell is null".to_owned());
        }
        match &self.content {
            Content::Numbers(values) => number(values[row]),
            Content::NumberLevels(values) => match number(values[row]) {
                Cell::Number(value) => Cell::Level(Cow::Owned(value.to_string())),
                other => other,
            },
            Content::Levels(levels) => Cell::Level(Cow::Borrowed(levels.get(row).unwrap_or_default())),
        }
    }
}

fn number(value: f64) -> Cell<'static> {
    if value.is_finite() {
        Cell::Number(value + 0.0)
    } else if value.is_nan() {
        Cell::Missing("NaN is missing".to_owned())
    } else {
        Cell::NotFinite(format!("{value} is not finite"))
    }
}
