//! Arrow's own file format (Arrow IPC, Feather version 2), and its streaming format. Columns are read as those of
//! [`parquet`](super::parquet) are.
//!
//! A file is a sequence of messages: dictionaries, and batches of rows. polars decodes them; what a message claims of its body is
//! checked here first. Only the used columns of a batch are read, one batch at a time.

mod layout;
mod message;
mod reading;
mod source;
#[cfg(test)]
mod tests;
mod unread;

pub(super) use source::SOURCE;
pub use source::read_arrow;
