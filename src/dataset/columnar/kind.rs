//! What a column's type means.

use polars_arrow::datatypes::{ArrowDataType, TimeUnit};

use crate::dataset::table::FloatWidth;

/// A decimal with more digits takes 32 bytes, and is not read.
const MOST_DIGITS: usize = 38;

/// What the cells of a column are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::dataset) enum ColumnKind {
    Boolean,
    Integer,
    /// Stored in an integer of the same width, with or without a sign.
    Unsigned,
    Float,
    /// A float of 32 bits.
    Single,
    /// A float of 16 bits.
    Half,
    Decimal {
        decimals: u32,
    },
    /// Days since 1970-01-01.
    Date,
    /// Seconds since 1970-01-01, with so many decimals.
    Timestamp {
        decimals: u32,
    },
    /// Nanoseconds of a day and the number of that day, as old Parquet files have them.
    DayAndNanoseconds,
    /// Seconds since midnight, with so many decimals.
    Time {
        decimals: u32,
    },
    Text,
    /// No cell has a value.
    Empty,
    /// Nothing that can be used; the type's name in messages.
    Other(String),
}

impl ColumnKind {
    pub(in crate::dataset) fn of(dtype: &ArrowDataType) -> Self {
        use ArrowDataType as Type;
        match dtype {
            Type::Boolean => Self::Boolean,
            Type::Int8 | Type::Int16 | Type::Int32 | Type::Int64 => Self::Integer,
            Type::UInt8 | Type::UInt16 | Type::UInt32 | Type::UInt64 => Self::Unsigned,
            Type::Float64 => Self::Float,
            Type::Float32 => Self::Single,
            Type::Float16 => Self::Half,
            Type::Decimal(digits, decimals) | Type::Decimal32(digits, decimals) | Type::Decimal64(digits, decimals)
                if *digits <= MOST_DIGITS && *decimals <= MOST_DIGITS =>
            {
                Self::Decimal { decimals: *decimals as u32 }
            }
            Type::Date32 | Type::Date64 => Self::Date,
            Type::Timestamp(unit, _) => Self::Timestamp { decimals: decimals(*unit) },
            Type::Time32(unit) | Type::Time64(unit) => Self::Time { decimals: decimals(*unit) },
            Type::Utf8 | Type::LargeUtf8 | Type::Utf8View => Self::Text,
            Type::Null => Self::Empty,
            Type::Dictionary(_, values, _) => Self::of(values),
            Type::Extension(extension) => Self::of(&extension.inner),
            other => Self::Other(type_name(other)),
        }
    }

    /// How its numbers are stored.
    pub(super) const fn width(&self) -> FloatWidth {
        match self {
            Self::Single => FloatWidth::Single,
            Self::Half => FloatWidth::Half,
            _ => FloatWidth::Double,
        }
    }

    /// Whether it is a date, a time or a timestamp.
    pub(super) const fn is_time(&self) -> bool {
        matches!(self, Self::Date | Self::Timestamp { .. } | Self::DayAndNanoseconds | Self::Time { .. })
    }

    /// What a column holds, in words. Parts of a data set may store the same numbers in different types.
    pub(super) fn words(&self) -> &str {
        match self {
            Self::Boolean => "booleans",
            Self::Integer | Self::Unsigned | Self::Float | Self::Single | Self::Half | Self::Decimal { .. } => {
                "numbers"
            }
            Self::Date => "dates",
            Self::Timestamp { .. } | Self::DayAndNanoseconds => "timestamps",
            Self::Time { .. } => "times",
            Self::Text => "text",
            Self::Empty => "nothing",
            Self::Other(name) => name,
        }
    }
}

/// The decimals of a second in this unit.
const fn decimals(unit: TimeUnit) -> u32 {
    match unit {
        TimeUnit::Second => 0,
        TimeUnit::Millisecond => 3,
        TimeUnit::Microsecond => 6,
        TimeUnit::Nanosecond => 9,
    }
}

/// The name in messages of a type that cannot be used.
fn type_name(dtype: &ArrowDataType) -> String {
    use ArrowDataType as Type;
    match dtype {
        Type::List(_) | Type::LargeList(_) | Type::FixedSizeList(..) => "list".to_owned(),
        Type::Struct(_) => "struct".to_owned(),
        Type::Map(..) => "map".to_owned(),
        Type::Duration(_) | Type::Interval(_) => "duration".to_owned(),
        Type::Decimal(precision, scale) | Type::Decimal256(precision, scale) => {
            format!("decimal256({precision}, {scale})")
        }
        Type::Binary | Type::LargeBinary | Type::BinaryView | Type::FixedSizeBinary(_) => "binary".to_owned(),
        other => format!("{other:?}").to_lowercase(),
    }
}
