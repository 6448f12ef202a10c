//! An index of rows by the ids of their trials, at about thirty bytes per row.

use std::collections::HashMap;

use hashbrown::HashTable;

use crate::record::Id;

/// The first half of an id's hash, which is enough to tell a hundred million trials apart.
pub fn key(id: &str) -> u128 {
    let hash = Id::of(id).0;
    hash.first_chunk().map_or(0, |half| u128::from_le_bytes(*half))
}

/// The key of a row without an id.
pub const NONE: u128 = 0;

/// Rows by key. Several rows may share a key, because different settings of two tables can be the same trial.
#[derive(Default)]
pub struct Index {
    keys: Vec<u128>,
    first: HashTable<usize>,
    /// For the first row with a key: the other rows with that key, in descending order.
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

    /// The first row that repeats the key of an earlier row.
    pub fn first_repeated(&self) -> Option<&usize> {
        self.others.values().filter_map(|rows| rows.last()).min()
    }

    /// Takes the first row with a key that has not been taken yet.
    pub fn take(&mut self, key: u128) -> Option<usize> {
        let first = self.find(key)?;
        let row = if self.taken[first] { self.others.get_mut(&first)?.pop()? } else { first };
        self.taken[row] = true;
        Some(row)
    }

    /// Takes the first row with a key that has not been taken yet and that `wanted` accepts.
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

    /// The rows that have not been taken.
    pub fn left(&self) -> Vec<usize> {
        (0..self.taken.len()).filter(|row| !self.taken[*row]).collect()
    }
}

/// The key is already a hash, so its low bits serve as the hash.
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
