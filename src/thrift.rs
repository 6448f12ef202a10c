//! Thrift's compact protocol, in which Parquet writes its footers and the headers of its pages:
//! <https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md>. The reading library allocates what
//! they claim, and an allocation that fails ends the program: claims are held against the bytes before it sees them.

use std::collections::HashMap;

/// Whether the footer of a Parquet file is a struct whose lists are as long as they say. `file` is the file, or its end
/// with the whole footer.
pub fn has_sound_footer(file: &[u8]) -> bool {
    let Some((rest, b"PAR1")) = file.split_last_chunk::<4>() else { return false };
    let Some((rest, length)) = rest.split_last_chunk::<4>() else { return false };
    let length = u32::from_le_bytes(*length) as usize;
    let Some(start) = rest.len().checked_sub(length) else { return false };
    Cursor::new(&rest[start..]).fields(FILE, 0).is_some()
}

/// What a field is to hold. The reading library goes by a field's number alone, whatever type the bytes say.
#[derive(Clone, Copy)]
enum Shape {
    Boolean,
    Byte,
    Whole,
    Text,
    Struct(&'static [(i64, Shape)]),
    List(&'static Shape),
}
use Shape::{Boolean, Byte, List, Struct, Text, Whole};

/// Parquet's footer, and what is in it, by the numbers of the fields:
/// <https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift>.
const FILE: &[(i64, Shape)] = &[
    (1, Whole),
    (2, List(&Struct(SCHEMA_ELEMENT))),
    (3, Whole),
    (4, List(&Struct(ROW_GROUP))),
    (5, List(&Struct(KEY_VALUE))),
    (6, Text),
    (7, List(&Struct(COLUMN_ORDER))),
];
const SCHEMA_ELEMENT: &[(i64, Shape)] = &[
    (1, Whole),
    (2, Whole),
    (3, Whole),
    (4, Text),
    (5, Whole),
    (6, Whole),
    (7, Whole),
    (8, Whole),
    (9, Whole),
    (10, Struct(LOGICAL_TYPE)),
];
const LOGICAL_TYPE: &[(i64, Shape)] = &[
    (1, Struct(&[])),
    (2, Struct(&[])),
    (3, Struct(&[])),
    (4, Struct(&[])),
    (5, Struct(&[(1, Whole), (2, Whole)])),
    (6, Struct(&[])),
    (7, Struct(TIME)),
    (8, Struct(TIME)),
    (10, Struct(&[(1, Byte), (2, Boolean)])),
    (11, Struct(&[])),
    (12, Struct(&[])),
    (13, Struct(&[])),
    (14, Struct(&[])),
    (15, Struct(&[])),
];
const TIME: &[(i64, Shape)] = &[(1, Boolean), (2, Struct(&[(1, Struct(&[])), (2, Struct(&[])), (3, Struct(&[]))]))];
const ROW_GROUP: &[(i64, Shape)] = &[
    (1, List(&Struct(COLUMN_CHUNK))),
    (2, Whole),
    (3, Whole),
    (4, List(&Struct(&[(1, Whole), (2, Boolean), (3, Boolean)]))),
    (5, Whole),
    (6, Whole),
    (7, Whole),
];
const COLUMN_CHUNK: &[(i64, Shape)] =
    &[(1, Text), (2, Whole), (3, Struct(COLUMN_METADATA)), (4, Whole), (5, Whole), (6, Whole), (7, Whole)];
const COLUMN_METADATA: &[(i64, Shape)] = &[
    (1, Whole),
    (2, List(&Whole)),
    (3, List(&Text)),
    (4, Whole),
    (5, Whole),
    (6, Whole),
    (7, Whole),
    (9, Whole),
    (10, Whole),
    (11, Whole),
    (12, Struct(STATISTICS)),
    (14, Whole),
    (15, Whole),
];
const STATISTICS: &[(i64, Shape)] =
    &[(1, Text), (2, Text), (3, Whole), (4, Whole), (5, Text), (6, Text), (7, Boolean), (8, Boolean)];
const KEY_VALUE: &[(i64, Shape)] = &[(1, Text), (2, Text)];
const COLUMN_ORDER: &[(i64, Shape)] = &[(1, Struct(&[])), (2, Struct(&[]))];

/// Whole numbers of a struct and of the structs in it, by (field, field of the inner struct or 0).
pub type Fields = HashMap<(i64, i64), i64>;

/// A place in bytes of the compact protocol.
pub struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// In the place of a field's type: the struct ends.
const STOP: u8 = 0;

/// More nesting is none that a page's header or a file's footer has.
const DEEPEST: usize = 16;

impl<'a> Cursor<'a> {
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Bytes passed.
    pub const fn at(&self) -> usize {
        self.at
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn skip(&mut self, bytes: u64) -> Option<()> {
        let to = self.at.checked_add(usize::try_from(bytes).ok()?)?;
        (to <= self.bytes.len()).then(|| self.at = to)
    }

    fn unsigned(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i64> {
        let zigzag = self.unsigned()?;
        Some((zigzag >> 1).cast_signed() ^ -(zigzag & 1).cast_signed())
    }

    /// The number and the type of the next field, after the one before it; the type [`STOP`] ends a struct.
    fn field(&mut self, before: i64) -> Option<(i64, u8)> {
        let head = self.byte()?;
        if head == STOP {
            return Some((before, STOP));
        }
        let number = if head >> 4 == 0 { self.signed()? } else { before + i64::from(head >> 4) };
        // Larger ones would be cut to others.
        (1..=i64::from(i16::MAX)).contains(&number).then_some((number, head & 0x0F))
    }

    /// Passes a struct, whose whole numbers are kept; `outer` is the field that it stands in. `None` where it is none.
    pub fn structure(&mut self, outer: Option<i64>, depth: usize, fields: &mut Fields) -> Option<()> {
        let mut field = 0;
        loop {
            let kind;
            (field, kind) = self.field(field)?;
            match kind {
                STOP => return Some(()),
                4..=6 if depth < 2 => {
                    let value = self.signed()?;
                    fields.insert(outer.map_or((field, 0), |outer| (outer, field)), value);
                }
                12 if depth == 0 => self.structure(Some(field), 1, fields)?,
                1 | 2 => {} // A Boolean is its own type.
                _ => self.value(kind, depth)?,
            }
        }
    }

    /// Passes a struct whose known fields are what they are to be. `None` where one is not.
    fn fields(&mut self, known: &[(i64, Shape)], depth: usize) -> Option<()> {
        let mut field = 0;
        loop {
            let kind;
            (field, kind) = self.field(field)?;
            match (known.iter().find(|(number, _)| *number == field), kind) {
                (_, STOP) => return Some(()),
                (Some((_, Boolean)), 1 | 2) | (None, 1 | 2) => {} // A Boolean is its own type.
                (Some((_, shape)), kind) => self.shaped(*shape, kind, depth)?,
                (None, kind) => self.value(kind, depth)?,
            }
        }
    }

    fn shaped(&mut self, shape: Shape, kind: u8, depth: usize) -> Option<()> {
        match (shape, kind) {
            (Whole, 4..=6) | (Byte, 3) | (Text, 8) => self.value(kind, depth),
            (Struct(known), 12) => self.fields(known, depth + 1),
            (List(item), 9) => {
                let (length, kind) = self.list()?;
                (0..length).try_for_each(|_| self.shaped(*item, kind, depth + 1))
            }
            _ => None,
        }
    }

    /// The head of a list: how many items, and their type.
    fn list(&mut self) -> Option<(u64, u8)> {
        let head = self.byte()?;
        let length = if head >> 4 == 15 { self.unsigned()? } else { u64::from(head >> 4) };
        // An item takes a byte at least: room for more is never asked for.
        (length <= (self.bytes.len() - self.at) as u64).then_some((length, head & 0x0F))
    }

    /// Passes a value whose content is of no interest.
    fn value(&mut self, kind: u8, depth: usize) -> Option<()> {
        if depth > DEEPEST {
            return None;
        }
        match kind {
            // Of Booleans in a list readers disagree how long they are; no footer has one.
            3 => self.skip(1),
            4..=6 => self.signed().map(drop),
            7 => self.skip(8),
            8 => {
                let length = self.unsigned()?;
                self.skip(length)
            }
            9 | 10 => {
                let (length, kind) = self.list()?;
                (0..length).try_for_each(|_| self.value(kind, depth + 1))
            }
            // Deeper than the fields that are kept: they go nowhere.
            12 => self.structure(None, depth.max(1) + 1, &mut Fields::new()),
            _ => None, // Maps, which Parquet does not use, and what is no type.
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(footer: &[u8]) -> Vec<u8> {
        let length = u32::try_from(footer.len()).unwrap().to_le_bytes();
        [b"PAR1", footer, &length, b"PAR1"].concat()
    }

    #[test]
    fn lists_are_held_against_the_bytes() {
        // Field 2, a list of two structs that end at once.
        assert!(has_sound_footer(&file(&[0x29, 0x2C, 0, 0, 0])));
        // The same, but it says that there are 2^62 of them.
        let lie = [&[0x29, 0xFC][..], &[0xFF; 8], &[0x3F, 0, 0, 0]].concat();
        assert!(!has_sound_footer(&file(&lie)));
        assert!(!has_sound_footer(&file(&[0x29, 0xFC, 0x04, 0, 0])));
        // Field 2 as a text, which a reader takes for its list; as field 2 + 2^16; as a list of numbers.
        assert!(!has_sound_footer(&file(&[0x28, 0x02, 0xFC, 0x7F, 0])));
        assert!(!has_sound_footer(&file(&[0x09, 0x84, 0x80, 0x08, 0x0C, 0])));
        assert!(!has_sound_footer(&file(&[0x29, 0x15, 0x02, 0])));
        for short in [&b""[..], b"PAR1", b"PAR1PAR1", b"\xff\xff\xff\x7fPAR1"] {
            assert!(!has_sound_footer(short));
        }
    }
}
