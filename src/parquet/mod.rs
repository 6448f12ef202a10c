//! The Parquet format: our own tables in it, and checks of everybody's files.
//!
//! polars encodes and decodes. It trusts a file's sizes and offsets and panics on some damaged bytes, so the claims of a file are
//! checked here first.

mod chunk_claim;
mod columns;
mod compact_protocol;
mod error;
mod excerpt;
mod footer;
mod footer_fields;
mod pages;
mod panics;
mod read_at;
mod reader;
mod schema_element;
mod series;
mod table_file;
mod writer;

pub use chunk_claim::claim;
pub use columns::{ListColumn, TableColumn, TextColumn};
pub use error::ParquetError;
pub use excerpt::{ColumnChunk, ColumnExcerpt};
pub use footer::{FooterFault, plain_columns, read_footer};
pub use pages::{ChunkPages, PageError};
pub use panics::guarded;
pub use read_at::ReadAt;
pub use reader::{decode, labels};
pub use schema_element::SchemaElement;
pub use table_file::{TableFile, TableFileError};
pub use writer::{Packing, TableWriter, encode};
