//! Pure statistics on a [`Study`]: estimates over seeds, rankings, comparisons, convergence, and the theory of learning
//! rates. Nothing here opens a file or knows how a report looks.

mod basin;
mod comparison;
mod convergence;
mod curves;
mod estimate;
mod exact;
mod label;
mod limits;
mod range;
mod score;
mod sweep;
#[cfg(test)]
pub mod testing;

use std::collections::{BTreeMap, HashMap};

pub use basin::{Basin, Place, RateScore, axis_line, basin};
pub use comparison::{Comparison, Finding, MOST_PAIRS, PValue, compare, sign_flip, would_decide};
pub use convergence::Convergence;
pub use curves::{Curves, Wanted};
pub use estimate::{Counts, Sample, student_quantile, ten_digits};
pub use exact::Exact;
pub use label::{LEARNING_RATE, label, number};
use limits::Limits;
pub use range::Range;
use score::Places;
pub use score::{Ranking, SettingResult, by_rank, rank, sample};
pub use sweep::{Series, problems_of};

pub use crate::shape::{Recurrence, Regime};
pub use crate::theory::{ExactCurve, stable_rate};

use rayon::prelude::*;

use crate::record::{Score, Split, Study, StudyCombination, StudySetting, Trial};

/// A study with everything that a report says of it.
#[derive(Debug, Clone)]
pub struct Analysis<'a> {
    pub study: &'a Study,
    pub tasks: Vec<Task<'a>>,
    pub counts: Counts,
    pub settings: usize,
    pub failures: Vec<Failure>,
    /// Whether every pair of optimizers was compared.
    pub all_pairs: bool,
}

/// Pairs of optimizers up to which all are compared.
const MOST_COMPARISONS: usize = 1_000;

/// One dataset × model and the optimizers that were tried on it.
#[derive(Debug, Clone)]
pub struct Task<'a> {
    pub dataset: &'a str,
    pub model: &'a str,
    /// The split that settings are ranked on: validation, or training where there is none.
    pub ranked_on: Split,
    /// The split that comparisons are made on: test, else validation, else training.
    pub compared_on: Split,
    pub contenders: Vec<Contender<'a>>,
    /// Positions of the contenders that have a record, best first.
    pub order: Vec<usize>,
    /// Each pair of contenders at their best settings; where a study has very many pairs, the leader with each other.
    pub comparisons: Vec<Comparison>,
    /// Whether another task has the same data set.
    pub shares_dataset: bool,
    /// Exact solutions of the problems that the best settings were trained on.
    pub exact: Vec<Exact>,
}

/// One optimizer on one task.
#[derive(Debug, Clone)]
pub struct Contender<'a> {
    pub combination: &'a StudyCombination,
    pub settings: Vec<SettingResult<'a>>,
    pub ranking: Ranking,
    /// Keys that vary within the combination, the learning rate left out.
    pub varying: Vec<String>,
    /// Learning-rate series, best first.
    pub series: Vec<Series>,
    pub counts: Counts,
    /// Over all trials with a record.
    pub gradient_evaluations: u64,
    /// The series in which the best setting lies.
    best_series: Option<usize>,
}

/// Failed trials with one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub message: String,
    pub count: usize,
    /// The first such trial: optimizer, position of its setting in the plan, seed.
    pub optimizer: String,
    pub setting: u64,
    pub seed: Option<u64>,
}

impl<'a> Contender<'a> {
    /// The setting that is best; `None` where nothing has a record, and where everything diverged or failed.
    #[must_use]
    pub fn best(&self) -> Option<&SettingResult<'a>> {
        self.first().filter(|_| !self.ranking.none_is_best)
    }

    /// The setting that stands for the optimizer: the best, or, where none is, one of those that have a record.
    #[must_use]
    pub fn first(&self) -> Option<&SettingResult<'a>> {
        self.ranking.order.first().map(|&index| &self.settings[index])
    }

    /// The series and its basin in which the best setting lies.
    #[must_use]
    pub fn best_series(&self) -> Option<&Series> {
        self.series.get(self.best_series?)
    }

    /// A setting's hyperparameters that vary, without the learning rate.
    #[must_use]
    pub fn label(&self, result: &SettingResult<'_>) -> String {
        label(&self.combination.hyperparameters(result.setting), &self.varying)
    }
}

impl<'a> Analysis<'a> {
    #[must_use]
    pub fn new(study: &'a Study) -> Self {
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
        let pairs = |optimizers: usize| optimizers * optimizers.saturating_sub(1) / 2;
        let all_pairs = groups.iter().map(|group| pairs(group.2.len())).sum::<usize>() <= MOST_COMPARISONS;
        let mut models: HashMap<&str, usize> = HashMap::new();
        groups.iter().for_each(|(dataset, ..)| *models.entry(dataset).or_default() += 1);
        let shared = |dataset: &str| models.get(dataset).is_some_and(|models| *models > 1);
        let tasks: Vec<Task<'a>> = groups
            .into_par_iter()
            .map(|(dataset, model, combinations)| Task {
                shares_dataset: shared(dataset),
                ..task(study, dataset, model, &combinations, all_pairs)
            })
            .collect();
        let mut counts = Counts::default();
        for contender in tasks.iter().flat_map(|task| &task.contenders) {
            counts.add(contender.counts);
        }
        let settings = study.combinations.iter().map(|combination| combination.settings.len()).sum();
        Self { study, tasks, counts, settings, failures: failures(study), all_pairs }
    }
}

fn task<'a>(
    study: &'a Study,
    dataset: &'a str,
    model: &'a str,
    combinations: &[&'a StudyCombination],
    all_pairs: bool,
) -> Task<'a> {
    let has = |split: Split| has_split(study, dataset, combinations, split);
    let ranked_on = if has(Split::Validation) { Split::Validation } else { Split::Train };
    let compared_on = if has(Split::Test) { Split::Test } else { ranked_on };
    let contenders: Vec<Contender<'a>> = (combinations.iter().zip(0..))
        .map(|(combination, index)| contender(study, combination, index, ranked_on))
        .collect();

    let mut order: Vec<usize> = (0..contenders.len()).filter(|&i| contenders[i].first().is_some()).collect();
    let best: Vec<SettingResult<'a>> = order.iter().filter_map(|&i| contenders[i].first().cloned()).collect();
    // The same rule as within a combination, so that a contender with a diverged seed does not lead unflagged.
    order = rank(&best).order.into_iter().map(|position| order[position]).collect();

    let firsts = if all_pairs { order.len() } else { 1 };
    let pairs: Vec<(usize, usize)> = (order.iter().enumerate().take(firsts))
        .flat_map(|(position, &first)| order[position + 1..].iter().map(move |&second| (first, second)))
        .collect();
    let compared = |(first, second): (usize, usize)| {
        let (a, b) = (contenders[first].first()?, contenders[second].first()?);
        let finding = compare(a, b, compared_on, study.score);
        Some(Comparison { first, second, split: compared_on, finding })
    };
    let comparisons = pairs.into_par_iter().filter_map(compared).collect();
    let exact = exact::exact(&contenders, &order, &study.problems);
    Task { dataset, model, ranked_on, compared_on, contenders, order, comparisons, shares_dataset: false, exact }
}

fn contender<'a>(study: &'a Study, combination: &'a StudyCombination, index: usize, ranked_on: Split) -> Contender<'a> {
    let mut counts = Counts::default();
    let mut gradient_evaluations = 0_u64;
    let mut settings = Vec::with_capacity(combination.settings.len());
    let mut limits = Limits::of(study, combination);
    let places = Places::of(combination);
    for setting in &combination.settings {
        let (mut result, evaluations) = setting_result(study, setting, ranked_on, &mut limits);
        result.place = (index, places.get(combination, setting));
        counts.add(result.counts);
        gradient_evaluations = gradient_evaluations.saturating_add(evaluations);
        settings.push(result);
    }
    let varying = label::varying_keys(combination);
    let series = sweep::series(study, combination, &settings, &varying);
    let ranking = rank(&settings);
    let best = ranking.order.first();
    let best_series = best.and_then(|best| series.iter().position(|series| series.settings.contains(best)));
    Contender { combination, settings, ranking, varying, series, counts, gradient_evaluations, best_series }
}

#[allow(clippy::cast_precision_loss)]
fn setting_result<'a>(
    study: &'a Study,
    setting: &'a StudySetting,
    ranked_on: Split,
    limits: &mut Limits<'_>,
) -> (SettingResult<'a>, u64) {
    let counts = Counts::of(setting.trials().map(|trial| study.trials.get(trial)));
    let records = study.records_of(setting);
    let evaluations = records.fold(0_u64, |sum, trial| sum.saturating_add(trial.gradient_evaluations()));
    let score = sample(study, setting, ranked_on, study.score).unwrap_or_default();
    let result = SettingResult {
        study,
        setting,
        counts,
        score_mean: score.mean(),
        score_median: score.median(),
        gradient_evaluations: evaluations as f64 / counts.recorded().max(1) as f64,
        learning_rate: limits.rate(setting),
        unstable: limits.unstable(setting),
        ranked_on,
        place: (0, 0),
    };
    (result, evaluations)
}

/// A split exists where each completed trial has its metric; before any has completed, where the data says so.
fn has_split(study: &Study, dataset: &str, combinations: &[&StudyCombination], split: Split) -> bool {
    let settings = combinations.iter().flat_map(|combination| &combination.settings);
    let mut completed = settings.flat_map(|setting| study.records_of(setting)).filter(Trial::is_completed).peekable();
    if completed.peek().is_none() {
        let facts = study.datasets.get(dataset);
        return facts.is_some_and(|facts| match split {
            Split::Train => true,
            Split::Validation => facts.n_validation > 0,
            Split::Test => facts.n_test > 0,
        });
    }
    completed.all(|trial| trial.mse(split, Score::Final).is_some())
}

fn failures(study: &Study) -> Vec<Failure> {
    let mut by_message: BTreeMap<&str, Failure> = BTreeMap::new();
    if !study.trials.iter().any(|trial| trial.is_failed()) {
        return Vec::new();
    }
    for combination in &study.combinations {
        for setting in &combination.settings {
            for (seed, trial) in study.trials_of(setting) {
                let Some(message) = trial.message() else { continue };
                let failure = by_message.entry(message).or_insert_with(|| Failure {
                    message: message.to_owned(),
                    count: 0,
                    optimizer: combination.optimizer.clone(),
                    setting: u64::from(setting.index),
                    seed,
                });
                failure.count += 1;
            }
        }
    }
    let mut failures: Vec<Failure> = by_message.into_values().collect();
    failures.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.message.cmp(&b.message)));
    failures
}

#[cfg(test)]
mod tests;
