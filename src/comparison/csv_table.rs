//! A CSV table, read row by row from a file or a text.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::Read;
use std::path::Path;

use csv::StringRecord;

use super::error::CompareError;
use super::index::key;
use super::regular_files;
use crate::text::reason;

/// The source that a table is read from.
#[derive(Clone, Copy)]
pub enum CsvSource<'a> {
    File(&'a Path),
    Text(&'a str),
}

/// A table whose header has been read. Its rows are read again for each pass.
pub struct CsvTable<'a> {
    source: CsvSource<'a>,
    pub header: Vec<String>,
    positions: HashMap<String, usize>,
}

impl<'a> CsvTable<'a> {
    /// `None` if there is no header.
    pub fn of(source: CsvSource<'a>) -> Result<Option<Self>, CompareError> {
        let Some(header) = unless_invalid(source, reader(source)?.headers())?.cloned() else { return Ok(None) };
        let header: Vec<String> = header.iter().map(str::to_owned).collect();
        let positions = header.iter().enumerate().map(|(position, name)| (name.clone(), position)).collect();
        Ok(Some(Self { source, header, positions }))
    }

    /// The rows, up to the first that is not valid CSV.
    pub fn rows(&self) -> Result<impl Iterator<Item = Result<StringRecord, CompareError>> + use<'a>, CompareError> {
        let source = self.source;
        let records = reader(source)?.into_records();
        Ok(records.map_while(move |record| unless_invalid(source, record).transpose()))
    }

    pub fn position(&self, name: &str) -> Option<usize> {
        self.positions.get(name).copied()
    }

    /// A hash of each row's cells in some columns. `None` if a row is not valid CSV.
    pub fn keys(&self, names: &[&str]) -> Result<Option<Vec<u128>>, CompareError> {
        let places: Vec<usize> = names.iter().filter_map(|name| self.position(name)).collect();
        let (mut keys, mut text) = (Vec::new(), String::new());
        for record in reader(self.source)?.into_records() {
            let Some(row) = unless_invalid(self.source, record)? else { return Ok(None) };
            text.clear();
            for &place in &places {
                let cell = row.get(place).unwrap_or_default();
                // The length prefix keeps one cell from hashing like two.
                let _ = write!(text, "{}:{cell}", cell.len());
            }
            keys.push(key(&text));
        }
        Ok(Some(keys))
    }
}

fn reader(source: CsvSource<'_>) -> Result<csv::Reader<Box<dyn Read + '_>>, CompareError> {
    let bytes: Box<dyn Read + '_> = match source {
        CsvSource::File(path) => Box::new(regular_files::open(path)?),
        CsvSource::Text(text) => Box::new(text.as_bytes()),
    };
    Ok(csv::ReaderBuilder::new().from_reader(bytes))
}

/// The result of reading. `None` if the text is not valid CSV.
fn unless_invalid<T>(source: CsvSource<'_>, read: csv::Result<T>) -> Result<Option<T>, CompareError> {
    match read {
        Ok(read) => Ok(Some(read)),
        Err(error) => match (error.into_kind(), source) {
            (csv::ErrorKind::Io(error), CsvSource::File(path)) => Err(CompareError::unreadable(path, reason(&error))),
            _ => Ok(None),
        },
    }
}

/// Whether two tables have the same cells in the same places.
pub fn are_the_same(old: &str, new: &str) -> bool {
    let rows = |text| csv::ReaderBuilder::new().has_headers(false).from_reader(str::as_bytes(text)).into_records();
    let (mut old, mut new) = (rows(old), rows(new));
    loop {
        match (old.next(), new.next()) {
            (None, None) => return true,
            (Some(Ok(one)), Some(Ok(other))) if one == other => {}
            _ => return false,
        }
    }
}
