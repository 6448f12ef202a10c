//! The beginning of a file, and the source that reads such a one.

use std::io::Read as _;
use std::path::Path;

use crate::dataset::decompression::Decompressed;
use crate::dataset::file::{DataFile, cannot_read};
use crate::dataset::{DataError, magic, parts};

/// The bytes of the content that are looked at.
const LOOKED_AT: u64 = 1 << 20;

/// The beginning of a file.
pub(super) struct Sample {
    pub source: &'static str,
    /// Whole lines of the content, without a byte order mark; empty if it is no text in UTF-8.
    pub text: String,
    /// Whether the text is all of the content.
    pub is_all: bool,
}

impl Sample {
    /// Of a file, or of the first of several.
    ///
    /// # Errors
    /// [`DataError::Unreadable`] if there is none, or if it cannot be read.
    pub(super) fn read(folder: &Path, path: &str) -> Result<Self, DataError> {
        let paths = parts::parts(folder, path)?;
        let is_one = paths.len() == 1;
        let path = paths.first().map_or(path, String::as_str);
        let unreadable = |error| cannot_read(path, &error);
        let file = DataFile::open(folder, path)?;
        let mut content = Decompressed::new(file.file()).map_err(unreadable)?;
        let mut bytes = Vec::new();
        let read = content.by_ref().take(LOOKED_AT).read_to_end(&mut bytes).map_err(unreadable)?;
        let of_first = Self::of(&bytes, (read as u64) < LOOKED_AT);
        Ok(Self { is_all: of_first.is_all && is_one, ..of_first })
    }

    /// Of the first bytes of a content; `whole` says whether they are all of it.
    pub(super) fn of(bytes: &[u8], whole: bool) -> Self {
        if let Some(source) = magic::source_of(bytes) {
            return Self { source, text: String::new(), is_all: whole };
        }
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let end = if whole { None } else { bytes.iter().rposition(|&byte| byte == b'\n').map(|at| at + 1) };
        let lines = &bytes[..end.unwrap_or(bytes.len())];
        let text = std::str::from_utf8(lines).unwrap_or_default().to_owned();
        let source = if is_svmlight(&text) { "svmlight" } else { "csv" };
        Self { source, text, is_all: whole }
    }
}

/// Whether the lines are `label index:value index:value …`.
fn is_svmlight(text: &str) -> bool {
    let line = |line: &str| {
        let mut words = line.split('#').next().unwrap_or_default().split_ascii_whitespace();
        let label = words.next().is_some_and(|label| label.parse::<f64>().is_ok());
        let pair = |word: &str| {
            let (index, value) = word.split_once(':')?;
            Some((index == "qid" || index.parse::<u64>().is_ok()) && value.parse::<f64>().is_ok())
        };
        label && words.all(|word| pair(word) == Some(true))
    };
    let mut lines = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')).take(100).peekable();
    lines.peek().is_some() && text.contains(':') && lines.all(line)
}
