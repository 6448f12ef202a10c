//! Thrift's compact protocol, in which Parquet writes its footers and the headers of its pages:
//! <https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md>.
//!
//! polars allocates whatever sizes these bytes claim, and a failed allocation ends the program. The reader here checks the
//! claims first. The writer writes the footer of an [excerpt](super::excerpt).

use std::collections::HashMap;

/// Integers of a struct and of the structs directly inside it, by (field, inner field); the inner field is 0 for the struct's
/// own integers.
pub type IntegerFields = HashMap<(i64, i64), i64>;

/// Reads bytes of the compact protocol from front to back.
pub struct CompactReader<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// The type byte that ends a struct.
pub const STOP: u8 = 0;

/// No page header or footer nests deeper than this.
const DEEPEST: usize = 16;

impl<'a> CompactReader<'a> {
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// How many bytes have been read.
    pub const fn at(&self) -> usize {
        self.at
    }

    /// The bytes from `start` up to here.
    pub fn since(&self, start: usize) -> &'a [u8] {
        &self.bytes[start..self.at]
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    pub fn skip(&mut self, bytes: u64) -> Option<()> {
        let to = self.at.checked_add(usize::try_from(bytes).ok()?)?;
        (to <= self.bytes.len()).then(|| self.at = to)
    }

    pub fn unsigned(&mut self) -> Option<u64> {
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

    pub fn signed(&mut self) -> Option<i64> {
        let zigzag = self.unsigned()?;
        Some((zigzag >> 1).cast_signed() ^ -(zigzag & 1).cast_signed())
    }

    /// The number and the type of the field that follows field `before`; the type [`STOP`] ends the struct.
    pub fn field(&mut self, before: i64) -> Option<(i64, u8)> {
        let head = self.byte()?;
        if head == STOP {
            return Some((before, STOP));
        }
        let number = if head >> 4 == 0 { self.signed()? } else { before + i64::from(head >> 4) };
        // polars keeps only 16 bits of the number: a larger one would pass for another field.
        (1..=i64::from(i16::MAX)).contains(&number).then_some((number, head & 0x0F))
    }

    /// Reads a struct and keeps its integers. `outer` is the field that holds the struct. `None` if the bytes are no struct.
    pub fn structure(&mut self, outer: Option<i64>, depth: usize, fields: &mut IntegerFields) -> Option<()> {
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
                1 | 2 => {} // A Boolean's value is part of its type.
                _ => self.value(kind, depth)?,
            }
        }
    }

    /// The head of a list: the number of its items, and their type.
    pub fn list(&mut self) -> Option<(u64, u8)> {
        let head = self.byte()?;
        let length = if head >> 4 == 15 { self.unsigned()? } else { u64::from(head >> 4) };
        // Each item takes at least one byte, so a longer list cannot be real.
        (length <= (self.bytes.len() - self.at) as u64).then_some((length, head & 0x0F))
    }

    /// Skips a value.
    pub fn value(&mut self, kind: u8, depth: usize) -> Option<()> {
        if depth > DEEPEST {
            return None;
        }
        match kind {
            // Readers disagree on the size of Booleans in a list (types 1 and 2); no footer has such a list.
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
            // Too deep for its integers to be kept.
            12 => self.structure(None, depth.max(1) + 1, &mut IntegerFields::new()),
            _ => None, // A map, which Parquet never uses, or an unknown type.
        }
    }
}

/// Writes one struct. Its fields must come in the order of their numbers.
#[derive(Default)]
pub struct CompactWriter {
    bytes: Vec<u8>,
    /// Number of the field written last.
    before: u8,
}

impl CompactWriter {
    fn field(&mut self, number: u8, kind: u8) {
        self.bytes.push((number - self.before) << 4 | kind);
        self.before = number;
    }

    fn unsigned(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push(value as u8 | 0x80); // The last seven bits, and a flag that more follow.
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    pub fn integer(mut self, number: u8, value: i64) -> Self {
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

    /// Ends the struct and returns its bytes.
    pub fn finish(mut self) -> Vec<u8> {
        self.bytes.push(STOP);
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let integers = [0, 1, -1, 63, 64, -65, i64::from(i32::MAX), i64::MAX, i64::MIN];
        for value in integers {
            let inner = CompactWriter::default().integer(2, value).finish();
            let bytes = CompactWriter::default().integer(1, 7).text(4, "name").structure(9, &inner).finish();
            let mut fields = IntegerFields::new();
            let mut reader = CompactReader::new(&bytes);
            reader.structure(None, 0, &mut fields).unwrap();
            assert_eq!((fields[&(1, 0)], fields[&(9, 2)], reader.at()), (7, value, bytes.len()));
        }
    }
}
