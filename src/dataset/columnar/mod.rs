//! What sources with typed columns share (Parquet, Arrow, NumPy): which types are numbers, how exactly f64 holds them, and the
//! cells of a column.
//!
//! A date is its days since 1970-01-01; a timestamp the seconds since then in UTC, with their fraction, with and without a
//! zone; a time of day the seconds since midnight. A number with a fixed count of decimals is the f64 nearest to it, as the
//! same digits are in a CSV file. Where that f64, written with as many decimals, would have other digits, it is an error unless
//! `round = true`.

mod calendar;
mod cells;
mod checks;
mod element;
mod half;
mod input;
mod keys;
mod kind;
mod number_rows;
mod numbers;
mod pandas_index;
mod parts;
mod rows;
#[cfg(test)]
mod tests;

pub(super) use cells::{ColumnCells, finite};
pub(super) use element::Element;
pub(super) use input::{ColumnarInput, InputReader};
pub(super) use keys::ROUND;
pub(super) use kind::ColumnKind;
pub(super) use number_rows::NumberColumn;
pub(super) use numbers::FixedNumbers;
pub(super) use pandas_index::pandas_index;
pub(super) use parts::{ColumnarFormat, FileColumns, load, read_from, size};
pub(super) use rows::FileRows;
