//! Lints of comparisons: equal budgets, and seeds enough.

use super::settings::settings;
use crate::optimizer::Batching;
use crate::plan::{Combination, Plan, build_model, build_optimizer, data_by_seed};

/// With fewer seeds, only a very large difference between optimizers shows.
const ENOUGH_SEEDS: usize = 5;
/// A larger ratio between numbers of settings favours the optimizer with more.
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
            .map(|combination| (combination.len(), combination.grid.base.optimizer.table.as_str()))
            .collect();
        budgets.sort_unstable();
        if let [(fewest, few), .., (most, many)] = budgets[..]
            && most > fewest.saturating_mul(FAIR_RATIO)
        {
            lints.push(format!(
                "{dataset} · {model}: {many} has {most} settings and {few} {fewest}, and more tries find a better best; \
                 give them similar grids"
            ));
        }
    }
}

/// Seeds too few to tell optimizers apart.
pub fn seeds(plan: &Plan, seeded: &dyn Fn(usize) -> bool, lints: &mut Vec<String>) {
    let mut optimizers: Vec<&str> =
        plan.combinations.iter().map(|combination| combination.grid.base.optimizer.table.as_str()).collect();
    optimizers.sort_unstable();
    optimizers.dedup();
    let count = plan.seeds.len();
    if count < ENOUGH_SEEDS && optimizers.len() >= 2 && (0..plan.combinations.len()).any(seeded) {
        let are = if count == 1 { "seed is" } else { "seeds are" };
        lints.push(format!(
            "{count} {are} too few to tell {} optimizers apart, since their scores vary from seed to seed; write seeds = 10",
            optimizers.len()
        ));
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
