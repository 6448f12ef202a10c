//! The value of an override: a TOML value, a comma-separated list of them, or bare words.

use super::brackets::too_deep;
use super::dotted_path::{PathSegment, pieces};
use super::mistake::{Mistake, Mistakes};
use super::parse::parse_value;
use super::registry::{row_names, row_parameters};
use super::source_text::Span;
use super::tree::{Node, NodeValue, quoted};
use super::tree_edit::group;
use crate::parameter::Kind;

/// What the value of a key can be, as far as reading it differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueForm {
    /// One text, as it stands: `title=Hello, world`.
    Text,
    /// Texts with commas between them, each as it stands: `path=data/year=2024/d.csv`.
    Texts,
    Any,
}

impl ValueForm {
    /// The form of the key at a path.
    pub fn of(path: &[PathSegment]) -> Self {
        match path {
            [key] if matches!(key.name.as_str(), "title" | "name") => Self::Text,
            [first, _, key] => {
                let Some(component) = group(&first.name) else { return Self::Any };
                let rows = row_names(component).into_iter().flat_map(|row| row_parameters(component, row));
                let mut kinds =
                    rows.filter(|parameter| parameter.name == key.name).map(|parameter| parameter.kind).peekable();
                let known = kinds.peek().is_some();
                if known && kinds.all(is_text) { Self::Texts } else { Self::Any }
            }
            _ => Self::Any,
        }
    }
}

/// Whether values of a kind are texts. Words with a comma among them are read as such: no list can begin with it.
fn is_text(kind: Kind) -> bool {
    match kind {
        Kind::Text | Kind::Texts => true,
        Kind::Choice(words) => words.contains(&","),
        _ => false,
    }
}

/// Reads the text behind `=`, which starts at byte `offset` of its source.
///
/// # Errors
/// What is no value.
pub fn value(
    text: &str,
    form: ValueForm,
    source: usize,
    offset: usize,
    mistakes: &mut Mistakes,
) -> Result<Node, Mistake> {
    let span = Span { source, start: offset, end: offset + text.len() };
    // The delimiter of a CSV file, and no list.
    if form == ValueForm::Text || form == ValueForm::Texts && text.trim() == "," {
        return single(text.trim(), form, source, offset, mistakes);
    }
    if form == ValueForm::Any
        && let Some(mistake) = function(text.trim(), span)
    {
        return Err(mistake);
    }
    let mut items = Vec::new();
    for (start, piece) in pieces(text, ',') {
        let skipped = piece.len() - piece.trim_start().len();
        items.push(single(piece.trim(), form, source, offset + start + skipped, mistakes)?);
    }
    Ok(match items.len() {
        1 => items.swap_remove(0),
        _ => Node { span, value: NodeValue::List(items) },
    })
}

fn single(text: &str, form: ValueForm, source: usize, offset: usize, mistakes: &mut Mistakes) -> Result<Node, Mistake> {
    let span = Span { source, start: offset, end: offset + text.len() };
    let words = || Node { span, value: NodeValue::Text(text.to_owned()) };
    if text.is_empty() {
        return Err(Mistake::error("a value is missing").at(span, "accepted: a TOML value, a comma list, or a word"));
    }
    if too_deep(text).is_some() {
        return Err(Mistake::error("nested too deeply").at(span, "no value nests like this"));
    }
    let (parsed, is_text) = (parse_value(text, source, offset, mistakes), form != ValueForm::Any);
    match parsed {
        // A file may be called 2024.
        Ok(node) if !is_text || fits(&node, form) => Ok(node),
        Ok(_) => Ok(words()),
        Err(_) if is_text && !text.starts_with('"') => Ok(words()),
        Err(_) if !text.contains(['"', '\'', '[', ']', '{', '}', '=', '#']) => Ok(words()),
        Err(error) => {
            let at = error.span().map_or(span, |range| Span::new(source, &(range.start + offset..range.end + offset)));
            let message = error.message().lines().next().unwrap_or("invalid value").to_owned();
            let help = if text.starts_with(['[', '{']) {
                "in a shell, put an argument with quotes, brackets or spaces into single quotes"
            } else {
                "a text with such characters stands in quotes: `key='\"a=b\"'`; the outer ones are for the shell"
            };
            Err(Mistake::error(format!("not a TOML value: {message}")).at(at, "").help(help))
        }
    }
}

/// Whether a TOML value is what it says where texts are expected: a text, or the texts of a list or of an axis.
const fn fits(node: &Node, form: ValueForm) -> bool {
    match node.value {
        NodeValue::Text(_) => true,
        NodeValue::List(_) | NodeValue::Table(_) => matches!(form, ValueForm::Texts),
        _ => false,
    }
}

/// The mistake of a function such as Hydra's `range(1,4)`.
fn function(text: &str, span: Span) -> Option<Mistake> {
    let (name, arguments) = text.strip_suffix(')')?.split_once('(')?;
    let word = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '.');
    (!name.is_empty() && name.chars().all(word)).then(|| no_function(name, arguments).at(span, "a function"))
}

/// The mistake of a function, without its place.
pub fn no_function(name: &str, arguments: &str) -> Mistake {
    let mistake = Mistake::error(format!("functions such as {} are not read here", quoted(&format!("{name}(…)"))));
    let numbers: Option<Vec<i64>> = arguments.split(',').map(|number| number.trim().parse().ok()).collect();
    match (name, numbers.as_deref()) {
        ("choice", _) if !arguments.trim().is_empty() => mistake.help(format!("write `{}`", arguments.trim())),
        // Hydra's and Python's range leaves its end out.
        ("range", Some(&[from, end])) if end - 1 > from => mistake.help(format!(
            "write a list, or a range with both of its ends: `{{ from = {from}, to = {}, count = {} }}`",
            end - 1,
            end - from
        )),
        _ => mistake
            .help("write a list, or a range: `{ from = 0.001, to = 1, count = 13, scale = \"log\" }` (or \"linear\")"),
    }
}
