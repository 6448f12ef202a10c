//! Opens experiment files, and copes with hostile ones.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use super::mistake::Mistake;
use super::source_text::{SourceText, Span};
use super::wrong_file_kind;

/// The most bytes of a file.
const MOST_BYTES: u64 = 4 << 20;

/// A file that was opened, or the reason why it cannot be used.
#[derive(Debug)]
pub struct OpenedFile {
    pub source: SourceText,
    /// Its content cannot be used.
    pub mistake: Option<Mistake>,
    /// The file could not be opened at all: exit code 3.
    pub unreadable: Option<io::Error>,
}

/// Opens a file. `index` will be its position among the sources.
pub fn open(path: &Path, index: usize) -> OpenedFile {
    let label = path.display().to_string();
    let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
    let source = SourceText { label, path: path.to_path_buf(), folder, text: String::new() };
    match read(path, MOST_BYTES) {
        Err(error) => OpenedFile { source, mistake: None, unreadable: Some(error) },
        Ok(bytes) => {
            let (text, mistake) = decode(&bytes, &source.label, index);
            OpenedFile { source: SourceText { text, ..source }, mistake, unreadable: None }
        }
    }
}

/// The bytes of a regular file, up to one more than the `most` that are accepted. Pipes and devices are refused: `report` and `verify`
/// read an experiment again, opening a pipe waits for a writer, and a device may never end.
pub fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let found = fs::metadata(path)?;
    if !found.is_file() && !found.is_dir() {
        return Err(io::Error::other("it is not a regular file (a pipe or a device); write what it holds into one"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The text of a file. If its bytes cannot be used, the mistake and the text to show it under.
fn decode(bytes: &[u8], label: &str, index: usize) -> (String, Option<Mistake>) {
    if bytes.len() as u64 > MOST_BYTES {
        let message = format!("{label} is larger than 4 MiB, which no experiment file is");
        return (String::new(), Some(Mistake::error(message)));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => (text.to_owned(), None),
        Err(error) => {
            let start = error.valid_up_to();
            let line = 1 + bytes[..start].iter().filter(|&&byte| byte == b'\n').count();
            let message = format!("{label} is not UTF-8: line {line} has the byte 0x{:02x}", bytes[start]);
            if let Some(what) = wrong_file_kind::kind_of_bytes(bytes) {
                return (String::new(), Some(Mistake::error(format!("{label} is {what}: an experiment is a text"))));
            }
            // Each byte that is not ASCII is shown as one `?`, so that columns stay correct.
            let shown: String = bytes.iter().map(|&byte| if byte.is_ascii() { byte as char } else { '?' }).collect();
            let span = Span { source: index, start, end: start + 1 };
            let mistake =
                Mistake::error(message).at(span, "not UTF-8").help("save the file as UTF-8 (it may be in Latin-1 now)");
            (shown, Some(mistake))
        }
    }
}

/// The comment lines at the start of a file, without their `#`.
pub fn opening_comment(text: &str) -> String {
    let lines = text.lines().map_while(|line| line.strip_prefix('#'));
    lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n").trim().to_owned()
}
