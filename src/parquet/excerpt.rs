//! Some rows of a column as a small Parquet file in memory: the pages that hold them, and a footer for those pages. polars
//! decodes this copy and never sees the file itself, which may change while it is read.

use std::io::Cursor;

use polars::prelude::{DataFrame, ParallelStrategy, ParquetReader, PolarsResult, SerReader as _, Series};

use super::chunk_claim::ChunkClaim;
use super::compact_protocol::CompactWriter;
use super::pages::{ChunkPages, DataPage, PageError};
use super::panics::guarded;
use super::read_at::ReadAt;
use crate::memory::fallible;

/// A column of a row group.
pub struct ColumnChunk<'a> {
    /// The bytes of the column's schema element in the footer: its name and type.
    pub element: &'a [u8],
    /// The format's number of the codec.
    pub codec: i64,
    pub claim: ChunkClaim,
    pub pages: ChunkPages,
}

/// The bytes of an excerpt. One buffer serves one excerpt after another.
#[derive(Default)]
pub struct ColumnExcerpt {
    bytes: Vec<u8>,
}

const MAGIC: &[u8] = b"PAR1";

impl ColumnExcerpt {
    /// Reads and decodes `rows` rows of a chunk, beginning with row `first`, and converts them.
    ///
    /// # Errors
    /// If they cannot be read, decoded or converted.
    pub fn decode<T>(
        &mut self,
        source: &(impl ReadAt + ?Sized),
        chunk: &ColumnChunk,
        (first, rows): (usize, usize),
        convert: impl FnOnce(&Series) -> PolarsResult<T>,
    ) -> Result<T, PageError> {
        let (pages, before) = overlapping(&chunk.pages.data, first, rows);
        let held: usize = pages.iter().map(|page| page.values).sum();
        self.take(source, chunk, pages)?;
        let claim = ChunkClaim { bytes: 4..self.bytes.len() as u64, values: held, ..chunk.claim.clone() };
        // Decode only if the bytes still hold the pages that were checked.
        let again = ChunkPages::find(self.bytes.as_slice(), &claim)?;
        if !again.data.iter().map(|page| page.values).eq(pages.iter().map(|page| page.values)) {
            return Err("its pages are not what they were".into());
        }
        self.end(chunk, held);
        let decoded = guarded(|| -> PolarsResult<_> {
            let frame: DataFrame = ParquetReader::new(Cursor::new(self.bytes.as_slice()))
                .with_slice(Some((first - before, rows)))
                // On this thread, where panics are caught.
                .read_parallel(ParallelStrategy::None)
                .finish()?;
            let series = frame.columns()[0].as_materialized_series();
            Ok((series.len(), convert(series)?))
        });
        match decoded.map_err(PageError::Damaged)? {
            (found, converted) if found == rows => Ok(converted),
            (found, _) => Err(PageError::Damaged(format!("{found} rows where {rows} are claimed"))),
        }
    }

    /// Copies the dictionary and the pages: the beginning of the excerpt.
    fn take(
        &mut self,
        source: &(impl ReadAt + ?Sized),
        chunk: &ColumnChunk,
        pages: &[DataPage],
    ) -> Result<(), PageError> {
        self.bytes.clear();
        self.bytes.extend_from_slice(MAGIC);
        let [start, end] = [pages.first().map(|page| page.bytes.start), pages.last().map(|page| page.bytes.end)];
        let run = start.zip(end).map(|(start, end)| start..end);
        for range in chunk.pages.dictionary.iter().chain(&run) {
            let at = self.bytes.len();
            let length = usize::try_from(range.end - range.start).unwrap_or(usize::MAX);
            let fits = fallible(|| self.bytes.try_reserve(length)).is_ok();
            if !fits {
                return Err(PageError::Damaged(format!("{length} bytes of pages do not fit in memory")));
            }
            self.bytes.resize(at + length, 0);
            source.read_exact_at(&mut self.bytes[at..], range.start)?;
        }
        Ok(())
    }

    /// Appends the footer, which has one row group of one column.
    fn end(&mut self, chunk: &ColumnChunk, rows: usize) {
        let integer = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let (begin, rows) = (integer(MAGIC.len()), integer(rows));
        let length = integer(self.bytes.len()) - begin;
        // Fields that polars ignores (the type again, the encodings, the path) are left out.
        let metadata = CompactWriter::default()
            .integer(4, chunk.codec)
            .integer(5, rows)
            .integer(6, chunk.claim.uncompressed)
            .integer(7, length)
            .integer(9, begin)
            .finish();
        let column = CompactWriter::default().integer(2, begin).structure(3, &metadata).finish();
        let group = CompactWriter::default().list(1, &[&column]).integer(2, length).integer(3, rows).finish();
        let root = CompactWriter::default().text(4, "schema").integer(5, 1).finish();
        let footer = CompactWriter::default()
            .integer(1, 1)
            .list(2, &[&root, chunk.element])
            .integer(3, rows)
            .list(4, &[&group])
            .finish();
        self.bytes.extend_from_slice(&footer);
        self.bytes.extend_from_slice(&u32::try_from(footer.len()).unwrap_or(u32::MAX).to_le_bytes());
        self.bytes.extend_from_slice(MAGIC);
    }
}

/// The pages that hold the rows, and the number of rows before those pages.
fn overlapping(pages: &[DataPage], first: usize, rows: usize) -> (&[DataPage], usize) {
    let (mut from, mut before) = (0, 0);
    while from < pages.len() && before + pages[from].values <= first {
        before += pages[from].values;
        from += 1;
    }
    let (mut to, mut end) = (from, before);
    while to < pages.len() && end < first + rows {
        end += pages[to].values;
        to += 1;
    }
    (&pages[from..to], before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_those_that_hold_the_rows() {
        let pages: Vec<DataPage> =
            (0..4).map(|index| DataPage { bytes: index * 10..(index + 1) * 10, values: 100 }).collect();
        for ((first, rows), (from, to)) in [
            ((0, 1), (0, 1)),
            ((0, 100), (0, 1)),
            ((99, 2), (0, 2)),
            ((100, 100), (1, 2)),
            ((150, 200), (1, 4)),
            ((399, 1), (3, 4)),
        ] {
            let (found, before) = overlapping(&pages, first, rows);
            assert_eq!((found, before), (&pages[from..to], from * 100), "{rows} rows from {first} on");
        }
    }
}
