//! The report's CSV tables: rows matched by what they are about, not by where they stand.

use std::collections::{BTreeSet, HashMap};

/// What names a row of a table.
enum Key {
    Columns(&'static [&'static str]),
    /// These columns, and all between those two.
    Between(&'static [&'static str], &'static str, &'static str),
}

const KEYS: &[(&str, Key)] = &[
    ("tables/mse.csv", Key::Columns(&["dataset", "model", "row", "optimizer"])),
    ("tables/settings.csv", Key::Between(&["dataset", "model", "optimizer"], "setting", "deterministic")),
    ("tables/learning_rates.csv", Key::Columns(&["dataset", "model", "optimizer", "series", "learning_rate"])),
    ("tables/comparisons.csv", Key::Columns(&["dataset", "model", "first", "second", "metric"])),
];

/// Positions of settings in the plan: they move where settings are added before them.
const POSITIONS: &[&str] = &["setting", "first_setting", "second_setting"];

/// What differs between the rows of two tables.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowDifference {
    pub added: usize,
    pub gone: usize,
    pub different: usize,
    /// The columns in which rows differ, in the table's order.
    pub columns: Vec<String>,
    /// Columns that one side has.
    pub lone_columns: Vec<String>,
    /// Columns of positions in the plan that differ; they follow from the settings.
    pub positions: Vec<String>,
    /// Whether the rows that both sides have stand in another order.
    pub order: bool,
    /// Whether the columns that both sides have do.
    pub column_order: bool,
}

/// Compares two tables of a name that the program writes; `None` where it is another, or no such table.
pub fn compare(name: &str, old: &[u8], new: &[u8]) -> Option<RowDifference> {
    let (_, key) = KEYS.iter().find(|(known, _)| *known == name)?;
    let (old, new) = (Table::read(old)?, Table::read(new)?);
    let shared = |column: &&String| new.position(column).is_some();
    let keys: Vec<&str> = key.columns(&old.header)?.into_iter().filter(|name| new.position(name).is_some()).collect();
    let (positions, compared): (Vec<&String>, Vec<&String>) = (old.header.iter().filter(shared))
        .filter(|name| !keys.contains(&name.as_str()))
        .partition(|name| POSITIONS.contains(&name.as_str()));
    let mut known: HashMap<Vec<&str>, Vec<usize>> = HashMap::new();
    for row in (0..old.rows.len()).rev() {
        known.entry(old.key(row, &keys)).or_default().push(row);
    }
    let shared_columns = |one: &Table, other: &Table| -> Vec<String> {
        one.header.iter().filter(|name| other.position(name).is_some()).cloned().collect()
    };
    let mut found = RowDifference {
        column_order: shared_columns(&old, &new) != shared_columns(&new, &old),
        ..RowDifference::default()
    };
    let (mut differing, mut moved): (BTreeSet<&str>, BTreeSet<&str>) = Default::default();
    let mut last = None;
    for row in 0..new.rows.len() {
        let Some(other) = known.get_mut(&new.key(row, &keys)).and_then(Vec::pop) else {
            found.added += 1;
            continue;
        };
        found.order |= last.replace(other).is_some_and(|before| before > other);
        moved.extend(
            positions.iter().filter(|name| old.cell(other, name) != new.cell(row, name)).map(|name| name.as_str()),
        );
        let mut differs = false;
        for name in &compared {
            if old.cell(other, name) != new.cell(row, name) {
                differs = true;
                differing.insert(name);
            }
        }
        found.different += usize::from(differs);
    }
    found.gone = known.values().map(Vec::len).sum();
    let named = |columns: &[&String], wanted: &BTreeSet<&str>| -> Vec<String> {
        columns.iter().filter(|name| wanted.contains(name.as_str())).map(|name| (*name).clone()).collect()
    };
    (found.columns, found.positions) = (named(&compared, &differing), named(&positions, &moved));
    let lone = |one: &Table, other: &Table| -> Vec<String> {
        one.header.iter().filter(|name| other.position(name).is_none()).cloned().collect()
    };
    found.lone_columns = lone(&old, &new);
    found.lone_columns.extend(lone(&new, &old));
    Some(found)
}

/// Whether two tables have the same cells in the same places.
pub fn are_the_same(old: &str, new: &str) -> bool {
    match (Table::read(old.as_bytes()), Table::read(new.as_bytes())) {
        (Some(old), Some(new)) => old.header == new.header && old.rows == new.rows,
        _ => false,
    }
}

impl Key {
    /// The columns of a header that name a row; `None` where it lacks one.
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

struct Table {
    header: Vec<String>,
    positions: HashMap<String, usize>,
    rows: Vec<csv::StringRecord>,
}

impl Table {
    fn read(bytes: &[u8]) -> Option<Self> {
        let mut reader = csv::ReaderBuilder::new().from_reader(bytes);
        let header: Vec<String> = reader.headers().ok()?.iter().map(str::to_owned).collect();
        let positions = header.iter().enumerate().map(|(position, name)| (name.clone(), position)).collect();
        let rows = reader.records().collect::<Result<_, _>>().ok()?;
        Some(Self { header, positions, rows })
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.positions.get(name).copied()
    }

    fn cell(&self, row: usize, name: &str) -> &str {
        self.position(name).and_then(|position| self.rows[row].get(position)).unwrap_or_default()
    }

    fn key(&self, row: usize, names: &[&str]) -> Vec<&str> {
        names.iter().map(|name| self.cell(row, name)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: &str = "tables/settings.csv";
    const OLD: &str = "dataset,model,optimizer,method,setting,optimizer.learning_rate,deterministic,rank\n\
                       d,m,gd,gd,0,0.1,true,1\nd,m,gd,gd,1,0.3,true,2\n";

    #[test]
    fn rows_are_matched_by_what_they_are_about() {
        let wider = "dataset,model,optimizer,method,setting,optimizer.learning_rate,deterministic,rank\n\
                     d,m,gd,gd,0,0.05,true,3\nd,m,gd,gd,1,0.1,true,1\nd,m,gd,gd,2,0.3,true,2\n";
        let found = compare(SETTINGS, OLD.as_bytes(), wider.as_bytes()).expect("a table");
        let moved = || vec!["setting".to_owned()];
        assert_eq!(found, RowDifference { added: 1, positions: moved(), ..RowDifference::default() });
        let found = compare(SETTINGS, wider.as_bytes(), OLD.as_bytes()).expect("a table");
        assert_eq!(found, RowDifference { gone: 1, positions: moved(), ..RowDifference::default() });
        let ranked = OLD.replace("true,2", "true,1");
        let found = compare(SETTINGS, OLD.as_bytes(), ranked.as_bytes()).expect("a table");
        assert_eq!((found.different, found.columns), (1, vec!["rank".to_owned()]));
    }

    #[test]
    fn what_has_moved_is_told_apart() {
        let header = OLD.lines().next().expect("a header");
        let [first, second] = ["d,m,gd,gd,0,0.1,true,1\n", "d,m,gd,gd,1,0.3,true,2\n"];
        let of = |text: &str| compare(SETTINGS, OLD.as_bytes(), text.as_bytes()).expect("a table");
        let order = of(&format!("{header}\n{second}{first}"));
        assert_eq!(order, RowDifference { order: true, ..RowDifference::default() });
        let positions = of(&OLD.replace("gd,gd,1", "gd,gd,7"));
        assert_eq!(positions, RowDifference { positions: vec!["setting".to_owned()], ..RowDifference::default() });
        let swapped = "model,dataset,optimizer,method,setting,optimizer.learning_rate,deterministic,rank\n\
                       m,d,gd,gd,0,0.1,true,1\nm,d,gd,gd,1,0.3,true,2\n";
        assert_eq!(of(swapped), RowDifference { column_order: true, ..RowDifference::default() });
    }

    #[test]
    fn what_is_no_such_table_is_left_to_its_lines() {
        assert_eq!(compare("tables/notes.csv", OLD.as_bytes(), OLD.as_bytes()), None);
        assert_eq!(compare(SETTINGS, OLD.as_bytes(), b"a,b\n1\n"), None);
        assert_eq!(compare(SETTINGS, b"a,b\n1,2\n", b"a,b\n1,3\n"), None);
    }
}
