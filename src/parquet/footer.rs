//! The footer of a Parquet file: finding it, checking that it holds what it claims, and the columns of its schema.

use std::collections::HashMap;
use std::io;

use super::compact_protocol::{CompactReader, STOP};
use super::error::ParquetError;
use super::footer_fields::is_footer;
use super::read_at::ReadAt;

/// Why a file has no usable footer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FooterFault {
    /// The file has no bytes.
    Empty,
    /// It begins as a Parquet file and does not end as one.
    CutOff,
    /// It does not begin as a Parquet file.
    NotParquet,
    /// The footer claims more than its bytes can hold, or a field has a wrong type.
    Contradictory,
}

/// Reads the footer of a file that begins and ends as a Parquet file does. The bytes are the opening `PAR1` and right behind it
/// the footer.
///
/// # Errors
/// The outer error is the operating system's, the inner one says what is wrong with the file.
pub fn read_footer(file: &(impl ReadAt + ?Sized), size: u64) -> io::Result<Result<Vec<u8>, FooterFault>> {
    if size == 0 {
        return Ok(Err(FooterFault::Empty));
    }
    let mut ends = [[0; 4]; 2];
    if size >= 12 {
        file.read_exact_at(&mut ends[0], 0)?;
        file.read_exact_at(&mut ends[1], size - 4)?;
    }
    match ends.map(|end| &end == b"PAR1") {
        [true, true] => {}
        [true, false] => return Ok(Err(FooterFault::CutOff)),
        [false, _] => return Ok(Err(FooterFault::NotParquet)),
    }
    let mut length = [0; 4];
    file.read_exact_at(&mut length, size - 8)?;
    let length = u64::from(u32::from_le_bytes(length)) + 8;
    if length > size - 4 {
        return Ok(Err(FooterFault::Contradictory));
    }
    let mut bytes = ends[0].to_vec();
    bytes.resize(4 + usize::try_from(length).unwrap_or(0), 0);
    file.read_exact_at(&mut bytes[4..], size - length)?;
    Ok(if has_sound_footer(&bytes) { Ok(bytes) } else { Err(FooterFault::Contradictory) })
}

/// Checks the footer before polars sees it. `file` is the whole file, or its end with the whole footer.
///
/// # Errors
/// If the footer claims more than its bytes can hold, or a field has a wrong type.
pub fn check_footer(file: &[u8]) -> Result<(), ParquetError> {
    let sound = has_sound_footer(file);
    sound.then_some(()).ok_or_else(|| ParquetError::new("its footer contradicts itself".to_owned()))
}

/// Whether the footer is a struct with fields of the right types and lists as long as they claim.
fn has_sound_footer(file: &[u8]) -> bool {
    footer(file).is_some_and(|footer| is_footer(&mut CompactReader::new(footer)))
}

/// The bytes of the footer, by its length at the end of the file.
fn footer(file: &[u8]) -> Option<&[u8]> {
    let (rest, magic) = file.split_last_chunk::<4>()?;
    let (rest, length) = rest.split_last_chunk::<4>()?;
    let start = rest.len().checked_sub(u32::from_le_bytes(*length) as usize)?;
    (magic == b"PAR1").then(|| &rest[start..])
}

/// The top-level columns of a footer's schema that contain no other columns: each name with the bytes of its schema element.
/// `None` if the schema cannot be read.
pub fn plain_columns(file: &[u8]) -> Option<HashMap<&str, &[u8]>> {
    let mut reader = CompactReader::new(footer(file)?);
    let mut field = 0;
    loop {
        let kind;
        (field, kind) = reader.field(field)?;
        match (field, kind) {
            (_, STOP) => return None,
            (2, 9) => break,
            (_, 1 | 2) => {}
            (_, kind) => reader.value(kind, 0)?,
        }
    }
    let (elements, _) = reader.list()?;
    let mut columns = HashMap::new();
    // The elements come depth first. `left` counts the root's children still to come, `inner` those of nested elements.
    let (_, mut left) = schema_element(&mut reader)?;
    let mut inner = 0_i64;
    for _ in 1..elements {
        let begin = reader.at();
        let (name, children) = schema_element(&mut reader)?;
        if inner > 0 {
            inner = inner - 1 + children;
            continue;
        }
        if left == 0 {
            break;
        }
        left -= 1;
        inner = children;
        if children == 0 {
            columns.insert(name, reader.since(begin));
        }
    }
    Some(columns)
}

/// Reads an element of the schema: its name, and the number of its children.
fn schema_element<'a>(reader: &mut CompactReader<'a>) -> Option<(&'a str, i64)> {
    let (mut field, mut name, mut children) = (0, None, 0);
    loop {
        let kind;
        (field, kind) = reader.field(field)?;
        match (field, kind) {
            (_, STOP) => return Some((name?, children)),
            (4, 8) => {
                let length = reader.unsigned()?;
                let begin = reader.at();
                reader.skip(length)?;
                name = Some(std::str::from_utf8(reader.since(begin)).ok()?);
            }
            (5, 4..=6) => children = reader.signed().filter(|children| (0..=1 << 32).contains(children))?,
            (_, 1 | 2) => {}
            (_, kind) => reader.value(kind, 1)?,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parquet::compact_protocol::CompactWriter;

    #[test]
    fn columns_are_found_in_the_schema() {
        let element = |name: &str, children: i64| CompactWriter::default().text(4, name).integer(5, children).finish();
        // A root of four: a; b, which holds inner (with another a) and c; no; d. What follows belongs to nothing.
        let elements =
            [("root", 4), ("a", 0), ("b", 2), ("inner", 1), ("a", 0), ("c", 0), ("no", 0), ("d", 0), ("beyond", 0)];
        let elements: Vec<Vec<u8>> = elements.iter().map(|(name, children)| element(name, *children)).collect();
        let items: Vec<&[u8]> = elements.iter().map(Vec::as_slice).collect();
        let bytes = file(&CompactWriter::default().integer(1, 1).list(2, &items).finish());
        assert!(has_sound_footer(&bytes));
        let columns = plain_columns(&bytes).unwrap();
        let mut names: Vec<&str> = columns.keys().copied().collect();
        names.sort_unstable();
        assert_eq!(names, ["a", "d", "no"]);
        assert_eq!(columns["d"], elements[7]);
        assert!(plain_columns(&file(&CompactWriter::default().integer(1, 1).finish())).is_none());
        assert!(plain_columns(b"PAR1").is_none());
    }

    fn file(footer: &[u8]) -> Vec<u8> {
        let length = u32::try_from(footer.len()).unwrap().to_le_bytes();
        [b"PAR1", footer, &length, b"PAR1"].concat()
    }

    #[test]
    fn lists_are_held_against_the_bytes() {
        // Field 2: a list of two empty structs.
        assert!(has_sound_footer(&file(&[0x29, 0x2C, 0, 0, 0])));
        // The same list, claiming 2^62 items.
        let lie = [&[0x29, 0xFC][..], &[0xFF; 8], &[0x3F, 0, 0, 0]].concat();
        assert!(!has_sound_footer(&file(&lie)));
        assert!(!has_sound_footer(&file(&[0x29, 0xFC, 0x04, 0, 0])));
        // Field 2 as a text that polars would read as the list; as field 2 + 2^16; as a list of integers.
        assert!(!has_sound_footer(&file(&[0x28, 0x02, 0xFC, 0x7F, 0])));
        assert!(!has_sound_footer(&file(&[0x09, 0x84, 0x80, 0x08, 0x0C, 0])));
        assert!(!has_sound_footer(&file(&[0x29, 0x15, 0x02, 0])));
        for short in [&b""[..], b"PAR1", b"PAR1PAR1", b"\xff\xff\xff\x7fPAR1"] {
            assert!(!has_sound_footer(short));
        }
    }
}
