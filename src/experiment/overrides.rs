//! Overrides on the command line, in the style of Hydra: `optimizers.sgd.learning_rate=0.1,0.01`, `optimizers.*.momentum=0.9`,
//! `~optimizers.gd`.

use std::path::PathBuf;

use super::axis::is_axis;
use super::brackets::too_deep;
use super::header;
use super::mistake::{Mistake, Mistakes};
use super::names::{nearest, plain_list};
use super::parse::parse_value;
use super::registry::{row_key, row_parameters};
use super::source_text::{SourceText, Span};
use super::tree::{Node, NodeEntry, NodeTable, NodeValue, quoted};
use crate::plan::Component;

/// The label of the arguments as a source.
pub const LABEL: &str = "command line";

/// One part of a dotted path.
#[derive(Debug)]
struct PathSegment {
    name: String,
    span: Span,
}

/// Applies the arguments in order. They become one more source with one argument on each line. Paths in them are relative to the
/// current folder.
pub fn apply(arguments: &[String], root: &mut NodeTable, sources: &mut Vec<SourceText>, mistakes: &mut Mistakes) {
    if arguments.is_empty() {
        return;
    }
    let index = sources.len();
    let mut text = String::new();
    for argument in arguments {
        let start = text.len();
        let argument = argument.replace(['\n', '\r'], " ");
        text.push_str(&argument);
        text.push('\n');
        if let Err(mistake) = one(&argument, index, start, root, mistakes) {
            mistakes.push(mistake);
        }
    }
    sources.push(SourceText { label: LABEL.to_owned(), folder: PathBuf::new(), text });
}

fn one(
    argument: &str,
    source: usize,
    start: usize,
    root: &mut NodeTable,
    mistakes: &mut Mistakes,
) -> Result<(), Mistake> {
    let span = |from: usize, to: usize| Span { source, start: start + from, end: start + to };
    let whole = span(0, argument.len());
    if let Some(path) = argument.strip_prefix('~') {
        if let Some(equals) = equals_sign(argument) {
            return Err(Mistake::error("`~` removes a key and takes no value")
                .at(span(equals, argument.len()), "leave this out"));
        }
        let path = segments(path, source, start + 1)?;
        return remove(root, &path, whole);
    }
    // In Hydra `+key=value` adds a key. Here any valid key may be new.
    let trimmed = argument.trim_start_matches('+');
    let skipped = argument.len() - trimmed.len();
    let Some(equals) = equals_sign(trimmed) else {
        return Err(Mistake::error(format!("the argument {} sets nothing", quoted(argument)))
            .at(whole, "no `=` in it")
            .help("accepted: `train.epochs=10` sets a key, `~optimizers.gd` removes one"));
    };
    let path = segments(&trimmed[..equals], source, start + skipped)?;
    let node = value(&trimmed[equals + 1..], source, start + skipped + equals + 1, mistakes)?;
    set(root, &path, node)
}

/// The first `=` outside quotes.
fn equals_sign(text: &str) -> Option<usize> {
    let mut quote = None;
    text.char_indices().find_map(|(at, character)| match (quote, character) {
        (None, '=') => Some(at),
        (None, '"' | '\'') => {
            quote = Some(character);
            None
        }
        (Some(open), close) if open == close => {
            quote = None;
            None
        }
        _ => None,
    })
}

fn segments(text: &str, source: usize, offset: usize) -> Result<Vec<PathSegment>, Mistake> {
    let mut path = Vec::new();
    for (start, part) in pieces(text, '.') {
        let span = Span { source, start: offset + start, end: offset + start + part.len() };
        let name = part.trim();
        let name = ['"', '\''].iter().find_map(|&quote| name.strip_prefix(quote)?.strip_suffix(quote)).unwrap_or(name);
        if name.is_empty() {
            let message = if text.is_empty() { "no key before `=`" } else { "a part of the key is empty" };
            return Err(Mistake::error(message).at(span, "a key is like `optimizers.sgd.learning_rate`"));
        }
        path.push(PathSegment { name: name.to_owned(), span });
    }
    Ok(path)
}

/// Splits at a character outside quotes and brackets. Each piece comes with its first byte.
fn pieces(text: &str, at: char) -> Vec<(usize, &str)> {
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

/// A TOML value, a comma-separated list of them, or bare words.
fn value(text: &str, source: usize, offset: usize, mistakes: &mut Mistakes) -> Result<Node, Mistake> {
    let span = Span { source, start: offset, end: offset + text.len() };
    let mut items = Vec::new();
    for (start, piece) in pieces(text, ',') {
        let skipped = piece.len() - piece.trim_start().len();
        items.push(single(piece.trim(), source, offset + start + skipped, mistakes)?);
    }
    Ok(match items.len() {
        1 => items.swap_remove(0),
        _ => Node { span, value: NodeValue::List(items) },
    })
}

fn single(text: &str, source: usize, offset: usize, mistakes: &mut Mistakes) -> Result<Node, Mistake> {
    let span = Span { source, start: offset, end: offset + text.len() };
    if text.is_empty() {
        return Err(Mistake::error("a value is missing").at(span, "accepted: a TOML value, a comma list, or a word"));
    }
    if too_deep(text).is_some() {
        return Err(Mistake::error("nested too deeply").at(span, "no value nests like this"));
    }
    match parse_value(text, source, offset, mistakes) {
        Ok(node) => Ok(node),
        Err(_) if !text.contains(['"', '\'', '[', ']', '{', '}', '=', '#']) => {
            Ok(Node { span, value: NodeValue::Text(text.to_owned()) })
        }
        Err(error) => {
            let at = error.span().map_or(span, |range| Span::new(source, &(range.start + offset..range.end + offset)));
            let message = error.message().lines().next().unwrap_or("invalid value").to_owned();
            Err(Mistake::error(format!("not a TOML value: {message}"))
                .at(at, "")
                .help("in a shell, put an argument with quotes, brackets or spaces into single quotes"))
        }
    }
}

const fn group(name: &str) -> Option<Component> {
    match name.as_bytes() {
        b"datasets" => Some(Component::Dataset),
        b"models" => Some(Component::Model),
        b"optimizers" => Some(Component::Optimizer),
        _ => None,
    }
}

fn set(root: &mut NodeTable, path: &[PathSegment], node: Node) -> Result<(), Mistake> {
    let Some((first, rest)) = path.split_first() else { return Ok(()) };
    if first.name == "extends" {
        return Err(Mistake::error("`extends` cannot be set here")
            .at(first.span, "arguments are applied after `extends`")
            .help("write it in the file"));
    }
    if !header::KEYS.contains(&first.name.as_str()) {
        return Err(unknown(first, header::KEYS));
    }
    let (Some(component), [name, keys @ ..]) = (group(&first.name), rest) else {
        return descend(root, path, node);
    };
    if keys.is_empty() {
        if name.name == "*" {
            return Err(Mistake::error("`*` stands for every table, so a key must follow")
                .at(name.span, format!("for example `{}.*.KEY=…`", first.name)));
        }
        return descend(root, path, node);
    }
    let Some(NodeValue::Table(tables)) = root.get_mut(&first.name).map(|entry| &mut entry.node.value) else {
        return Err(Mistake::error(format!("the experiment has no `{}`", first.name)).at(first.span, "nothing to set"));
    };
    if name.name != "*" {
        return match tables.get_mut(&name.name) {
            Some(NodeEntry { node: Node { value: NodeValue::Table(table), .. }, .. }) => descend(table, keys, node),
            _ => Err(unknown(name, tables.keys().map(String::as_str))),
        };
    }
    let key = &keys[0];
    let mut matched = false;
    for entry in tables.values_mut() {
        if let NodeValue::Table(table) = &mut entry.node.value
            && takes(component, table, &key.name)
        {
            matched = true;
            descend(table, keys, node.clone())?;
        }
    }
    if matched {
        Ok(())
    } else {
        Err(Mistake::error(format!("no {} of this experiment takes `{}`", component.word(), key.name.escape_debug()))
            .at(key.span, known(component, tables, &key.name)))
    }
}

/// Whether a table's registry row has a key. A table with an unknown row has it not; its own error is reported later.
fn takes(component: Component, table: &NodeTable, key: &str) -> bool {
    let row = table.get(row_key(component)).and_then(|entry| entry.node.as_text()).unwrap_or_default();
    key == row_key(component) || row_parameters(component, row).iter().any(|parameter| parameter.name == key)
}

fn known(component: Component, tables: &NodeTable, key: &str) -> String {
    let mut names: Vec<&str> = tables
        .values()
        .filter_map(|entry| entry.node.as_table()?.get(row_key(component))?.node.as_text())
        .flat_map(|row| row_parameters(component, row))
        .map(|parameter| parameter.name)
        .collect();
    names.sort_unstable();
    names.dedup();
    match nearest(key, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("accepted: {}", plain_list(names)),
    }
}

/// Sets a key below `table`. Missing tables on the way are created.
fn descend(table: &mut NodeTable, path: &[PathSegment], node: Node) -> Result<(), Mistake> {
    let Some((first, rest)) = path.split_first() else { return Ok(()) };
    if first.name == "*" {
        return Err(Mistake::error("`*` cannot stand here")
            .at(first.span, "it stands for the names of datasets, models or optimizers"));
    }
    if rest.is_empty() {
        table.insert(first.name.clone(), NodeEntry { key: first.span, node });
        return Ok(());
    }
    let empty =
        || NodeEntry { key: first.span, node: Node { span: first.span, value: NodeValue::Table(NodeTable::new()) } };
    let entry = table.entry(first.name.clone()).or_insert_with(empty);
    match &mut entry.node.value {
        NodeValue::Table(inner) if !is_axis(inner) => descend(inner, rest, node),
        value => {
            let mut help = "set it as a whole".to_owned();
            // A range is written out with the new value: the most natural way to widen it.
            if let (NodeValue::Table(range), [key]) = (&mut *value, rest)
                && range.contains_key(&key.name)
            {
                let mut widened = range.clone();
                widened.insert(key.name.clone(), NodeEntry { key: key.span, node });
                let whole = Node { span: first.span, value: NodeValue::Table(widened) };
                help.push_str(&format!(": {}={}", first.name, whole.to_toml()));
            }
            Err(Mistake::error(format!("`{}` has no keys to set", first.name.escape_debug()))
                .at(first.span, format!("it is {}", entry.node.found()))
                .help(help))
        }
    }
}

fn remove(root: &mut NodeTable, path: &[PathSegment], whole: Span) -> Result<(), Mistake> {
    let Some((first, rest)) = path.split_first() else { return Ok(()) };
    if first.name == "*" {
        let tables: Vec<String> = root.keys().cloned().collect();
        let mut matched = rest.is_empty() && !root.is_empty();
        for name in tables {
            if rest.is_empty() {
                root.remove(&name);
            } else if let Some(NodeValue::Table(inner)) = root.get_mut(&name).map(|entry| &mut entry.node.value) {
                matched |= remove(inner, rest, whole).is_ok();
            }
        }
        return if matched {
            Ok(())
        } else {
            Err(Mistake::error("nothing to remove").at(whole, "no table has this key"))
        };
    }
    if rest.is_empty() {
        return match root.remove(&first.name) {
            Some(_) => Ok(()),
            None => Err(nothing(first, root)),
        };
    }
    match root.get_mut(&first.name).map(|entry| &mut entry.node.value) {
        Some(NodeValue::Table(inner)) => remove(inner, rest, whole),
        _ => Err(nothing(first, root)),
    }
}

fn nothing(segment: &PathSegment, table: &NodeTable) -> Mistake {
    let mistake = unknown(segment, table.keys().map(String::as_str));
    Mistake { message: format!("nothing to remove: {}", mistake.message), ..mistake }
}

/// The mistake of a name that does not exist; `accepted` do.
fn unknown<'a>(segment: &PathSegment, accepted: impl IntoIterator<Item = &'a str>) -> Mistake {
    let accepted: Vec<&str> = accepted.into_iter().collect();
    let label = match nearest(&segment.name, accepted.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if accepted.is_empty() => "there is nothing here".to_owned(),
        None => format!("accepted: {}", plain_list(accepted)),
    };
    Mistake::error(format!("there is no `{}`", segment.name.escape_debug())).at(segment.span, label)
}
