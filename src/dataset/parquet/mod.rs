//! A Parquet file: numbers, booleans, dates, and categories where `one_hot` names them.
//!
//! Accepted types are integers and floats of all widths, decimals of at most 38 digits, booleans as 0 and 1, dates, times and
//! timestamps ([`columnar`](super::columnar) says as which numbers), and in `one_hot` also text and dictionaries of text. A level
//! is named by the text of its cell: `12`, `true`, `red`, `2020-02-29`. Null and NaN are missing cells; an infinity is an error.
//!
//! Only the used columns are read, some rows of a row group at a time. The file is read by position; if it is cut off or written
//! to meanwhile, that is an error. The same numbers in a CSV file have the same fingerprint.

mod reading;
mod source;
#[cfg(test)]
mod tests;

pub(super) use source::SOURCE;
pub use source::read_parquet;
