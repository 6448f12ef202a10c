//! Which trial of the old side is which of the new one.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use super::cell;
use super::setting;
use super::table::Table;
use crate::record::Id;

/// Columns of a setting in which two trials of one pair may differ.
const MOST_COLUMNS: usize = 3;

/// Rows of the two tables of trials, matched.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Pairing {
    /// Rows with one id.
    pub same: Vec<(usize, usize)>,
    /// Rows whose ids differ and whose settings nearly do not, with the columns that do. No column: other data.
    pub changed: Vec<(usize, usize, Vec<String>)>,
    /// Rows of the old side alone.
    pub gone: Vec<usize>,
    /// Rows of the new side alone.
    pub added: Vec<usize>,
    /// Rows of the old side, and of the new one, whose trial stands before them in the same table, under the same names.
    pub twice: [Vec<usize>; 2],
}

impl Pairing {
    /// Matches by id; what is left over, by setting.
    pub fn new(old: &Table, new: &Table) -> Self {
        let mut pairing = Self::default();
        // Settings of two tables may be one trial: those of one name belong together, else the first and the first.
        let mut known: HashMap<&str, Vec<usize>> = HashMap::new();
        for row in (0..old.rows).rev() {
            match old.text("trial", row) {
                Some(id) => known.entry(id).or_default().push(row),
                None => pairing.gone.push(row),
            }
        }
        let mut renamed = Vec::new();
        for row in 0..new.rows {
            let Some(rows) = new.text("trial", row).and_then(|id| known.get_mut(id)) else {
                pairing.added.push(row);
                continue;
            };
            match rows.iter().rposition(|&other| have_one_name((old, other), (new, row))) {
                Some(at) => pairing.same.push((rows.remove(at), row)),
                None => renamed.push(row),
            }
        }
        for row in renamed {
            match new.text("trial", row).and_then(|id| known.get_mut(id)).and_then(Vec::pop) {
                Some(other) => pairing.same.push((other, row)),
                None => pairing.added.push(row),
            }
        }
        pairing.same.sort_unstable_by_key(|(_, row)| *row);
        pairing.added.sort_unstable();
        pairing.gone.extend(known.into_values().flatten());
        pairing.gone.sort_unstable();
        let (matched_old, matched_new): (Vec<usize>, Vec<usize>) = pairing.same.iter().copied().unzip();
        pairing.twice =
            [take_repeated(old, &mut pairing.gone, &matched_old), take_repeated(new, &mut pairing.added, &matched_new)];
        let settings = Settings::new(old, new);
        // First where a value was replaced everywhere (20 epochs by 21), then where values differ at all.
        for disjoint in [true, false] {
            pairing.pair(&settings, disjoint);
        }
        pairing.changed.sort_by_key(|(_, row, _)| *row);
        pairing
    }

    fn pair(&mut self, settings: &Settings<'_>, disjoint: bool) {
        if self.gone.is_empty() || self.added.is_empty() {
            return;
        }
        let kept: Vec<usize> =
            (0..settings.names.len()).filter(|&column| !settings.differs(self, column, disjoint)).collect();
        let mut groups: HashMap<Id, (Vec<usize>, Vec<usize>)> = HashMap::new();
        let key = |table: &Table, row: usize| settings.key(table, &kept, row);
        for &row in &self.gone {
            groups.entry(key(settings.old, row)).or_default().0.push(row);
        }
        for &row in &self.added {
            groups.entry(key(settings.new, row)).or_default().1.push(row);
        }
        let mut paired: HashSet<(usize, usize)> = HashSet::new();
        for (old, new) in groups.into_values().filter(|(old, new)| old.len() == new.len()) {
            for (old, new) in old.into_iter().zip(new) {
                let columns = settings.between(old, new);
                if columns.len() <= MOST_COLUMNS {
                    self.changed.push((old, new, columns));
                    paired.insert((old, new));
                }
            }
        }
        let (old, new): (HashSet<usize>, HashSet<usize>) = paired.into_iter().unzip();
        self.gone.retain(|row| !old.contains(row));
        self.added.retain(|row| !new.contains(row));
    }
}

/// Whether two rows stand under the same dataset, model and optimizer.
fn have_one_name((one, row): (&Table, usize), (other, other_row): (&Table, usize)) -> bool {
    ["dataset", "model", "optimizer"].iter().all(|name| one.text(name, row) == other.text(name, other_row))
}

/// Takes from some rows those whose trial is among the matched ones, or before it among the rows, under the same names.
fn take_repeated(table: &Table, rows: &mut Vec<usize>, matched: &[usize]) -> Vec<usize> {
    let mut seen: HashMap<&str, Vec<usize>> =
        rows.iter().filter_map(|&row| Some((table.text("trial", row)?, Vec::new()))).collect();
    if seen.is_empty() {
        return Vec::new();
    }
    for &row in matched {
        if let Some(seen) = table.text("trial", row).and_then(|id| seen.get_mut(id)) {
            seen.push(row);
        }
    }
    rows.extract_if(.., |row| {
        let Some(seen) = table.text("trial", *row).and_then(|id| seen.get_mut(id)) else { return false };
        let again = seen.iter().any(|&other| have_one_name((table, other), (table, *row)));
        seen.push(*row);
        again
    })
    .collect()
}

/// The settings of both sides under the names of their columns.
struct Settings<'a> {
    old: &'a Table,
    new: &'a Table,
    names: Vec<&'a str>,
}

impl<'a> Settings<'a> {
    fn new(old: &'a Table, new: &'a Table) -> Self {
        let mut names = setting::columns(old);
        let known = names.clone();
        names.extend(setting::columns(new).into_iter().filter(|name| !known.contains(name)));
        Self { old, new, names }
    }

    fn value(&self, table: &Table, column: usize, row: usize) -> String {
        cell::show(table.get(self.names[column]), row, None)
    }

    /// What rows share that have the same values in some columns.
    fn key(&self, table: &Table, columns: &[usize], row: usize) -> Id {
        let mut text = String::new();
        for &column in columns {
            let value = self.value(table, column, row);
            // The length keeps one value from looking like two.
            let _ = write!(text, "{}:{value}", value.len());
        }
        Id::of(&text)
    }

    /// Whether the unmatched rows of the two sides have other values in a column: none in common, or just others.
    fn differs(&self, pairing: &Pairing, column: usize, disjoint: bool) -> bool {
        let values = |table: &Table, rows: &[usize]| -> HashSet<String> {
            rows.iter().map(|&row| self.value(table, column, row)).collect()
        };
        let (old, new) = (values(self.old, &pairing.gone), values(self.new, &pairing.added));
        if disjoint { old.is_disjoint(&new) } else { old != new }
    }

    /// The columns in which two rows differ.
    fn between(&self, old: usize, new: usize) -> Vec<String> {
        let differs = |column: &usize| self.value(self.old, *column, old) != self.value(self.new, *column, new);
        (0..self.names.len()).filter(differs).map(|column| self.names[column].to_owned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Column;

    /// `(id, optimizer, learning rate, epochs, seed)`
    fn table(rows: &[(&str, &str, f64, i64, i64)]) -> Table {
        let columns = vec![
            ("trial".to_owned(), Column::Text(rows.iter().map(|row| Some(row.0)).collect())),
            ("optimizer".to_owned(), Column::Text(rows.iter().map(|row| Some(row.1)).collect())),
            ("learning_rate".to_owned(), Column::Float(rows.iter().map(|row| Some(row.2)).collect())),
            ("epochs".to_owned(), Column::Integer(rows.iter().map(|row| Some(row.3)).collect())),
            ("seed".to_owned(), Column::Integer(rows.iter().map(|row| Some(row.4)).collect())),
            ("outcome".to_owned(), Column::Text(rows.iter().map(|_| Some("completed")).collect())),
        ];
        Table { rows: rows.len(), columns }
    }

    #[test]
    fn ids_match_wherever_their_rows_stand() {
        let old = table(&[("a", "gd", 0.1, 20, 1), ("b", "gd", 0.3, 20, 1)]);
        let new = table(&[("c", "gd", 0.05, 20, 1), ("a", "gd", 0.1, 20, 1), ("b", "gd", 0.3, 20, 1)]);
        let pairing = Pairing::new(&old, &new);
        assert_eq!(pairing, Pairing { same: vec![(0, 1), (1, 2)], added: vec![0], ..Pairing::default() });
    }

    #[test]
    fn a_trial_that_stands_twice_is_matched_twice() {
        let rows = [("a", "gd", 0.1, 20, 1), ("a", "twin", 0.1, 20, 1)];
        let pairing = Pairing::new(&table(&rows), &table(&rows));
        assert_eq!(pairing.same, [(0, 0), (1, 1)]);
        assert_eq!(Pairing::new(&table(&rows), &table(&rows[..1])).gone, [1]);
        let (turned, alone) = ([rows[1], rows[0]], [rows[1]]);
        assert_eq!(Pairing::new(&table(&rows), &table(&turned)).same, [(1, 0), (0, 1)], "by their names");
        assert_eq!(Pairing::new(&table(&rows[..1]), &table(&alone)).same, [(0, 0)], "a table that was renamed");
    }

    #[test]
    fn a_row_that_stands_again_is_no_trial_that_is_missing() {
        let rows = [("a", "gd", 0.1, 20, 1), ("b", "gd", 0.2, 20, 1)];
        let again = [rows[0], rows[0], rows[1], rows[0]];
        let pairing = Pairing::new(&table(&again), &table(&rows));
        assert_eq!(pairing.same, [(0, 0), (2, 1)]);
        assert_eq!((pairing.gone, pairing.twice), (vec![], [vec![1, 3], vec![]]));
        let pairing = Pairing::new(&table(&rows[1..]), &table(&again));
        assert_eq!((pairing.added, pairing.twice), (vec![0], [vec![], vec![1, 3]]));
    }

    #[test]
    fn a_changed_value_pairs_trials_and_a_new_seed_is_new() {
        let old = table(&[("a", "gd", 0.1, 20, 1), ("b", "gd", 0.1, 20, 2)]);
        let new = table(&[("c", "gd", 0.1, 21, 1), ("d", "gd", 0.1, 21, 2), ("e", "gd", 0.1, 21, 3)]);
        let pairing = Pairing::new(&old, &new);
        let epochs = || vec!["epochs".to_owned()];
        assert_eq!(pairing.changed, [(0, 0, epochs()), (1, 1, epochs())]);
        assert_eq!((pairing.gone, pairing.added), (vec![], vec![2]));
    }

    #[test]
    fn a_moved_axis_pairs_in_order_and_another_count_does_not() {
        let old = table(&[("a", "gd", 0.1, 20, 1), ("b", "gd", 0.3, 20, 1)]);
        let new = table(&[("c", "gd", 0.2, 20, 1), ("d", "gd", 0.6, 20, 1)]);
        let rates: Vec<_> = Pairing::new(&old, &new).changed.into_iter().map(|(old, new, _)| (old, new)).collect();
        assert_eq!(rates, [(0, 0), (1, 1)]);
        let fewer = Pairing::new(&old, &table(&[("c", "gd", 0.2, 20, 1)]));
        assert_eq!((fewer.changed.len(), fewer.gone, fewer.added), (0, vec![0, 1], vec![0]));
    }

    #[test]
    fn other_data_is_a_pair_without_a_column_and_other_settings_are_none() {
        let old = table(&[("a", "gd", 0.1, 20, 1)]);
        assert_eq!(Pairing::new(&old, &table(&[("c", "gd", 0.1, 20, 1)])).changed, [(0, 0, vec![])]);
        let other = Pairing::new(&old, &table(&[("c", "sgd", 0.2, 30, 2)]));
        assert_eq!((other.changed.len(), other.gone, other.added), (0, vec![0], vec![0]));
    }
}
