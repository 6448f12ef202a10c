//! Positions of settings and trials in a plan, and numbers for the ids that several trials share.

use std::collections::HashMap;

use crate::record::Id;

/// A setting of the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlannedSetting {
    /// Position among all settings of the plan.
    pub index: usize,
    pub combination: usize,
    /// Position in the combination's grid.
    pub position: u64,
    /// Index into [`super::BoundPlan::shapes`].
    pub shape: usize,
    pub first_trial: usize,
    pub n_trials: usize,
}

/// A trial of the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlannedTrial {
    /// Position among all trials of the plan.
    pub index: usize,
    pub setting: PlannedSetting,
    /// `None` if nothing depends on it.
    pub seed: Option<u64>,
}

/// The position of each setting's first trial, counted within its combination.
pub enum Starts {
    /// Every setting has this many trials.
    Equal(usize),
    /// Some settings are deterministic and others are not. The list has one entry more than there are settings.
    Listed(Vec<u32>),
}

/// Assigns numbers to ids in the order in which they are first seen.
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
