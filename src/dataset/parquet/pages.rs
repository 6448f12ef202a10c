//! Where the pages of a column chunk lie, by their headers. They are held against the chunk before the library sees them:
//! it allocates what they claim, and an allocation that fails ends the program.
//!
//! A header is a struct in Thrift's compact protocol: <https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md>,
//! <https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift> (`PageHeader`).

use std::io;
use std::ops::Range;

use crate::dataset::file::ReadAt;
use crate::memory::{self, fallible};
use crate::thrift::{Cursor, Fields};

/// What the footer claims of a chunk.
#[derive(Clone)]
pub(super) struct Claim {
    /// Bytes of the file.
    pub bytes: Range<u64>,
    pub values: usize,
    /// Bytes of all its pages once decompressed.
    pub uncompressed: i64,
}

/// The pages of a chunk, headers included.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pages {
    /// Bytes of the dictionary page, where there is one.
    pub dictionary: Option<Range<u64>>,
    pub data: Vec<Page>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Page {
    pub bytes: Range<u64>,
    pub values: usize,
}

/// Why pages cannot be had.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    /// What the system says.
    #[error("{0}")]
    Unreadable(#[from] io::Error),
    /// What is wrong with the bytes.
    #[error("{0}")]
    Damaged(String),
}

impl From<&str> for Fault {
    fn from(message: &str) -> Self {
        Self::Damaged(message.to_owned())
    }
}

impl Pages {
    /// Finds the pages of a chunk, which must fill it and hold as many values as they should.
    ///
    /// # Errors
    /// Where they do not, and where they cannot be read.
    pub(super) fn find(source: &(impl ReadAt + ?Sized), claim: &Claim) -> Result<Self, Fault> {
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
                // A value in a dictionary takes at least a byte. The library reads the one before the data.
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
                pages.data.push(Page { bytes, values: found });
            }
        }
        if values == claim.values { Ok(pages) } else { Err("its pages hold more values than the column".into()) }
    }
}

const DATA: i64 = 0;
const DICTIONARY: i64 = 2;
const DATA_2: i64 = 3;

/// Whether so many bytes of a page could be had.
fn has_room(bytes: u64) -> bool {
    const USUAL: u64 = 1 << 26;
    let fits = |bytes| fallible(|| Vec::<u8>::new().try_reserve_exact(bytes)).is_ok();
    usize::try_from(bytes).is_ok_and(fits) && (bytes <= USUAL || memory::check(bytes, memory::room()).is_ok())
}

/// The header at `at`, and its length in bytes; `None` where there is none.
fn header(source: &(impl ReadAt + ?Sized), at: u64, end: u64) -> io::Result<Option<(Fields, u64)>> {
    // Headers are short, but for those that carry long texts as statistics.
    for window in [1 << 8, 1 << 12, 1 << 16, 1 << 24] {
        let window = u64::min(window, end.saturating_sub(at));
        let mut bytes = vec![0; usize::try_from(window).unwrap_or(0)];
        source.read_exact_at(&mut bytes, at)?;
        let mut cursor = Cursor::new(&bytes);
        let mut fields = Fields::new();
        if cursor.structure(None, 0, &mut fields).is_some() {
            return Ok(Some((fields, cursor.at() as u64)));
        }
        if at + window == end {
            break;
        }
    }
    Ok(None)
}
