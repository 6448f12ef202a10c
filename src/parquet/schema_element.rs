//! The schema element of a column: how its values are stored, and the type that they stand for.
//!
//! polars reads the stored values of every column, and their logical types only with a feature for each, which the build of
//! polars pays for. What a value stands for is decided here instead.

use super::compact_protocol::{CompactReader, CompactWriter, STOP};

/// How the values of a column are stored, by the format's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct SchemaElement<'a> {
    name: &'a str,
    physical: i64,
    /// Bytes of a value of fixed length.
    length: i64,
    repetition: i64,
    /// The field of the union `LogicalType` that is set; 0 if none is.
    logical: i64,
}

const INT96: i64 = 3;
const FIXED_LENGTH: i64 = 7;
const FLOAT16: i64 = 15;

impl<'a> SchemaElement<'a> {
    /// Reads an element from its bytes; `None` if they are none.
    #[must_use]
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut reader = CompactReader::new(bytes);
        let mut element = Self::default();
        let mut field = 0;
        loop {
            let kind;
            (field, kind) = reader.field(field)?;
            match (field, kind) {
                (_, STOP) => return Some(element),
                (1, 4..=6) => element.physical = reader.signed()?,
                (2, 4..=6) => element.length = reader.signed()?,
                (3, 4..=6) => element.repetition = reader.signed()?,
                (4, 8) => {
                    let length = reader.unsigned()?;
                    let begin = reader.at();
                    reader.skip(length)?;
                    element.name = std::str::from_utf8(reader.since(begin)).ok()?;
                }
                (10, 12) => {
                    let mut before = 0;
                    loop {
                        let (set, kind) = reader.field(before)?;
                        if kind == STOP {
                            break;
                        }
                        reader.value(kind, 1)?;
                        (element.logical, before) = (set, set);
                    }
                }
                (_, 1 | 2) => {}
                (_, kind) => reader.value(kind, 0)?,
            }
        }
    }

    /// Whether its values are floats of 16 bits.
    #[must_use]
    pub fn is_float16(&self) -> bool {
        (self.physical, self.length, self.logical) == (FIXED_LENGTH, 2, FLOAT16)
    }

    /// Whether its values are twelve bytes: nanoseconds of a day, and the day.
    #[must_use]
    pub const fn is_int96(&self) -> bool {
        self.physical == INT96
    }

    /// The bytes of the same element without its logical type. Twelve bytes of INT96 are twelve bytes.
    #[must_use]
    pub fn physical_only(&self) -> Vec<u8> {
        let (physical, length) = if self.is_int96() { (FIXED_LENGTH, 12) } else { (self.physical, self.length) };
        let mut writer = CompactWriter::default().integer(1, physical);
        if physical == FIXED_LENGTH {
            writer = writer.integer(2, length);
        }
        writer.integer(3, self.repetition).text(4, self.name).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_element_keeps_how_it_is_stored() {
        let nothing = CompactWriter::default().finish();
        let logical = |set| CompactWriter::default().structure(set, &nothing).finish();
        let element = |physical, length, set| {
            let writer = CompactWriter::default().integer(1, physical).integer(2, length).integer(3, 1).text(4, "é");
            writer.integer(6, 0).structure(10, &logical(set)).finish()
        };
        let bytes = element(7, 2, 15);
        let half = SchemaElement::read(&bytes).unwrap();
        assert!(half.is_float16() && !half.is_int96());
        let bare = half.physical_only();
        assert_eq!(SchemaElement::read(&bare).unwrap(), SchemaElement { logical: 0, ..half });
        let bytes = element(3, 0, 8);
        let day = SchemaElement::read(&bytes).unwrap();
        assert!(day.is_int96());
        let bare = day.physical_only();
        let bare = SchemaElement::read(&bare).unwrap();
        assert_eq!((bare.physical, bare.length, bare.name, bare.repetition), (7, 12, "é", 1));
        assert!(!SchemaElement::read(&element(7, 2, 5)).unwrap().is_float16());
        assert_eq!(SchemaElement::read(&bytes[..bytes.len() - 4]), None);
    }
}
