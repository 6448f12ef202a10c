//! Opening and parsing files, hostile ones too.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::diagnostics::{Diagnostics, Problem, Problems, Source};
use super::tree::{self, Node, Span};

/// Larger files are refused.
const MOST_BYTES: u64 = 4 << 20;
/// Brackets inside brackets, and dots in one key.
const MOST_BRACKETS: usize = 64;
const MOST_DOTS: usize = 16;

/// Opens a file.
///
/// # Errors
/// It cannot be read (exit code 3), is too large, or is not UTF-8.
pub fn open(path: &Path) -> Result<Source, Diagnostics> {
    let label = path.display().to_string();
    let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
    let failed = |problem: Problem, text: String| {
        Diagnostics::new(vec![Source { label: label.clone(), folder: folder.clone(), text }], vec![problem])
    };
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes));
    if let Err(error) = read {
        return Err(failed(Problem::error(format!("{label} cannot be opened: {error}")), String::new()).unopened());
    }
    if bytes.len() as u64 > MOST_BYTES {
        let message = format!("{label} is larger than 4 MiB, which no experiment file is");
        return Err(failed(Problem::error(message), String::new()));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Source { label, folder, text: text.to_owned() }),
        Err(error) => {
            let start = error.valid_up_to();
            let line = 1 + bytes[..start].iter().filter(|&&byte| byte == b'\n').count();
            let message = format!("{label} is not UTF-8: line {line} has the byte 0x{:02x}", bytes[start]);
            // Each byte that is not UTF-8 is shown as one `?`, so that columns hold.
            let shown: String = bytes.iter().map(|&byte| if byte.is_ascii() { byte as char } else { '?' }).collect();
            let span = Span { source: 0, start, end: start + 1 };
            let problem =
                Problem::error(message).at(span, "").help("save the file as UTF-8 (it may be in Latin-1 now)");
            Err(failed(problem, shown))
        }
    }
}

/// Parses a source; `index` is its number.
pub fn parse(source: &Source, index: usize, problems: &mut Problems) -> Node {
    if let Some((start, what)) = too_deep(&source.text) {
        let span = Span { source: index, start, end: start + 1 };
        problems.push(Problem::error("nested too deeply").at(span, what));
        let span = Span { source: index, start: 0, end: 0 };
        return Node { span, value: tree::Value::Boolean(false) };
    }
    tree::parse(&source.text, index, problems)
}

/// Where brackets or dotted keys nest deeper than a recursive walk should follow.
fn too_deep(text: &str) -> Option<(usize, String)> {
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
