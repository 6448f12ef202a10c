//! The trials of two sides: which are the same, and what differs in those.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::cell::{self, Difference};
use super::curves::{self, Curves};
use super::found::{Block, CellDifference, Largest, Lone, SettingChange, Trials};
use super::pairing::Pairing;
use super::setting::{self, Labels, Names};
use super::short;
use super::table::Table;
use crate::store::Column;

/// What is said of the versions and not of the cells.
const VERSION: &str = "numerics_version";

/// What is compared.
pub struct Sides<'a> {
    pub old: &'a Table,
    pub new: &'a Table,
    /// Where they are compared too.
    pub curves: Option<&'a [Curves<'a>; 2]>,
    /// The bytes are equal, so that only curves can differ.
    pub equal: bool,
    pub tolerance: Option<f64>,
    /// Ids whose results are compared; all of them where there is none.
    pub sample: Option<&'a HashSet<String>>,
}

/// The trials of two sides that are the same.
#[must_use]
pub fn same(table: &Table) -> Trials {
    let mut found = Finding::new([table.rows; 2]);
    for row in 0..table.rows {
        found.block(table, row).trials += 1;
    }
    found.trials
}

/// Compares the trials of two sides.
#[must_use]
pub fn compare(sides: &Sides<'_>) -> Trials {
    let pairing = Pairing::new(sides.old, sides.new);
    let labels = [Labels::new(sides.old), Labels::new(sides.new)];
    let mut found = Finding::new([sides.old.rows, sides.new.rows]);
    found.trials.versions = [versions(sides.old), versions(sides.new)];
    for row in 0..sides.new.rows {
        found.block(sides.new, row).trials += 1;
    }
    let columns = shared(sides.old, sides.new);
    for &(old, new) in &pairing.same {
        let id = sides.new.text("trial", new).unwrap_or_default();
        if sides.sample.is_some_and(|sample| !sample.contains(id)) {
            continue;
        }
        found.results(sides, &columns, id, (old, new), &labels[1]);
    }
    for (old, new, changed) in &pairing.changed {
        found.change(sides, (*old, *new), changed);
    }
    for (old, new, changed) in &pairing.changed {
        found.changed(sides, &columns, (*old, *new), changed, &labels[1]);
    }
    for &row in &pairing.added {
        found.block(sides.new, row).added.push(|| lone(sides.new, row, &labels[1]));
    }
    for &row in &pairing.gone {
        let block = found.block(sides.old, row);
        block.trials += 1;
        block.gone.push(|| lone(sides.old, row, &labels[0]));
    }
    for (side, (table, labels)) in [sides.old, sides.new].into_iter().zip(&labels).enumerate() {
        for &row in &pairing.twice[side] {
            found.block(table, row).twice[side].push(|| lone(table, row, labels));
        }
    }
    found.trials.added_values = in_common(sides.new, &pairing.added, sides.old);
    found.trials.gone_values = in_common(sides.old, &pairing.gone, sides.new);
    found.trials.columns.sort_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(&other.0)));
    found.trials
}

fn versions(table: &Table) -> BTreeSet<i64> {
    match table.get(VERSION) {
        Some(Column::Integer(values)) => values.iter().copied().flatten().collect(),
        _ => BTreeSet::new(),
    }
}

/// A column of both sides.
struct Shared<'a> {
    name: &'a str,
    old: Option<&'a Column>,
    new: Option<&'a Column>,
}

/// Every column of a trial's row but the id and the version. A column of settings that one side lacks follows from the
/// other trials of that side: the id says that the setting is the same.
fn shared<'a>(old: &'a Table, new: &'a Table) -> Vec<Shared<'a>> {
    let settings: HashSet<&str> = setting::columns(old).into_iter().chain(setting::columns(new)).collect();
    let mut known = HashSet::from(["trial", VERSION]);
    let names = old.columns.iter().chain(&new.columns).map(|(name, _)| name.as_str());
    let mut columns: Vec<Shared<'_>> = names
        .filter(|name| known.insert(name))
        .map(|name| Shared { name, old: old.get(name), new: new.get(name) })
        .collect();
    columns.retain(|column| column.old.is_some() && column.new.is_some() || !settings.contains(column.name));
    columns
}

fn is_outstanding(table: &Table, row: usize) -> bool {
    table.text("outcome", row) == Some("outstanding")
}

fn lone(table: &Table, row: usize, labels: &Labels<'_>) -> Lone {
    Lone { trial: short(table.text("trial", row).unwrap_or("?")), setting: labels.label(row) }
}

/// `learning_rate 0.5`: values that all of some trials have and no trial of the other side.
fn in_common(table: &Table, rows: &[usize], other: &Table) -> Vec<String> {
    let Some((&first, rest)) = rows.split_first() else { return Vec::new() };
    let mut values = Vec::new();
    for name in setting::columns(table) {
        let column = table.get(name);
        let same = |row: &usize| cell::difference(column, first, column, *row, None) == Difference::None;
        let elsewhere = |row: usize| cell::difference(column, first, other.get(name), row, None) == Difference::None;
        if rest.iter().all(same) && !(0..other.rows).any(elsewhere) {
            values.push(format!("{name} {}", cell::show(column, first, None)));
        }
    }
    values
}

struct Finding {
    trials: Trials,
    /// Which block each name is.
    numbers: HashMap<Names, usize>,
}

impl Finding {
    fn new(counts: [usize; 2]) -> Self {
        Self { trials: Trials { counts, ..Trials::default() }, numbers: HashMap::new() }
    }

    fn block(&mut self, table: &Table, row: usize) -> &mut Block {
        let names = Names::of(table, row);
        let next = self.trials.blocks.len();
        let number = *self.numbers.entry(names.clone()).or_insert(next);
        if number == next {
            self.trials.blocks.push(Block::new(names));
        }
        &mut self.trials.blocks[number]
    }

    /// The results of one trial on both sides.
    fn results(
        &mut self,
        sides: &Sides<'_>,
        columns: &[Shared<'_>],
        id: &str,
        rows: (usize, usize),
        labels: &Labels<'_>,
    ) {
        // What has no results has none that differ.
        let lacking = [(sides.old, rows.0), (sides.new, rows.1)].map(|(table, row)| is_outstanding(table, row));
        if let [true, false] | [false, true] = lacking {
            self.block(sides.new, rows.1).outstanding[usize::from(lacking[1])] += 1;
            return;
        }
        let trial = short(id);
        let within = &mut self.trials.within;
        let mut tolerated = |relative: f64, column: &str| Largest::update(within, relative, column, &trial);
        let mut cells = if sides.equal { Vec::new() } else { differences(sides, columns, rows, &mut tolerated) };
        if let Some([before, after]) = sides.curves {
            cells.extend(curves::differences(before, after, id, sides.tolerance, &mut tolerated));
        }
        if cells.is_empty() {
            return;
        }
        for cell in &cells {
            if let Some(relative) = cell.relative {
                Largest::update(&mut self.trials.largest, relative, &cell.column, &trial);
            }
            let known = &mut self.trials.columns;
            match known.iter_mut().find(|(column, _)| *column == cell.column) {
                Some((_, trials)) => *trials += 1,
                None => known.push((cell.column.clone(), 1)),
            }
        }
        let block = self.block(sides.new, rows.1);
        block.different += 1;
        block.push(&trial, || labels.label(rows.1), Vec::new(), cells);
    }

    /// Counts what changed in the setting of a trial.
    fn change(&mut self, sides: &Sides<'_>, (old, new): (usize, usize), changed: &[String]) {
        self.trials.other_data += usize::from(changed.is_empty());
        for name in changed {
            let values = (cell::show(sides.old.get(name), old, None), cell::show(sides.new.get(name), new, None));
            let changes = &mut self.trials.changes;
            match changes.iter_mut().find(|change| change.column == *name) {
                Some(change) => {
                    change.trials += 1;
                    change.values = change.values.take().filter(|known| *known == values);
                }
                None => changes.push(SettingChange { column: name.clone(), trials: 1, values: Some(values) }),
            }
        }
    }

    /// A trial with another setting: what changed in it, said once for each block where it is the same everywhere, and
    /// the results.
    fn changed(
        &mut self,
        sides: &Sides<'_>,
        columns: &[Shared<'_>],
        (old, new): (usize, usize),
        changed: &[String],
        labels: &Labels<'_>,
    ) {
        let id = |table: &Table, row| short(table.text("trial", row).unwrap_or("?"));
        let trial = id(sides.new, new);
        let first = self.block(sides.new, new).changed == 0;
        let everywhere =
            |name: &String| self.trials.changes.iter().any(|change| change.column == *name && change.values.is_some());
        let mut settings: Vec<CellDifference> = (changed.iter())
            .filter(|name| first || !everywhere(name))
            .map(|name| CellDifference {
                column: name.clone(),
                cell: name.clone(),
                old: cell::show(sides.old.get(name), old, None),
                new: cell::show(sides.new.get(name), new, None),
                relative: None,
                cells: 1,
            })
            .collect();
        if changed.is_empty() && first {
            settings.push(CellDifference {
                column: "data".to_owned(),
                cell: "id (other data)".to_owned(),
                old: id(sides.old, old),
                new: trial.clone(),
                relative: None,
                cells: 1,
            });
        }
        let mut cells = Vec::new();
        if sides.sample.is_none() {
            let within = &mut self.trials.within;
            let mut tolerated = |relative: f64, column: &str| Largest::update(within, relative, column, &trial);
            cells = differences(sides, columns, (old, new), &mut tolerated);
            cells.retain(|cell| !changed.contains(&cell.column));
            for cell in &cells {
                if let Some(relative) = cell.relative {
                    Largest::update(&mut self.trials.largest_changed, relative, &cell.column, &trial);
                }
            }
        }
        let block = self.block(sides.new, new);
        block.changed += 1;
        block.columns.extend(changed.iter().cloned());
        block.push(&trial, || labels.label(new), settings, cells);
    }
}

/// The cells of two rows that differ.
fn differences(
    sides: &Sides<'_>,
    columns: &[Shared<'_>],
    (old, new): (usize, usize),
    within: &mut dyn FnMut(f64, &str),
) -> Vec<CellDifference> {
    let mut cells = Vec::new();
    for Shared { name, old: before, new: after } in columns {
        match cell::difference(*before, old, *after, new, sides.tolerance) {
            Difference::None => {}
            Difference::Within(relative) => within(relative, name),
            Difference::Real { relative, element } => cells.push(CellDifference {
                column: (*name).to_owned(),
                cell: element.map_or_else(|| (*name).to_owned(), |element| format!("{name}[{element}]")),
                old: cell::show(*before, old, element),
                new: cell::show(*after, new, element),
                relative,
                cells: 1,
            }),
        }
    }
    cells
}
