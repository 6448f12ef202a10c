//! TOML syntax errors, explained to readers who do not know the grammar.

use std::collections::BTreeMap;

use super::brackets::open_bracket;
use super::curly_quotes::CURLY;
use super::mistake::{Mistake, Mistakes};
use super::override_value::no_function;
use super::source_text::Span;
use super::table_name::is_plain;
use super::tree::quoted;
use super::value::{is_nothing, toml_number};

/// The most errors that are examined.
const MOST_READ: usize = 1_000;

/// Reports the parser's errors: one for each line, because later errors on a line usually follow from the first.
pub fn report(errors: &[toml::de::Error], text: &str, source: usize, mistakes: &mut Mistakes) {
    let mut by_line: BTreeMap<usize, (usize, usize, &str)> = BTreeMap::new();
    let mut repeated_header = None;
    let mut errors: Vec<&toml::de::Error> = errors.iter().collect();
    errors.sort_by_key(|error| error.span().map(|span| span.start));
    errors.truncate(MOST_READ);
    for error in errors {
        let range = error.span().unwrap_or(0..0);
        let start = range.start.min(text.len());
        let line = line_start(text, start);
        let message = error.message();
        if message.starts_with("duplicate key") {
            // The keys under a repeated header are not repeated themselves.
            let header = header_before(text, start);
            if repeated_header == Some(header) && line != header {
                continue;
            }
            if text[line..].trim_start().starts_with('[') {
                repeated_header = Some(line);
            }
        }
        let entry = by_line.entry(line).or_insert((start, range.end.min(text.len()), message));
        if message.starts_with("unclosed") && !entry.2.starts_with("unclosed") {
            *entry = (start, range.end.min(text.len()), message);
        }
    }
    let mut found: Vec<(usize, usize, &str)> = by_line.into_values().collect();
    for bracket in brackets(&mut found, text) {
        mistakes.push(bracket.mistake(text, source));
    }
    for (start, end, message) in found {
        mistakes.push(mistake(text, Span { source, start, end }, message));
    }
}

/// A bracket that is not closed.
struct Bracket {
    open: usize,
    /// The first place whose content does not belong into the bracket.
    noticed: usize,
    /// The place where the closing bracket was expected.
    end: usize,
}

impl Bracket {
    fn mistake(&self, text: &str, source: usize) -> Mistake {
        let span = |start: usize, end: usize| Span { source, start, end };
        let close = if text[self.open..].starts_with('[') { ']' } else { '}' };
        Mistake::error("a bracket is not closed")
            .at(span(self.open, self.open + 1), format!("opened here, and no `{close}` follows where it should"))
            .at(span(self.noticed, self.noticed), "noticed here")
            .spoils(span(self.open, self.end))
    }
}

/// Takes unclosed brackets out of the errors, together with the errors inside them, which follow from them.
fn brackets(found: &mut Vec<(usize, usize, &str)>, text: &str) -> Vec<Bracket> {
    let mut brackets: Vec<Bracket> = Vec::new();
    for &(end, _, message) in found.iter() {
        if message.starts_with("unclosed")
            && !message.starts_with("unclosed table")
            && let Some(open) = open_bracket(text, end)
        {
            brackets.push(Bracket { open, noticed: end, end });
        }
    }
    found.retain(|&(start, ..)| {
        let around = brackets.iter_mut().find(|bracket| bracket.open < start && start <= bracket.end);
        if let Some(bracket) = around {
            bracket.noticed = bracket.noticed.min(start);
            return false;
        }
        true
    });
    brackets
}

fn line_start(text: &str, at: usize) -> usize {
    text.as_bytes()[..at].iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1)
}

/// The start of the line with the last header before `at`.
pub fn header_before(text: &str, at: usize) -> usize {
    let mut line = line_start(text, at);
    while line > 0 && !text[line..].trim_start_matches([' ', '\t']).starts_with('[') {
        line = line_start(text, line - 1);
    }
    line
}

/// The name and the arguments of a function that a line begins with: `range(1, 4)`.
fn function(line: &str) -> Option<(&str, &str)> {
    let (name, rest) = line.split_once('(')?;
    let word = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '.');
    let arguments = &rest[..rest.find(')')?];
    (!name.is_empty() && name.chars().all(word)).then_some((name, arguments))
}

/// The number around a place of a text.
fn number_at(text: &str, at: usize) -> &str {
    let part = |character: char| character.is_ascii_alphanumeric() || matches!(character, '.' | '+' | '-' | '_');
    around(text, at, part)
}

/// The key around a place of a text.
fn key_at(text: &str, at: usize) -> &str {
    around(text, at, |character| is_plain(character) && character != '.')
}

fn around(text: &str, at: usize, part: impl Fn(char) -> bool) -> &str {
    let start = text[..at].char_indices().rev().take_while(|(_, one)| part(*one)).last().map_or(at, |(start, _)| start);
    let end = text[at..].find(|one| !part(one)).map_or(text.len(), |end| at + end);
    &text[start..end]
}

fn mistake(text: &str, span: Span, message: &str) -> Mistake {
    let marked = text.get(span.start..span.end).unwrap_or_default();
    let next = text.get(span.start..).and_then(|rest| rest.chars().next());
    let first = message.lines().next().unwrap_or("invalid TOML");
    let said = |title: String, label: &str| Mistake::error(title).at(span, label);
    if is_nothing(marked.trim()) {
        return said(
            format!("{} is not a value", quoted(marked.trim())),
            "leave the key out: there is no value for nothing",
        );
    }
    if first.starts_with("string values must be quoted") {
        let line = text[span.start..].lines().next().unwrap_or_default();
        if let Some((name, arguments)) = function(line) {
            return no_function(name, arguments).at(span, "a function");
        }
        return match marked.trim() {
            "" => said(
                "a value is missing".to_owned(),
                "accepted: a number, true, false, a text in quotes, a list, a table",
            ),
            word if word.starts_with(CURLY) => said(
                "a text must stand in straight quotes".to_owned(),
                &format!("write {}", quoted(word.trim_matches(CURLY))),
            ),
            word if word.starts_with(|first: char| first.is_ascii_digit()) => said(
                format!("{} is neither a number nor a text", quoted(word)),
                "numbers are like 10, 0.1, 1e-3; texts stand in quotes",
            ),
            word => said("a text must stand in quotes".to_owned(), &format!("write {}", quoted(word))),
        };
    }
    if first.starts_with("invalid basic string") || first.starts_with("invalid literal string") {
        return said("a text has no closing quote".to_owned(), "the line ends inside the text");
    }
    if first.starts_with("duplicate key") {
        return said(
            format!("`{}` stands twice", marked.escape_debug()),
            "it has been set before; leave one of them out",
        );
    }
    if first.starts_with("invalid boolean") {
        return said(format!("{} is not a value", quoted(marked)), "accepted: true or false, in small letters");
    }
    if first.starts_with("invalid mantissa") && next == Some('.') {
        let word = number_at(text, span.start);
        let label = toml_number(word)
            .map_or_else(|| "write a 0 before the point".to_owned(), |number| format!("write {number}"));
        return said("a number begins with its point".to_owned(), &label);
    }
    if let Some(number) = toml_number(number_at(text, span.start)) {
        return said("a number has no digit beside its point".to_owned(), &format!("write {number}"));
    }
    if first.starts_with("invalid unquoted key") && next.is_some_and(|next| !next.is_ascii() && is_plain(next)) {
        let key = key_at(text, span.start);
        return said(
            "a name that is not in plain Latin letters stands in quotes".to_owned(),
            &format!("write {}", quoted(key)),
        );
    }
    if first.starts_with("invalid unquoted key") && next == Some(':') {
        return said("a key is followed by `:`".to_owned(), "write `=`");
    }
    if first.starts_with("unexpected key or value") && next == Some(',') {
        return said(
            "a comma follows the value".to_owned(),
            "decimals have a point; lists stand in brackets: [0.1, 0.2]",
        );
    }
    if first.starts_with("unexpected key or value")
        && let Some(bracket @ (']' | '}')) = next
    {
        return said(format!("a `{bracket}` closes nothing"), "leave it out, or open it before");
    }
    if first.starts_with("unclosed table") {
        return said("a table's header is not closed".to_owned(), "write `]`");
    }
    let (what, accepted) = first.split_once(", expected ").unwrap_or((first, ""));
    let label = if accepted.is_empty() { String::new() } else { format!("accepted here: {accepted}") };
    said(format!("not valid TOML: {what}"), &label)
}
