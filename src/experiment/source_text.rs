//! The texts that an experiment is read from, and places in them.

use std::ops::Range;
use std::path::PathBuf;

/// A text that was read: a file, its base, or the arguments of the command line (one on each line).
#[derive(Debug, Clone)]
pub struct SourceText {
    /// The text before `:line:column` in messages: the path as it is written.
    pub label: String,
    /// The file that was opened.
    pub path: PathBuf,
    /// The folder that paths in the text are relative to.
    pub folder: PathBuf,
    pub text: String,
}

impl SourceText {
    /// Line and column of a byte, both from 1; columns count characters.
    #[must_use]
    pub fn position(&self, byte: usize) -> (usize, usize) {
        let mut end = byte.min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let before = &self.text[..end];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (1 + before.matches('\n').count(), 1 + before[line_start..].chars().count())
    }
}

/// A range of bytes of one of the sources (a file, its base, the command line).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    pub source: usize,
    pub start: usize,
    pub end: usize,
}

impl Span {
    pub const fn new(source: usize, range: &Range<usize>) -> Self {
        Self { source, start: range.start, end: range.end }
    }
}

/// The source and the line where a span starts.
pub fn line_of(span: Span, sources: &[SourceText]) -> Option<(usize, usize)> {
    Some((span.source, sources.get(span.source)?.position(span.start).0))
}

/// `experiments/x.toml:31`
pub fn location(span: Span, sources: &[SourceText]) -> String {
    match sources.get(span.source) {
        Some(source) => format!("{}:{}", source.label, source.position(span.start).0),
        None => String::new(),
    }
}
