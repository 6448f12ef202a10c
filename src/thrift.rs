//! Thrift's compact protocol, in which Parquet writes its footers and the headers of its pages:
//! <https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md>. The reading library allocates what
//! they claim, and an allocation that fails ends the program: claims are held against the bytes before it sees them.
//! Written is what an excerpt of a file needs.

use std::collections::HashMap;

/// Whether the footer of a Parquet file is a struct whose lists are as long as they say. `file` is the file, or its end
/// with the whole footer.
pub fn has_sound_footer(file: &[u8]) -> bool {
    footer(file).is_some_and(|footer| Cursor::new(footer).fields(FILE, 0).is_some())
}

/// The struct at the end of a Parquet file.
fn footer(file: &[u8]) -> Option<&[u8]> {
    let (rest, magic) = file.split_last_chunk::<4>()?;
    let (rest, length) = rest.split_last_chunk::<4>()?;
    let start = rest.len().checked_sub(u32::from_le_bytes(*length) as usize)?;
    (magic == b"PAR1").then(|| &rest[start..])
}

/// The columns of a footer's schema that hold no other columns: their names, and the bytes that describe them. `None`
/// where the footer has none that can be read.
pub fn plain_columns(file: &[u8]) -> Option<HashMap<&str, &[u8]>> {
    let bytes = footer(file)?;
    let mut cursor = Cursor::new(bytes);
    let mut field = 0;
    loop {
        let kind;
        (field, kind) = cursor.field(field)?;
        match (field, kind) {
            (_, STOP) => return None,
            (2, 9) => break,
            (_, 1 | 2) => {}
            (_, kind) => cursor.value(kind, 0)?,
        }
    }
    let (elements, _) = cursor.list()?;
    let mut columns = HashMap::new();
    // Depth first: those that are in the root, and how many are left in what stands in it.
    let (_, mut left) = cursor.element()?;
    let mut inner = 0_i64;
    for _ in 1..elements {
        let begin = cursor.at;
        let (name, children) = cursor.element()?;
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
            columns.insert(name, &bytes[begin..cursor.at]);
        }
    }
    Some(columns)
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

    /// Passes an element of a schema: its name, and how many are in it.
    fn element(&mut self) -> Option<(&'a str, i64)> {
        let (mut field, mut name, mut children) = (0, None, 0);
        loop {
            let kind;
            (field, kind) = self.field(field)?;
            match (field, kind) {
                (_, STOP) => return Some((name?, children)),
                (4, 8) => {
                    let length = self.unsigned()?;
                    let begin = self.at;
                    self.skip(length)?;
                    name = Some(std::str::from_utf8(&self.bytes[begin..self.at]).ok()?);
                }
                (5, 4..=6) => children = self.signed().filter(|children| (0..=1 << 32).contains(children))?,
                (_, 1 | 2) => {}
                (_, kind) => self.value(kind, 1)?,
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

/// A struct being written, its fields in the order of their numbers.
#[derive(Default)]
pub struct Writer {
    bytes: Vec<u8>,
    before: u8,
}

impl Writer {
    fn field(&mut self, number: u8, kind: u8) {
        self.bytes.push((number - self.before) << 4 | kind);
        self.before = number;
    }

    fn unsigned(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push(value as u8 | 0x80); // Its last seven bits, and that there are more.
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    pub fn whole(mut self, number: u8, value: i64) -> Self {
        self.field(number, 6);
        self.unsigned(((value << 1) ^ (value >> 63)).cast_unsigned());
        self
    }

    pub fn text(mut self, number: u8, text: &str) -> Self {
        self.field(number, 8);
        self.unsigned(text.len() as u64);
        self.bytes.extend_from_slice(text.as_bytes());
        self
    }

    pub fn structure(mut self, number: u8, inner: &[u8]) -> Self {
        self.field(number, 12);
        self.bytes.extend_from_slice(inner);
        self
    }

    /// A list of structs.
    pub fn list(mut self, number: u8, items: &[&[u8]]) -> Self {
        self.field(number, 9);
        self.bytes.push(0xFC);
        self.unsigned(items.len() as u64);
        items.iter().for_each(|item| self.bytes.extend_from_slice(item));
        self
    }

    /// The bytes of the struct.
    pub fn end(mut self) -> Vec<u8> {
        self.bytes.push(STOP);
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let whole = [0, 1, -1, 63, 64, -65, i64::from(i32::MAX), i64::MAX, i64::MIN];
        for value in whole {
            let inner = Writer::default().whole(2, value).end();
            let bytes = Writer::default().whole(1, 7).text(4, "name").structure(9, &inner).end();
            let mut fields = Fields::new();
            let mut cursor = Cursor::new(&bytes);
            cursor.structure(None, 0, &mut fields).unwrap();
            assert_eq!((fields[&(1, 0)], fields[&(9, 2)], cursor.at()), (7, value, bytes.len()));
        }
    }

    #[test]
    fn columns_are_found_in_the_schema() {
        let element = |name: &str, children: i64| Writer::default().text(4, name).whole(5, children).end();
        // A root of four: a, a struct b of a struct of a and of c, a, d.
        let elements =
            [("root", 4), ("a", 0), ("b", 2), ("inner", 1), ("a", 0), ("c", 0), ("no", 0), ("d", 0), ("beyond", 0)];
        let elements: Vec<Vec<u8>> = elements.iter().map(|(name, children)| element(name, *children)).collect();
        let items: Vec<&[u8]> = elements.iter().map(Vec::as_slice).collect();
        let bytes = file(&Writer::default().whole(1, 1).list(2, &items).end());
        assert!(has_sound_footer(&bytes));
        let columns = plain_columns(&bytes).unwrap();
        let mut names: Vec<&str> = columns.keys().copied().collect();
        names.sort_unstable();
        assert_eq!(names, ["a", "d", "no"]);
        assert_eq!(columns["d"], elements[7]);
        assert!(plain_columns(&file(&Writer::default().whole(1, 1).end())).is_none());
        assert!(plain_columns(b"PAR1").is_none());
    }

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
