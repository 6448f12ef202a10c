//! A table in a Parquet file, read a few rows and columns at a time. The rest is never in memory.

use std::fs::File;
use std::io::{Cursor, Read as _, Seek as _, SeekFrom};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use polars::io::parquet::metadata::{FileMetadata, FileMetadataRef};
use polars::prelude::{DataFrame, ParallelStrategy, ParquetReader, PolarsResult, SerReader as _};

use super::columns::TableColumn;
use super::error::ParquetError;
use super::footer::check_footer;
use super::panics::guarded;
use super::series::columns;
use crate::memory::fallible;

/// Bytes behind the footer: its length and `PAR1`.
const TAIL: u64 = 8;

/// A table in a file.
pub struct TableFile {
    file: File,
    length: u64,
    metadata: FileMetadataRef,
    /// Its columns in order, without rows.
    layout: Vec<(String, TableColumn)>,
}

/// Why a table could not be read.
#[derive(Debug, thiserror::Error)]
pub enum TableFileError {
    #[error(transparent)]
    System(#[from] std::io::Error),
    #[error(transparent)]
    Table(#[from] ParquetError),
}

impl TableFile {
    /// Opens a file and reads its footer.
    ///
    /// # Errors
    /// If it cannot be read, is not Parquet, or has a column of a type that this program never writes.
    pub fn open(path: &Path) -> Result<Self, TableFileError> {
        let mut file = File::open(path)?;
        let length = file.metadata()?.len();
        let start = length.saturating_sub(TAIL);
        let tail = read(&mut file, start..length)?;
        let footer = tail.first_chunk::<4>().map_or(0, |bytes| u64::from(u32::from_le_bytes(*bytes)));
        // With the four bytes before the footer. Before the shortest footer they are the `PAR1` that begins the file.
        let tail = read(&mut file, start.saturating_sub(footer).saturating_sub(4)..length)?;
        check_footer(&tail)?;
        let opened = guarded(|| -> Result<_, ParquetError> {
            let mut reader = ParquetReader::new(Cursor::new(tail));
            let metadata = Arc::clone(reader.get_metadata()?);
            let empty = reader.with_slice(Some((0, 0))).finish()?;
            Ok((metadata, columns(empty)?))
        });
        let (metadata, layout) = opened.map_err(ParquetError::new)?;
        Ok(Self { file, length, metadata, layout })
    }

    #[must_use]
    pub fn rows(&self) -> usize {
        self.metadata.row_groups.iter().map(|group| group.num_rows()).sum()
    }

    /// Its columns in order, without rows.
    #[must_use]
    pub fn layout(&self) -> &[(String, TableColumn)] {
        &self.layout
    }

    /// Reads these rows of the named columns.
    ///
    /// # Errors
    /// If a column does not exist, or the rows cannot be read or decoded.
    pub fn read(&self, rows: Range<usize>, names: &[&str]) -> Result<Vec<(String, TableColumn)>, TableFileError> {
        let empty = |name: &&str| {
            let known = self.layout.iter().find(|(known, _)| known == name);
            known.cloned().ok_or_else(ParquetError::malformed)
        };
        let mut all: Vec<(String, TableColumn)> = names.iter().map(empty).collect::<Result<_, _>>()?;
        let mut start = 0;
        for group in 0..self.metadata.row_groups.len() {
            let end = start + self.metadata.row_groups[group].num_rows();
            let inside = rows.start.max(start)..rows.end.min(end);
            if !inside.is_empty() {
                let part = self.read_group(group, inside.start - start..inside.end - start, names)?;
                for ((_, all), (_, part)) in all.iter_mut().zip(part) {
                    all.append(part)?;
                }
            }
            start = end;
        }
        Ok(all)
    }

    fn read_group(
        &self,
        group: usize,
        rows: Range<usize>,
        names: &[&str],
    ) -> Result<Vec<(String, TableColumn)>, TableFileError> {
        let group = &self.metadata.row_groups[group];
        let mut bytes = SparseCopy::new(self.length)?;
        for name in names {
            for chunk in group.columns_under_root_iter(name).into_iter().flatten() {
                bytes.fill(&self.file, chunk.byte_range())?;
            }
        }
        let alone = FileMetadata {
            version: self.metadata.version,
            num_rows: group.num_rows(),
            max_row_group_height: self.metadata.max_row_group_height,
            created_by: None,
            row_groups: vec![group.clone()],
            key_value_metadata: self.metadata.key_value_metadata.clone(),
            schema_descr: self.metadata.schema_descr.clone(),
            column_orders: None,
            footer_buf: self.metadata.footer_buf.clone(),
        };
        let wanted = names.iter().map(|name| (*name).to_owned()).collect();
        let decoded = guarded(|| -> Result<_, ParquetError> {
            let mut reader = ParquetReader::new(Cursor::new(bytes.0));
            reader.set_metadata(Arc::new(alone));
            let reader = reader.with_columns(Some(wanted)).with_slice(Some((rows.start, rows.len())));
            // On this thread, where panics are caught; and only these rows take memory.
            let frame: PolarsResult<DataFrame> = reader.read_parallel(ParallelStrategy::None).finish();
            columns(frame?)
        });
        let decoded = decoded.map_err(ParquetError::new)?;
        match decoded.iter().find(|(_, column)| column.len() != rows.len()) {
            Some((name, column)) => {
                let (short, claimed) = (column.len(), rows.len());
                Err(ParquetError::new(format!("column {name} has {short} rows where {claimed} are claimed")).into())
            }
            None => Ok(decoded),
        }
    }
}

/// A copy of a file in memory in which only the wanted ranges are filled. The rest is zeros, for which the operating system never
/// has to provide memory.
struct SparseCopy(Vec<u8>);

impl SparseCopy {
    fn new(length: u64) -> Result<Self, std::io::Error> {
        let length = usize::try_from(length).map_err(std::io::Error::other)?;
        // `try_reserve` first, because it may fail: if `vec!` fails, the program ends.
        fallible(|| Vec::<u8>::new().try_reserve_exact(length))?;
        Ok(Self(vec![0; length]))
    }

    fn fill(&mut self, file: &File, range: Range<u64>) -> Result<(), TableFileError> {
        let within = |end: u64| usize::try_from(end).ok().filter(|end| *end <= self.0.len());
        let (Some(start), Some(end)) = (within(range.start), within(range.end)) else {
            return Err(ParquetError::new("a column lies beyond the end of the file".to_owned()).into());
        };
        let mut file = file;
        file.seek(SeekFrom::Start(range.start))?;
        file.read_exact(&mut self.0[start..end])?;
        Ok(())
    }
}

fn read(file: &mut File, range: Range<u64>) -> Result<Vec<u8>, std::io::Error> {
    let length = range.end - range.start;
    file.seek(SeekFrom::Start(range.start))?;
    let mut bytes = Vec::new();
    let room = usize::try_from(length).map_err(std::io::Error::other)?;
    fallible(|| bytes.try_reserve_exact(room))?;
    file.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::super::columns::ListColumn;
    use super::super::writer::{Packing, TableWriter};
    use super::*;

    /// Lists of which some are null, some are empty and some have null numbers.
    fn gaps(rows: Range<i64>) -> ListColumn<u64> {
        let mut lists = ListColumn::default();
        for row in rows.map(i64::unsigned_abs) {
            match row % 4 {
                0 => lists.push(None),
                count => lists.push_elements((1..count).map(|at| ((row + at) % 3 > 0).then_some(row))),
            }
        }
        lists
    }

    #[test]
    fn a_list_with_a_null_number_is_no_list_of_numbers() {
        let mut lists = ListColumn::default();
        lists.push(Some(&[1, 2]));
        lists.push_elements([None, Some(3)]);
        assert_eq!((lists.get(0), lists.get(1)), (Some(&[1, 2][..]), None));
        assert_eq!(lists.elements(1).expect("a list").collect::<Vec<_>>(), [None, Some(3)]);
        assert_eq!(TableColumn::Integers(lists).show(1), "[null, 3]");
    }

    fn table(rows: Range<i64>) -> Vec<(String, TableColumn)> {
        let lists: Vec<Option<Vec<f64>>> =
            rows.clone().map(|row| (row % 3 > 0).then(|| vec![row as f64; row as usize % 4])).collect();
        let texts: Vec<Option<String>> = rows.clone().map(|row| (row % 5 > 0).then(|| format!("row {row}"))).collect();
        vec![
            ("text".to_owned(), TableColumn::Text(texts.iter().map(Option::as_deref).collect())),
            ("whole".to_owned(), TableColumn::Integer(rows.clone().map(|row| (row % 7 > 0).then_some(row)).collect())),
            ("float".to_owned(), TableColumn::Float(rows.clone().map(|row| Some(row as f64 / 3.0)).collect())),
            ("flag".to_owned(), TableColumn::Boolean(rows.clone().map(|row| Some(row % 2 == 0)).collect())),
            ("list".to_owned(), TableColumn::Floats(lists.iter().map(Option::as_deref).collect())),
            ("gaps".to_owned(), TableColumn::Integers(gaps(rows))),
        ]
    }

    #[test]
    fn some_rows_are_what_all_of_them_are_cut_to() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("table.parquet");
        let mut writer = TableWriter::new(File::create(&path).expect("creates"), Packing::Small);
        for start in [0, 100, 110] {
            writer.write(table(start..if start == 0 { 100 } else { start + 10 })).expect("writes");
        }
        writer.finish().expect("ends");
        let file = TableFile::open(&path).expect("opens");
        assert_eq!(file.rows(), 120);
        assert_eq!(file.layout(), table(0..0));
        let names = ["text", "whole", "float", "flag", "list", "gaps"];
        for rows in [0..120, 0..0, 3..97, 99..101, 105..120, 119..120] {
            let bounds = i64::try_from(rows.start).expect("small")..i64::try_from(rows.end).expect("small");
            assert_eq!(file.read(rows, &names).expect("reads"), table(bounds));
        }
        let one = file.read(90..115, &["list"]).expect("reads");
        assert_eq!(one, table(90..115)[4..5]);
        assert!(file.read(0..1, &["none"]).is_err());

        // Cut the file so that its columns reach beyond it while its footer is whole.
        let bytes = std::fs::read(&path).expect("reads");
        let footer =
            bytes.len() - 8 - u32::from_le_bytes(*bytes[bytes.len() - 8..].first_chunk().expect("four")) as usize;
        std::fs::write(&path, &bytes[footer - 40..]).expect("writes");
        let cut = TableFile::open(&path).expect("its footer is whole");
        assert!(matches!(cut.read(0..120, &names), Err(TableFileError::Table(_))));
        for short in [&b""[..], b"PAR1", b"no table at all", b"\xff\xff\xff\x7fPAR1"] {
            std::fs::write(&path, short).expect("writes");
            assert!(matches!(TableFile::open(&path), Err(TableFileError::Table(_))));
        }
    }
}
