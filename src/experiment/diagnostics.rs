//! Shows all mistakes of an experiment file at once, each under the lines that contain it.

use std::fmt;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::mistake::{Mistake, Severity};
use super::source_text::{SourceText, Span};
use crate::text::{is_hidden, visible};

/// Why an experiment could not be loaded.
#[derive(Debug, Clone)]
pub struct Diagnostics {
    sources: Vec<SourceText>,
    mistakes: Vec<Mistake>,
    unopened: bool,
}

/// Further mistakes are only counted.
const MOST_SHOWN: usize = 100;
const WIDTH: usize = 120;
/// The most bytes shown under one mistake.
const LONGEST_EXCERPT: usize = 20_000;

impl Diagnostics {
    pub fn new(sources: Vec<SourceText>, mut mistakes: Vec<Mistake>) -> Self {
        mistakes.sort_by_key(|mistake| mistake.marks.first().map(|mark| mark.0));
        Self { sources, mistakes, unopened: false }
    }

    /// Marks that a file could not be opened.
    #[must_use]
    pub const fn unopened(mut self) -> Self {
        self.unopened = true;
        self
    }

    #[must_use]
    pub fn mistakes(&self) -> &[Mistake] {
        &self.mistakes
    }

    /// 3 if a file could not be opened, else 2.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        if self.unopened { 3 } else { 2 }
    }

    /// Renders the mistakes in the style of a compiler.
    #[must_use]
    pub fn render(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() }.term_width(WIDTH);
        let mut text = String::new();
        for mistake in self.mistakes.iter().take(MOST_SHOWN) {
            let shown = renderer.render(&[self.group(mistake)]);
            // The excerpt of a cut line has no path, and the renderer marks that with an empty `:::` line.
            let empty = |line: &&str| !line.replace("\u{1b}[0m", "").trim_end().ends_with(":::");
            text.push_str(&shown.lines().filter(empty).collect::<Vec<_>>().join("\n"));
            text.push_str("\n\n");
        }
        if self.mistakes.len() > MOST_SHOWN {
            text.push_str(&format!("… and {} more problems\n\n", self.mistakes.len() - MOST_SHOWN));
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
        text
    }

    fn group<'a>(&'a self, mistake: &'a Mistake) -> Group<'a> {
        let level = match mistake.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let mut group = Group::with_title(level.primary_title(visible(&mistake.message)));
        let mut order: Vec<usize> = Vec::new();
        for (span, _) in &mistake.marks {
            if !order.contains(&span.source) {
                order.push(span.source);
            }
        }
        for source in order {
            if let Some(text) = self.sources.get(source) {
                let excerpt = MarkedLines::new(text, source, mistake);
                if let Some((line, column)) = excerpt.cut {
                    group = group.element(Origin::path(visible(&text.label)).line(line).char_column(column));
                }
                group = group.element(excerpt.snippet(text, mistake));
            }
        }
        for help in &mistake.help {
            group = group.element(Level::HELP.message(visible(help)));
        }
        group
    }
}

/// The lines of one source that a mistake marks.
struct MarkedLines {
    index: usize,
    /// The range of bytes of the source that is shown.
    first: usize,
    last: usize,
    /// The line that `first` is in.
    line: usize,
    /// Line and column of the main mark, if the line was cut: columns of the excerpt then differ from the file's.
    cut: Option<(usize, usize)>,
}

impl MarkedLines {
    fn new(source: &SourceText, index: usize, mistake: &Mistake) -> Self {
        let text = source.text.as_bytes();
        let here = || mistake.marks.iter().filter(|mark| mark.0.source == index).map(|mark| mark.0);
        let start = here().map(|span| span.start).min().unwrap_or(0).min(text.len());
        let end = here().map(|span| span.end).max().unwrap_or(0).clamp(start, text.len());
        let mut first = text[..start].iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
        let mut last = text[end..].iter().position(|&byte| byte == b'\n').map_or(text.len(), |length| end + length);
        let line = 1 + text[..first].iter().filter(|&&byte| byte == b'\n').count();
        let primary = here().next().map_or(start, |span| span.start.min(text.len()));
        let mut cut = None;
        if last - first > LONGEST_EXCERPT {
            // A line this long is not readable: only the surroundings of the main mark are shown.
            cut = Some(source.position(primary));
            let before = text[..primary].iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
            let after = text[primary..].iter().position(|&byte| byte == b'\n').map_or(text.len(), |end| primary + end);
            first = before.max(primary.saturating_sub(WIDTH));
            last = after.min(primary + 2 * WIDTH);
            while !source.text.is_char_boundary(first) {
                first += 1;
            }
            while !source.text.is_char_boundary(last) {
                last -= 1;
            }
        }
        let line = cut.map_or(line, |(line, _)| line);
        Self { index, first, last, line, cut }
    }

    fn snippet<'a>(
        &self,
        source: &'a SourceText,
        mistake: &'a Mistake,
    ) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
        let primary = mistake.marks.first().map(|mark| mark.0);
        let inside = |span: &Span| span.source == self.index && span.start <= self.last && span.end >= self.first;
        let annotations = mistake.marks.iter().filter(|(span, _)| inside(span)).map(|(span, label)| {
            let range = span.start.max(self.first) - self.first..span.end.clamp(self.first, self.last) - self.first;
            let kind = if Some(*span) == primary { AnnotationKind::Primary } else { AnnotationKind::Context };
            kind.span(range).label((!label.is_empty()).then(|| visible(label)))
        });
        let path = self.cut.is_none().then(|| visible(&source.label));
        Snippet::source(visible_in_place(&source.text[self.first..self.last]))
            .line_start(self.line)
            .path(path)
            .annotations(annotations.collect::<Vec<_>>())
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.render(false).trim_end())
    }
}

impl std::error::Error for Diagnostics {}

/// [`visible`] for a text that spans point into: each replacement has as many bytes as the character it replaces.
fn visible_in_place(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if character == '\r' && matches!(characters.peek(), Some('\n') | None) {
            shown.push(' ');
        } else if matches!(character, '\n' | '\t') || !is_hidden(character) {
            shown.push(character);
        } else {
            shown.push_str(["?", "¿", "\u{fffd}", "\u{fffd}?"][character.len_utf8() - 1]);
        }
    }
    shown
}
