//! Matches the trials of the old side with the trials of the new side.

use std::collections::HashMap;

use super::index::{Index, NONE, key};
use super::similar_settings::Settings;
use super::table_reader::{Stop, TableReader};

/// Matched rows of the two tables of trials.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Pairing {
    /// Pairs of rows with the same id.
    pub same: Vec<(usize, usize)>,
    /// Pairs of rows with different ids and nearly the same setting. The third number is the position in
    /// [`Self::columns`] of the columns that differ.
    pub changed: Vec<(usize, usize, usize)>,
    /// Distinct sets of columns. An empty set means that the data differ.
    pub columns: Vec<Vec<String>>,
    /// Rows that only the old side has.
    pub gone: Vec<usize>,
    /// Rows that only the new side has.
    pub added: Vec<usize>,
    /// Repeated rows of the old side and of the new side: the same trial under the same names has an earlier row in
    /// that table.
    pub twice: [Vec<usize>; 2],
}

impl Pairing {
    /// Matches rows by id, then the remaining rows by setting.
    pub fn new(old: &TableReader<'_>, new: &TableReader<'_>) -> Result<Self, Stop> {
        let mut pairing = Self::default();
        let mut names = HashMap::new();
        let (before, after) = (TrialKeys::read(old, &mut names)?, TrialKeys::read(new, &mut names)?);
        let mut known = Index::new(before.keys);
        // Settings of two tables may be the same trial. Rows with the same names are matched first, the others in
        // order.
        let mut renamed = Vec::new();
        for (row, (&key, &name)) in after.keys.iter().zip(&after.names).enumerate() {
            if key == NONE || known.find(key).is_none() {
                pairing.added.push(row);
            } else if let Some(other) = known.take_where(key, |other| before.names[other] == name) {
                pairing.same.push((other, row));
            } else {
                renamed.push(row);
            }
        }
        for row in renamed {
            match known.take(after.keys[row]) {
                Some(other) => pairing.same.push((other, row)),
                None => pairing.added.push(row),
            }
        }
        pairing.same.sort_unstable_by_key(|(_, row)| *row);
        pairing.added.sort_unstable();
        pairing.gone = known.left();
        let matched = |side: fn(&(usize, usize)) -> usize| pairing.same.iter().map(side);
        let twice = [
            take_repeated(known.keys(), &before.names, &mut pairing.gone, matched(|pair| pair.0)),
            take_repeated(&after.keys, &after.names, &mut pairing.added, matched(|pair| pair.1)),
        ];
        pairing.twice = twice;
        drop((known, after));
        if pairing.gone.is_empty() || pairing.added.is_empty() {
            return Ok(pairing);
        }
        let mut settings = Settings::read(old, new, &pairing.gone, &pairing.added)?;
        // First ignore values that were replaced everywhere (20 epochs by 21), then all values that differ at all.
        for disjoint in [true, false] {
            settings.pair(disjoint, &mut pairing.columns, &mut pairing.changed);
        }
        pairing.changed.sort_unstable_by_key(|(_, row, _)| *row);
        pairing.gone = settings.old.left();
        pairing.added = settings.new.left();
        Ok(pairing)
    }
}

/// For each row of a table: the key of its trial, and a number for its combination.
struct TrialKeys {
    keys: Vec<u128>,
    names: Vec<u32>,
}

impl TrialKeys {
    /// `known` assigns the numbers, so that both sides share them.
    fn read(table: &TableReader<'_>, known: &mut HashMap<String, u32>) -> Result<Self, Stop> {
        let (mut keys, mut names) = (Vec::with_capacity(table.rows()), Vec::with_capacity(table.rows()));
        let mut last: Option<(String, u32)> = None;
        table.each(&["trial", "dataset", "model", "optimizer"], &mut |part, _| {
            for row in 0..part.rows {
                keys.push(part.text("trial", row).map_or(NONE, key));
                let parts = ["dataset", "model", "optimizer"].map(|name| part.text(name, row).unwrap_or_default());
                let name = parts.join("\n");
                // Consecutive rows mostly have the same names.
                let number = match &last {
                    Some((before, number)) if *before == name => *number,
                    _ => {
                        let next = u32::try_from(known.len()).unwrap_or(u32::MAX);
                        let number = *known.entry(name.clone()).or_insert(next);
                        last = Some((name, number));
                        number
                    }
                };
                names.push(number);
            }
            Ok(())
        })?;
        Ok(Self { keys, names })
    }
}

/// Removes the repeated rows from `rows` and returns them. A row is repeated if its trial, under the same names, is
/// among the matched rows or earlier in `rows`.
fn take_repeated(
    keys: &[u128],
    names: &[u32],
    rows: &mut Vec<usize>,
    matched: impl Iterator<Item = usize>,
) -> Vec<usize> {
    let of = |row: usize| (keys[row], names[row]);
    let mut wanted: Vec<(u128, u32)> = rows.iter().map(|&row| of(row)).filter(|(key, _)| *key != NONE).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let mut seen = vec![false; wanted.len()];
    if !wanted.is_empty() {
        matched.filter_map(|row| wanted.binary_search(&of(row)).ok()).for_each(|at| seen[at] = true);
    }
    rows.extract_if(.., |row| wanted.binary_search(&of(*row)).is_ok_and(|at| std::mem::replace(&mut seen[at], true)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comparison::table_part::TablePart;
    use crate::store::TableColumn;

    /// `(id, optimizer, learning rate, epochs, seed)`
    fn table(rows: &[(&str, &str, f64, i64, i64)]) -> TablePart {
        let columns = vec![
            ("trial".to_owned(), TableColumn::Text(rows.iter().map(|row| Some(row.0)).collect())),
            ("optimizer".to_owned(), TableColumn::Text(rows.iter().map(|row| Some(row.1)).collect())),
            ("learning_rate".to_owned(), TableColumn::Float(rows.iter().map(|row| Some(row.2)).collect())),
            ("epochs".to_owned(), TableColumn::Integer(rows.iter().map(|row| Some(row.3)).collect())),
            ("seed".to_owned(), TableColumn::Integer(rows.iter().map(|row| Some(row.4)).collect())),
            ("outcome".to_owned(), TableColumn::Text(rows.iter().map(|_| Some("completed")).collect())),
        ];
        TablePart { rows: rows.len(), columns }
    }

    /// The pairs, which must not depend on the size of the window.
    fn paired(old: &TablePart, new: &TablePart) -> Pairing {
        let in_windows = |window: usize| {
            let read = |table| TableReader::of_memory(table, "trials.parquet", 0, window);
            Pairing::new(&read(old), &read(new)).unwrap_or_else(|_| panic!("it can be read"))
        };
        let pairing = in_windows(100);
        for window in 1..4 {
            assert_eq!(in_windows(window), pairing);
        }
        pairing
    }

    fn changed(pairing: &Pairing) -> Vec<(usize, usize, Vec<String>)> {
        pairing.changed.iter().map(|(old, new, columns)| (*old, *new, pairing.columns[*columns].clone())).collect()
    }

    #[test]
    fn ids_match_wherever_their_rows_stand() {
        let old = table(&[("a", "gd", 0.1, 20, 1), ("b", "gd", 0.3, 20, 1)]);
        let new = table(&[("c", "gd", 0.05, 20, 1), ("a", "gd", 0.1, 20, 1), ("b", "gd", 0.3, 20, 1)]);
        let pairing = paired(&old, &new);
        assert_eq!(pairing, Pairing { same: vec![(0, 1), (1, 2)], added: vec![0], ..Pairing::default() });
    }

    #[test]
    fn a_trial_that_stands_twice_is_matched_twice() {
        let rows = [("a", "gd", 0.1, 20, 1), ("a", "twin", 0.1, 20, 1)];
        let pairing = paired(&table(&rows), &table(&rows));
        assert_eq!(pairing.same, [(0, 0), (1, 1)]);
        assert_eq!(paired(&table(&rows), &table(&rows[..1])).gone, [1]);
        let (turned, alone) = ([rows[1], rows[0]], [rows[1]]);
        assert_eq!(paired(&table(&rows), &table(&turned)).same, [(1, 0), (0, 1)], "by their names");
        assert_eq!(paired(&table(&rows[..1]), &table(&alone)).same, [(0, 0)], "a table that was renamed");
    }

    #[test]
    fn a_row_that_stands_again_is_no_trial_that_is_missing() {
        let rows = [("a", "gd", 0.1, 20, 1), ("b", "gd", 0.2, 20, 1)];
        let again = [rows[0], rows[0], rows[1], rows[0]];
        let pairing = paired(&table(&again), &table(&rows));
        assert_eq!(pairing.same, [(0, 0), (2, 1)]);
        assert_eq!((pairing.gone, pairing.twice), (vec![], [vec![1, 3], vec![]]));
        let pairing = paired(&table(&rows[1..]), &table(&again));
        assert_eq!((pairing.added, pairing.twice), (vec![0], [vec![], vec![1, 3]]));
    }

    #[test]
    fn a_changed_value_pairs_trials_and_a_new_seed_is_new() {
        let old = table(&[("a", "gd", 0.1, 20, 1), ("b", "gd", 0.1, 20, 2)]);
        let new = table(&[("c", "gd", 0.1, 21, 1), ("d", "gd", 0.1, 21, 2), ("e", "gd", 0.1, 21, 3)]);
        let pairing = paired(&old, &new);
        let epochs = || vec!["epochs".to_owned()];
        assert_eq!(changed(&pairing), [(0, 0, epochs()), (1, 1, epochs())]);
        assert_eq!((pairing.gone, pairing.added), (vec![], vec![2]));
    }

    #[test]
    fn a_moved_axis_pairs_in_order_and_another_count_does_not() {
        let old = table(&[("a", "gd", 0.1, 20, 1), ("b", "gd", 0.3, 20, 1)]);
        let new = table(&[("c", "gd", 0.2, 20, 1), ("d", "gd", 0.6, 20, 1)]);
        let rates: Vec<_> = paired(&old, &new).changed.into_iter().map(|(old, new, _)| (old, new)).collect();
        assert_eq!(rates, [(0, 0), (1, 1)]);
        let fewer = paired(&old, &table(&[("c", "gd", 0.2, 20, 1)]));
        assert_eq!((fewer.changed.len(), fewer.gone, fewer.added), (0, vec![0, 1], vec![0]));
    }

    #[test]
    fn other_data_is_a_pair_without_a_column_and_other_settings_are_none() {
        let old = table(&[("a", "gd", 0.1, 20, 1)]);
        assert_eq!(changed(&paired(&old, &table(&[("c", "gd", 0.1, 20, 1)]))), [(0, 0, vec![])]);
        let other = paired(&old, &table(&[("c", "sgd", 0.2, 30, 2)]));
        assert_eq!((other.changed.len(), other.gone, other.added), (0, vec![0], vec![0]));
    }
}
