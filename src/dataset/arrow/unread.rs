//! What a sound Arrow file may hold and polars does not decode: it is named as not read, and not as damage.

use std::collections::HashSet;

use polars_arrow::datatypes::ArrowDataType;
use polars_arrow::io::ipc::IpcField;
use polars_arrow::io::ipc::format::ipc::{FieldRef, RecordBatchRef, SchemaRef, TypeRef};
use polars_arrow::io::ipc::read::FileMetadata;

/// The column of a schema whose type keeps the whole file from being read, and what to do; `None` if there is none.
pub(super) fn unread_type(schema: SchemaRef) -> Option<String> {
    let fields = schema.fields().ok().flatten()?;
    fields.iter().find_map(|field| {
        let field = field.ok()?;
        let (what, remedy) = unread(field)?;
        let name = field.name().ok().flatten().unwrap_or_default();
        Some(format!(
            "column \"{name}\" {what}, which is not read, nor is a file that has such a column: {remedy}, or write the file without it"
        ))
    })
}

/// What is not read of a field or of one inside it, and what to do. Fields are not too deep inside each other.
fn unread(field: FieldRef) -> Option<(&'static str, &'static str)> {
    match field.type_().ok().flatten() {
        Some(TypeRef::RunEndEncoded(_)) => Some(("is run-end encoded", "decode it (pyarrow.compute.run_end_decode)")),
        Some(TypeRef::ListView(_) | TypeRef::LargeListView(_)) => {
            Some(("is a list_view", "write it as a list (pyarrow.Table.cast)"))
        }
        Some(TypeRef::Union(_)) => Some(("is a union", "give each of its types a column of its own")),
        _ => field.children().ok().flatten()?.iter().find_map(|child| unread(child.ok()?)),
    }
}

/// The dictionaries that columns need, by their id.
pub(super) fn dictionaries_of(metadata: &FileMetadata, used: &[usize]) -> HashSet<i64> {
    fn add(field: &IpcField, ids: &mut HashSet<i64>) {
        ids.extend(field.dictionary_id);
        field.fields.iter().for_each(|field| add(field, ids));
    }
    let mut ids = HashSet::new();
    used.iter().filter_map(|column| metadata.ipc_schema.fields.get(*column)).for_each(|field| add(field, &mut ids));
    ids
}

/// The first of some fields, by its position, whose texts of views have no bytes beside them and are compressed: polars takes nothing
/// for less than the length that a compressed piece begins with.
pub(super) fn short_views<'d>(
    batch: RecordBatchRef,
    fields: impl Iterator<Item = &'d ArrowDataType>,
    is_used: impl Fn(usize) -> bool,
) -> Option<usize> {
    batch.compression().ok().flatten()?;
    let lengths: Vec<i64> = batch.buffers().ok().flatten()?.iter().map(|buffer| buffer.length()).collect();
    let counts = batch.variadic_buffer_counts().ok().flatten()?;
    let mut counts = counts.iter().filter_map(|count| usize::try_from(count).ok());
    let mut at = 0_usize;
    for (position, field) in fields.enumerate() {
        let (before, extra) = buffers(field, &mut counts)?;
        let views = lengths.get(at.checked_add(before)?..)?;
        if is_used(position) && views.iter().take(extra).any(|length| *length == 0) {
            return Some(position);
        }
        at = at.checked_add(before)?.checked_add(extra)?;
    }
    None
}

/// The message about such a column.
pub(super) fn short_views_message(column: &str) -> String {
    format!(
        "column \"{column}\" is a string_view of short texts and compressed, as pyarrow writes it, which is not read: write it as a \
         string (pyarrow.Table.cast), or the file without compression"
    )
}

/// The buffers of a field, and those of them that hold the bytes of views. `None` if that is not known.
fn buffers(dtype: &ArrowDataType, counts: &mut impl Iterator<Item = usize>) -> Option<(usize, usize)> {
    use ArrowDataType as Type;
    let mut all = |fields: &[&ArrowDataType], own: usize| {
        fields.iter().try_fold((own, 0), |(total, _), field| {
            let (before, extra) = buffers(field, counts)?;
            Some((usize::checked_add(total, before)?.checked_add(extra)?, 0))
        })
    };
    match dtype {
        Type::Null => Some((0, 0)),
        Type::Utf8 | Type::LargeUtf8 | Type::Binary | Type::LargeBinary => Some((3, 0)),
        Type::Utf8View | Type::BinaryView => Some((2, counts.next()?)),
        Type::Struct(fields) => all(&fields.iter().map(|field| field.dtype()).collect::<Vec<_>>(), 1),
        Type::List(field) | Type::LargeList(field) | Type::Map(field, _) => all(&[field.dtype()], 2),
        Type::FixedSizeList(field, _) => all(&[field.dtype()], 1),
        Type::Extension(extension) => buffers(&extension.inner, counts),
        Type::Union(_) => None,
        _ => Some((2, 0)),
    }
}
