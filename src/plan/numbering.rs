//! Positions among the settings and trials of a plan, and numbers for the ids that several of them share.

use std::collections::HashMap;

use crate::record::Id;

/// A setting of the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlannedSetting {
    /// Among all settings of the plan.
    pub index: usize,
    pub combination: usize,
    /// In the combination's grid.
    pub position: u64,
    /// Index into [`BoundPlan::shapes`].
    pub shape: usize,
    pub first_trial: usize,
    pub n_trials: usize,
}

/// A trial of the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlannedTrial {
    /// Among all trials of the plan.
    pub index: usize,
    pub setting: PlannedSetting,
    /// `None` where nothing depends on it.
    pub seed: Option<u64>,
}

/// The first trial of each setting of a combination, within the combination.
pub enum Starts {
    /// So many trials each.
    Equal(usize),
    /// Where some are deterministic and others are not; one more than there are settings.
    Listed(Vec<u32>),
}

/// Ids, numbered as they are met.
#[derive(Default)]
pub struct IdNumbers {
    known: HashMap<Id, u32>,
    pub order: Vec<Id>,
}

impl IdNumbers {
    pub fn number(&mut self, id: Id) -> u32 {
        *self.known.entry(id).or_insert_with(|| {
            self.order.push(id);
            u32::try_from(self.order.len() - 1).unwrap_or(u32::MAX)
        })
    }
}
