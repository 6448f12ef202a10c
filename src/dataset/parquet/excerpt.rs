//! Some rows of a column as a Parquet file of its own, in memory: the pages that hold them, and a footer that says so. The
//! library decodes those bytes and never sees the file, which may change meanwhile.

use std::io::Cursor;

use polars::prelude::{DataFrame, ParallelStrategy, ParquetReader, PolarsResult, SerReader as _};

use super::columns::Column;
use super::pages::{Claim, Fault, Page, Pages};
use crate::dataset::file::ReadAt;
use crate::guard::guarded;
use crate::memory::fallible;
use crate::thrift::Writer;

/// A column of a row group.
pub(super) struct Chunk<'a> {
    /// What the footer says of the column's type, and the bytes of that.
    pub element: &'a [u8],
    /// As the format numbers it.
    pub codec: i64,
    pub claim: Claim,
    pub pages: Pages,
}

/// The bytes of one excerpt after the other.
#[derive(Default)]
pub(super) struct Excerpt {
    bytes: Vec<u8>,
}

const MAGIC: &[u8] = b"PAR1";

impl Excerpt {
    /// Reads and decodes `rows` rows of a chunk, of which the first is `first`.
    ///
    /// # Errors
    /// Where they cannot be read, and where the bytes cannot be decoded.
    pub(super) fn column(
        &mut self,
        source: &(impl ReadAt + ?Sized),
        chunk: &Chunk,
        (first, rows): (usize, usize),
        one_hot: bool,
    ) -> Result<Column, Fault> {
        let (pages, before) = overlapping(&chunk.pages.data, first, rows);
        let held: usize = pages.iter().map(|page| page.values).sum();
        self.take(source, chunk, pages)?;
        let claim = Claim { bytes: 4..self.bytes.len() as u64, values: held, ..chunk.claim.clone() };
        // They are not decoded unless they are still the pages that were looked at.
        let again = Pages::find(self.bytes.as_slice(), &claim)?;
        if !again.data.iter().map(|page| page.values).eq(pages.iter().map(|page| page.values)) {
            return Err("its pages are not what they were".into());
        }
        self.end(chunk, held);
        let column = guarded(|| -> PolarsResult<_> {
            let frame: DataFrame = ParquetReader::new(Cursor::new(self.bytes.as_slice()))
                .with_slice(Some((first - before, rows)))
                // On this thread, where panics are caught.
                .read_parallel(ParallelStrategy::None)
                .finish()?;
            Column::new(frame.columns()[0].as_materialized_series(), one_hot)
        });
        let column = column.map_err(Fault::Damaged)?;
        match column.len() {
            found if found == rows => Ok(column),
            found => Err(Fault::Damaged(format!("{found} rows where {rows} are claimed"))),
        }
    }

    /// The beginning of the file: the dictionary and the pages.
    fn take(&mut self, source: &(impl ReadAt + ?Sized), chunk: &Chunk, pages: &[Page]) -> Result<(), Fault> {
        self.bytes.clear();
        self.bytes.extend_from_slice(MAGIC);
        let [start, end] = [pages.first().map(|page| page.bytes.start), pages.last().map(|page| page.bytes.end)];
        let run = start.zip(end).map(|(start, end)| start..end);
        for range in chunk.pages.dictionary.iter().chain(&run) {
            let at = self.bytes.len();
            let length = usize::try_from(range.end - range.start).unwrap_or(usize::MAX);
            let fits = fallible(|| self.bytes.try_reserve(length)).is_ok();
            if !fits {
                return Err(Fault::Damaged(format!("{length} bytes of pages do not fit in memory")));
            }
            self.bytes.resize(at + length, 0);
            source.read_exact_at(&mut self.bytes[at..], range.start)?;
        }
        Ok(())
    }

    /// Its end: a footer of one row group of one column.
    fn end(&mut self, chunk: &Chunk, rows: usize) {
        let whole = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let (begin, rows) = (whole(MAGIC.len()), whole(rows));
        let length = whole(self.bytes.len()) - begin;
        // What this library passes over (the type again, its encodings, its path) is left out.
        let metadata = Writer::default()
            .whole(4, chunk.codec)
            .whole(5, rows)
            .whole(6, chunk.claim.uncompressed)
            .whole(7, length)
            .whole(9, begin)
            .end();
        let column = Writer::default().whole(2, begin).structure(3, &metadata).end();
        let group = Writer::default().list(1, &[&column]).whole(2, length).whole(3, rows).end();
        let root = Writer::default().text(4, "schema").whole(5, 1).end();
        let footer =
            Writer::default().whole(1, 1).list(2, &[&root, chunk.element]).whole(3, rows).list(4, &[&group]).end();
        self.bytes.extend_from_slice(&footer);
        self.bytes.extend_from_slice(&u32::try_from(footer.len()).unwrap_or(u32::MAX).to_le_bytes());
        self.bytes.extend_from_slice(MAGIC);
    }
}

/// The pages that hold some rows, and how many rows lie before them.
fn overlapping(pages: &[Page], first: usize, rows: usize) -> (&[Page], usize) {
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
        let pages: Vec<Page> = (0..4).map(|index| Page { bytes: index * 10..(index + 1) * 10, values: 100 }).collect();
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
