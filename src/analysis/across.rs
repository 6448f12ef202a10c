//! Whether optimizers differ over data sets: of each task one number an optimizer, so that data sets are what is repeated.

use std::collections::{BTreeMap, BTreeSet};

use super::estimate::Level;
use super::significance::{PValue, sign_flip};
use super::task::Task;
use super::ties::{midranks, resolution_at};
use crate::metric::AxisKind;
use crate::record::Study;

/// With fewer independent data sets nothing is said.
pub const FEWEST_DATASETS: usize = 6;

/// Optimizers over the data sets on which one model was trained with all of them.
#[derive(Debug, Clone, PartialEq)]
pub struct AcrossDatasets {
    pub model: String,
    /// The names of the data sets, one of each origin.
    pub datasets: Vec<String>,
    /// The optimizers with their mean ranks, 1 for the best, best first. Where optimizers are tied they share the mean of their ranks;
    /// one that has no value at some seed, because every setting diverged there, ranks last.
    pub ranks: Vec<(String, f64)>,
    /// The optimizers that rank last in this way, and on how many data sets.
    pub diverged: Vec<(String, usize)>,
    pub test: AcrossTest,
}

#[derive(Debug, Clone, PartialEq)]
pub enum AcrossTest {
    /// Two optimizers: the sign-flip test, exact up to 30 data sets, of the logarithms of their ratios, or of their differences for a metric that is no
    /// ratio.
    SignFlip { p: PValue },
    /// Three or more: mean ranks further apart than this differ at 5 % (Nemenyi, 1963; Demšar, JMLR 7, 2006).
    Nemenyi { critical_difference: f64 },
}

/// One comparison for each model that was trained on enough independent data sets. Data sets of one origin, cut from one file or
/// drawn by one generator, count once: the first of them.
#[must_use]
pub fn across(study: &Study, tasks: &[Task<'_>]) -> Vec<AcrossDatasets> {
    let mut models: BTreeMap<&str, Vec<&Task<'_>>> = BTreeMap::new();
    for task in tasks {
        models.entry(task.model).or_default().push(task);
    }
    models.into_iter().filter_map(|(model, tasks)| of_model(study, model, &tasks)).collect()
}

fn of_model(study: &Study, model: &str, tasks: &[&Task<'_>]) -> Option<AcrossDatasets> {
    let names: BTreeSet<&str> = tasks.iter().flat_map(|task| optimizers(task)).collect();
    let (mut origins, mut targets) = (BTreeSet::new(), BTreeSet::new());
    let mut datasets = Vec::new();
    // By data set: the distances of all optimizers, which rank them, and those that count in differences.
    let mut rows: Vec<Vec<(f64, f64)>> = Vec::new();
    let mut ranks: Vec<Vec<f64>> = Vec::new();
    for task in tasks {
        let origin = study.datasets.get(task.dataset).map(|dataset| dataset.origin.as_str())?;
        let of = |name: &&str| -> Option<(f64, f64)> {
            let position = task.contenders.iter().position(|contender| contender.combination.optimizer == **name)?;
            distances(task, position)
        };
        let Some(row) = names.iter().map(of).collect::<Option<Vec<(f64, f64)>>>() else { continue };
        // The same targets in the same order are the same rows under another name.
        let same_targets = !targets.insert(first_targets(study, task));
        if origins.insert(origin) && !same_targets {
            datasets.push(task.dataset.to_owned());
            let values: Vec<f64> = row.iter().map(|(value, _)| *value).collect();
            ranks
                .push(midranks(&values, &|index| resolution_at(task.metric, values[index], task.target, task.seeds())));
            rows.push(row);
        }
    }
    if names.len() < 2 || datasets.len() < FEWEST_DATASETS {
        return None;
    }
    let diverged = names.iter().enumerate().filter_map(|(column, name)| {
        let count = rows.iter().filter(|row| row[column].0.is_infinite()).count();
        (count > 0).then(|| ((*name).to_owned(), count))
    });
    let diverged = diverged.collect();
    let test = if names.len() == 2 {
        let is_ratio = tasks.iter().all(|task| task.metric.axis == AxisKind::Logarithmic)
            && rows.iter().flatten().all(|(_, value)| *value > 0.0);
        let scaled = |value: f64| if is_ratio { libm::log(value) } else { value };
        let difference = |(row, ranks): (&Vec<(f64, f64)>, &Vec<f64>)| {
            // What shares a rank does not differ.
            if ranks[0] == ranks[1] { 0.0 } else { scaled(row[1].1) - scaled(row[0].1) }
        };
        let differences: Vec<f64> = rows.iter().zip(&ranks).map(difference).filter(|value| value.is_finite()).collect();
        AcrossTest::SignFlip { p: sign_flip(&differences) }
    } else {
        let (k, n) = (names.len() as f64, datasets.len() as f64);
        let critical_difference = studentized_range(names.len()) * (k * (k + 1.0) / (12.0 * n)).sqrt();
        AcrossTest::Nemenyi { critical_difference }
    };
    let mut ranks: Vec<(String, f64)> = names.into_iter().map(str::to_owned).zip(mean_ranks(&ranks)).collect();
    ranks.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
    Some(AcrossDatasets { model: model.to_owned(), datasets, ranks, diverged, test })
}

fn optimizers<'a>(task: &Task<'a>) -> impl Iterator<Item = &'a str> + use<'a> {
    task.contenders.iter().map(|contender| contender.combination.optimizer.as_str()).collect::<Vec<_>>().into_iter()
}

/// What tells the targets of a task's first trial apart from those of other data: the bits of the moments of each split. Data
/// of which nothing is known has its own name.
fn first_targets(study: &Study, task: &Task<'_>) -> String {
    let settings = task.contenders.iter().flat_map(|contender| &contender.settings);
    let mut trials = settings.flat_map(|result| study.records_of(result.setting));
    let known = trials.find_map(|trial| study.targets.get(&trial.problem()?));
    known.map_or_else(|| task.dataset.to_owned(), |splits| format!("{splits:?}"))
}

/// What an optimizer has on a data set, tuned on each seed by itself: the distance that ranks it, +∞ if it has no value of its own at
/// some seed, and the distance that counts in differences, where predicting the mean stands in. `None` without records.
fn distances(task: &Task<'_>, position: usize) -> Option<(f64, f64)> {
    let distance = |level: Level| task.metric.distance(level.center);
    let has_own = task.tuned[position].own_values().is_some() && !task.contenders[position].all_lost();
    if has_own {
        let own = distance(task.level(position)?);
        return Some((own, own));
    }
    let counted = task.level_of(&task.tuned[position].values()).map(distance);
    Some((f64::INFINITY, counted.unwrap_or(f64::INFINITY)))
}

/// The mean of each column over the rows.
fn mean_ranks(rows: &[Vec<f64>]) -> Vec<f64> {
    let columns = rows.first().map_or(0, Vec::len);
    let sum = |column: usize| rows.iter().fold(0.0, |sum, row| sum + row[column]);
    (0..columns).map(|column| sum(column) / rows.len() as f64).collect()
}

/// The 0.95 quantile of the range of k independent standard normal variables: the studentized range with infinite degrees of
/// freedom.
fn studentized_range(k: usize) -> f64 {
    let (mut low, mut high) = (0.0, 20.0);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if range_distribution(middle, k) < 0.95 {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

/// P(range ≤ q) = k·∫ φ(z)·(Φ(z) − Φ(z − q))^(k−1) dz, by Simpson's rule on [−8, 8 + q].
fn range_distribution(q: f64, k: usize) -> f64 {
    const INTERVALS: u32 = 2_000;
    let normal = |z: f64| 0.5 * libm::erfc(-z / std::f64::consts::SQRT_2);
    let density = |z: f64| libm::exp(-0.5 * z * z) / (2.0 * std::f64::consts::PI).sqrt();
    let width = (16.0 + q) / f64::from(INTERVALS);
    let mut sum = 0.0;
    for step in 0..=INTERVALS {
        let z = f64::from(step).mul_add(width, -8.0);
        let weight = match step {
            0 | INTERVALS => 1.0,
            step if step % 2 == 1 => 4.0,
            _ => 2.0,
        };
        let inside = normal(z) - normal(z - q);
        let power = (1..k).fold(1.0, |product, _| product * inside);
        sum += weight * density(z) * power;
    }
    k as f64 * sum * width / 3.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Demšar (2006), table 5: the critical values q/√2 at α = 0.05.
    #[test]
    fn critical_values_of_the_nemenyi_test() {
        let published = [1.960, 2.343, 2.569, 2.728, 2.850, 2.949, 3.031, 3.102, 3.164];
        for (k, right) in (2..).zip(published) {
            let found = studentized_range(k) / std::f64::consts::SQRT_2;
            assert!((found - right).abs() < 1e-3, "{k}: {found} for {right}");
        }
    }

    #[test]
    fn ranks_by_hand() {
        assert_eq!(mean_ranks(&[vec![1.0, 2.5, 2.5], vec![3.0, 1.0, 2.0]]), [2.0, 1.75, 2.25]);
    }
}
