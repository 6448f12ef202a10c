//! One task (a dataset × model), and how the optimizers tried on it compare.

use std::collections::HashMap;

use rayon::prelude::*;

use super::baselines::{self, BaselineRow};
use super::classes::{self, ClassPredictor, TaskClasses};
use super::comparison::{Answer, Comparing, OptimizerComparison, adjust};
use super::contender::{Contender, contender, largest_targets};
use super::design::Design;
use super::estimate::{LeastDeviation, Level, ROUNDING_OF_A_VALUE};
use super::rate_slope::{RateSlope, rate_slopes};
use super::results::TaskResults;
use super::schedules::{self, ScheduleCurve};
use super::score::{SettingResult, keyed, rank};
use super::ties::{EpochsNeeded, midranks, resolution_at};
use super::tuned::Tuned;
use super::watched::{TaskWatched, task_watched};
use super::within::{self, WithinOptimizer};
use crate::metric::MetricKind;
use crate::record::{Epoch, SeedRepeats, Split, Study, StudyCombination, StudyDataset, TaskMetrics, Trial};
use crate::shape::TargetMoments;

/// With fewer test rows a seed the interval of a level over redrawn splits covers 71 to 85 % in place of 95 %.
pub const FEWEST_FOR_A_LEVEL: u64 = 6;

/// One dataset × model with the optimizers that were tried on it.
#[derive(Debug, Clone)]
pub struct Task<'a> {
    pub dataset: &'a str,
    pub model: &'a str,
    /// The metric that ranks and is compared.
    pub metric: &'static MetricKind,
    /// It, and the others that its trials are measured by.
    pub metrics: &'a TaskMetrics,
    /// The split that settings are ranked on: validation, or training if there is no validation split.
    pub ranked_on: Split,
    /// The split that optimizers are compared on: test, else validation, else training.
    pub compared_on: Split,
    /// What the seeds repeat. `None` if nothing is known of the data.
    pub design: Option<Design>,
    pub contenders: Vec<Contender<'a>>,
    /// Each contender, tuned on each seed by itself.
    pub tuned: Vec<Tuned>,
    /// The positions of the contenders with a record, best first: by the mean score of the best setting.
    pub order: Vec<usize>,
    /// The rank of each contender by the score of its best setting, 1 for the best: contenders tied within the metric's resolution
    /// share the mean of their ranks. `None` without a record.
    pub ranks: Vec<Option<f64>>,
    /// The targets of the split that compares, on the problem whose targets are largest.
    pub target: Option<&'a TargetMoments>,
    /// Comparisons of contenders, the better one first: all pairs, or only the leader with each other one if a study has very
    /// many pairs.
    pub comparisons: Vec<OptimizerComparison>,
    /// Where values of a key compete: what is best of each optimizer by itself, if there are several.
    pub within: Vec<WithinOptimizer<'a>>,
    /// Whether values of some keys compete (`[report] compare`), and not optimizers alone.
    pub compares_keys: bool,
    /// Whether another task has the same data set.
    pub shares_dataset: bool,
    /// How the classes of test rows are predicted; `None` where the target has none, or no predictions are kept.
    pub classes: Option<TaskClasses<'a>>,
    /// The baselines on the problems that the best settings were trained on.
    pub baselines: Vec<BaselineRow>,
    /// The most parameters of such a problem, and the most for the exact solution, if they are too many for it.
    pub too_many_parameters: Option<(u64, u64)>,
    /// The schedules that are compared, if there are several.
    pub schedules: Vec<ScheduleCurve>,
    /// What was watched in training.
    pub watched: Option<TaskWatched>,
    /// How the best rate of each optimizer moves with a number that is compared.
    pub rate_slopes: Vec<RateSlope<'a>>,
}

/// With more contenders a task has one figure with all of them in place of one with a panel for each.
pub const MANY: usize = 9;

impl Task<'_> {
    /// Whether there are more contenders than figures show one by one.
    #[must_use]
    pub fn has_many(&self) -> bool {
        self.contenders.len() > MANY
    }

    /// Whether a contender leads, or is practically equal to the leader.
    #[must_use]
    pub fn is_at_the_top(&self, contender: usize) -> bool {
        let equal = || self.against_leader(contender).is_some_and(|found| found.answer == Answer::PracticallyEqual);
        self.order.first() == Some(&contender) || equal()
    }

    /// The predictors of classes whose curves are shown: all, or of many contenders the leader and those practically equal to it.
    pub fn with_curves<'c>(&'c self, classes: &'c TaskClasses<'_>) -> impl Iterator<Item = &'c ClassPredictor> {
        classes.predictors.iter().filter(|predictor| !self.has_many() || self.is_at_the_top(predictor.contender))
    }

    /// The level of a contender on the split that compares, tuned on each seed by itself. It has an interval where the seeds
    /// say something of new data, or of other batch orders on the same training rows. `None` without a record.
    #[must_use]
    pub fn level(&self, contender: usize) -> Option<Level> {
        let level = self.level_of(&self.tuned[contender].own_values()?)?;
        Some(Level { interval: level.interval.filter(|_| !self.tuned[contender].deterministic), ..level })
    }

    /// The level of some values on the split that compares, one for each seed. `None` if one is infinite.
    #[must_use]
    pub fn level_of(&self, values: &[f64]) -> Option<Level> {
        let overlap = self.design.map_or(0.0, |design| design.overlap_of_level());
        let held = self.holds_its_split();
        let is_logarithmic = self.metric.has_scale() && !held;
        let mean = crate::shape::mean(values).filter(|_| self.metric.counts_rows());
        let least = mean.map_or_else(LeastDeviation::default, |mean| {
            let step = self.metric.resolution(mean, self.target, 1);
            LeastDeviation::of_rows(ROUNDING_OF_A_VALUE, step, self.metric.distance(mean))
        });
        let level = Level::of(values, overlap, is_logarithmic, least)?;
        let hides =
            held || self.design.is_none() || self.compared_on == Split::Validation || self.few_rows_a_seed().is_some();
        Some(Level { interval: level.interval.filter(|_| !hides), ..level })
    }

    /// The most seeds that a contender's number is the mean of.
    #[must_use]
    pub fn seeds(&self) -> usize {
        self.tuned.iter().map(|tuned| tuned.seeds.len()).max().unwrap_or(1)
    }

    /// The number of test rows of a seed, where splits are redrawn and these rows are too few for the interval of a level.
    #[must_use]
    pub fn few_rows_a_seed(&self) -> Option<u64> {
        let design = self.design.filter(|design| design.repeats == SeedRepeats::Splits)?;
        Some(design.rows_of(Split::Test)).filter(|rows| self.compared_on == Split::Test && *rows < FEWEST_FOR_A_LEVEL)
    }

    /// Whether all seeds are compared on the same held-out rows.
    #[must_use]
    pub fn holds_its_split(&self) -> bool {
        self.design.is_some_and(|design| design.holds_rows() && self.compared_on != Split::Train)
    }

    /// The comparison of the leader with another contender.
    #[must_use]
    pub fn against_leader(&self, contender: usize) -> Option<&OptimizerComparison> {
        let leader = *self.order.first()?;
        self.comparisons.iter().find(|comparison| comparison.first == leader && comparison.second == contender)
    }
}

/// Each data set and model of a study, with the optimizers that were tried on it, in the order of the study.
pub fn tasks(study: &Study) -> Vec<(&str, &str, Vec<&StudyCombination>)> {
    let mut groups: Vec<(&str, &str, Vec<&StudyCombination>)> = Vec::new();
    let mut known: HashMap<(&str, &str), usize> = HashMap::new();
    for combination in &study.combinations {
        let key = (combination.dataset.as_str(), combination.model.as_str());
        let number = *known.entry(key).or_insert(groups.len());
        match groups.get_mut(number) {
            Some(group) => group.2.push(combination),
            None => groups.push((key.0, key.1, vec![combination])),
        }
    }
    groups
}

/// The split that a task's settings are ranked on: validation, or training if there is no validation split.
pub fn ranked_on(study: &Study, dataset: &str, combinations: &[&StudyCombination]) -> Split {
    let validated = has_split(study, dataset, combinations, Split::Validation);
    if validated { Split::Validation } else { Split::Train }
}

/// Ranks and compares the optimizers of one task.
pub fn task<'a>(study: &'a Study, results: TaskResults<'a>, needed: &EpochsNeeded, all_pairs: bool) -> Task<'a> {
    let TaskResults { dataset, model, metrics, ranked_on, combinations } = results;
    let has_test = {
        let combinations: Vec<&StudyCombination> = combinations.iter().map(|results| results.combination).collect();
        has_split(study, dataset, &combinations, Split::Test)
    };
    let compared_on = if has_test { Split::Test } else { ranked_on };
    let contenders: Vec<Contender<'a>> =
        combinations.into_iter().map(|results| contender(study, results, ranked_on, needed)).collect();

    let mut order: Vec<usize> = (0..contenders.len()).filter(|&i| contenders[i].first().is_some()).collect();
    let best: Vec<SettingResult<'a>> = order.iter().filter_map(|&i| contenders[i].first().cloned()).collect();
    let mut ranks = vec![None; contenders.len()];
    let distances: Vec<(f64, usize)> = keyed(&best, &mut (0..best.len())).0;
    let resolution = |at: usize| {
        let result = &best[distances[at].1];
        resolution_at(metrics.score, distances[at].0, result.target, result.scored)
    };
    let shared = midranks(&distances.iter().map(|(distance, _)| *distance).collect::<Vec<_>>(), &resolution);
    distances.iter().zip(shared).for_each(|((_, position), rank)| ranks[order[*position]] = Some(rank));
    // Contenders are ranked by the same rule as settings, so a contender with a diverged seed does not lead unflagged.
    order = rank(&best, needed).order.into_iter().map(|position| order[position]).collect();

    let design = Design::of(study, dataset, compared_on);
    let held = design.is_some_and(|design| design.holds_rows() && compared_on == Split::Test);
    let tuned: Vec<Tuned> =
        contenders.par_iter().map(|contender| Tuned::of(study, contender, ranked_on, compared_on, held)).collect();
    let targets = contenders.iter().filter_map(|contender| largest_targets(study, contender.combination, compared_on));
    let target = targets.max_by(|a, b| a.root_mean_square().total_cmp(&b.root_mean_square()));
    let comparing = Comparing {
        study,
        design,
        split: compared_on,
        target,
        contenders: &contenders,
        tuned: &tuned,
        metric: metrics.score,
    };
    let firsts = if all_pairs { order.len() } else { 1 };
    let pairs: Vec<(usize, usize)> = (order.iter().enumerate().take(firsts))
        .flat_map(|(position, &first)| order[position + 1..].iter().map(move |&second| (first, second)))
        .collect();
    let mut comparisons: Vec<OptimizerComparison> =
        pairs.into_par_iter().map(|(first, second)| comparing.compare(first, second)).collect();
    if let Some(&leader) = order.first() {
        adjust(&mut comparisons, leader);
    }
    let within = if study.compare.is_empty() { Vec::new() } else { within::within(&comparing, &contenders, &order) };
    let baselines = baselines::rows(study, &contenders, &order);
    let too_many_parameters = baselines::too_many_parameters(study, &contenders);
    let classes = classes::of_task(study, dataset, &contenders, &order);
    let n_train = study.datasets.get(dataset).map(|known| known.facts.n_train);
    let schedules = n_train.map_or_else(Vec::new, |n_train| schedules::schedules(study, &contenders, n_train));
    let watched = task_watched(study, metrics, &contenders, &baselines, ranked_on);
    let mut task = Task {
        dataset,
        model,
        metric: metrics.score,
        metrics,
        ranked_on,
        compared_on,
        design,
        contenders,
        tuned,
        order,
        ranks,
        target,
        comparisons,
        within,
        compares_keys: !study.compare.is_empty(),
        shares_dataset: false,
        classes,
        baselines,
        too_many_parameters,
        schedules,
        watched,
        rate_slopes: Vec::new(),
    };
    task.rate_slopes = rate_slopes(&task);
    task
}

/// Whether a split exists: every completed trial has its metric. Before any trial has completed, the facts of the data
/// decide.
fn has_split(study: &Study, dataset: &str, combinations: &[&StudyCombination], split: Split) -> bool {
    let settings = combinations.iter().flat_map(|combination| &combination.settings);
    let mut completed = settings.flat_map(|setting| study.records_of(setting)).filter(Trial::is_completed).peekable();
    if completed.peek().is_none() {
        let known = study.datasets.get(dataset);
        return known.is_some_and(|StudyDataset { facts, .. }| match split {
            Split::Train => true,
            Split::Validation => facts.n_validation > 0,
            Split::Test => facts.n_test > 0,
        });
    }
    completed.all(|trial| trial.loss(split, Epoch::Last).is_some())
}
