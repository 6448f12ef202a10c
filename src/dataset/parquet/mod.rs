//! A Parquet file: numbers, booleans, and categories where `one_hot` names them.
//!
//! Read are integers and floats of 32 and 64 bits (an integer beyond 2⁵³ as the nearest f64, an f32 as the f64 of the same
//! value) and booleans as 0 and 1; in `one_hot` also text, dictionaries of text among it. A level is what the cell
//! says: `12`, `true`, `red`. Null and NaN are missing cells; an infinity is an error.
//!
//! Only the columns that are used are read, some rows of a row group at a time, and the file is read by position: one that
//! is cut off or written to meanwhile is an error. The same numbers in a CSV file have the same fingerprint.

mod columns;
mod reading;
mod source;
#[cfg(test)]
mod tests;

pub(super) use source::SOURCE;
