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

/// The contents of the files that trained models started from, by their paths.
#[derive(Debug, Default)]
pub struct RecordedStarts(HashMap<PathBuf, String>);

impl RecordedStarts {
    /// Those that a written plan names. Its paths start from the folder of the experiment.
    pub fn of_plan(plan: &str, folder: &Path) -> Self {
        let mut found = HashMap::new();
        if let Some(mut models) = plan.parse::<toml::Table>().ok().and_then(|mut plan| plan.remove("models")) {
            each_start(&mut models, &mut |start| {
                let text = |key: &str| start.get(key).and_then(toml::Value::as_str);
                if let (Some(path), Some(content)) = (text(PATH), text(CONTENT)) {
                    found.insert(folder.join(path), content.to_owned());
                }
            });
        }
        Self(found)
    }
}

/// Reads the files that models of an experiment start from, and fills in their contents. Where a file is gone or another one, and
/// what trained models started from is recorded, that is filled in.
pub fn fill(tables: &mut ExpandedTables, sources: &[SourceText], recorded: &RecordedStarts, mistakes: &mut Mistakes) {
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
            let mut known: Vec<[String; 2]> = Vec::new();
            for value in table.base.get_mut(key).into_iter().chain(points) {
                if let Err(mistake) = fill_in(value, folder, &mut opened, recorded) {
                    mistakes.push(mistake.at(place, ""));
                }
                if let Some(same) = of_file(value).and_then(|start| same_start(&mut known, start)) {
                    mistakes.push(Mistake::warning(same).at(place, ""));
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

/// What to say of a start whose content is that of another path, the first time. `known` are paths with their contents.
fn same_start(known: &mut Vec<[String; 2]>, start: &toml::Table) -> Option<String> {
    let text = |key: &str| start.get(key).and_then(toml::Value::as_str).map(str::to_owned);
    let own = [text(PATH)?, text(CONTENT)?];
    if known.contains(&own) {
        return None;
    }
    let other = known.iter().find(|other| other[1] == own[1]).map(|other| quoted(&other[0]));
    let message = other.map(|other| {
        format!("{} and {other} hold the same: their trials are the same trials, and cannot differ", quoted(&own[0]))
    });
    known.push(own);
    message
}

/// The table of a start out of a file.
fn of_file(value: &mut toml::Value) -> Option<&mut toml::Table> {
    value.as_table_mut().filter(|table| table.get(INITIALISATIONS.key).and_then(toml::Value::as_str) == Some(FILE))
}

fn fill_in(
    value: &mut toml::Value,
    folder: &Path,
    opened: &mut OpenedStarts,
    recorded: &RecordedStarts,
) -> Result<(), Mistake> {
    let Some(table) = of_file(value) else { return Ok(()) };
    let text = |key: &str| table.get(key).and_then(toml::Value::as_str).map(str::to_owned);
    let (Some(written), stated) = (text(PATH), text(CONTENT)) else { return Ok(()) };
    let path =
        folder.join(&*located(folder, &written).map_err(|message| Mistake::error(format!("`path`: {message}")))?);
    let written = quoted(&written);
    let found = opened.entry(path.clone()).or_insert_with(|| read_file(&path));
    // The ids of trials are known, so that a report can be written.
    if let (None, Some(recorded)) = (&stated, recorded.0.get(&path)) {
        let why = match found {
            Ok(file) if file.content == *recorded => None,
            Ok(_) => Some("is another file than the one that the trained models started from".to_owned()),
            Err(message) => Some(message.clone()),
        };
        if let Some(why) = why {
            table.insert(CONTENT.to_owned(), recorded.clone().into());
            let message = format!("{written} {why}; this is about the models that started from content {recorded}");
            return Err(Mistake::warning(message));
        }
    }
    let file = match (found, &stated) {
        (Ok(file), _) => file,
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
        one_path_each(value);
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

/// Writes a start with an axis of paths as an axis of starts, as each has a content of its own.
fn one_path_each(value: &mut toml::Value) {
    if let Some(start) = of_file(value) {
        let Some(toml::Value::Array(paths)) = start.get(PATH).cloned() else { return };
        let with = |path| toml::Value::Table(start.clone().into_iter().chain([(PATH.to_owned(), path)]).collect());
        *value = paths.into_iter().map(with).collect::<Vec<_>>().into();
    } else if let toml::Value::Array(items) = value {
        for item in std::mem::take(items) {
            let (was_list, mut new) = (item.is_array(), item);
            one_path_each(&mut new);
            match new {
                toml::Value::Array(several) if !was_list => items.extend(several),
                other => items.push(other),
            }
        }
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
