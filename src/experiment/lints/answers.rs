//! Lints of what a comparison of optimizers can answer: seeds enough, rows that did not choose, splits that are redrawn.

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::settings::settings;
use crate::dataset::{HeldOut, TEST_PATH, held_out, source, split_by_seed};
use crate::numeric::noncentrality_of_power;
use crate::plan::{Combination, Plan, Setting};

/// A difference between optimizers that is larger than this many of its standard deviations over the seeds is plain without a test.
const PLAIN: f64 = 2.5;
/// More seeds are not asked for.
const MOST_ADVISED: usize = 30;

/// What comparisons on each data set cannot show. `seeded` says whether anything in a combination depends on the seed.
pub fn answers(plan: &Plan, seeded: &dyn Fn(usize) -> bool, lints: &mut Vec<String>) {
    let mut told: Vec<(&str, &str)> = Vec::new();
    for combination in &plan.combinations {
        let base = &combination.grid.base;
        let task = (base.dataset.table.as_str(), base.model.table.as_str());
        let of_task = |index: &usize| {
            let base = &plan.combinations[*index].grid.base;
            (base.dataset.table.as_str(), base.model.table.as_str()) == task
        };
        let members: Vec<usize> = (0..plan.combinations.len()).filter(of_task).collect();
        let contenders: usize = members.iter().map(|index| plan.combinations[*index].contenders(&plan.compare)).sum();
        if contenders < 2 || told.contains(&task) {
            continue;
        }
        told.push(task);
        rows(combination, lints);
        if members.iter().any(|&index| seeded(index)) {
            let noun = if plan.compare.is_empty() { "optimizers" } else { "contenders" };
            seeds(plan.seeds.len(), (contenders - 1, noun), combination, lints);
        }
    }
}

/// Rows that say which optimizer is better on new data.
fn rows(combination: &Combination, lints: &mut Vec<String>) {
    let table = &combination.grid.base.dataset.table;
    let held: Vec<HeldOut> = settings(combination).map(|setting| held_out(&setting.dataset.values)).collect();
    if held.iter().all(|held| !held.test && !held.validation) {
        return;
    }
    if held.iter().all(|held| !held.test) {
        lints.push(format!(
            "datasets.{table}: without test rows no optimizer can be called better, since the validation rows choose the settings; \
             add test = 0.2 to split"
        ));
        return;
    }
    if settings(combination).any(|setting| setting.dataset.values.contains_key(TEST_PATH)) {
        lints.push(format!(
            "datasets.{table}: the test rows are those of {TEST_PATH} for all seeds, so an answer is about these trained models on new rows \
             (from 20 test rows on), not about the optimizers"
        ));
    } else if settings(combination).any(|setting| holds_test_rows(&setting)) {
        lints.push(format!(
            "datasets.{table}: one split is held for all seeds, so an answer is about these trained models on new rows (from 20 test \
             rows on), not about the optimizers; leave seed out of split to redraw it"
        ));
    }
}

/// Whether all seeds test on the same rows.
pub fn holds_test_rows(setting: &Setting) -> bool {
    let values = &setting.dataset.values;
    let redrawn = source(&setting.dataset.kind).is_some_and(|source| (source.build.by_seed)(values));
    held_out(values).test && !split_by_seed(values) && !redrawn
}

/// Seeds too few for the number of comparisons.
fn seeds(seeds: usize, (comparisons, noun): (usize, &str), combination: &Combination, lints: &mut Vec<String>) {
    let setting = combination.grid.setting(0);
    let values = &setting.dataset.values;
    if holds_test_rows(&setting) {
        // Test rows decide there, not seeds.
        return;
    }
    let share = if split_by_seed(values) { held_out(values).test_share } else { 0.0 };
    let overlap = share / (1.0 - share);
    let enough = |seeds: usize| smallest_shown(seeds, comparisons, overlap).is_some_and(|size| size <= PLAIN);
    if enough(seeds) {
        return;
    }
    let advised = (seeds + 1..=MOST_ADVISED).find(|seeds| *seeds >= 10 && enough(*seeds));
    if advised.is_some_and(|advised| 4 * advised <= 5 * seeds) {
        // A seed or two more would change little.
        return;
    }
    let size = |seeds: usize| smallest_shown(seeds, comparisons, overlap);
    let advice = match advised.and_then(|advised| Some((advised, size(advised)?))) {
        Some((advised, size)) => format!("seeds = {advised} would show {size:.1}"),
        None => "more seeds hardly help, a smaller test part does".to_owned(),
    };
    let table = &setting.dataset.table;
    let are = if seeds == 1 { "1 seed is".to_owned() } else { format!("{seeds} seeds are") };
    let with = if comparisons == 1 { "1 comparison".to_owned() } else { format!("{comparisons} comparisons") };
    let shows = match size(seeds) {
        Some(size) => format!(
            "only a difference of about {size:.1} times its standard deviation over seeds would be shown in eight of ten such experiments"
        ),
        None => "there is no interval".to_owned(),
    };
    lints.push(format!("datasets.{table}: {are} too few for {with} of {noun}: {shows}; {advice}"));
}

/// The smallest difference, in standard deviations over the seeds, that eight of ten experiments show at a level of 5 % over all
/// comparisons. `None` for one seed.
fn smallest_shown(seeds: usize, comparisons: usize, overlap: f64) -> Option<f64> {
    let student = StudentsT::new(0.0, 1.0, (seeds.checked_sub(1)?) as f64).ok()?;
    let critical = student.inverse_cdf(1.0 - 0.025 / comparisons as f64);
    Some(noncentrality_of_power(0.8, critical, (seeds - 1) as f64) * (1.0 / seeds as f64 + overlap).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_by_hand() {
        // The noncentrality 3.149633 of a power of 0.8 at 9 degrees of freedom (`PairedDifference::smallest_shown`), over √10.
        assert!((smallest_shown(10, 1, 0.0).expect("a size") - 3.149_633 / 10.0_f64.sqrt()).abs() < 1e-5);
        assert!((smallest_shown(10, 1, 0.25).expect("a size") - 3.149_633 * 0.35_f64.sqrt()).abs() < 1e-5);
        assert_eq!(smallest_shown(1, 1, 0.0), None);
    }
}
