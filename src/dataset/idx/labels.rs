//! The labels of the rows: an IDX file of one number for each.

use std::path::Path;

use super::content::IdxContent;
use crate::dataset::columnar::{ColumnKind, ColumnarInput, Element, FixedNumbers};
use crate::dataset::{DataError, parts};
use crate::text::visible;

/// The labels of a file of rows, and what they are.
pub(super) struct IdxLabels {
    pub numbers: FixedNumbers,
    pub kind: ColumnKind,
}

/// Where the labels of a file come from.
pub(super) enum LabelFiles<'a> {
    /// For each file of rows, in order, the file of its labels.
    Files { folder: &'a Path, pairs: Vec<(String, String)> },
    /// The bytes of such a file.
    Bytes(&'a [u8]),
    /// There are none: rows whose labels are to be predicted.
    None,
}

impl<'a> LabelFiles<'a> {
    /// Pairs the files of rows with those of labels. Each may be one file, a folder or a pattern.
    ///
    /// # Errors
    /// [`DataError`] if there are not as many of both.
    pub(super) fn of(folder: &'a Path, path: &str, labels: &str) -> Result<Self, DataError> {
        let rows = parts::parts(folder, path)?;
        let found = parts::parts(folder, labels).map_err(|error| told(path, error))?;
        if rows.len() != found.len() {
            let message = format!("labels: {} files of labels for {} files of rows", found.len(), rows.len());
            return Err(DataError::Content(visible(&format!("{path}: {message}")).into_owned()));
        }
        Ok(Self::Files { folder, pairs: rows.into_iter().zip(found).collect() })
    }

    /// Reads the labels of the file `path`, which has so many `rows`.
    ///
    /// # Errors
    /// [`DataError`] if they cannot be read, or are not one for each row.
    pub(super) fn read(&self, path: &str, rows: usize) -> Result<IdxLabels, DataError> {
        match self {
            Self::None => {
                let element = Element::BYTE;
                Ok(IdxLabels { numbers: element.numbers(&vec![0; rows]), kind: element.kind() })
            }
            Self::Bytes(bytes) => read(&ColumnarInput::of(bytes, bytes.len() as u64, "labels"), path, rows),
            Self::Files { folder, pairs } => {
                let name = pairs.iter().find(|(known, _)| known == path).map_or("", |(_, labels)| labels.as_str());
                let input = ColumnarInput::open(folder, name).map_err(|error| told(path, error))?;
                input.unchanged(read(&input, path, rows))
            }
        }
    }
}

fn read(input: &ColumnarInput, path: &str, rows: usize) -> Result<IdxLabels, DataError> {
    let content = |message: String| DataError::Content(visible(&format!("{path}: labels: {message}")).into_owned());
    let mut labels = IdxContent::open(input).map_err(|error| told(path, error))?;
    let (words, name) = (labels.header.words(), input.path);
    if labels.columns != 1 {
        return Err(content(format!("{name} holds {words} numbers: one for each row is expected")));
    }
    if labels.header.rows() != rows {
        let found = labels.header.rows();
        return Err(content(format!("{name} holds {found} labels, and {path} has {rows} rows")));
    }
    let mut bytes = vec![0; rows * labels.header.width];
    labels.next(&mut bytes).map_err(|error| told(path, error))?;
    let read = IdxLabels { numbers: labels.header.element.numbers(&bytes), kind: labels.header.element.kind() };
    labels.ended().map_err(|error| told(path, error))?;
    Ok(read)
}

/// The error, as one about the key `labels`.
fn told(path: &str, error: DataError) -> DataError {
    let path = visible(path);
    match error {
        DataError::Unreadable(message) => DataError::Unreadable(format!("{path}: labels: {message}")),
        DataError::Content(message) => DataError::Content(format!("{path}: labels: {message}")),
        other @ (DataError::TooLarge(_) | DataError::Columns { .. }) => other,
    }
}

/// The file of the labels that lies beside a file of images and is called as people call it: `train-labels-idx1-ubyte` beside
/// `train-images-idx3-ubyte`, compressed or not.
pub(in crate::dataset) fn labels_beside(folder: &Path, path: &str) -> Option<String> {
    let packed = [".gz", ".zst", ".zstd"].into_iter().find(|ending| path.ends_with(ending)).unwrap_or_default();
    let bare = &path[..path.len() - packed.len()];
    let (before, name) = bare.rsplit_once('/').map_or(("", bare), |(folder, name)| (&bare[..=folder.len()], name));
    let dimensions = |name: &str| (2..=9).fold(name.to_owned(), |name, n| name.replace(&format!("idx{n}"), "idx1"));
    for (word, label) in [("images", "labels"), ("image", "label"), ("data", "labels"), ("x", "y"), ("X", "y")] {
        if !name.contains(word) {
            continue;
        }
        let called = dimensions(&name.replacen(word, label, 1));
        let endings = [packed, "", ".gz", ".zst", ".zstd"];
        let names = endings.into_iter().map(|ending| format!("{before}{called}{ending}"));
        if let Some(found) = names.into_iter().find(|name| folder.join(name).is_file()) {
            return Some(found);
        }
    }
    None
}
