//! The trials of two sides: which are the same, and what differs in those.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::cell::{self, Difference};
use super::curves::{self, Curves};
use super::pairing::Pairing;
use super::setting::{self, Labels, Names};
use super::short;
use super::table::Table;

/// Cells that are kept of each trial.
const MOST_CELLS: usize = 3;

/// Rows, and trials of one side alone, that are kept of each block.
const MOST_KEPT: usize = 100;

/// What is said of the versions and not of the cells.
const VERSION: &str = "numerics_version";

/// A cell that differs; of a curve, the one that differs most, with the number of those like it.
#[derive(Debug, Clone)]
pub struct CellDifference {
    /// Its column, `(curve)` behind it where it is one of `curves.parquet`.
    pub column: String,
    /// What a person calls it: `train_mse at epoch 5`.
    pub cell: String,
    pub old: String,
    pub new: String,
    /// Between floats.
    pub relative: Option<f64>,
    pub cells: usize,
}

/// One row of the table of differences.
#[derive(Debug, Clone)]
pub struct Row {
    /// The first digits of the id.
    pub trial: String,
    pub setting: String,
    pub difference: CellDifference,
}

/// A trial that one side has.
#[derive(Debug, Clone)]
pub struct Lone {
    pub trial: String,
    pub setting: String,
}

/// What differs in the trials of one dataset × model × optimizer.
#[derive(Debug, Clone)]
pub struct Block {
    pub names: Names,
    /// Trials on either side.
    pub trials: usize,
    /// Trials whose results differ.
    pub different: usize,
    /// Trials whose setting changed.
    pub changed: usize,
    pub rows: Vec<Row>,
    /// Cells that differ and are in no row.
    pub more: usize,
    pub added: usize,
    pub gone: usize,
    /// The first of those.
    pub added_trials: Vec<Lone>,
    pub gone_trials: Vec<Lone>,
    /// The columns that differ.
    pub columns: BTreeSet<String>,
}

impl Block {
    #[must_use]
    pub const fn is_same(&self) -> bool {
        self.different + self.changed + self.added + self.gone == 0
    }
}

/// A relative difference and where it is.
#[derive(Debug, Clone)]
pub struct Largest {
    pub relative: f64,
    pub column: String,
    pub trial: String,
}

/// A value of a setting that changed, over all trials that it changed in.
#[derive(Debug, Clone)]
pub struct SettingChange {
    pub column: String,
    pub trials: usize,
    /// Where it is the same change in all of them.
    pub values: Option<(String, String)>,
}

/// All that was found out about the trials.
#[derive(Debug, Clone, Default)]
pub struct Trials {
    /// Trials of the old and the new side.
    pub counts: [usize; 2],
    /// In the order of the new side.
    pub blocks: Vec<Block>,
    /// Columns that differ, with the number of trials.
    pub columns: Vec<(String, usize)>,
    /// Among cells that differ and whose settings do not.
    pub largest: Option<Largest>,
    /// Among cells within the tolerance.
    pub within: Option<Largest>,
    pub changes: Vec<SettingChange>,
    /// Trials whose id differs and of whose setting no column does.
    pub other_data: usize,
    /// What all new trials have in common and no old one has; and the other way round.
    pub added_values: Vec<String>,
    pub gone_values: Vec<String>,
    /// The numerics versions of both sides.
    pub versions: [BTreeSet<i64>; 2],
}

/// Whether a column of [`Trials::columns`] is one of curves.
#[must_use]
pub fn is_of_curves(column: &str) -> bool {
    column.ends_with(" (curve)")
}

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

/// Compares the trials of two sides.
#[must_use]
pub fn compare(sides: &Sides<'_>) -> Trials {
    let pairing = Pairing::new(sides.old, sides.new);
    let labels = [Labels::new(sides.old), Labels::new(sides.new)];
    let mut found = Finding {
        trials: Trials { counts: [sides.old.rows, sides.new.rows], ..Trials::default() },
        numbers: HashMap::new(),
    };
    found.trials.versions = [versions(sides.old), versions(sides.new)];
    for row in 0..sides.new.rows {
        found.block(sides.new, row).trials += 1;
    }
    let names = result_columns(sides.old, sides.new);
    for &(old, new) in &pairing.same {
        let id = sides.new.text("trial", new).unwrap_or_default();
        if sides.sample.is_some_and(|sample| !sample.contains(id)) {
            continue;
        }
        found.results(sides, &names, id, (old, new), &labels[1]);
    }
    for (old, new, columns) in &pairing.changed {
        found.changed(sides, (*old, *new), columns, &labels[1]);
    }
    for &row in &pairing.added {
        let lone = lone(sides.new, row, &labels[1]);
        let block = found.block(sides.new, row);
        block.added += 1;
        keep(&mut block.added_trials, lone);
    }
    for &row in &pairing.gone {
        let lone = lone(sides.old, row, &labels[0]);
        let block = found.block(sides.old, row);
        block.gone += 1;
        block.trials += 1;
        keep(&mut block.gone_trials, lone);
    }
    found.trials.added_values = in_common(sides.new, &pairing.added, sides.old);
    found.trials.gone_values = in_common(sides.old, &pairing.gone, sides.new);
    found.trials.columns.sort_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(&other.0)));
    found.trials
}

fn versions(table: &Table) -> BTreeSet<i64> {
    match table.get(VERSION) {
        Some(crate::store::Column::Integer(values)) => values.iter().copied().flatten().collect(),
        _ => BTreeSet::new(),
    }
}

/// Every column of a trial's row but the id and the version. A column of settings that one side lacks follows from the
/// other trials of that side: the id says that the setting is the same.
fn result_columns<'a>(old: &'a Table, new: &'a Table) -> Vec<&'a str> {
    let (before, after) = (setting::columns(old), setting::columns(new));
    let mut names: Vec<&str> = old.columns.iter().map(|(name, _)| name.as_str()).collect();
    let known: HashSet<&str> = names.iter().copied().collect();
    names.extend(new.columns.iter().map(|(name, _)| name.as_str()).filter(|name| !known.contains(name)));
    let lacked = |name: &str| {
        before.contains(&name) && new.get(name).is_none() || after.contains(&name) && old.get(name).is_none()
    };
    names.retain(|name| *name != "trial" && *name != VERSION && !lacked(name));
    names
}

fn lone(table: &Table, row: usize, labels: &Labels<'_>) -> Lone {
    Lone { trial: short(table.text("trial", row).unwrap_or("?")), setting: labels.label(row) }
}

fn keep<T>(kept: &mut Vec<T>, one: T) {
    if kept.len() < MOST_KEPT {
        kept.push(one);
    }
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
    fn block(&mut self, table: &Table, row: usize) -> &mut Block {
        let names = Names::of(table, row);
        let next = self.trials.blocks.len();
        let number = *self.numbers.entry(names.clone()).or_insert(next);
        if number == next {
            self.trials.blocks.push(Block {
                names,
                trials: 0,
                different: 0,
                changed: 0,
                rows: Vec::new(),
                more: 0,
                added: 0,
                gone: 0,
                added_trials: Vec::new(),
                gone_trials: Vec::new(),
                columns: BTreeSet::new(),
            });
        }
        &mut self.trials.blocks[number]
    }

    /// The results of one trial on both sides.
    fn results(
        &mut self,
        sides: &Sides<'_>,
        names: &[&str],
        id: &str,
        (old, new): (usize, usize),
        labels: &Labels<'_>,
    ) {
        let mut cells = Vec::new();
        let trial = short(id);
        let within = &mut self.trials.within;
        let mut tolerated = |relative: f64, column: &str| larger(within, relative, column, &trial);
        if !sides.equal {
            for name in names {
                let (before, after) = (sides.old.get(name), sides.new.get(name));
                match cell::difference(before, old, after, new, sides.tolerance) {
                    Difference::None => {}
                    Difference::Within(relative) => tolerated(relative, name),
                    Difference::Real { relative, element } => cells.push(CellDifference {
                        column: (*name).to_owned(),
                        cell: element.map_or_else(|| (*name).to_owned(), |element| format!("{name}[{element}]")),
                        old: cell::show(before, old, element),
                        new: cell::show(after, new, element),
                        relative,
                        cells: 1,
                    }),
                }
            }
        }
        if let Some([before, after]) = sides.curves {
            cells.extend(curves::differences(before, after, id, sides.tolerance, &mut tolerated));
        }
        if cells.is_empty() {
            return;
        }
        for cell in &cells {
            if let Some(relative) = cell.relative {
                larger(&mut self.trials.largest, relative, &cell.column, &trial);
            }
            let columns = &mut self.trials.columns;
            match columns.iter_mut().find(|(column, _)| *column == cell.column) {
                Some((_, trials)) => *trials += 1,
                None => columns.push((cell.column.clone(), 1)),
            }
        }
        let label = labels.label(new);
        let block = self.block(sides.new, new);
        block.different += 1;
        push(block, &trial, &label, cells);
    }

    /// A trial with another setting.
    fn changed(&mut self, sides: &Sides<'_>, (old, new): (usize, usize), columns: &[String], labels: &Labels<'_>) {
        let trial = short(sides.new.text("trial", new).unwrap_or("?"));
        let mut cells = Vec::new();
        for name in columns {
            let values = (cell::show(sides.old.get(name), old, None), cell::show(sides.new.get(name), new, None));
            let changes = &mut self.trials.changes;
            match changes.iter_mut().find(|change| change.column == *name) {
                Some(change) => {
                    change.trials += 1;
                    change.values = change.values.take().filter(|known| *known == values);
                }
                None => changes.push(SettingChange { column: name.clone(), trials: 1, values: Some(values.clone()) }),
            }
            cells.push(CellDifference {
                column: name.clone(),
                cell: name.clone(),
                old: values.0,
                new: values.1,
                relative: None,
                cells: 1,
            });
        }
        if columns.is_empty() {
            self.trials.other_data += 1;
            let id = |table: &Table, row| short(table.text("trial", row).unwrap_or("?"));
            cells.push(CellDifference {
                column: "data".to_owned(),
                cell: "id (other data)".to_owned(),
                old: id(sides.old, old),
                new: id(sides.new, new),
                relative: None,
                cells: 1,
            });
        }
        let label = labels.label(new);
        let block = self.block(sides.new, new);
        block.changed += 1;
        push(block, &trial, &label, cells);
    }
}

/// Adds the cells of a trial to its block: what is no float first, then the largest relative differences.
fn push(block: &mut Block, trial: &str, setting: &str, mut cells: Vec<CellDifference>) {
    block.columns.extend(cells.iter().map(|cell| cell.column.clone()));
    let rank = |cell: &CellDifference| -cell.relative.unwrap_or(f64::INFINITY);
    cells.sort_by(|one, other| rank(one).total_cmp(&rank(other)));
    for (index, difference) in cells.into_iter().enumerate() {
        if index < MOST_CELLS && block.rows.len() < MOST_KEPT {
            block.more += difference.cells - 1;
            block.rows.push(Row { trial: trial.to_owned(), setting: setting.to_owned(), difference });
        } else {
            block.more += difference.cells;
        }
    }
}

fn larger(largest: &mut Option<Largest>, relative: f64, column: &str, trial: &str) {
    if largest.as_ref().is_none_or(|known| relative > known.relative) {
        *largest = Some(Largest { relative, column: column.to_owned(), trial: trial.to_owned() });
    }
}
