//! The fields of a Parquet footer, and the type that each of them must have:
//! <https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift>.

use super::compact_protocol::{CompactReader, STOP};

/// The type a field must have. polars trusts the field number and ignores the type byte.
#[derive(Clone, Copy)]
enum FieldType {
    Boolean,
    Byte,
    Integer,
    Text,
    Struct(&'static [(i64, FieldType)]),
    List(&'static FieldType),
}
use FieldType::{Boolean, Byte, Integer, List, Struct, Text};

/// Whether the reader stands at a footer: a struct whose known fields have the right types, at any depth.
pub fn is_footer(reader: &mut CompactReader) -> bool {
    structure(reader, FILE, 0).is_some()
}

/// Reads a struct; `None` if one of its known fields has another type.
fn structure(reader: &mut CompactReader, known: &[(i64, FieldType)], depth: usize) -> Option<()> {
    let mut field = 0;
    loop {
        let kind;
        (field, kind) = reader.field(field)?;
        match (known.iter().find(|(number, _)| *number == field), kind) {
            (_, STOP) => return Some(()),
            (Some((_, Boolean)), 1 | 2) | (None, 1 | 2) => {} // A Boolean's value is part of its type.
            (Some((_, wanted)), kind) => value(reader, *wanted, kind, depth)?,
            (None, kind) => reader.value(kind, depth)?,
        }
    }
}

fn value(reader: &mut CompactReader, wanted: FieldType, kind: u8, depth: usize) -> Option<()> {
    match (wanted, kind) {
        (Integer, 4..=6) | (Byte, 3) | (Text, 8) => reader.value(kind, depth),
        (Struct(known), 12) => structure(reader, known, depth + 1),
        (List(item), 9) => {
            let (length, kind) = reader.list()?;
            (0..length).try_for_each(|_| value(reader, *item, kind, depth + 1))
        }
        _ => None,
    }
}

const FILE: &[(i64, FieldType)] = &[
    (1, Integer),
    (2, List(&Struct(SCHEMA_ELEMENT))),
    (3, Integer),
    (4, List(&Struct(ROW_GROUP))),
    (5, List(&Struct(KEY_VALUE))),
    (6, Text),
    (7, List(&Struct(COLUMN_ORDER))),
];
const SCHEMA_ELEMENT: &[(i64, FieldType)] = &[
    (1, Integer),
    (2, Integer),
    (3, Integer),
    (4, Text),
    (5, Integer),
    (6, Integer),
    (7, Integer),
    (8, Integer),
    (9, Integer),
    (10, Struct(LOGICAL_TYPE)),
];
const LOGICAL_TYPE: &[(i64, FieldType)] = &[
    (1, Struct(&[])),
    (2, Struct(&[])),
    (3, Struct(&[])),
    (4, Struct(&[])),
    (5, Struct(&[(1, Integer), (2, Integer)])),
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
const TIME: &[(i64, FieldType)] = &[(1, Boolean), (2, Struct(&[(1, Struct(&[])), (2, Struct(&[])), (3, Struct(&[]))]))];
const ROW_GROUP: &[(i64, FieldType)] = &[
    (1, List(&Struct(COLUMN_CHUNK))),
    (2, Integer),
    (3, Integer),
    (4, List(&Struct(&[(1, Integer), (2, Boolean), (3, Boolean)]))),
    (5, Integer),
    (6, Integer),
    (7, Integer),
];
const COLUMN_CHUNK: &[(i64, FieldType)] =
    &[(1, Text), (2, Integer), (3, Struct(COLUMN_METADATA)), (4, Integer), (5, Integer), (6, Integer), (7, Integer)];
const COLUMN_METADATA: &[(i64, FieldType)] = &[
    (1, Integer),
    (2, List(&Integer)),
    (3, List(&Text)),
    (4, Integer),
    (5, Integer),
    (6, Integer),
    (7, Integer),
    (9, Integer),
    (10, Integer),
    (11, Integer),
    (12, Struct(STATISTICS)),
    (14, Integer),
    (15, Integer),
];
const STATISTICS: &[(i64, FieldType)] =
    &[(1, Text), (2, Text), (3, Integer), (4, Integer), (5, Text), (6, Text), (7, Boolean), (8, Boolean)];
const KEY_VALUE: &[(i64, FieldType)] = &[(1, Text), (2, Text)];
const COLUMN_ORDER: &[(i64, FieldType)] = &[(1, Struct(&[])), (2, Struct(&[]))];
