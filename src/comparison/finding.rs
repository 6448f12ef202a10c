//! What differs between trials, collected a part of the tables at a time.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::cell::{self, Difference};
use super::curves::{self, Part};
use super::found::{Block, CellDifference, Largest, SettingChange, Trials};
use super::pairing::Pairing;
use super::reading::{Reading, Stop};
use super::setting::{Labels, NAMES, Names, by_names};
use super::short;
use super::table::Table;
use super::trials::Sides;

/// What names a trial.
pub const NAMED: [&str; 5] = ["trial", "dataset", "model", "optimizer", "seed"];

/// A part of both tables, row by row the trials of pairs.
struct Parts<'a> {
    old: &'a Table,
    new: &'a Table,
}

/// What has been found so far.
pub struct Finding {
    pub trials: Trials,
    /// Which block each name is.
    numbers: HashMap<Names, usize>,
}

impl Finding {
    pub fn new(counts: [usize; 2]) -> Self {
        Self { trials: Trials { counts, ..Trials::default() }, numbers: HashMap::new() }
    }

    pub fn block(&mut self, table: &Table, row: usize) -> &mut Block {
        self.named(Names::of(table, row))
    }

    fn named(&mut self, names: Names) -> &mut Block {
        let next = self.trials.blocks.len();
        let number = *self.numbers.entry(names.clone()).or_insert(next);
        if number == next {
            self.trials.blocks.push(Block::new(names));
        }
        &mut self.trials.blocks[number]
    }

    /// Counts the trials of a table.
    pub fn count(&mut self, table: &Reading<'_>) -> Result<(), Stop> {
        table.each(&NAMES, &mut |part, _| {
            by_names(part, &mut |names, rows| self.named(names).trials += rows.len());
            Ok(())
        })
    }

    /// The results of the trials that both sides have.
    pub fn same(
        &mut self,
        sides: &Sides<'_>,
        columns: &[&str],
        pairs: &[(usize, usize)],
        settings: &[Vec<&str>; 2],
        labels: &Labels,
    ) -> Result<(), Stop> {
        // Of equal tables the outcome says which trials have results.
        let compared: &[&str] = if sides.equal { &[] } else { columns };
        let names = settings.each_ref().map(|settings| with(&with(&with(settings, &NAMED), &["outcome"]), compared));
        let sampled = sides.sample.map(|sample| sampled(sides.new, pairs, sample)).transpose()?;
        for pairs in sampled.as_deref().unwrap_or(pairs).chunks(sides.new.window()) {
            let (old, new): (Vec<usize>, Vec<usize>) = pairs.iter().copied().unzip();
            let (old, new) = (sides.old.gather(&old, &names[0])?, sides.new.gather(&new, &names[1])?);
            let parts = Parts { old: &old, new: &new };
            let mut row = 0;
            while row < new.rows {
                let (end, curves) = read_curves(sides, &new, row)?;
                for at in row..end {
                    let curves = curves.as_ref().map(|[before, after]| (before, after, at - row));
                    self.results(sides, &parts, compared, at, curves, labels);
                }
                row = end;
            }
        }
        Ok(())
    }

    /// The results of one trial on both sides.
    fn results(
        &mut self,
        sides: &Sides<'_>,
        parts: &Parts<'_>,
        columns: &[&str],
        row: usize,
        curves: Option<(&Part, &Part, usize)>,
        labels: &Labels,
    ) {
        // What has no results has none that differ.
        let lacking = [parts.old, parts.new].map(|table| is_outstanding(table, row));
        if let [true, false] | [false, true] = lacking {
            self.block(parts.new, row).outstanding[usize::from(lacking[1])] += 1;
            return;
        }
        let trial = short(parts.new.text("trial", row).unwrap_or_default());
        let within = &mut self.trials.within;
        let mut tolerated = |relative: f64, column: &str| Largest::update(within, relative, column, &trial);
        let mut cells = differences(parts, columns, row, sides.tolerance, &mut tolerated);
        if let Some((before, after, at)) = curves {
            cells.extend(curves::differences(before, after, at, sides.tolerance, &mut tolerated));
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
        let block = self.block(parts.new, row);
        block.different += 1;
        block.push(&trial, || labels.label(parts.new, row), Vec::new(), cells);
    }

    /// Trials with another setting.
    pub fn changed(
        &mut self,
        sides: &Sides<'_>,
        columns: &[&str],
        pairing: &Pairing,
        settings: &[Vec<&str>; 2],
        labels: &Labels,
    ) -> Result<(), Stop> {
        let compared: &[&str] = if sides.sample.is_some() { &[] } else { columns };
        // What is the same change everywhere is known once all of them have been seen.
        for all in [false, true] {
            let names = settings.each_ref().map(|settings| {
                let settings = with(settings, &NAMED);
                if all { with(&settings, compared) } else { settings }
            });
            for pairs in pairing.changed.chunks(sides.new.window()) {
                let old: Vec<usize> = pairs.iter().map(|(old, ..)| *old).collect();
                let new: Vec<usize> = pairs.iter().map(|(_, new, _)| *new).collect();
                let (old, new) = (sides.old.gather(&old, &names[0])?, sides.new.gather(&new, &names[1])?);
                let parts = Parts { old: &old, new: &new };
                for (row, (.., number)) in pairs.iter().enumerate() {
                    let changed = &pairing.columns[*number];
                    if all {
                        self.other(sides, &parts, compared, row, changed, labels);
                    } else {
                        self.change(&parts, row, changed);
                    }
                }
            }
        }
        Ok(())
    }

    /// Counts what changed in the setting of a trial.
    fn change(&mut self, parts: &Parts<'_>, row: usize, changed: &[String]) {
        self.trials.other_data += usize::from(changed.is_empty());
        for name in changed {
            let values = parts.values(name, row);
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
    fn other(
        &mut self,
        sides: &Sides<'_>,
        parts: &Parts<'_>,
        columns: &[&str],
        row: usize,
        changed: &[String],
        labels: &Labels,
    ) {
        let id = |table: &Table| short(table.text("trial", row).unwrap_or("?"));
        let trial = id(parts.new);
        let first = self.block(parts.new, row).changed == 0;
        let everywhere =
            |name: &String| self.trials.changes.iter().any(|change| change.column == *name && change.values.is_some());
        let mut settings: Vec<CellDifference> = (changed.iter())
            .filter(|name| first || !everywhere(name))
            .map(|name| {
                let (old, new) = parts.values(name, row);
                CellDifference { column: name.clone(), cell: name.clone(), old, new, relative: None, cells: 1 }
            })
            .collect();
        if changed.is_empty() && first {
            settings.push(CellDifference {
                column: "data".to_owned(),
                cell: "id (other data)".to_owned(),
                old: id(parts.old),
                new: trial.clone(),
                relative: None,
                cells: 1,
            });
        }
        let within = &mut self.trials.within;
        let mut tolerated = |relative: f64, column: &str| Largest::update(within, relative, column, &trial);
        let mut cells = differences(parts, columns, row, sides.tolerance, &mut tolerated);
        cells.retain(|cell| !changed.contains(&cell.column));
        for cell in &cells {
            if let Some(relative) = cell.relative {
                Largest::update(&mut self.trials.largest_changed, relative, &cell.column, &trial);
            }
        }
        let block = self.block(parts.new, row);
        block.changed += 1;
        block.columns.extend(changed.iter().cloned());
        block.push(&trial, || labels.label(parts.new, row), settings, cells);
    }
}

impl Parts<'_> {
    /// What a cell of a trial was, and is.
    fn values(&self, name: &str, row: usize) -> (String, String) {
        (cell::show(self.old.get(name), row, None), cell::show(self.new.get(name), row, None))
    }
}

/// The pairs whose trials are among some.
fn sampled(new: &Reading<'_>, pairs: &[(usize, usize)], sample: &HashSet<String>) -> Result<Vec<(usize, usize)>, Stop> {
    let mut rows: HashSet<usize> = HashSet::new();
    new.each(&["trial"], &mut |part, start| {
        let inside = |row: &usize| part.text("trial", *row).is_some_and(|id| sample.contains(id));
        rows.extend((0..part.rows).filter(inside).map(|row| start + row));
        Ok(())
    })?;
    Ok(pairs.iter().copied().filter(|(_, new)| rows.contains(new)).collect())
}

/// Curves of both sides.
type Both = [Part; 2];

/// The curves of the trials of a part from a row on, as many as are read together; where they are compared.
fn read_curves(sides: &Sides<'_>, new: &Table, from: usize) -> Result<(usize, Option<Both>), Stop> {
    let Some(curves) = sides.curves else { return Ok((new.rows, None)) };
    let mut places: [Vec<Range<usize>>; 2] = [Vec::new(), Vec::new()];
    let mut rows = 0;
    let mut end = from;
    while end < new.rows {
        let id = new.text("trial", end).unwrap_or_default();
        let runs = curves.each_ref().map(|side| side.run(id));
        let more: usize = runs.iter().map(Range::len).sum();
        if end > from && rows + more > curves[0].table.window() {
            break;
        }
        for (places, run) in places.iter_mut().zip(runs) {
            places.push(run);
        }
        (rows, end) = (rows + more, end + 1);
    }
    let [before, after] = curves;
    Ok((end, Some([before.read(&places[0])?, after.read(&places[1])?])))
}

/// The cells of two rows that differ.
fn differences(
    parts: &Parts<'_>,
    columns: &[&str],
    row: usize,
    tolerance: Option<f64>,
    within: &mut dyn FnMut(f64, &str),
) -> Vec<CellDifference> {
    let mut cells = Vec::new();
    for name in columns {
        let (before, after) = (parts.old.get(name), parts.new.get(name));
        match cell::difference(before, row, after, row, tolerance) {
            Difference::None => {}
            Difference::Within(relative) => within(relative, name),
            Difference::Real { relative, element } => cells.push(CellDifference {
                column: (*name).to_owned(),
                cell: element.map_or_else(|| (*name).to_owned(), |element| format!("{name}[{element}]")),
                old: cell::show(before, row, element),
                new: cell::show(after, row, element),
                relative,
                cells: 1,
            }),
        }
    }
    cells
}

/// The names of some columns, and others that are not among them.
pub fn with<'a>(names: &[&'a str], others: &[&'a str]) -> Vec<&'a str> {
    let added = others.iter().copied().filter(|other| !names.contains(other));
    names.iter().copied().chain(added).collect()
}

fn is_outstanding(table: &Table, row: usize) -> bool {
    table.text("outcome", row) == Some("outstanding")
}
