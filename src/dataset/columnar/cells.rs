//! The cells of a column of Arrow data.

use std::borrow::Cow;

use polars::polars_utils::float16::pf16;
use polars_arrow::array::{
    Array, BinaryArray, BinaryViewArray, BooleanArray, DictionaryArray, DictionaryKey, FixedSizeBinaryArray,
    PrimitiveArray, Utf8Array, Utf8ViewArray,
};
use polars_arrow::types::NativeType;
use polars_buffer::Buffer;

use super::calendar;
use super::half::half;
use super::kind::ColumnKind;
use super::numbers::{Fixed, FixedNumbers};
use crate::dataset::table::CellValue;

/// The cells of a column in some rows.
pub(in crate::dataset) struct ColumnCells {
    content: CellContent,
    /// Whether each cell is null; empty if none is.
    null: Vec<bool>,
    /// For each row the position of its cell in `content` and `null`, if rows share cells.
    keys: Option<Vec<Option<usize>>>,
    round: bool,
}

enum CellContent {
    /// Every cell is null.
    Empty,
    Numbers(FixedNumbers),
    /// Numbers that name levels of a category.
    NumberLevels(Buffer<f64>),
    FixedLevels(Vec<i128>, ColumnKind),
    Texts(TextArray),
}

enum TextArray {
    View(Utf8ViewArray),
    Small(Utf8Array<i32>),
    Large(Utf8Array<i64>),
}

const OTHER_TYPE: &str = "it has another type than the schema says";

impl ColumnCells {
    /// `round` takes the nearest f64 where that is an error otherwise.
    ///
    /// # Errors
    /// If the array does not hold what its kind says.
    pub(in crate::dataset) fn new(
        array: &dyn Array,
        kind: &ColumnKind,
        one_hot: bool,
        round: bool,
    ) -> Result<Self, &'static str> {
        if let Some((values, keys)) = dictionary(array) {
            let cells = Self::new(values, kind, one_hot, round)?;
            return Ok(Self { keys: Some(keys), ..cells });
        }
        let null = array.validity().filter(|valid| valid.unset_bits() > 0);
        let null = null.map_or_else(Vec::new, |valid| valid.iter().map(|valid| !valid).collect());
        let content = match kind {
            ColumnKind::Empty => return Ok(Self { content: CellContent::Empty, null: Vec::new(), keys: None, round }),
            ColumnKind::Text => CellContent::Texts(texts(array).ok_or(OTHER_TYPE)?),
            ColumnKind::Float | ColumnKind::Single | ColumnKind::Half => {
                let values = floats(array).ok_or(OTHER_TYPE)?;
                if one_hot {
                    CellContent::NumberLevels(values)
                } else {
                    CellContent::Numbers(FixedNumbers::floats(values))
                }
            }
            ColumnKind::Other(_) => return Err(OTHER_TYPE),
            kind => {
                let mantissas = mantissas(array, kind).ok_or(OTHER_TYPE)?;
                if one_hot {
                    CellContent::FixedLevels(mantissas.wide(), kind.clone())
                } else {
                    CellContent::Numbers(match (mantissas, decimals(kind)) {
                        (Mantissas::Narrow(values), 0) => FixedNumbers::integers(&values),
                        (mantissas, decimals) => FixedNumbers::fixed(mantissas.wide().into_iter(), decimals),
                    })
                }
            }
        };
        Ok(Self { content, null, keys: None, round })
    }

    /// The numbers of all rows, if each is finite and can be used as it is.
    pub(super) fn plain(&self) -> Option<&[f64]> {
        match &self.content {
            CellContent::Numbers(numbers)
                if self.null.is_empty() && self.keys.is_none() && (self.round || numbers.is_exact()) =>
            {
                numbers.values.iter().all(|value| value.is_finite()).then_some(&numbers.values)
            }
            _ => None,
        }
    }

    /// The cell of a row.
    pub(in crate::dataset) fn cell(&self, row: usize) -> CellValue<'_> {
        let at = match &self.keys {
            None => Some(row),
            Some(keys) => keys[row],
        };
        let Some(at) = at.filter(|&at| self.null.is_empty() || !self.null[at]) else {
            return CellValue::Missing("the cell is null".to_owned());
        };
        match &self.content {
            CellContent::Empty => CellValue::Missing("the cell is null".to_owned()),
            CellContent::Numbers(numbers) => match numbers.loss(at) {
                Some(loss) if !self.round => CellValue::NotFinite(loss),
                _ => finite(numbers.values[at]),
            },
            CellContent::NumberLevels(values) => match finite(values[at]) {
                CellValue::Number(value) => CellValue::Level(Cow::Owned(value.to_string())),
                other => other,
            },
            CellContent::FixedLevels(values, kind) => CellValue::Level(Cow::Owned(level(values[at], kind))),
            CellContent::Texts(texts) => CellValue::Level(Cow::Borrowed(match texts {
                TextArray::View(texts) => texts.value(at),
                TextArray::Small(texts) => texts.value(at),
                TextArray::Large(texts) => texts.value(at),
            })),
        }
    }
}

/// The cell of a float: NaN is missing, and a zero has no sign.
pub(in crate::dataset) fn finite(value: f64) -> CellValue<'static> {
    if value.is_finite() {
        CellValue::Number(value + 0.0)
    } else if value.is_nan() {
        CellValue::Missing("NaN is missing".to_owned())
    } else {
        CellValue::NotFinite(format!("{value} is not finite"))
    }
}

/// The decimals of numbers of this kind.
const fn decimals(kind: &ColumnKind) -> u32 {
    match kind {
        ColumnKind::Decimal { decimals } | ColumnKind::Timestamp { decimals } | ColumnKind::Time { decimals } => {
            *decimals
        }
        ColumnKind::DayAndNanoseconds => 9,
        _ => 0,
    }
}

/// The name of a level, as text that says what the cell says.
fn level(mantissa: i128, kind: &ColumnKind) -> String {
    let number = Fixed { mantissa, decimals: decimals(kind) };
    match kind {
        ColumnKind::Boolean => (mantissa != 0).to_string(),
        ColumnKind::Date => calendar::date(mantissa),
        ColumnKind::Timestamp { .. } | ColumnKind::DayAndNanoseconds => calendar::timestamp(number),
        ColumnKind::Time { .. } => calendar::time(number),
        _ => number.to_string(),
    }
}

/// Whole numbers, of which a decimal or a time has a fixed count of decimals.
enum Mantissas {
    Narrow(Vec<i64>),
    Wide(Vec<i128>),
}

impl Mantissas {
    fn wide(self) -> Vec<i128> {
        match self {
            Self::Narrow(values) => values.into_iter().map(i128::from).collect(),
            Self::Wide(values) => values,
        }
    }
}

fn mantissas(array: &dyn Array, kind: &ColumnKind) -> Option<Mantissas> {
    fn narrow<T: NativeType + Into<i64>>(array: &dyn Array) -> Option<Mantissas> {
        Some(Mantissas::Narrow(primitive::<T>(array)?.iter().map(|&value| value.into()).collect()))
    }
    if let Some(booleans) = array.as_any().downcast_ref::<BooleanArray>() {
        return Some(Mantissas::Narrow(booleans.values().iter().map(i64::from).collect()));
    }
    if *kind == ColumnKind::Unsigned {
        // Parquet has no unsigned storage: it is the same bits.
        if let Some(values) = primitive::<i32>(array) {
            return Some(Mantissas::Narrow(values.iter().map(|value| value.cast_unsigned().into()).collect()));
        }
        if let Some(values) = primitive::<i64>(array) {
            return Some(Mantissas::Wide(values.iter().map(|value| value.cast_unsigned().into()).collect()));
        }
    }
    if *kind == ColumnKind::Date
        && let Some(milliseconds) = primitive::<i64>(array)
    {
        // Arrow's date64 holds whole days.
        return Some(Mantissas::Narrow(milliseconds.iter().map(|value| value.div_euclid(86_400_000)).collect()));
    }
    let wide = |values: Vec<i128>| Some(Mantissas::Wide(values));
    narrow::<i64>(array)
        .or_else(|| narrow::<i32>(array))
        .or_else(|| narrow::<i16>(array))
        .or_else(|| narrow::<i8>(array))
        .or_else(|| narrow::<u32>(array))
        .or_else(|| narrow::<u16>(array))
        .or_else(|| narrow::<u8>(array))
        .or_else(|| wide(primitive::<u64>(array)?.iter().map(|&value| value.into()).collect()))
        .or_else(|| wide(primitive::<i128>(array)?.to_vec()))
        .or_else(|| match kind {
            ColumnKind::DayAndNanoseconds => wide(bytes(array, day_and_nanoseconds)?),
            ColumnKind::Decimal { .. } => wide(bytes(array, big_endian)?),
            _ => None,
        })
}

fn floats(array: &dyn Array) -> Option<Buffer<f64>> {
    if let Some(array) = array.as_any().downcast_ref::<PrimitiveArray<f64>>() {
        return Some(array.values().clone());
    }
    if let Some(values) = primitive::<f32>(array) {
        return Some(values.iter().map(|&value| value.into()).collect());
    }
    if let Some(values) = primitive::<pf16>(array) {
        return Some(values.iter().map(|value| half(value.0.to_bits())).collect());
    }
    bytes(array, |bytes| Some(half(u16::from_le_bytes(bytes.try_into().ok()?)))).map(Buffer::from)
}

fn primitive<T: NativeType>(array: &dyn Array) -> Option<&[T]> {
    array.as_any().downcast_ref::<PrimitiveArray<T>>().map(|array| array.values().as_slice())
}

/// What `convert` makes of the bytes of each cell; of a null it makes the default. `None` if it refuses one.
fn bytes<T: Default>(array: &dyn Array, convert: impl Fn(&[u8]) -> Option<T>) -> Option<Vec<T>> {
    let any = array.as_any();
    let cell = |row: usize, bytes: &[u8]| if array.is_null(row) { Some(T::default()) } else { convert(bytes) };
    let rows = 0..array.len();
    if let Some(array) = any.downcast_ref::<BinaryViewArray>() {
        rows.map(|row| cell(row, array.value(row))).collect()
    } else if let Some(array) = any.downcast_ref::<BinaryArray<i64>>() {
        rows.map(|row| cell(row, array.value(row))).collect()
    } else if let Some(array) = any.downcast_ref::<FixedSizeBinaryArray>() {
        rows.map(|row| cell(row, array.value(row))).collect()
    } else {
        None
    }
}

/// A signed number of at most 16 bytes, the largest first.
fn big_endian(bytes: &[u8]) -> Option<i128> {
    let first = *bytes.first()?;
    let mut wide = [if first >= 0x80 { 0xFF } else { 0 }; 16];
    wide[16_usize.checked_sub(bytes.len())?..].copy_from_slice(bytes);
    Some(i128::from_be_bytes(wide))
}

/// Nanoseconds since 1970-01-01 from eight bytes of nanoseconds and four of the Julian day.
fn day_and_nanoseconds(bytes: &[u8]) -> Option<i128> {
    const DAY: i128 = 86_400_000_000_000;
    const JULIAN_1970: i128 = 2_440_588;
    let (nanoseconds, day) = bytes.split_at_checked(8)?;
    let nanoseconds = u64::from_le_bytes(nanoseconds.try_into().ok()?);
    let day = i32::from_le_bytes(day.try_into().ok()?);
    Some((i128::from(day) - JULIAN_1970) * DAY + i128::from(nanoseconds))
}

fn texts(array: &dyn Array) -> Option<TextArray> {
    let any = array.as_any();
    if let Some(texts) = any.downcast_ref::<Utf8ViewArray>() {
        return Some(TextArray::View(texts.clone()));
    }
    if let Some(texts) = any.downcast_ref::<Utf8Array<i32>>() {
        return Some(TextArray::Small(texts.clone()));
    }
    any.downcast_ref::<Utf8Array<i64>>().map(|texts| TextArray::Large(texts.clone()))
}

/// The values of a dictionary, and for each row the position of its value.
fn dictionary(array: &dyn Array) -> Option<(&dyn Array, Vec<Option<usize>>)> {
    fn of<K: DictionaryKey>(array: &dyn Array) -> Option<(&dyn Array, Vec<Option<usize>>)> {
        let array = array.as_any().downcast_ref::<DictionaryArray<K>>()?;
        Some((array.values().as_ref(), array.keys_iter().collect()))
    }
    of::<i32>(array)
        .or_else(|| of::<u32>(array))
        .or_else(|| of::<i8>(array))
        .or_else(|| of::<u8>(array))
        .or_else(|| of::<i16>(array))
        .or_else(|| of::<u16>(array))
        .or_else(|| of::<i64>(array))
        .or_else(|| of::<u64>(array))
}
