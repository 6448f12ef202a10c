//! What a file's footer claims, held against the file before anything is decoded.

use std::io::{self, Read, Seek, SeekFrom};

use super::pages::{self, Chunk};
use crate::thrift;
use polars::io::parquet::metadata::FileMetadata;

/// Whether the file begins and ends as a Parquet file does.
///
/// # Errors
/// In the inner result a message; in the outer one what the system says.
pub(super) fn frame(file: &mut (impl Read + Seek), size: u64) -> io::Result<Result<(), &'static str>> {
    if size == 0 {
        return Ok(Err("the file is empty: a Parquet file is expected"));
    }
    let mut ends = [[0; 4]; 2];
    if size >= 12 {
        file.seek(SeekFrom::Start(0))?;
        file.read_exact(&mut ends[0])?;
        file.seek(SeekFrom::End(-4))?;
        file.read_exact(&mut ends[1])?;
    }
    Ok(match ends.map(|end| &end == b"PAR1") {
        [true, true] if has_footer(file, size)? => Ok(()),
        [true, true] => Err("damaged: its footer contradicts itself"),
        [true, false] => Err("the file is cut off: a Parquet file ends with PAR1"),
        [false, _] => Err("this is no Parquet file, which begins with PAR1; source = \"csv\" reads delimited text"),
    })
}

/// Whether the footer can be given to the library.
fn has_footer(file: &mut (impl Read + Seek), size: u64) -> io::Result<bool> {
    let mut length = [0; 4];
    file.seek(SeekFrom::End(-8))?;
    file.read_exact(&mut length)?;
    let length = u64::from(u32::from_le_bytes(length)) + 8;
    if length > size {
        return Ok(false);
    }
    let mut end = Vec::new();
    file.seek(SeekFrom::Start(size - length))?;
    file.take(length).read_to_end(&mut end)?;
    Ok(thrift::has_sound_footer(&end))
}

/// Whether the row groups have the rows that the file says, and each column of theirs lies inside the file with a value
/// a row. `flat` are the columns to look at, by name.
///
/// # Errors
/// A message that names the row group and the column.
pub(super) fn claims(
    file: &mut (impl Read + Seek),
    size: u64,
    metadata: &FileMetadata,
    flat: &[&str],
) -> Result<(), String> {
    let mut rows = 0_usize;
    for (group, number) in metadata.row_groups.iter().zip(1..) {
        rows = rows.saturating_add(group.num_rows());
        for name in flat {
            let column = group.columns_under_root_iter(name).and_then(|mut columns| columns.next());
            let at = || format!("row group {number}, column \"{name}\"");
            let column = column.ok_or_else(|| format!("damaged: {} is not there", at()))?;
            let start = column.dictionary_page_offset().unwrap_or_else(|| column.data_page_offset());
            let bytes = u64::try_from(start).ok().zip(u64::try_from(column.compressed_size()).ok());
            let bytes = bytes.and_then(|(start, length)| Some(start..start.checked_add(length)?));
            let Some(bytes) = bytes.filter(|bytes| bytes.end <= size) else {
                return Err(format!("damaged: {} lies beyond the end of the file", at()));
            };
            if usize::try_from(column.num_values()).ok() != Some(group.num_rows()) {
                let (found, expected) = (column.num_values(), group.num_rows());
                return Err(format!("damaged: {} says {found} values for {expected} rows", at()));
            }
            let chunk = Chunk { bytes, values: group.num_rows(), uncompressed: column.uncompressed_size() };
            pages::check(file, &chunk).map_err(|message| format!("damaged: {}: {message}", at()))?;
        }
    }
    if rows == metadata.num_rows {
        Ok(())
    } else {
        Err(format!("damaged: the file says {} rows, its row groups {rows}", metadata.num_rows))
    }
}
