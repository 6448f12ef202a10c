//! What each optimizer gives if it is tuned on each seed by itself: the setting is chosen on the rows that rank, and its value on
//! the rows that compare is reported. With splits that are drawn anew a row ranks in one seed and compares in another, so a
//! setting that is chosen over all seeds has seen the rows that report it.

use super::baselines::mean_of_targets;
use super::contender::Contender;
use super::score::{SettingResult, rank, value};
use super::stability_limits::StabilityLimits;
use super::ties::EpochsNeeded;
use crate::metric::MetricKind;
use crate::record::{Id, Split, Study, Trial};

/// One optimizer, tuned on each seed by itself.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tuned {
    /// In the order of the study's seeds; a single one if no setting depends on the seed.
    pub seeds: Vec<TunedSeed>,
    /// Whether no setting depends on the seed.
    pub deterministic: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum TunedSeed {
    /// No trial has a record.
    Outstanding,
    /// The metric is not defined for the chosen trial.
    Undefined,
    Value {
        /// What counts in comparisons.
        value: f64,
        /// The value of the chosen trial itself; `None` if no trial of the seed can be used.
        own: Option<f64>,
        /// The position of the chosen setting among those of the contender; `None` if no trial of the seed can be used, or if several
        /// contenders are tuned together.
        setting: Option<usize>,
        /// Whether that setting is the one that ranks first over all seeds.
        is_first: bool,
        /// The value is that of predicting the mean of the training targets: no trial of the seed can be used, or the chosen one
        /// is worse than that.
        capped: bool,
        /// The mean loss of the chosen trial on the same rows, where the metric counts rows: two models that find as many rows are the
        /// same only if they share it.
        loss: Option<f64>,
    },
}

impl TunedSeed {
    #[must_use]
    pub const fn value(&self) -> Option<f64> {
        match self {
            Self::Value { value, .. } => Some(*value),
            _ => None,
        }
    }
}

impl Tuned {
    #[must_use]
    pub fn of(study: &Study, contender: &Contender<'_>, ranked_on: Split, compared_on: Split, held: bool) -> Self {
        // On one held split the models of the best setting are compared row by row, so that setting counts at every seed.
        let order: &[usize] = match held {
            true => contender.ranking.order.get(..1).unwrap_or_default(),
            false => &contender.ranking.order,
        };
        let candidate =
            |&index: &usize| Candidate { result: &contender.settings[index], contender: 0, setting: Some(index) };
        let candidates: Vec<Candidate<'_, '_>> = order.iter().map(candidate).collect();
        Self::among(study, &[contender], &candidates, (ranked_on, compared_on))
    }

    /// Several optimizers tuned together, as one contender: on each seed the best setting of them all.
    #[must_use]
    pub fn together(
        study: &Study,
        contenders: &[&Contender<'_>],
        (ranked_on, compared_on): (Split, Split),
        held: bool,
        needed: &EpochsNeeded,
    ) -> Self {
        let all = contenders.iter().enumerate();
        let (places, results): (Vec<usize>, Vec<SettingResult<'_>>) =
            all.flat_map(|(place, one)| one.settings.iter().map(move |result| (place, result.clone()))).unzip();
        let mut order = rank(&results, needed).order;
        order.truncate(if held { 1 } else { order.len() });
        let candidate = |index: usize| Candidate { result: &results[index], contender: places[index], setting: None };
        let candidates: Vec<Candidate<'_, '_>> = order.into_iter().map(candidate).collect();
        Self::among(study, contenders, &candidates, (ranked_on, compared_on))
    }

    fn among(
        study: &Study,
        contenders: &[&Contender<'_>],
        candidates: &[Candidate<'_, '_>],
        splits: (Split, Split),
    ) -> Self {
        let all = || contenders.iter().flat_map(|contender| &contender.settings);
        let seeds = all().map(|result| result.setting.n_trials as usize).max().unwrap_or(0);
        let mut limits: Vec<StabilityLimits<'_>> =
            contenders.iter().map(|contender| StabilityLimits::of(study, contender.combination)).collect();
        let mut choose = |seed: usize| tuned_seed(study, candidates, &mut limits, seed, splits);
        Self { seeds: (0..seeds).map(&mut choose).collect(), deterministic: all().all(|one| one.setting.deterministic) }
    }

    /// What counts in comparisons, where it is defined.
    #[must_use]
    pub fn values(&self) -> Vec<f64> {
        self.seeds.iter().filter_map(TunedSeed::value).collect()
    }

    /// The values of the chosen trials themselves. `None` if a seed has no trial that can be used.
    #[must_use]
    pub fn own_values(&self) -> Option<Vec<f64>> {
        let own = |seed: &TunedSeed| match seed {
            TunedSeed::Value { own, .. } => Some(*own),
            _ => None,
        };
        self.seeds.iter().filter_map(own).collect()
    }

    /// The number of seeds that choose the setting that ranks first over all of them.
    #[must_use]
    pub fn choose_the_first(&self) -> usize {
        self.seeds.iter().filter(|seed| matches!(seed, TunedSeed::Value { is_first: true, .. })).count()
    }

    /// The number of seeds at which predicting the mean stands in.
    #[must_use]
    pub fn capped(&self) -> usize {
        self.seeds.iter().filter(|seed| matches!(seed, TunedSeed::Value { capped: true, .. })).count()
    }
}

/// A setting that a seed may choose.
struct Candidate<'c, 'a> {
    result: &'c SettingResult<'a>,
    /// The position of its contender among those that are tuned together.
    contender: usize,
    /// What [`TunedSeed::Value`] says of it.
    setting: Option<usize>,
}

/// A trial that diverged, failed, did not descend or is unstable cannot be chosen.
fn tuned_seed(
    study: &Study,
    candidates: &[Candidate<'_, '_>],
    limits: &mut [StabilityLimits<'_>],
    seed: usize,
    (ranked_on, compared_on): (Split, Split),
) -> TunedSeed {
    let Some(first) = candidates.first() else { return TunedSeed::Outstanding };
    let metric = first.result.metrics.score;
    let mut problem: Option<Id> = None;
    let mut has_record = false;
    // The best distance of the seed, and every setting with its distance in the order of the ranking.
    let mut usable: Vec<(f64, &Candidate<'_, '_>, Trial<'_>)> = Vec::new();
    for candidate in candidates {
        let setting = candidate.result.setting;
        let at = if setting.deterministic { 0 } else { seed };
        let Some(trial) = setting.trials().nth(at).map(|trial| study.trials.get(trial)) else { continue };
        if !trial.has_record() {
            continue;
        }
        has_record = true;
        problem = problem.or_else(|| trial.problem());
        if !trial.counts_as_completed() || limits[candidate.contender].is_unstable(setting, &trial) {
            continue;
        }
        if let Some(score) = study.value(&trial, metric, ranked_on, study.epoch) {
            usable.push((metric.distance(score), candidate, trial));
        }
    }
    if !has_record {
        return TunedSeed::Outstanding;
    }
    let lowest = usable.iter().map(|(distance, ..)| *distance).min_by(f64::total_cmp);
    let Some(lowest) = lowest else {
        let baseline = problem.and_then(|problem| mean_of_targets(study, metric, &problem, compared_on));
        return baseline.map_or(TunedSeed::Undefined, |value| TunedSeed::Value {
            value,
            own: None,
            setting: None,
            is_first: false,
            capped: true,
            loss: None,
        });
    };
    // Ties go to the setting that ranks first over all seeds.
    let resolution = metric.resolution(lowest, first.result.target, 1);
    let Some((_, chosen, trial)) = usable.into_iter().find(|(distance, ..)| distance - lowest <= resolution) else {
        return TunedSeed::Undefined;
    };
    let Some(found) = value(study, &trial, metric, compared_on, study.epoch) else { return TunedSeed::Undefined };
    let baseline = trial.problem().and_then(|problem| mean_of_targets(study, metric, &problem, compared_on));
    let (value, capped) = at_most(metric, found, baseline);
    let of_loss = first.result.metrics.loss().filter(|_| metric.counts_rows());
    let loss = of_loss.and_then(|loss| self::value(study, &trial, loss, compared_on, study.epoch));
    let (setting, is_first) = (chosen.setting, std::ptr::eq(chosen, first));
    TunedSeed::Value { value, own: Some(found), setting, is_first, capped, loss }
}

/// The value, or the baseline's if that is better.
#[must_use]
pub fn at_most(metric: &MetricKind, value: f64, baseline: Option<f64>) -> (f64, bool) {
    match baseline {
        Some(baseline) if metric.is_better(baseline, value) => (baseline, true),
        _ => (value, false),
    }
}
