//! What is wrong with an experiment file, all of it at once, shown under the lines that say it.

use std::fmt;
use std::path::PathBuf;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::tree::Span;

/// A text that was read: a file, its base, or the arguments of the command line, one a line.
#[derive(Debug, Clone)]
pub struct Source {
    /// What stands before `:line:column`.
    pub label: String,
    /// The folder that relative paths written in it start from.
    pub folder: PathBuf,
    pub text: String,
}

impl Source {
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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    Error,
    Warning,
}

/// One problem, and the places that show it: the first is the culprit.
#[derive(Debug, Clone)]
pub struct Problem {
    pub severity: Severity,
    pub message: String,
    pub marks: Vec<(Span, String)>,
    pub help: Vec<String>,
    /// It says that something is not there, which a syntax error elsewhere may be the cause of.
    pub absence: bool,
}

impl Problem {
    pub fn error(message: impl Into<String>) -> Self {
        let message = message.into();
        Self { severity: Severity::Error, message, marks: Vec::new(), help: Vec::new(), absence: false }
    }

    pub fn warning(message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(message) }
    }

    /// Adds a place; the first one is the culprit.
    #[must_use]
    pub fn at(mut self, span: Span, label: impl Into<String>) -> Self {
        self.marks.push((span, label.into()));
        self
    }

    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    #[must_use]
    pub const fn absence(mut self) -> Self {
        self.absence = true;
        self
    }
}

/// Problems as they are found.
#[derive(Debug, Default)]
pub struct Problems {
    list: Vec<Problem>,
}

impl Problems {
    /// Adds a problem, once: a default that several tables inherit is wrong in one place.
    pub fn push(&mut self, problem: Problem) {
        let known = |other: &Problem| {
            other.message == problem.message
                && other.marks.first().map(|mark| mark.0) == problem.marks.first().map(|mark| mark.0)
        };
        if !self.list.iter().any(known) {
            self.list.push(problem);
        }
    }

    pub fn len(&self) -> usize {
        self.list.len()
    }

    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|problem| problem.severity == Severity::Error)
    }

    pub fn retain(&mut self, keep: impl FnMut(&Problem) -> bool) {
        self.list.retain(keep);
    }

    pub fn into_list(self) -> Vec<Problem> {
        self.list
    }

    pub fn list(&self) -> &[Problem] {
        &self.list
    }
}

/// Why an experiment could not be loaded.
#[derive(Debug, Clone)]
pub struct Diagnostics {
    sources: Vec<Source>,
    problems: Vec<Problem>,
    unopened: bool,
}

/// More problems than this are counted, not shown.
const MOST_SHOWN: usize = 100;
const WIDTH: usize = 120;

impl Diagnostics {
    pub fn new(sources: Vec<Source>, mut problems: Vec<Problem>) -> Self {
        problems.sort_by_key(|problem| problem.marks.first().map(|mark| mark.0));
        Self { sources, problems, unopened: false }
    }

    /// A file could not be opened.
    #[must_use]
    pub const fn unopened(mut self) -> Self {
        self.unopened = true;
        self
    }

    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// 3 where a file could not be opened, else 2.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        if self.unopened { 3 } else { 2 }
    }

    /// As a compiler shows it.
    #[must_use]
    pub fn render(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() }.term_width(WIDTH);
        let mut text = String::new();
        for problem in self.problems.iter().take(MOST_SHOWN) {
            text.push_str(&renderer.render(&[self.group(problem)]));
            text.push_str("\n\n");
        }
        if self.problems.len() > MOST_SHOWN {
            text.push_str(&format!("… and {} more problems\n\n", self.problems.len() - MOST_SHOWN));
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
        text
    }

    fn group<'a>(&'a self, problem: &'a Problem) -> Group<'a> {
        let level = match problem.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let mut group = Group::with_title(level.primary_title(visible(&problem.message)));
        let mut order: Vec<usize> = Vec::new();
        for (span, _) in &problem.marks {
            if !order.contains(&span.source) {
                order.push(span.source);
            }
        }
        for source in order {
            if let Some(text) = self.sources.get(source) {
                group = group.element(snippet(text, source, problem));
            }
        }
        for help in &problem.help {
            group = group.element(Level::HELP.message(visible(help)));
        }
        group
    }
}

/// The lines of one source that a problem marks.
fn snippet<'a>(
    source: &'a Source,
    index: usize,
    problem: &'a Problem,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let text = &source.text;
    let here = || problem.marks.iter().filter(|mark| mark.0.source == index);
    let start = here().map(|mark| mark.0.start).min().unwrap_or(0).min(text.len());
    let end = here().map(|mark| mark.0.end).max().unwrap_or(0).clamp(start, text.len());
    let first = text.as_bytes()[..start].iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
    let last = text.as_bytes()[end..].iter().position(|&byte| byte == b'\n').map_or(text.len(), |length| end + length);
    let primary = problem.marks.first().map(|mark| mark.0);
    let line = 1 + text.as_bytes()[..first].iter().filter(|&&byte| byte == b'\n').count();
    let annotations = here().map(|(span, label)| {
        let range = span.start.clamp(first, last) - first..span.end.clamp(first, last) - first;
        let kind = if Some(*span) == primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        let label = (!label.is_empty()).then(|| visible(label));
        kind.span(range).label(label)
    });
    Snippet::source(visible_in_place(&text[first..last]))
        .line_start(line)
        .path(Some(visible(&source.label)))
        .annotations(annotations.collect::<Vec<_>>())
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.render(false).trim_end())
    }
}

impl std::error::Error for Diagnostics {}

/// Whether a terminal might obey the character instead of showing it, or show it elsewhere.
const fn is_unsafe(character: char) -> bool {
    character.is_ascii_control()
        || matches!(character, '\u{80}'..='\u{9f}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A message without characters that a terminal obeys.
fn visible(text: &str) -> String {
    text.chars().map(|character| if is_unsafe(character) { '\u{fffd}' } else { character }).collect()
}

/// The same for a text that spans point into: each replacement has as many bytes as what it replaces.
fn visible_in_place(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if character == '\r' && matches!(characters.peek(), Some('\n') | None) {
            shown.push(' ');
        } else if matches!(character, '\n' | '\t') || !is_unsafe(character) {
            shown.push(character);
        } else {
            shown.push_str(["?", "¿", "\u{fffd}"][character.len_utf8().min(3) - 1]);
        }
    }
    shown
}
