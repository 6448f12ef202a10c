//! The headers of a column chunk's pages, read before the pages are: the library allocates what they claim, and an
//! allocation that fails ends the program.
//!
//! A header is a struct in Thrift's compact protocol: <https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md>,
//! <https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift> (`PageHeader`).

use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;

use crate::thrift::{Cursor, Fields};

/// What a chunk must hold.
pub(super) struct Chunk {
    /// Bytes of the file.
    pub bytes: Range<u64>,
    pub values: usize,
    /// Bytes of all its pages once decompressed.
    pub uncompressed: i64,
}

/// Whether the pages of a chunk fill it, and hold as many values as they should.
///
/// # Errors
/// A message.
pub(super) fn check(file: &mut (impl Read + Seek), chunk: &Chunk) -> Result<(), &'static str> {
    let mut at = chunk.bytes.start;
    let mut values = 0;
    while values < chunk.values {
        let (header, length) = header(file, at, chunk.bytes.end).ok_or("a page's header cannot be read")?;
        let claim = |path: (i64, i64)| header.get(&path).copied().unwrap_or(-1);
        let (uncompressed, compressed) = (claim((2, 0)), claim((3, 0)));
        let begin = at + length;
        at = begin.saturating_add(compressed.cast_unsigned());
        if compressed < 0 || at > chunk.bytes.end {
            return Err("a page reaches beyond its column");
        }
        let plausible = (0..=chunk.uncompressed).contains(&uncompressed)
            && usize::try_from(uncompressed).is_ok_and(|bytes| Vec::<u8>::new().try_reserve_exact(bytes).is_ok());
        if !plausible {
            return Err("a page claims more bytes than its column");
        }
        let found = match claim((1, 0)) {
            DATA => claim((5, 1)),
            DATA_2 => {
                let levels = claim((8, 5)).saturating_add(claim((8, 6)));
                if !(0..=claim((8, 1))).contains(&claim((8, 2))) || !(0..=compressed).contains(&levels) {
                    return Err("a page's header contradicts itself");
                }
                claim((8, 1))
            }
            // A value in a dictionary takes at least a byte.
            DICTIONARY if (0..=uncompressed).contains(&claim((7, 1))) => 0,
            _ => return Err("a page's header contradicts itself"),
        };
        values = usize::try_from(found)
            .ok()
            .and_then(|found| values.checked_add(found))
            .ok_or("a page of fewer than no values")?;
    }
    if values == chunk.values { Ok(()) } else { Err("its pages hold more values than the column") }
}

const DATA: i64 = 0;
const DICTIONARY: i64 = 2;
const DATA_2: i64 = 3;

/// The header at `at`, and its length in bytes.
fn header(file: &mut (impl Read + Seek), at: u64, end: u64) -> Option<(Fields, u64)> {
    // Headers are short, but for those that carry long texts as statistics.
    for window in [1 << 10, 1 << 16, 1 << 24] {
        file.seek(SeekFrom::Start(at)).ok()?;
        let window = u64::min(window, end.saturating_sub(at));
        let mut bytes = Vec::new();
        file.by_ref().take(window).read_to_end(&mut bytes).ok()?;
        let mut cursor = Cursor::new(&bytes);
        let mut fields = Fields::new();
        if cursor.structure(None, 0, &mut fields).is_some() {
            return Some((fields, cursor.at() as u64));
        }
        if at + window == end {
            break;
        }
    }
    None
}
