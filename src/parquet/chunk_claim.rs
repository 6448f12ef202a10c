//! What a file's footer claims of a column chunk, checked against the file before anything is decoded.

use std::ops::Range;

use polars::io::parquet::metadata::FileMetadata;

/// What the footer claims of a column chunk.
#[derive(Clone)]
pub struct ChunkClaim {
    /// Where the chunk lies in the file.
    pub bytes: Range<u64>,
    pub values: usize,
    /// Size of all its pages together once decompressed, in bytes.
    pub uncompressed: i64,
}

/// What a row group claims of a column, and the number of the column's codec. The claimed bytes lie inside the file, and the
/// chunk has one value for each row.
///
/// # Errors
/// The end of a sentence that begins with the column.
pub fn claim(metadata: &FileMetadata, group: usize, name: &str, size: u64) -> Result<(ChunkClaim, i64), String> {
    let group = &metadata.row_groups[group];
    let column = group.columns_under_root_iter(name).and_then(|mut columns| columns.next());
    let column = column.ok_or("is not there")?;
    let start = column.dictionary_page_offset().unwrap_or_else(|| column.data_page_offset());
    let bytes = u64::try_from(start).ok().zip(u64::try_from(column.compressed_size()).ok());
    let bytes = bytes.and_then(|(start, length)| Some(start..start.checked_add(length)?));
    let bytes = bytes.filter(|bytes| bytes.end <= size).ok_or("lies beyond the end of the file")?;
    if usize::try_from(column.num_values()).ok() != Some(group.num_rows()) {
        return Err(format!("says {} values for {} rows", column.num_values(), group.num_rows()));
    }
    let claim = ChunkClaim { bytes, values: group.num_rows(), uncompressed: column.uncompressed_size() };
    Ok((claim, i64::from(column.compression() as i32)))
}
