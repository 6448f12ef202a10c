//! Dotted paths to keys, as people type them: `optimizers.sgd.learning_rate`, `datasets."a.b".path`.

use super::mistake::Mistake;
use super::source_text::Span;
use crate::text::composed;

/// One part of a dotted path.
#[derive(Debug)]
pub struct PathSegment {
    pub name: String,
    pub span: Span,
}

/// The parts of a path that starts at byte `offset` of its source.
///
/// # Errors
/// A part that is empty.
pub fn segments(text: &str, source: usize, offset: usize) -> Result<Vec<PathSegment>, Mistake> {
    let mut path = Vec::new();
    for (start, part) in pieces(text, '.') {
        let span = Span { source, start: offset + start, end: offset + start + part.len() };
        let name = part.trim();
        let name = ['"', '\''].iter().find_map(|&quote| name.strip_prefix(quote)?.strip_suffix(quote)).unwrap_or(name);
        if name.is_empty() {
            let message = if text.is_empty() { "no key before `=`" } else { "a part of the key is empty" };
            return Err(Mistake::error(message).at(span, "a key is like `optimizers.sgd.learning_rate`"));
        }
        path.push(PathSegment { name: composed(name).into_owned(), span });
    }
    Ok(path)
}

/// Splits at a character outside quotes and brackets. Each piece comes with its first byte.
pub fn pieces(text: &str, at: char) -> Vec<(usize, &str)> {
    let (mut quote, mut depth, mut start) = (None, 0_usize, 0);
    let mut pieces = Vec::new();
    for (position, character) in text.char_indices() {
        match (quote, character) {
            (Some(open), close) if open == close => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(character),
            (None, '[' | '{') => depth += 1,
            (None, ']' | '}') => depth = depth.saturating_sub(1),
            (None, character) if character == at && depth == 0 => {
                pieces.push((start, &text[start..position]));
                start = position + character.len_utf8();
            }
            _ => {}
        }
    }
    pieces.push((start, &text[start..]));
    pieces
}
