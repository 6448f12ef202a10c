//! The ids of all trials of a plan.

use rayon::prelude::*;

use super::Bound;
use super::identity::write_seed;
use crate::record::{Id, Identities};

impl Bound<'_> {
    /// The id of every trial, in the plan's order.
    #[must_use]
    pub fn identities(&self) -> Identities {
        const TOGETHER: usize = 4096;
        let parts: Vec<Vec<Id>> = (0..self.settings().div_ceil(TOGETHER))
            .into_par_iter()
            .map(|part| {
                let (mut digits, mut text, mut ids) = (Vec::new(), String::new(), Vec::new());
                for index in part * TOGETHER..self.settings().min((part + 1) * TOGETHER) {
                    let setting = self.planned_setting(index);
                    text.clear();
                    self.write_canonical(&setting, &mut digits, &mut text);
                    let shared = text.len();
                    for seed in 0..setting.n_trials {
                        write_seed(&mut text, self.trial_of(setting, seed).seed);
                        ids.push(Id::of(&text));
                        text.truncate(shared);
                    }
                }
                ids
            })
            .collect();
        let mut ids = Vec::with_capacity(self.trials());
        parts.into_iter().for_each(|part| ids.extend(part));
        Identities::new(ids)
    }
}
