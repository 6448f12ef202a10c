//! Opening and parsing files, hostile ones too.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use super::diagnostics::{Mistake, Mistakes, Source};
use super::foreign;
use super::tree::{self, Node, Span};

/// Larger files are refused.
const MOST_BYTES: u64 = 4 << 20;
/// Brackets inside brackets, and dots in one key.
const MOST_BRACKETS: usize = 64;
const MOST_DOTS: usize = 16;

/// A file that was opened, or why it cannot be used.
#[derive(Debug)]
pub struct Opened {
    pub source: Source,
    /// Its content cannot be used.
    pub mistake: Option<Mistake>,
    /// It could not be opened at all: exit code 3.
    pub unreadable: Option<io::Error>,
}

/// Opens a file; `index` will be its number among the sources.
pub fn open(path: &Path, index: usize) -> Opened {
    let label = path.display().to_string();
    let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
    let source = Source { label, folder, text: String::new() };
    match read(path) {
        Err(error) => Opened { source, mistake: None, unreadable: Some(error) },
        Ok(bytes) => {
            let (text, mistake) = decode(&bytes, &source.label, index);
            Opened { source: Source { text, ..source }, mistake, unreadable: None }
        }
    }
}

/// The bytes of a regular file, up to one more than is accepted. A pipe or a device is refused: an experiment is read
/// again by `report` and `verify`, to open a pipe waits for somebody to write, and a device may never end.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let found = fs::metadata(path)?;
    if !found.is_file() && !found.is_dir() {
        return Err(io::Error::other("it is not a regular file (a pipe or a device); write what it holds into one"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The text of a file, or the mistake with its bytes and the text to show it under.
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
            if let Some(what) = foreign::of_bytes(bytes) {
                return (String::new(), Some(Mistake::error(format!("{label} is {what}: an experiment is a text"))));
            }
            // Each byte that is not ASCII is shown as one `?`, so that columns hold.
            let shown: String = bytes.iter().map(|&byte| if byte.is_ascii() { byte as char } else { '?' }).collect();
            let span = Span { source: index, start, end: start + 1 };
            let mistake =
                Mistake::error(message).at(span, "not UTF-8").help("save the file as UTF-8 (it may be in Latin-1 now)");
            (shown, Some(mistake))
        }
    }
}

/// Parses a source; `index` is its number.
pub fn parse(source: &Source, index: usize, mistakes: &mut Mistakes) -> Node {
    if let Some((start, what)) = too_deep(&source.text) {
        let span = Span { source: index, start, end: start + 1 };
        mistakes.push(Mistake::error("nested too deeply").at(span, what));
        let span = Span { source: index, start: 0, end: 0 };
        return Node { span, value: tree::Value::Boolean(false) };
    }
    tree::parse(&source.text, index, mistakes)
}

/// Where brackets or dotted keys nest deeper than a recursive walk should follow.
pub fn too_deep(text: &str) -> Option<(usize, String)> {
    let bytes = text.as_bytes();
    let (mut brackets, mut dots, mut at) = (0_usize, 0_usize, 0_usize);
    while at < bytes.len() {
        match bytes[at] {
            b'#' => {
                dots = 0;
                at += bytes[at..].iter().position(|&byte| byte == b'\n').unwrap_or(bytes.len() - at);
                continue;
            }
            b'"' | b'\'' => {
                at = string_end(bytes, at);
                continue;
            }
            b'[' | b'{' => {
                brackets += 1;
                dots = 0;
            }
            b']' | b'}' => {
                brackets = brackets.saturating_sub(1);
                dots = 0;
            }
            b'.' => dots += 1,
            b',' | b'=' | b'\n' => dots = 0,
            _ => {}
        }
        if brackets > MOST_BRACKETS {
            return Some((at, format!("more than {MOST_BRACKETS} brackets are open here")));
        }
        if dots > MOST_DOTS {
            return Some((at, format!("more than {MOST_DOTS} dots in one key")));
        }
        at += 1;
    }
    None
}

/// The innermost bracket that is open before byte `end`.
pub fn open_bracket(text: &str, end: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut open, mut at) = (Vec::new(), 0);
    while at < end.min(bytes.len()) {
        match bytes[at] {
            b'#' => at += bytes[at..].iter().position(|&byte| byte == b'\n').unwrap_or(bytes.len() - at),
            b'"' | b'\'' => {
                at = string_end(bytes, at);
                continue;
            }
            b'[' | b'{' => open.push(at),
            b']' | b'}' => {
                open.pop();
            }
            _ => {}
        }
        at += 1;
    }
    open.pop()
}

/// The byte after the string that starts at `start`.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let quote = bytes[start];
    let long = bytes[start..].starts_with(&[quote; 3]);
    let mut at = start + if long { 3 } else { 1 };
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if quote == b'"' => at += 1,
            b'\n' if !long => return at,
            byte if byte == quote && !long => return at + 1,
            byte if byte == quote && bytes[at..].starts_with(&[quote; 3]) => return at + 3,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// The comment lines that open a file, without their `#`.
pub fn opening_comment(text: &str) -> String {
    let lines = text.lines().map_while(|line| line.strip_prefix('#'));
    lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n").trim().to_owned()
}
