//! Collects the differences between trials while the tables are read, one part at a time.

use std::collections::HashMap;

use super::curves::{self, CurvesPart};
use super::differences::{CellDifference, CombinationDifferences, LargestDifference, SettingChange, TrialDifferences};
use super::paired_parts::{PARAMETERS, PairedParts, differences, is_outstanding};
use super::pairing::Pairing;
use super::setting::{COMBINATION_COLUMNS, CombinationNames, Labels, by_names};
use super::short_text::short_id;
use super::sides::{Sides, TRIAL_COLUMNS, columns_with, read_curves, sampled};
use super::table_part::TablePart;
use super::table_reader::{Stop, TableReader};

/// The differences found so far.
pub struct DifferenceCollector {
    pub trials: TrialDifferences,
    /// The position of each combination in `trials.combinations`.
    numbers: HashMap<CombinationNames, usize>,
}

impl DifferenceCollector {
    pub fn new(counts: [usize; 2]) -> Self {
        Self { trials: TrialDifferences { counts, ..TrialDifferences::default() }, numbers: HashMap::new() }
    }

    pub fn combination(&mut self, table: &TablePart, row: usize) -> &mut CombinationDifferences {
        self.named(CombinationNames::of(table, row))
    }

    fn named(&mut self, names: CombinationNames) -> &mut CombinationDifferences {
        let next = self.trials.combinations.len();
        let number = *self.numbers.entry(names.clone()).or_insert(next);
        if number == next {
            self.trials.combinations.push(CombinationDifferences::new(names));
        }
        &mut self.trials.combinations[number]
    }

    /// Counts the trials of a table by combination.
    pub fn count(&mut self, table: &TableReader<'_>) -> Result<(), Stop> {
        table.each(&COMBINATION_COLUMNS, &mut |part, _| {
            by_names(part, &mut |names, rows| self.named(names).trials += rows.len());
            Ok(())
        })
    }

    /// Compares the results of the trials that both sides have.
    pub fn same(
        &mut self,
        sides: &Sides<'_>,
        columns: &[&str],
        pairs: &[(usize, usize)],
        settings: &[Vec<&str>; 2],
        labels: &Labels,
    ) -> Result<(), Stop> {
        // If the tables are equal, only `outcome` is needed: it tells which trials have results.
        let compared: &[&str] = if sides.equal { &[] } else { columns };
        let names = settings.each_ref().map(|settings| {
            columns_with(&columns_with(&columns_with(settings, &TRIAL_COLUMNS), &["outcome"]), compared)
        });
        let sampled = sides.sample.map(|sample| sampled(sides.new, pairs, sample)).transpose()?;
        for pairs in sampled.as_deref().unwrap_or(pairs).chunks(sides.new.window()) {
            let (old, new): (Vec<usize>, Vec<usize>) = pairs.iter().copied().unzip();
            let (old, new) = (sides.old.gather(&old, &names[0])?, sides.new.gather(&new, &names[1])?);
            let parts = PairedParts { old: &old, new: &new };
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

    /// Compares the results of one trial on both sides.
    fn results(
        &mut self,
        sides: &Sides<'_>,
        parts: &PairedParts<'_>,
        columns: &[&str],
        row: usize,
        curves: Option<(&CurvesPart, &CurvesPart, usize)>,
        labels: &Labels,
    ) {
        // An outstanding trial has no results to compare.
        let lacking = [parts.old, parts.new].map(|table| is_outstanding(table, row));
        if let [true, false] | [false, true] = lacking {
            self.combination(parts.new, row).outstanding[usize::from(lacking[1])] += 1;
            return;
        }
        let trial = short_id(parts.new.text("trial", row).unwrap_or_default());
        let within = &mut self.trials.within;
        let mut tolerated = |relative: f64, column: &str| LargestDifference::update(within, relative, column, &trial);
        let mut cells = differences(parts, columns, row, sides.tolerance, &mut tolerated);
        if parts.leaves_out_parameters(sides.leaves_out, row) {
            cells.retain(|cell| cell.column != PARAMETERS);
        }
        if let Some((before, after, at)) = curves {
            cells.extend(curves::differences(before, after, at, sides.tolerance, &mut tolerated));
        }
        if cells.is_empty() {
            return;
        }
        for cell in &cells {
            if let Some(relative) = cell.relative {
                LargestDifference::update(&mut self.trials.largest, relative, &cell.column, &trial);
            }
            let known = &mut self.trials.columns;
            match known.iter_mut().find(|(column, _)| *column == cell.column) {
                Some((_, trials)) => *trials += 1,
                None => known.push((cell.column.clone(), 1)),
            }
        }
        let combination = self.combination(parts.new, row);
        combination.different += 1;
        combination.push(&trial, || labels.label(parts.new, row), Vec::new(), cells);
    }

    /// Compares the trials whose setting changed.
    pub fn changed(
        &mut self,
        sides: &Sides<'_>,
        columns: &[&str],
        pairing: &Pairing,
        settings: &[Vec<&str>; 2],
        labels: &Labels,
    ) -> Result<(), Stop> {
        let compared: &[&str] = if sides.sample.is_some() { &[] } else { columns };
        // Two passes: whether a change is the same in all trials is known only after all of them have been read.
        for all in [false, true] {
            let names = settings.each_ref().map(|settings| {
                let settings = columns_with(settings, &TRIAL_COLUMNS);
                if all { columns_with(&settings, compared) } else { settings }
            });
            for pairs in pairing.changed.chunks(sides.new.window()) {
                let old: Vec<usize> = pairs.iter().map(|(old, ..)| *old).collect();
                let new: Vec<usize> = pairs.iter().map(|(_, new, _)| *new).collect();
                let (old, new) = (sides.old.gather(&old, &names[0])?, sides.new.gather(&new, &names[1])?);
                let parts = PairedParts { old: &old, new: &new };
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

    /// Counts the changed values in the setting of one trial.
    fn change(&mut self, parts: &PairedParts<'_>, row: usize, changed: &[String]) {
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

    /// Adds a trial whose setting changed: the changed values and the results. A change that is the same in all trials
    /// is added only once per combination.
    fn other(
        &mut self,
        sides: &Sides<'_>,
        parts: &PairedParts<'_>,
        columns: &[&str],
        row: usize,
        changed: &[String],
        labels: &Labels,
    ) {
        let id = |table: &TablePart| short_id(table.text("trial", row).unwrap_or("?"));
        let trial = id(parts.new);
        let first = self.combination(parts.new, row).changed == 0;
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
        let mut tolerated = |relative: f64, column: &str| LargestDifference::update(within, relative, column, &trial);
        let mut cells = differences(parts, columns, row, sides.tolerance, &mut tolerated);
        cells.retain(|cell| !changed.contains(&cell.column));
        for cell in &cells {
            if let Some(relative) = cell.relative {
                LargestDifference::update(&mut self.trials.largest_changed, relative, &cell.column, &trial);
            }
        }
        let combination = self.combination(parts.new, row);
        combination.changed += 1;
        combination.columns.extend(changed.iter().cloned());
        combination.push(&trial, || labels.label(parts.new, row), settings, cells);
    }
}
