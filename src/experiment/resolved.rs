//! The resolved experiment as TOML: bases and overrides applied, defaults filled in, axes as written. It is written beside the
//! results and can be run from the folder of the experiment.

use std::path::{self, Path, PathBuf};

use super::assemble::ExpandedTables;
use super::given_starts;
use super::header::TopLevelKeys;
use super::source_text::{SourceText, Span};
use super::tree::{NodeTable, table_to_toml};
use crate::dataset::FILE_KEYS;
use crate::metric::MetricKind;
use crate::plan::Component;
use crate::record::CurveScope;
use crate::text::located;

/// The resolved experiment.
pub struct Resolved {
    pub table: toml::Table,
    /// Data sets whose path comes from another file or the command line. Here it is relative to the experiment's folder.
    pub moved: Vec<String>,
}

/// Resolves an experiment. `scores` are those of its tasks, each once. Paths stay as written, unless they were relative to another folder than the experiment's.
pub fn resolve(
    root: &NodeTable,
    header: &TopLevelKeys,
    scores: &[&MetricKind],
    tables: &ExpandedTables,
    sources: &[SourceText],
) -> Resolved {
    let mut resolved = toml::Table::new();
    resolved.insert("name".to_owned(), header.name.clone().into());
    resolved.insert("title".to_owned(), header.title.clone().into());
    let seeds = root.get("seeds").map_or(toml::Value::Integer(1), |entry| entry.node.to_toml());
    resolved.insert("seeds".to_owned(), seeds);
    let mut report = toml::Table::new();
    let names = || scores.iter().map(|kind| toml::Value::from(kind.name));
    let score = if scores.len() == 1 { names().next() } else { Some(names().collect::<Vec<_>>().into()) };
    report.extend(score.map(|score| ("score".to_owned(), score)));
    report.insert("epoch".to_owned(), header.epoch.word().into());
    report.insert("equivalence".to_owned(), header.equivalence.into());
    // Keys of later versions stand in it only where they are set, so that plans without them stay.
    if !header.compare.is_empty() {
        let keys: Vec<toml::Value> = header.compare.iter().map(|(key, _)| key.clone().into()).collect();
        report.insert("compare".to_owned(), keys.into());
    }
    if header.curve_scope != CurveScope::default() {
        report.insert("curves".to_owned(), header.curve_scope.word().into());
    }
    resolved.insert("report".to_owned(), report.into());
    for key in ["exclude", "link"] {
        if let Some(entry) = root.get(key) {
            resolved.insert(key.to_owned(), entry.node.to_toml());
        }
    }
    let mut moved = Vec::new();
    for expanded in tables.all() {
        let mut table = expanded.base.clone();
        table.extend(table_to_toml(&expanded.declared.keys));
        if expanded.declared.component == Component::Model {
            given_starts::complete(&mut table, expanded, &|path, written| match start(*written, sources) {
                Some(start) => starting_from(&start, path),
                None => path.to_owned(),
            });
        }
        let data = expanded.declared.keys.get(PATH).filter(|_| expanded.declared.component == Component::Dataset);
        if let Some(start) = data.and_then(|written| start(written.key, sources)) {
            let before = table.get(PATH).cloned();
            for key in FILE_KEYS {
                if let Some(path) = table.get_mut(key) {
                    each_text(path, &mut |path| starting_from(&start, path));
                }
            }
            if table.get(PATH) != before.as_ref() {
                moved.push((expanded.declared.name.clone(), start));
            }
        }
        if expanded.declared.component == Component::Train {
            leave_out_idle(&mut table);
            tables.leave_out_precision(&mut table);
            resolved.insert("train".to_owned(), table.into());
        } else {
            let group = format!("{}s", expanded.declared.component.word());
            let group = resolved.entry(group).or_insert_with(|| toml::Table::new().into());
            if let toml::Value::Table(group) = group {
                group.insert(expanded.declared.name.clone(), table.into());
            }
        }
    }
    if let Some(rules) = resolved.get_mut("exclude").and_then(toml::Value::as_array_mut) {
        rules.iter_mut().for_each(|rule| follow(rule, &moved));
    }
    Resolved { table: resolved, moved: moved.into_iter().map(|(table, _)| table).collect() }
}

/// The key of a data set that names its file.
const PATH: &str = "path";

/// The folder that a path is relative to, seen from the experiment's folder; `None` if it is that folder. `written` is the place of its key.
fn start(written: Span, sources: &[SourceText]) -> Option<String> {
    let (here, other) = (&sources.first()?.folder, sources.get(written.source)?);
    let start = if other.label == super::overrides::LABEL {
        from_current_folder(here)?
    } else {
        // The folder as it is written: a variable in it is not replaced.
        let other = Path::new(&other.label).parent().unwrap_or(Path::new(""));
        other.strip_prefix(here).unwrap_or(other).to_owned()
    };
    // `./base.toml` is also beside the experiment.
    let start: PathBuf = start.components().filter(|part| *part != path::Component::CurDir).collect();
    start.to_str().filter(|start| !start.is_empty()).map(|start| start.replace('\\', "/"))
}

/// The current folder as a path relative to another.
fn from_current_folder(here: &Path) -> Option<PathBuf> {
    let here = if here.as_os_str().is_empty() { Path::new(".") } else { here };
    // A symbolic link on the way would make `..` lead elsewhere than its name suggests.
    let (here, current) = (here.canonicalize().ok()?, Path::new(".").canonicalize().ok()?);
    let shared = here.components().zip(current.components()).take_while(|(one, other)| one == other).count();
    if shared == 0 {
        return Some(current);
    }
    let up = here.components().skip(shared).map(|_| path::Component::ParentDir);
    Some(up.chain(current.components().skip(shared)).collect())
}

fn starting_from(start: &str, path: &str) -> String {
    // What a variable stands for may be a whole path; one that cannot be replaced now is left alone.
    let meant = located(Path::new(start), path).unwrap_or_else(|_| "/".into());
    if Path::new(&*meant).has_root() || Path::new(&*meant).is_absolute() {
        return path.to_owned();
    }
    let path = path.strip_prefix("./").unwrap_or(path);
    if start.ends_with('/') { format!("{start}{path}") } else { format!("{start}/{path}") }
}

/// Changes a text, each text of a list, or each text among the values of an axis.
pub fn each_text(value: &mut toml::Value, change: &mut dyn FnMut(&str) -> String) {
    match value {
        toml::Value::String(text) => *text = change(text),
        toml::Value::Array(items) => items.iter_mut().for_each(|item| each_text(item, change)),
        toml::Value::Table(table) => table.iter_mut().for_each(|(_, value)| each_text(value, change)),
        _ => {}
    }
}

/// Extends the conditions of a rule on moved paths: they match each path as it was and as it is now.
fn follow(rule: &mut toml::Value, moved: &[(String, String)]) {
    let Some(rule) = rule.as_table_mut().filter(|_| !moved.is_empty()) else { return };
    let widened = |value: &mut toml::Value| {
        let mut paths = Vec::new();
        each_text(value, &mut |path| {
            let now = moved.iter().map(|(_, start)| starting_from(start, path));
            paths.extend(std::iter::once(path.to_owned()).chain(now));
            path.to_owned()
        });
        paths.sort();
        paths.dedup();
        *value = paths.into();
    };
    for (key, value) in rule.iter_mut() {
        let condition = match (key.as_str(), value) {
            ("dataset.path", value) => value,
            ("dataset", toml::Value::Table(table)) => match table.get_mut(PATH) {
                Some(value) => value,
                None => continue,
            },
            _ => continue,
        };
        match condition {
            toml::Value::Table(comparison) => comparison.iter_mut().for_each(|(_, value)| widened(value)),
            value => widened(value),
        }
    }
}

/// Removes defaults of `[train]` that have no effect. Written out, they would be mistakes when the resolved experiment is run.
fn leave_out_idle(train: &mut toml::Table) {
    if train.contains_key("evaluate_every") {
        train.remove("curve_points");
    }
    if !train.contains_key("patience") {
        train.remove("min_delta");
        train.remove("monitor");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_starts_from_the_experiments_folder_and_an_absolute_one_stays() {
        for (start, path, moved) in [
            ("sub", "d.csv", "sub/d.csv"),
            ("../lib", "./data/d.csv", "../lib/data/d.csv"),
            ("/", "d.csv", "/d.csv"),
            ("sub", "/data/d.csv", "/data/d.csv"),
            ("sub", "../d.csv", "sub/../d.csv"),
        ] {
            assert_eq!(starting_from(start, path), moved);
        }
    }

    #[test]
    fn rules_about_moved_paths_follow_them() {
        let mut rule: toml::Value = "dataset.path = { not = [\"a\", \"b\"] }\noptimizer = \"gd\"\npath = \"plain\"\n"
            .parse::<toml::Table>()
            .expect("TOML")
            .into();
        follow(&mut rule, &[("d".to_owned(), "sub".to_owned())]);
        let expected =
            "dataset.path = { not = [\"a\", \"b\", \"sub/a\", \"sub/b\"] }\noptimizer = \"gd\"\npath = \"plain\"\n";
        assert_eq!(rule.as_table(), expected.parse::<toml::Table>().ok().as_ref());
    }
}
