//! What a file's footer claims, held against the file before anything is decoded.

use std::io;

use super::pages::Claim;
use crate::dataset::file::ReadAt;
use crate::thrift;
use polars::io::parquet::metadata::FileMetadata;

/// The footer of a file, if it begins and ends as a Parquet file does: what stands behind the beginning `PAR1` is its
/// footer alone.
///
/// # Errors
/// In the inner result a message; in the outer one what the system says.
pub(super) fn footer(file: &(impl ReadAt + ?Sized), size: u64) -> io::Result<Result<Vec<u8>, &'static str>> {
    if size == 0 {
        return Ok(Err("the file is empty: a Parquet file is expected"));
    }
    let mut ends = [[0; 4]; 2];
    if size >= 12 {
        file.read_exact_at(&mut ends[0], 0)?;
        file.read_exact_at(&mut ends[1], size - 4)?;
    }
    match ends.map(|end| &end == b"PAR1") {
        [true, true] => {}
        [true, false] => return Ok(Err("the file is cut off: a Parquet file ends with PAR1")),
        [false, _] => {
            return Ok(Err("this is no Parquet file, which begins with PAR1; source = \"csv\" reads delimited text"));
        }
    }
    let contradicts = Ok(Err("damaged: its footer contradicts itself"));
    let mut length = [0; 4];
    file.read_exact_at(&mut length, size - 8)?;
    let length = u64::from(u32::from_le_bytes(length)) + 8;
    if length > size - 4 {
        return contradicts;
    }
    let mut bytes = ends[0].to_vec();
    bytes.resize(4 + usize::try_from(length).unwrap_or(0), 0);
    file.read_exact_at(&mut bytes[4..], size - length)?;
    if thrift::has_sound_footer(&bytes) { Ok(Ok(bytes)) } else { contradicts }
}

/// What a row group claims of a column, and the number of its codec, where it lies inside the file with a value a row.
///
/// # Errors
/// The end of a sentence that begins with the column.
pub(super) fn claim(metadata: &FileMetadata, group: usize, name: &str, size: u64) -> Result<(Claim, i64), String> {
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
    let claim = Claim { bytes, values: group.num_rows(), uncompressed: column.uncompressed_size() };
    Ok((claim, i64::from(column.compression() as i32)))
}
