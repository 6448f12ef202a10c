//! Networks that start from a file: it is read with the experiment, and its content is filled in beside its path.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::assemble::{ExpandedTable, ExpandedTables};
use super::declared::DeclaredTable;
use super::mistake::{Mistake, Mistakes};
use super::open::read;
use super::resolved::each_text;
use super::source_text::{SourceText, Span};
use super::tree::quoted;
use crate::model::start_file::{CONTENT, FILE, PATH};
use crate::model::{GivenParameters, INITIALISATIONS};
use crate::parameter::Kind;
use crate::plan::Component;
use crate::text::{located, reason};

/// The most bytes of a file with parameters.
const MOST_BYTES: u64 = 1 << 32;

/// The files that were opened, or why they cannot be.
type OpenedStarts = HashMap<PathBuf, Result<FoundFile, String>>;

struct FoundFile {
    content: String,
    /// Why it holds no parameters.
    unreadable: Option<String>,
}

/// Reads the files that models of an experiment start from, and fills in their contents.
pub fn fill(tables: &mut ExpandedTables, sources: &[SourceText], mistakes: &mut Mistakes) {
    let mut opened = OpenedStarts::new();
    for table in &mut tables.models {
        for key in initial_keys(&table.declared) {
            let entry = table.declared.keys.get(key);
            let place = entry.map_or(table.declared.span, |entry| entry.node.span);
            let source = sources.get(entry.map_or(0, |entry| entry.key.source));
            let folder = source.map_or(Path::new(""), |source| &source.folder);
            let points = table.axes.iter_mut().flat_map(|axis| &mut axis.points).flatten();
            let points = points.filter(|(component, own, _)| *component == Component::Model && own == key);
            let points = points.map(|(_, _, value)| value);
            for value in table.base.get_mut(key).into_iter().chain(points) {
                if let Err(mistake) = fill_in(value, folder, &mut opened) {
                    mistakes.push(mistake.at(place, ""));
                }
            }
        }
    }
}

/// The keys of a model that say where it starts.
fn initial_keys(declared: &DeclaredTable) -> Vec<&'static str> {
    let is_start = |kind: Kind| matches!(kind, Kind::Row(registry) if registry.noun() == INITIALISATIONS.noun);
    declared.parameters.iter().filter(|parameter| is_start(parameter.kind)).map(|parameter| parameter.name).collect()
}

/// The table of a start out of a file.
fn of_file(value: &mut toml::Value) -> Option<&mut toml::Table> {
    value.as_table_mut().filter(|table| table.get(INITIALISATIONS.key).and_then(toml::Value::as_str) == Some(FILE))
}

fn fill_in(value: &mut toml::Value, folder: &Path, opened: &mut OpenedStarts) -> Result<(), Mistake> {
    let Some(table) = of_file(value) else { return Ok(()) };
    let text = |key: &str| table.get(key).and_then(toml::Value::as_str).map(str::to_owned);
    let (Some(written), stated) = (text(PATH), text(CONTENT)) else { return Ok(()) };
    let path =
        folder.join(&*located(folder, &written).map_err(|message| Mistake::error(format!("`path`: {message}")))?);
    let written = quoted(&written);
    let file = match (opened.entry(path.clone()).or_insert_with(|| read_file(&path)), &stated) {
        (Ok(file), _) => file,
        // The ids of trials are known, so that a report can be written.
        (Err(message), Some(_)) => {
            return Err(Mistake::warning(format!("{written} {message}; no trial can start from it")));
        }
        (Err(message), None) => return Err(Mistake::error(format!("{written} {message}")).help(WHAT_WRITES_ONE)),
    };
    if stated.is_some_and(|stated| stated != file.content) {
        let content = &file.content;
        return Err(Mistake::error(format!("{written} is another file than the one that `content` names"))
            .help(format!("its content is {content}; leave `content` out to take the file as it is")));
    }
    if let Some(message) = &file.unreadable {
        return Err(Mistake::error(format!("{written} cannot be read: {message}")).help(WHAT_WRITES_ONE));
    }
    table.insert(CONTENT.to_owned(), file.content.clone().into());
    Ok(())
}

const WHAT_WRITES_ONE: &str = "`sweep export EXPERIMENT best NAME.safetensors` writes such a file";

fn read_file(path: &Path) -> Result<FoundFile, String> {
    let bytes = read(path, MOST_BYTES).map_err(|error| format!("cannot be opened: {}", reason(&error)))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(format!("is larger than {} GB", MOST_BYTES >> 30));
    }
    Ok(FoundFile { content: GivenParameters::content(&bytes), unreadable: GivenParameters::keep(&bytes).err() })
}

/// Completes what an experiment wrote of a model's start by the contents that were filled in, and passes each path through `moved`.
pub fn complete(written: &mut toml::Table, table: &ExpandedTable, moved: &dyn Fn(&str, &Span) -> String) {
    for key in initial_keys(&table.declared) {
        let points = table.axes.iter().flat_map(|axis| &axis.points).flatten();
        let known = table.base.get(key).into_iter().chain(points.map(|(_, _, value)| value));
        let content = |path: &str| {
            let of_path = |value: &&toml::Value| value.get(PATH).and_then(toml::Value::as_str) == Some(path);
            known.clone().find(of_path)?.get(CONTENT).cloned()
        };
        let Some((value, entry)) = written.get_mut(key).zip(table.declared.keys.get(key)) else { continue };
        each_start(value, &mut |start| {
            if let Some(content) = start.get(PATH).and_then(toml::Value::as_str).and_then(content) {
                start.insert(CONTENT.to_owned(), content);
            }
            if let Some(path) = start.get_mut(PATH) {
                each_text(path, &mut |path| moved(path, &entry.key));
            }
        });
    }
}

/// Calls for each start out of a file among the values of a key.
fn each_start(value: &mut toml::Value, change: &mut dyn FnMut(&mut toml::Table)) {
    if let Some(start) = of_file(value) {
        return change(start);
    }
    match value {
        toml::Value::Array(items) => items.iter_mut().for_each(|item| each_start(item, change)),
        toml::Value::Table(table) => table.iter_mut().for_each(|(_, value)| each_start(value, change)),
        _ => {}
    }
}
