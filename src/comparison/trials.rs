//! Compares the trials of two sides: matches them, then collects what differs.

use std::collections::{BTreeSet, HashSet};

use super::cell::{self, Difference};
use super::collector::DifferenceCollector;
use super::differences::{LoneTrial, TrialDifferences};
use super::pairing::Pairing;
use super::setting::{self, Labels};
use super::short_text::short_id;
use super::sides::{Sides, TRIAL_COLUMNS, columns_with};
use super::table_part::TablePart;
use super::table_reader::{Stop, TableReader};
use crate::store::TableColumn;

/// This column describes the version and not the result, so its cells are not compared.
const VERSION: &str = "numerics_version";

/// The result for two equal tables: nothing differs.
pub fn same(table: &TableReader<'_>) -> Result<TrialDifferences, Stop> {
    let mut collector = DifferenceCollector::new([table.rows(); 2]);
    collector.count(table)?;
    Ok(collector.trials)
}

/// Compares the trials of two sides.
pub fn compare(sides: &Sides<'_>) -> Result<TrialDifferences, Stop> {
    let (old, new) = (sides.old, sides.new);
    let pairing = Pairing::new(old, new)?;
    let labels = [Labels::read(old)?, Labels::read(new)?];
    let mut collector = DifferenceCollector::new([old.rows(), new.rows()]);
    collector.trials.versions = [versions(old)?, versions(new)?];
    collector.count(new)?;
    let columns = shared(old, new);
    let settings = [setting::columns(old.names()), setting::columns(new.names())];
    collector.same(sides, &columns, &pairing.same, &settings, &labels[1])?;
    if !pairing.changed.is_empty() {
        collector.changed(sides, &columns, &pairing, &settings, &labels[1])?;
    }
    for rows in pairing.added.chunks(new.window()) {
        let part = new.gather(rows, &columns_with(&settings[1], &TRIAL_COLUMNS))?;
        (0..part.rows).for_each(|row| collector.combination(&part, row).added.push(|| lone(&part, row, &labels[1])));
    }
    for rows in pairing.gone.chunks(old.window()) {
        let part = old.gather(rows, &columns_with(&settings[0], &TRIAL_COLUMNS))?;
        for row in 0..part.rows {
            let combination = collector.combination(&part, row);
            combination.trials += 1;
            combination.gone.push(|| lone(&part, row, &labels[0]));
        }
    }
    for (side, (table, labels)) in [old, new].into_iter().zip(&labels).enumerate() {
        for rows in pairing.twice[side].chunks(table.window()) {
            let part = table.gather(rows, &columns_with(&settings[side], &TRIAL_COLUMNS))?;
            (0..part.rows)
                .for_each(|row| collector.combination(&part, row).twice[side].push(|| lone(&part, row, labels)));
        }
    }
    collector.trials.added_values = in_common(new, &pairing.added, old)?;
    collector.trials.gone_values = in_common(old, &pairing.gone, new)?;
    collector.trials.columns.sort_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(&other.0)));
    Ok(collector.trials)
}

fn versions(table: &TableReader<'_>) -> Result<BTreeSet<i64>, Stop> {
    let mut versions = BTreeSet::new();
    table.each(&[VERSION], &mut |part, _| {
        if let Some(TableColumn::Integer(values)) = part.get(VERSION) {
            versions.extend(values.iter().copied().flatten());
        }
        Ok(())
    })?;
    Ok(versions)
}

/// Every column of a trial's row except the hashes and the version. A column of settings that only one side has is left
/// out, or that has another type: it follows from that side's other trials or its version, and the equal ids say that the
/// setting is the same.
fn shared<'a>(old: &TableReader<'a>, new: &TableReader<'a>) -> Vec<&'a str> {
    let settings: HashSet<&str> =
        setting::columns(old.names()).into_iter().chain(setting::columns(new.names())).collect();
    let mut known: HashSet<&str> = setting::HASHES.into_iter().chain([VERSION]).collect();
    let mut columns: Vec<&str> = old.names().chain(new.names()).filter(|name| known.insert(name)).collect();
    columns.retain(|name| old.kind(name) == new.kind(name) || !settings.contains(name));
    columns
}

fn lone(table: &TablePart, row: usize, labels: &Labels) -> LoneTrial {
    LoneTrial { trial: short_id(table.text("trial", row).unwrap_or("?")), setting: labels.label(table, row) }
}

/// The values that all given rows share and no row of the other side has: `learning_rate 0.5`.
fn in_common(table: &TableReader<'_>, rows: &[usize], other: &TableReader<'_>) -> Result<Vec<String>, Stop> {
    let Some(&first) = rows.first() else { return Ok(Vec::new()) };
    let mut names = setting::columns(table.names());
    let first = table.gather(&[first], &names)?;
    let differs = |part: &TablePart, name: &str, row: usize| {
        cell::difference(first.get(name), 0, part.get(name), row, None) != Difference::None
    };
    for rows in rows.chunks(table.window()) {
        let part = table.gather(rows, &names)?;
        names.retain(|name| (0..part.rows).all(|row| !differs(&part, name, row)));
    }
    let shown = names.clone();
    other.each(&shown, &mut |part, _| {
        names.retain(|name| (0..part.rows).all(|row| differs(part, name, row)));
        Ok(())
    })?;
    Ok(names.iter().map(|name| format!("{name} {}", cell::show(first.get(name), 0, None))).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::comparison::curves::CurveIndex;
    use crate::comparison::tables::{CURVES, TRIALS};

    /// A trial of one side: its number, optimizer, rate, epochs and result.
    type TestTrial = (u8, u8, u8, u8, Option<u8>);

    fn sides(rows: &[TestTrial]) -> [TablePart; 2] {
        let ids: Vec<String> = rows.iter().map(|row| format!("{:064x}", row.0)).collect();
        let text = |value: &dyn Fn(&TestTrial) -> String| {
            let values: Vec<String> = rows.iter().map(value).collect();
            TableColumn::Text(values.iter().map(|value| Some(value.as_str())).collect())
        };
        let float = |value: &dyn Fn(&TestTrial) -> Option<f64>| TableColumn::Float(rows.iter().map(value).collect());
        let result = |row: &TestTrial| row.4.map(f64::from);
        let theta: Vec<Option<Vec<f64>>> = rows.iter().map(|row| result(row).map(|value| vec![value, 1.0])).collect();
        let columns = [
            ("trial", TableColumn::Text(ids.iter().map(|id| Some(id.as_str())).collect())),
            ("dataset", text(&|_| "d".to_owned())),
            ("model", text(&|_| "m".to_owned())),
            ("optimizer", text(&|row| format!("o{}", row.1))),
            ("learning_rate", float(&|row| Some(f64::from(row.2)))),
            ("epochs", TableColumn::Integer(rows.iter().map(|row| Some(i64::from(row.3))).collect())),
            ("outcome", text(&|row| if row.4.is_some() { "completed" } else { "outstanding" }.to_owned())),
            ("train_loss", float(&result)),
            (VERSION, TableColumn::Integer(rows.iter().map(|row| row.4.map(|_| 1)).collect())),
            ("theta", TableColumn::Floats(theta.iter().map(Option::as_deref).collect())),
        ];
        let trials = TablePart {
            rows: rows.len(),
            columns: columns.into_iter().map(|(name, column)| (name.to_owned(), column)).collect(),
        };
        let mut seen = HashSet::new();
        let curves: Vec<(&str, i64, f64)> = (rows.iter().zip(&ids))
            .filter(|(row, _)| row.4.is_some() && seen.insert(row.0))
            .flat_map(|(row, id)| {
                (0..i64::from(row.3)).map(move |epoch| (id.as_str(), epoch, f64::from(row.2) + epoch as f64))
            })
            .collect();
        let columns = vec![
            ("trial".to_owned(), TableColumn::Text(curves.iter().map(|row| Some(row.0)).collect())),
            ("epoch".to_owned(), TableColumn::Integer(curves.iter().map(|row| Some(row.1)).collect())),
            ("train_loss".to_owned(), TableColumn::Float(curves.iter().map(|row| Some(row.2)).collect())),
        ];
        [trials, TablePart { rows: curves.len(), columns }]
    }

    fn compared(old: &[TablePart; 2], new: &[TablePart; 2], window: usize, sample: Option<&HashSet<String>>) -> String {
        let read = |table, file, side| TableReader::of_memory(table, file, side, window);
        let (trials, other) = (read(&old[0], TRIALS, 0), read(&new[0], TRIALS, 1));
        let (curves, others) = (read(&old[1], CURVES, 0), read(&new[1], CURVES, 1));
        let curves = [CurveIndex::new(&curves), CurveIndex::new(&others)];
        let curves = curves.map(|curves| curves.unwrap_or_else(|_| panic!("in order")));
        let sides = Sides {
            old: &trials,
            new: &other,
            curves: Some(&curves),
            leaves_out: [false; 2],
            equal: false,
            tolerance: Some(0.25),
            sample,
        };
        format!("{:?}", compare(&sides).unwrap_or_else(|_| panic!("it can be read")))
    }

    fn rows() -> impl Strategy<Value = Vec<TestTrial>> {
        prop::collection::vec((0_u8..12, 0_u8..2, 0_u8..3, 1_u8..4, prop::option::weighted(0.8, 1_u8..5)), 0..14)
    }

    proptest! {
        /// The result does not depend on how many rows are in memory at a time.
        #[test]
        fn in_windows_as_whole(old in rows(), new in rows(), kept in 0_usize..14, sampled in prop::collection::vec(0_u8..12, 0..6)) {
            // Much of the new side equals the old side.
            let new: Vec<TestTrial> = old.iter().take(kept).copied().chain(new).collect();
            let (old, new) = (sides(&old), sides(&new));
            let sample: HashSet<String> = sampled.iter().map(|trial| format!("{trial:064x}")).collect();
            for sample in [None, Some(&sample)] {
                let whole = compared(&old, &new, 1000, sample);
                for window in [1, 2, 3, 5] {
                    prop_assert_eq!(&compared(&old, &new, window, sample), &whole);
                }
            }
        }
    }
}
