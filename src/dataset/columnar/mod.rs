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
mod half;
mod keys;
mod kind;
mod numbers;
mod pandas_index;

pub(super) use cells::{ColumnCells, finite};
pub(super) use checks::check_kinds;
pub(super) use half::half;
pub(super) use keys::{ColumnarOptions, ROUND};
pub(super) use kind::{ColumnKind, text_columns};
pub(super) use numbers::FixedNumbers;
pub(super) use pandas_index::pandas_index;
