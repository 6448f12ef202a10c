//! Where the pages of a column chunk lie, by their headers. Each header is checked against the chunk before polars sees it:
//! polars allocates the sizes it claims, and a failed allocation ends the program.
//!
//! A header is a struct in Thrift's [compact protocol](super::compact_protocol), `PageHeader` in
//! <https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift>.

use std::io;
use std::ops::Range;

use super::chunk_claim::ChunkClaim;
use super::compact_protocol::{CompactReader, IntegerFields};
use super::read_at::ReadAt;
use crate::memory::has_room;

/// The pages of a column chunk, headers included.
#[derive(Debug, PartialEq, Eq)]
pub struct ChunkPages {
    /// Where the dictionary page lies, if there is one.
    pub dictionary: Option<Range<u64>>,
    pub data: Vec<DataPage>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataPage {
    /// Where the page lies in the file.
    pub bytes: Range<u64>,
    pub values: usize,
}

/// Why pages could not be read.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// The operating system's error.
    #[error("{0}")]
    Unreadable(#[from] io::Error),
    /// What is wrong with the bytes.
    #[error("{0}")]
    Damaged(String),
}

impl From<&str> for PageError {
    fn from(message: &str) -> Self {
        Self::Damaged(message.to_owned())
    }
}

impl ChunkPages {
    /// Finds the pages of a chunk. They must lie inside it and hold as many values as the footer claims.
    ///
    /// # Errors
    /// If they do not, or cannot be read.
    pub fn find(source: &(impl ReadAt + ?Sized), claim: &ChunkClaim) -> Result<Self, PageError> {
        let mut at = claim.bytes.start;
        let mut values = 0;
        let mut pages = Self { dictionary: None, data: Vec::new() };
        while values < claim.values {
            let (fields, length) = header(source, at, claim.bytes.end)?.ok_or("a page's header cannot be read")?;
            let field = |path: (i64, i64)| fields.get(&path).copied().unwrap_or(-1);
            let (uncompressed, compressed) = (field((2, 0)), field((3, 0)));
            let end = (at + length).saturating_add(compressed.cast_unsigned());
            if compressed < 0 || end > claim.bytes.end {
                return Err("a page reaches beyond its column".into());
            }
            let plausible = (0..=claim.uncompressed).contains(&uncompressed) && has_room(uncompressed.cast_unsigned());
            if !plausible {
                return Err("a page claims more bytes than its column".into());
            }
            let bytes = at..end;
            at = end;
            let found = match field((1, 0)) {
                DATA => field((5, 1)),
                DATA_2 => {
                    let levels = field((8, 5)).saturating_add(field((8, 6)));
                    if !(0..=field((8, 1))).contains(&field((8, 2))) || !(0..=compressed).contains(&levels) {
                        return Err("a page's header contradicts itself".into());
                    }
                    field((8, 1))
                }
                // A value in a dictionary takes at least one byte. polars reads only a dictionary before the data.
                DICTIONARY if (0..=uncompressed).contains(&field((7, 1))) => {
                    if pages.dictionary.is_none() && pages.data.is_empty() {
                        pages.dictionary = Some(bytes);
                        continue;
                    }
                    return Err("a dictionary lies among its pages".into());
                }
                _ => return Err("a page's header contradicts itself".into()),
            };
            let found = usize::try_from(found).map_err(|_| "a page of fewer than no values")?;
            values = values.checked_add(found).ok_or("a page of more values than there are")?;
            if found > 0 {
                pages.data.push(DataPage { bytes, values: found });
            }
        }
        if values == claim.values { Ok(pages) } else { Err("its pages hold more values than the column".into()) }
    }
}

const DATA: i64 = 0;
const DICTIONARY: i64 = 2;
const DATA_2: i64 = 3;

/// The header at `at`, and its length in bytes; `None` if no header can be read there.
fn header(source: &(impl ReadAt + ?Sized), at: u64, end: u64) -> io::Result<Option<(IntegerFields, u64)>> {
    // Headers are short, except those that carry long texts as statistics.
    for window in [1 << 8, 1 << 12, 1 << 16, 1 << 24] {
        let window = u64::min(window, end.saturating_sub(at));
        let mut bytes = vec![0; usize::try_from(window).unwrap_or(0)];
        source.read_exact_at(&mut bytes, at)?;
        let mut reader = CompactReader::new(&bytes);
        let mut fields = IntegerFields::new();
        if reader.structure(None, 0, &mut fields).is_some() {
            return Ok(Some((fields, reader.at() as u64)));
        }
        if at + window == end {
            break;
        }
    }
    Ok(None)
}
