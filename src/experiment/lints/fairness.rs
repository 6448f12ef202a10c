//! Lints of comparisons: equal budgets.

use super::settings::settings;
use crate::optimizer::Batching;
use crate::plan::{Combination, Plan, build_model, build_optimizer, data_by_seed};

/// A larger ratio between numbers of settings is worth a note.
const FAIR_RATIO: u64 = 2;

/// Optimizers with much larger grids than others.
pub fn budgets(plan: &Plan, lints: &mut Vec<String>) {
    let pair = |combination: &Combination| {
        (combination.grid.base.dataset.table.clone(), combination.grid.base.model.table.clone())
    };
    let mut pairs: Vec<(String, String)> = plan.combinations.iter().map(pair).collect();
    pairs.dedup();
    for (dataset, model) in pairs {
        let combinations =
            plan.combinations.iter().filter(|combination| pair(combination) == (dataset.clone(), model.clone()));
        let mut budgets: Vec<(u64, &str)> = combinations
            .map(|combination| (combination.settings_of_a_task(), combination.grid.base.optimizer.table.as_str()))
            .collect();
        budgets.sort_unstable();
        if let [(fewest, few), .., (most, many)] = budgets[..]
            && most > fewest.saturating_mul(FAIR_RATIO)
        {
            lints.push(format!(
                "{dataset} · {model}: {many} has {most} settings and {few} {fewest}, and more tries find a better \
                 best; the comparison holds for these grids, each tuned on each seed, not for grids of one size"
            ));
        }
    }
}

/// Whether anything in a combination depends on the seed.
pub fn is_seeded(combination: &Combination) -> bool {
    settings(combination).any(|setting| {
        data_by_seed(&setting)
            || build_model(&setting).is_ok_and(|model| model.start_by_seed())
            || build_optimizer(&setting).is_ok_and(|optimizer| optimizer.batching() != Batching::Full)
    })
}
