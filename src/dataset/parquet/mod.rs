//! A Parquet file: numbers, booleans, and categories where `one_hot` names them.
//!
//! Accepted types are integers and floats of 32 and 64 bits (an integer beyond 2⁵³ becomes the nearest f64), booleans as 0 and
//! 1, and in `one_hot` also text and dictionaries of text. A level is named by the text of its cell: `12`, `true`, `red`. Null
//! and NaN are missing cells; an infinity is an error.
//!
//! Only the used columns are read, some rows of a row group at a time. The file is read by position; if it is cut off or written
//! to meanwhile, that is an error. The same numbers in a CSV file have the same fingerprint.

mod columns;
mod reading;
mod source;
#[cfg(test)]
mod tests;

pub(super) use source::SOURCE;
