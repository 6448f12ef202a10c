//! Trial ids, indexed for lookup.

use std::sync::Arc;

use hashbrown::HashTable;

use super::Id;

/// The id of each trial, in the plan's order, and the trial of each id. It takes 40 bytes per trial.
pub struct Identities {
    ids: Arc<Vec<Id>>,
    /// The first trial of each id. Several settings may share an id, because two tables may describe the same trial.
    first: HashTable<u32>,
}

impl Identities {
    #[must_use]
    pub fn new(ids: Vec<Id>) -> Self {
        let mut first = HashTable::with_capacity(ids.len());
        for (index, id) in (0_u32..).zip(&ids) {
            let same = |other: &u32| ids[*other as usize] == *id;
            if first.find(prefix(id), same).is_none() {
                first.insert_unique(prefix(id), index, |other| prefix(&ids[*other as usize]));
            }
        }
        Self { ids: Arc::new(ids), first }
    }

    #[must_use]
    pub fn all(&self) -> Arc<Vec<Id>> {
        Arc::clone(&self.ids)
    }

    /// The first trial of the plan with this id.
    #[must_use]
    pub fn find(&self, id: &Id) -> Option<usize> {
        self.first.find(prefix(id), |other| self.ids[*other as usize] == *id).map(|index| *index as usize)
    }

    /// The number of different ids.
    #[must_use]
    pub fn distinct(&self) -> usize {
        self.first.len()
    }

    /// The first trial of the plan with the same id, if `trial` is a later one.
    #[must_use]
    pub fn repeats(&self, trial: usize) -> Option<usize> {
        if self.distinct() == self.ids.len() {
            return None;
        }
        self.find(&self.ids[trial]).filter(|first| *first != trial)
    }
}

/// An id is a hash already, so its first bytes serve as its hash.
fn prefix(id: &Id) -> u64 {
    u64::from_le_bytes([id.0[0], id.0[1], id.0[2], id.0[3], id.0[4], id.0[5], id.0[6], id.0[7]])
}
