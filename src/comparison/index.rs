//! Rows found by the ids of their trials, in some thirty bytes each.

use std::collections::HashMap;

use hashbrown::HashTable;

use crate::record::Id;

/// The first half of an id's hash: what tells a hundred million trials apart.
pub fn key(id: &str) -> u128 {
    let hash = Id::of(id).0;
    hash.first_chunk().map_or(0, |half| u128::from_le_bytes(*half))
}

/// In the place of a key: the row has none.
pub const NONE: u128 = 0;

/// Rows by key. Several may have one: settings of two tables may be one trial.
#[derive(Default)]
pub struct Index {
    keys: Vec<u128>,
    first: HashTable<usize>,
    /// By the first row with a key: the others, the last one first.
    others: HashMap<usize, Vec<usize>>,
    taken: Vec<bool>,
}

impl Index {
    pub fn new(keys: Vec<u128>) -> Self {
        let mut first: HashTable<usize> = HashTable::with_capacity(keys.len());
        let mut others: HashMap<usize, Vec<usize>> = HashMap::new();
        for (row, &key) in keys.iter().enumerate().filter(|(_, key)| **key != NONE) {
            match first.find(prefix(key), |other| keys[*other] == key) {
                Some(&earlier) => others.entry(earlier).or_default().push(row),
                None => _ = first.insert_unique(prefix(key), row, |other| prefix(keys[*other])),
            }
        }
        others.values_mut().for_each(|rows| rows.reverse());
        let taken = vec![false; keys.len()];
        Self { keys, first, others, taken }
    }

    /// The first row with a key.
    pub fn find(&self, key: u128) -> Option<usize> {
        self.first.find(prefix(key), |row| self.keys[*row] == key).copied()
    }

    /// The first of the rows whose key an earlier one has.
    pub fn first_repeated(&self) -> Option<&usize> {
        self.others.values().filter_map(|rows| rows.last()).min()
    }

    /// The first row with a key that has not been taken.
    pub fn take(&mut self, key: u128) -> Option<usize> {
        let first = self.find(key)?;
        let row = if self.taken[first] { self.others.get_mut(&first)?.pop()? } else { first };
        self.taken[row] = true;
        Some(row)
    }

    /// The first of those that have not been taken and that `wanted` accepts.
    pub fn take_where(&mut self, key: u128, wanted: impl Fn(usize) -> bool) -> Option<usize> {
        let first = self.find(key)?;
        if !self.taken[first] && wanted(first) {
            self.taken[first] = true;
            return Some(first);
        }
        let others = self.others.get_mut(&first)?;
        let row = others.remove(others.iter().rposition(|row| wanted(*row))?);
        self.taken[row] = true;
        Some(row)
    }

    /// The keys of all rows.
    pub fn keys(&self) -> &[u128] {
        &self.keys
    }

    /// The rows that were not taken.
    pub fn left(&self) -> Vec<usize> {
        (0..self.taken.len()).filter(|row| !self.taken[*row]).collect()
    }
}

/// Hashes need no hashing.
#[allow(clippy::cast_possible_truncation)]
const fn prefix(key: u128) -> u64 {
    key as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_with_one_key_are_taken_one_after_the_other() {
        let mut index = Index::new(["a", "b", "a", "a"].map(key).into_iter().chain([NONE]).collect());
        assert_eq!((index.find(key("a")), index.find(key("c"))), (Some(0), None));
        let taken: Vec<Option<usize>> = (0..4).map(|_| index.take(key("a"))).collect();
        assert_eq!(taken, [Some(0), Some(2), Some(3), None]);
        assert_eq!(index.left(), [1, 4]);
    }
}
