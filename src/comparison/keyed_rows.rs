//! Compares the report's CSV tables: rows are matched by the columns that name them, not by their position.

use std::collections::HashMap;

use csv::StringRecord;

use super::csv_table::{CsvSource, CsvTable};
use super::error::CompareError;
use super::index::Index;
use crate::record::BATCH_SIZE;

/// The columns whose values identify a row.
enum RowKey {
    Columns(&'static [&'static str]),
    /// These columns, and all columns between the two others.
    Between(&'static [&'static str], &'static str, &'static str),
}

const KEYS: &[(&str, RowKey)] = &[
    ("tables/settings.csv", RowKey::Between(&["dataset", "model", "optimizer"], "setting", "deterministic")),
    ("tables/learning_rates.csv", RowKey::Columns(&["dataset", "model", "optimizer", "series", "learning_rate"])),
    ("tables/comparisons.csv", RowKey::Columns(&["dataset", "model", "first", "second", "metric"])),
    ("tables/models.csv", RowKey::Columns(&["dataset", "model", "score", "tuned_on"])),
];

/// The key of the table of best settings, which is named by its score: `tables/METRIC.csv`.
const BEST_SETTINGS: RowKey = RowKey::Columns(&["dataset", "model", "row", "optimizer"]);

/// Columns that name a setting: by a hash of all that decides it, in results of earlier versions by its position in the plan.
/// They differ with the data or a default although the setting is the same.
const NAMES: &[&str] = &["setting", "first_setting", "second_setting"];

/// The differences between the rows of two tables.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowDifference {
    pub added: usize,
    pub gone: usize,
    pub different: usize,
    /// The columns in which rows differ, in the order of the table.
    pub columns: Vec<String>,
    /// Columns that only one side has.
    pub lone_columns: Vec<String>,
    /// The columns that name settings and differ.
    pub names: Vec<String>,
    /// Whether the rows that both sides have are in another order.
    pub order: bool,
    /// Whether the columns that both sides have are in another order.
    pub column_order: bool,
}

/// Compares two tables of this name. `None` if the program writes no such table, or if one of them is not valid.
///
/// # Errors
/// If one of them cannot be read.
pub fn compare(name: &str, old: CsvSource<'_>, new: CsvSource<'_>) -> Result<Option<RowDifference>, CompareError> {
    let Some(key) = key_of(name) else { return Ok(None) };
    let (Some(old), Some(new)) = (CsvTable::of(old)?, CsvTable::of(new)?) else { return Ok(None) };
    between(key, &old, &new)
}

fn key_of(name: &str) -> Option<&'static RowKey> {
    if let Some((_, key)) = KEYS.iter().find(|(known, _)| *known == name) {
        return Some(key);
    }
    let metric = name.strip_prefix("tables/")?.strip_suffix(".csv")?;
    metric.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_').then_some(&BEST_SETTINGS)
}

/// A column of the old side by its name on the new side: earlier versions wrote `optimizer.schedule.kind` for `schedule_kind` or
/// `optimizer_schedule_kind`. Their batch size is none: it was the text `full` where a number stands now, so rows that differ in
/// it alone are paired in their order.
fn renamed<'a>(name: &'a str, new: &'a CsvTable<'_>) -> Option<&'a str> {
    if name == BATCH_SIZE {
        return None;
    }
    let bare = name.split_once('.').map_or(name, |(_, bare)| bare).replace('.', "_");
    let known = |wanted: &str| new.header.iter().find(|known| *known == wanted).map(String::as_str);
    known(name).or_else(|| known(&name.replace('.', "_"))).or_else(|| known(&bare))
}

fn between(key: &RowKey, old: &CsvTable<'_>, new: &CsvTable<'_>) -> Result<Option<RowDifference>, CompareError> {
    let Some(keys) = key.columns(&old.header) else { return Ok(None) };
    let keys: Vec<(&str, &str)> = keys.into_iter().filter_map(|name| Some((name, renamed(name, new)?))).collect();
    let shared = |column: &&String| new.position(column).is_some();
    let (names, compared): (Vec<&String>, Vec<&String>) = (old.header.iter().filter(shared))
        .filter(|name| !keys.iter().any(|(key, _)| key == name))
        .partition(|name| NAMES.contains(&name.as_str()));
    let (of_old, of_new): (Vec<&str>, Vec<&str>) = keys.iter().copied().unzip();
    let (Some(before), Some(after)) = (old.keys(&of_old)?, new.keys(&of_new)?) else { return Ok(None) };
    let mut known = Index::new(before);
    // For each row of the new side, its partner on the old side.
    let partners: Vec<Option<usize>> = after.into_iter().map(|key| known.take(key)).collect();
    let shared_columns = |one: &CsvTable<'_>, other: &CsvTable<'_>| -> Vec<String> {
        one.header.iter().filter(|name| other.position(name).is_some()).cloned().collect()
    };
    let mut found = RowDifference {
        order: !partners.iter().flatten().is_sorted(),
        column_order: shared_columns(old, new) != shared_columns(new, old),
        ..RowDifference::default()
    };
    found.added = partners.iter().filter(|partner| partner.is_none()).count();
    found.gone = known.left().len();
    let all = compared.iter().chain(&names);
    let places: Vec<(usize, usize)> = all.filter_map(|name| Some((old.position(name)?, new.position(name)?))).collect();
    let differing = differences(old, new, &partners, &places, compared.len())?;
    let Some((different, differing)) = differing else { return Ok(None) };
    found.different = different;
    let named = |columns: &[&String], differing: &[bool]| -> Vec<String> {
        columns.iter().zip(differing).filter(|(_, differs)| **differs).map(|(name, _)| (*name).clone()).collect()
    };
    found.columns = named(&compared, &differing);
    found.names = named(&names, &differing[compared.len()..]);
    let lone = |one: &CsvTable<'_>, other: &CsvTable<'_>| -> Vec<String> {
        one.header.iter().filter(|name| other.position(name).is_none()).cloned().collect()
    };
    found.lone_columns = lone(old, new);
    found.lone_columns.extend(lone(new, old));
    Ok(Some(found))
}

/// Counts the rows that differ from their partners in the first `counted` columns, and finds the columns that differ at
/// all. Both files are read side by side: a row waits in memory only if the rows are in another order.
fn differences(
    old: &CsvTable<'_>,
    new: &CsvTable<'_>,
    partners: &[Option<usize>],
    places: &[(usize, usize)],
    counted: usize,
) -> Result<Option<(usize, Vec<bool>)>, CompareError> {
    let mut wanted: Vec<bool> = Vec::new();
    for partner in partners.iter().flatten() {
        wanted.resize(wanted.len().max(partner + 1), false);
        wanted[*partner] = true;
    }
    let (mut different, mut differing) = (0, vec![false; places.len()]);
    let mut waiting: HashMap<usize, StringRecord> = HashMap::new();
    let (mut before, mut after) = (old.rows()?, new.rows()?);
    let mut next = 0;
    for partner in partners {
        let Some(row) = after.next().transpose()? else { return Ok(None) };
        let Some(partner) = *partner else { continue };
        while next <= partner {
            let Some(row) = before.next().transpose()? else { return Ok(None) };
            if wanted[next] {
                waiting.insert(next, row);
            }
            next += 1;
        }
        let Some(other) = waiting.remove(&partner) else { return Ok(None) };
        let mut differs = false;
        for (index, ((left, right), column)) in places.iter().zip(&mut differing).enumerate() {
            if other.get(*left).unwrap_or_default() != row.get(*right).unwrap_or_default() {
                *column = true;
                differs |= index < counted;
            }
        }
        different += usize::from(differs);
    }
    Ok(Some((different, differing)))
}

impl RowKey {
    /// The columns that identify a row. `None` if the header lacks one.
    fn columns<'a>(&self, header: &'a [String]) -> Option<Vec<&'a str>> {
        let position = |wanted: &str| header.iter().position(|name| name == wanted);
        let (named, between) = match self {
            Self::Columns(named) => (named, 0..0),
            Self::Between(named, after, before) => (named, position(after)? + 1..position(before)?),
        };
        let mut columns = Vec::new();
        for name in *named {
            columns.push(header[position(name)?].as_str());
        }
        columns.extend(header.get(between)?.iter().map(String::as_str));
        Some(columns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: &str = "tables/settings.csv";
    const OLD: &str = "dataset,model,optimizer,method,setting,optimizer.learning_rate,deterministic,rank\n\
                       d,m,gd,gd,0,0.1,true,1\nd,m,gd,gd,1,0.3,true,2\n";

    /// Compares two tables of this name, from files and from text.
    fn compared(name: &str, old: &str, new: &str) -> Option<RowDifference> {
        let folder = tempfile::tempdir().unwrap();
        let [old, new] = [("old", old), ("new", new)].map(|(name, text)| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        });
        let found = compare(name, CsvSource::File(&old), CsvSource::File(&new)).unwrap();
        let texts = [&old, &new].map(|path| std::fs::read_to_string(path).unwrap());
        assert_eq!(compare(name, CsvSource::Text(&texts[0]), CsvSource::Text(&texts[1])).unwrap(), found);
        found
    }

    #[test]
    fn rows_are_matched_by_what_they_are_about() {
        let wider = "dataset,model,optimizer,method,setting,optimizer.learning_rate,deterministic,rank\n\
                     d,m,gd,gd,0,0.05,true,3\nd,m,gd,gd,1,0.1,true,1\nd,m,gd,gd,2,0.3,true,2\n";
        let found = compared(SETTINGS, OLD, wider).expect("a table");
        let moved = || vec!["setting".to_owned()];
        assert_eq!(found, RowDifference { added: 1, names: moved(), ..RowDifference::default() });
        let found = compared(SETTINGS, wider, OLD).expect("a table");
        assert_eq!(found, RowDifference { gone: 1, names: moved(), ..RowDifference::default() });
        let ranked = OLD.replace("true,2", "true,1");
        let found = compared(SETTINGS, OLD, &ranked).expect("a table");
        assert_eq!((found.different, found.columns), (1, vec!["rank".to_owned()]));
    }

    #[test]
    fn what_has_moved_is_told_apart() {
        let header = OLD.lines().next().expect("a header");
        let [first, second] = ["d,m,gd,gd,0,0.1,true,1\n", "d,m,gd,gd,1,0.3,true,2\n"];
        let of = |text: &str| compared(SETTINGS, OLD, text).expect("a table");
        let order = of(&format!("{header}\n{second}{first}"));
        assert_eq!(order, RowDifference { order: true, ..RowDifference::default() });
        let names = of(&OLD.replace("gd,gd,1", "gd,gd,7"));
        assert_eq!(names, RowDifference { names: vec!["setting".to_owned()], ..RowDifference::default() });
        let swapped = "model,dataset,optimizer,method,setting,optimizer.learning_rate,deterministic,rank\n\
                       m,d,gd,gd,0,0.1,true,1\nm,d,gd,gd,1,0.3,true,2\n";
        assert_eq!(of(swapped), RowDifference { column_order: true, ..RowDifference::default() });
    }

    #[test]
    fn a_table_of_an_earlier_version_is_paired_by_its_hyperparameters() {
        let new = "dataset,model,optimizer,method,setting,learning_rate,deterministic,rank\n\
                   d,m,gd,gd,00f1,0.3,true,2\nd,m,gd,gd,a1b2,0.1,true,1\n";
        let found = compared(SETTINGS, OLD, new).expect("a table");
        let expected = RowDifference {
            names: vec!["setting".to_owned()],
            lone_columns: vec!["optimizer.learning_rate".to_owned(), "learning_rate".to_owned()],
            order: true,
            ..RowDifference::default()
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn what_is_no_such_table_is_left_to_its_lines() {
        assert_eq!(compared("tables/notes.csv", "a\n1\n", "a\n2\n"), None);
        assert_eq!(compared("notes.csv", OLD, OLD), None);
        assert_eq!(compared(SETTINGS, OLD, "a,b\n1\n"), None);
        assert_eq!(compared(SETTINGS, "a,b\n1,2\n", "a,b\n1,3\n"), None);
    }

    #[test]
    fn rows_in_another_order_wait_for_their_partners() {
        let turned = "dataset,model,optimizer,method,setting,optimizer.learning_rate,deterministic,rank\n\
                      d,m,gd,gd,0,0.3,true,9\nd,m,gd,gd,1,0.1,true,1\nd,m,gd,gd,1,0.1,true,1\n";
        let found = compared(SETTINGS, OLD, turned).expect("a table");
        let expected = RowDifference {
            added: 1,
            different: 1,
            columns: vec!["rank".to_owned()],
            order: true,
            ..RowDifference::default()
        };
        assert_eq!(RowDifference { names: Vec::new(), ..found }, expected);
        let found = compared(SETTINGS, turned, OLD).expect("a table");
        assert_eq!((found.gone, found.different), (1, 1));
    }
}
