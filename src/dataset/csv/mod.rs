//! Delimited text with or without a header, in one file or several: numbers, and categories where `one_hot` names them.
//!
//! A file must be UTF-8 with fields quoted as in RFC 4180, and may be compressed with gzip or zstd; a byte order mark, CRLF and
//! blank lines are accepted. It is read once, in blocks, and is never in memory as a whole. This one pass finds every mistake, each
//! with its data row (counted from 1) and its line in the file.

mod blank_walk;
mod blocks;
mod cells;
mod dialect;
mod header;
mod options;
mod reading;
mod rows;
mod runs;
mod source;
#[cfg(test)]
mod tests;
mod walk;

pub(super) use source::SOURCE;
pub use source::read_csv;
