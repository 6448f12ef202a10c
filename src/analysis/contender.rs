//! One optimizer on one task: the results of its settings, their ranking, and its learning-rate series.

use super::baselines::not_better_than;
use super::label::label;
use super::results::CombinationResults;
use super::sample::Counts;
use super::score::{AscendingOrder, Ranking, SettingResult, rank, sample};
use super::stability_limits::StabilityLimits;
use super::sweep::{self, RateSeries, largest_of, problems_of};
use super::ties::{EpochsNeeded, ordered};
use crate::record::{Split, Study, StudyCombination, StudySetting, TaskMetrics, Trial};
use crate::shape::TargetMoments;

/// The key that scales features, which every source takes.
const STANDARDIZE: &str = "dataset.standardize";

/// One optimizer on one task.
#[derive(Debug, Clone)]
pub struct Contender<'a> {
    /// The model that it stands for, where models are compared.
    pub stands_for: Option<&'a str>,
    pub combination: &'a StudyCombination,
    pub settings: Vec<SettingResult<'a>>,
    pub ranking: Ranking,
    /// The keys that vary within the combination, without the learning rate.
    pub varying: Vec<String>,
    /// The learning-rate series, best first.
    pub series: Vec<RateSeries>,
    pub counts: Counts,
    /// The number of completed trials whose score is not defined.
    pub undefined: usize,
    /// The sum over all trials with a record.
    pub gradient_evaluations: u64,
    /// The best baseline that needs no training, in words, if the best setting is not better than it by more than one resolution of the
    /// metric, on the rows that rank: no rate is worth to be used.
    pub not_better_than: Option<String>,
    /// The evaluated epoch after which the first setting's score is within 1 % of where it ends: the median over seeds.
    pub epochs_needed: Option<u64>,
    /// The position of the series that contains the best setting.
    best_series: Option<usize>,
    /// Where the score is defined for no trial: the position of the setting with the best mean loss.
    best_by_loss: Option<usize>,
}

impl<'a> Contender<'a> {
    /// What it is called in every table.
    #[must_use]
    pub fn name(&self) -> &str {
        self.stands_for.unwrap_or(&self.combination.optimizer)
    }

    /// The best setting. `None` if there is no record, or if no setting has a finite median.
    #[must_use]
    pub fn best(&self) -> Option<&SettingResult<'a>> {
        self.first().filter(|_| !self.ranking.none_is_best)
    }

    /// The setting that represents the optimizer: the one that ranks first, even if none counts as best.
    #[must_use]
    pub fn first(&self) -> Option<&SettingResult<'a>> {
        self.ranking.order.first().map(|&index| &self.settings[index])
    }

    /// The setting with the best mean loss, if the score is defined for no trial, so that no setting has a rank.
    #[must_use]
    pub fn best_by_loss(&self) -> Option<&SettingResult<'a>> {
        self.settings.get(self.best_by_loss?)
    }

    /// The setting that tables show: [`Self::first`], or [`Self::best_by_loss`] where there is none.
    #[must_use]
    pub fn shown(&self) -> Option<&SettingResult<'a>> {
        self.first().or_else(|| self.best_by_loss())
    }

    /// The setting that tables name: that of [`Self::shown`], unless no setting has a finite median.
    #[must_use]
    pub fn named(&self) -> Option<&SettingResult<'a>> {
        self.best().or_else(|| self.best_by_loss())
    }

    /// Whether there is a rate to tune: none has one, or the only one is the method's default.
    #[must_use]
    pub fn has_rate_to_tune(&self) -> bool {
        !self.combination.rate_is_default && self.settings.iter().any(|result| result.learning_rate.is_some())
    }

    /// Whether every setting trains on features of one scale.
    #[must_use]
    pub fn scales_features(&self) -> bool {
        let column = self.combination.column(STANDARDIZE);
        self.settings.iter().all(|result| column.get(result.setting).and_then(toml::Value::as_bool) == Some(true))
    }

    /// Whether it has records, and no trial completed.
    #[must_use]
    pub const fn all_lost(&self) -> bool {
        self.counts.completed == 0 && self.counts.recorded() > 0
    }

    /// Whether no setting depends on the seed.
    #[must_use]
    pub fn is_deterministic(&self) -> bool {
        self.settings.iter().all(|result| result.setting.deterministic)
    }

    /// The series that contains the best setting.
    #[must_use]
    pub fn best_series(&self) -> Option<&RateSeries> {
        self.series.get(self.best_series?)
    }

    /// A label of the hyperparameters that vary, without the learning rate.
    #[must_use]
    pub fn label(&self, result: &SettingResult<'_>) -> String {
        label(&self.combination.hyperparameters(result.setting), &self.varying, &result.study.labels)
    }
}

/// `results` are those of the optimizer on the task.
pub fn contender<'a>(
    study: &'a Study,
    results: CombinationResults<'a>,
    ranked_on: Split,
    needed: &EpochsNeeded,
) -> Contender<'a> {
    let CombinationResults { combination, settings, varying, series } = results;
    let mut counts = Counts::default();
    settings.iter().for_each(|result| counts.add(result.counts));
    let records = combination.settings.iter().flat_map(|setting| study.records_of(setting));
    let gradient_evaluations = records.fold(0_u64, |sum, trial| sum.saturating_add(trial.gradient_evaluations()));
    let series = sweep::series(study, combination, &settings, &varying, series, needed);
    let ranking = rank(&settings, needed);
    let best = ranking.order.first();
    let best_series = best.and_then(|best| series.iter().position(|series| series.settings.contains(best)));
    let completed =
        combination.settings.iter().flat_map(|setting| study.records_of(setting)).filter(Trial::is_completed);
    let is_undefined =
        |trial: &Trial<'_>| study.value(trial, combination.metrics.score, ranked_on, study.epoch).is_none();
    let undefined = completed.filter(is_undefined).count();
    let unranked = ranking.order.is_empty() && undefined > 0;
    let best_by_loss = if unranked { best_by_loss(&settings, ranked_on) } else { None };
    let first = ranking.order.first().filter(|_| !ranking.none_is_best).map(|&index| &settings[index]);
    let not_better_than = first.and_then(not_better_than);
    let epochs_needed = ranking.order.first().and_then(|&index| needed.of(&settings[index]));
    Contender {
        stands_for: None,
        combination,
        settings,
        ranking,
        varying,
        series,
        counts,
        undefined,
        gradient_evaluations,
        not_better_than,
        epochs_needed,
        best_series,
        best_by_loss,
    }
}

/// Different losses have no common order.
fn best_by_loss(settings: &[SettingResult<'_>], ranked_on: Split) -> Option<usize> {
    let loss = settings.first()?.metrics.loss()?;
    let mean = |result: &SettingResult<'_>| result.of_metric(loss, ranked_on, result.study.epoch)?.mean();
    let means = settings.iter().enumerate().filter_map(|(index, result)| Some((mean(result)?, index)));
    ordered(means.collect(), settings, &EpochsNeeded::default()).first().copied()
}

/// The results of a combination's settings. `index` is its position among those of its task.
pub fn setting_results<'a>(
    study: &'a Study,
    combination: &'a StudyCombination,
    index: usize,
    ranked_on: Split,
) -> Vec<SettingResult<'a>> {
    let mut limits = StabilityLimits::of(study, combination);
    let ascending = AscendingOrder::of(combination);
    let target = largest_targets(study, combination, ranked_on);
    let result = |setting| SettingResult {
        ascending_position: (index, ascending.get(combination, setting)),
        target,
        ..setting_result(study, &combination.metrics, setting, ranked_on, &mut limits)
    };
    combination.settings.iter().map(result).collect()
}

fn setting_result<'a>(
    study: &'a Study,
    metrics: &'a TaskMetrics,
    setting: &'a StudySetting,
    ranked_on: Split,
    limits: &mut StabilityLimits<'_>,
) -> SettingResult<'a> {
    let counts = Counts::of(setting.trials().map(|trial| study.trials.get(trial)));
    let records = study.records_of(setting);
    let evaluations = records.fold(0_u64, |sum, trial| sum.saturating_add(trial.gradient_evaluations()));
    let score = sample(study, setting, metrics.score, ranked_on, study.epoch).unwrap_or_default();
    SettingResult {
        study,
        metrics,
        setting,
        counts,
        scored: score.n(),
        score_mean: score.mean(),
        score_median: score.median(),
        gradient_evaluations: evaluations as f64 / counts.recorded().max(1) as f64,
        learning_rate: limits.rate(setting),
        unstable: limits.unstable(setting),
        ranked_on,
        target: None,
        ascending_position: (0, 0),
    }
}

/// The targets of a split on the problem whose targets are largest. Rounding errors grow with them.
#[must_use]
pub fn largest_targets<'a>(
    study: &'a Study,
    combination: &StudyCombination,
    split: Split,
) -> Option<&'a TargetMoments> {
    largest_of(study, &problems_of(study, combination.settings.iter()), split)
}

/// The same for the problems of one setting.
#[must_use]
pub fn targets_of<'a>(result: &SettingResult<'a>, split: Split) -> Option<&'a TargetMoments> {
    largest_of(result.study, &problems_of(result.study, std::iter::once(result.setting)), split)
}
