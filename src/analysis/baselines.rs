//! The baselines on the problems that the best settings were trained on, for comparison with them.

use std::collections::HashSet;

use super::contender::Contender;
use super::estimate::{LeastDeviation, Level};
use super::label::number;
use super::sample::Sample;
use super::score::SettingResult;
use super::sweep::{largest_of, problems_of};
use crate::baseline::{BASELINES, BaselineKind, KnownProblem, MOST_EXACT};
use crate::metric::{MetricKind, mse, needs_each_row};
use crate::record::{Id, Split, Study, StudyCombination, StudySetting};
use crate::shape::TargetMoments;

/// One baseline, with one value per problem.
#[derive(Clone)]
pub struct BaselineRow {
    pub kind: &'static BaselineKind,
    /// The baseline in words, with what tells it apart: `ridge l2 0.1, degree 2`.
    pub label: String,
    pub problems: Vec<Id>,
    /// The study's metric and the others that were asked for, by split.
    values: Vec<(&'static MetricKind, [Option<Sample>; 3])>,
    /// The targets of each split, on the problem whose targets are largest.
    targets: [Option<TargetMoments>; 3],
}

impl std::fmt::Debug for BaselineRow {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} {:?}", self.label, self.values)
    }
}

impl BaselineRow {
    /// Whether another row would look the same to a reader.
    fn says_the_same(&self, other: &Self) -> bool {
        let distinct = |sample: &Sample| {
            let mut bits: Vec<u64> = sample.values().iter().map(|value| value.to_bits()).collect();
            bits.sort_unstable();
            bits.dedup();
            bits
        };
        let of = |row: &Self| -> Vec<Option<Vec<u64>>> {
            row.values.iter().flat_map(|(_, splits)| splits).map(|sample| sample.as_ref().map(distinct)).collect()
        };
        self.label == other.label && of(self) == of(other)
    }

    /// The level of the study's metric over the problems, to stand beside those of optimizers that are tuned on each seed: the
    /// geometric mean for a metric on a log scale, else the mean.
    #[must_use]
    pub fn level(&self, metric: &MetricKind, split: Split) -> Option<f64> {
        let sample = self.of_metric(metric, split)?;
        Some(Level::of(sample.values(), 0.0, metric.has_scale(), LeastDeviation::default())?.center)
    }

    /// Whether a value of a metric on a split is no further from the best that there is than rounding.
    #[must_use]
    pub fn fits_exactly(&self, kind: &MetricKind, value: f64, split: Split) -> bool {
        kind.fits_exactly(value, self.targets[split as usize].as_ref())
    }

    /// The number of problems on which the study's metric is defined on the split that ranks.
    #[must_use]
    pub fn scored(&self, ranked_on: Split) -> usize {
        let score = self.values.first().and_then(|(_, splits)| splits[ranked_on as usize].as_ref());
        score.map_or(0, Sample::n)
    }

    /// The study's metric, or another one that was asked for, on the problems on which it is defined. `None` if it is defined
    /// on none of them, the split does not exist, or it is not known of each of them.
    #[must_use]
    pub fn of_metric(&self, kind: &MetricKind, split: Split) -> Option<&Sample> {
        let (_, splits) = self.values.iter().find(|(known, _)| *known == kind)?;
        splits[split as usize].as_ref()
    }
}

/// One row for each distinct baseline of the best settings, in the order of the registry and of the contenders. Another
/// start of training makes another problem but the same baseline. Rows that differ have different labels.
pub fn rows(study: &Study, contenders: &[Contender<'_>], order: &[usize]) -> Vec<BaselineRow> {
    BASELINES.rows.iter().flat_map(|kind| rows_of(kind, study, contenders, order)).collect()
}

fn rows_of(
    kind: &'static BaselineKind,
    study: &Study,
    contenders: &[Contender<'_>],
    order: &[usize],
) -> Vec<BaselineRow> {
    let mut rows: Vec<BaselineRow> = Vec::new();
    let mut names = Vec::new();
    let mut told: HashSet<(Vec<Id>, u64)> = HashSet::new();
    // Where the score is defined for no trial, an optimizer has no rank.
    let unranked = (0..contenders.len()).filter(|index| !order.contains(index));
    let all = order.iter().copied().chain(unranked);
    let bests = all.filter_map(|index| Some((contenders[index].combination, contenders[index].shown()?)));
    for (combination, result) in bests {
        let ids: Vec<Id> = problems_of(result.study, std::iter::once(result.setting));
        // The order of the problems does not matter.
        let mut sorted = ids.clone();
        sorted.sort_unstable();
        let l1 = combination.column("model.l1").get(result.setting).and_then(number).unwrap_or(0.0);
        let l1 = if kind.fitted.is_some() { l1 } else { 0.0 };
        let of_others = kind.fitted.as_ref().is_some_and(|fitted| fitted.under_l1 != (l1 > 0.0));
        if of_others || ids.is_empty() || !told.insert((sorted, l1.to_bits())) {
            continue;
        }
        let on_splits = |metric: &'static MetricKind| {
            let on_split = |split: Split| {
                let values = ids.iter().map(|id| value(study, (kind, l1), metric, id, split));
                let known: Vec<Option<f64>> = values.collect::<Option<_>>()?;
                let defined: Vec<f64> = known.into_iter().flatten().collect();
                (!defined.is_empty()).then(|| Sample::new(defined))
            };
            (metric, Split::ALL.map(on_split))
        };
        let values: Vec<_> = combination.metrics.reported().map(on_splits).collect();
        if values.iter().flat_map(|(_, splits)| splits).all(Option::is_none) {
            continue;
        }
        let l2 = study.problems.get(&ids[0]).map_or(0.0, |problem| problem.l2);
        let targets = Split::ALL.map(|split| largest_of(study, &ids, split).copied());
        let of_classes = targets.iter().flatten().any(|target| target.rows.is_some());
        let label = match kind.label_of_classes.filter(|_| of_classes) {
            Some(label) => label.to_owned(),
            None => label(kind, l1, l2, combination, result.setting),
        };
        let row = BaselineRow { kind, label, problems: ids, values, targets };
        match rows.iter_mut().find(|known| known.says_the_same(&row)) {
            Some(known) if row.problems.len() < known.problems.len() => *known = row,
            Some(_) => {}
            None => {
                rows.push(row);
                names.push(&combination.optimizer);
            }
        }
    }
    let labels: Vec<String> = rows.iter().map(|row| row.label.clone()).collect();
    for (row, name) in rows.iter_mut().zip(names) {
        if labels.iter().filter(|label| **label == row.label).count() > 1 {
            row.label.push_str(&format!(", as {name} has it"));
        }
    }
    rows
}

/// The metric of predicting the mean of the training targets on one problem; `None` if it is not known or not defined.
#[must_use]
pub fn mean_of_targets(study: &Study, metric: &MetricKind, problem: &Id, split: Split) -> Option<f64> {
    value(study, (&crate::baseline::MEAN, 0.0), metric, problem, split).flatten()
}

/// The best baseline that needs no training, in words, if a setting is not better than it by more than one resolution of the score, on
/// the rows that rank. `None` where none is known on every problem of the setting.
#[must_use]
pub fn not_better_than(result: &SettingResult<'_>) -> Option<String> {
    let (study, metric, split) = (result.study, result.metrics.score, result.ranked_on);
    let (mean, distance) = result.score_mean.zip(result.distance()).filter(|(mean, _)| mean.is_finite())?;
    let ids = problems_of(study, std::iter::once(result.setting));
    let of_classes = result.target.is_some_and(|target| target.rows.is_some());
    let level = |kind: &'static BaselineKind| {
        let values = ids.iter().map(|id| value(study, (kind, 0.0), metric, id, split).flatten());
        let mean = crate::shape::mean(&values.collect::<Option<Vec<f64>>>()?)?;
        Some((metric.distance(mean), kind.label_of_classes.filter(|_| of_classes).unwrap_or(kind.label)))
    };
    let untrained = BASELINES.rows.iter().filter(|kind| kind.fitted.is_none());
    let (baseline, label) = untrained.filter_map(level).min_by(|a, b| a.0.total_cmp(&b.0))?;
    let resolution = metric.resolution(mean, result.target, result.scored);
    (baseline - distance <= resolution).then(|| label.to_owned())
}

/// The most parameters of a problem of the best settings, and the most for the exact solution, if they are too many for it.
pub fn too_many_parameters(study: &Study, contenders: &[Contender<'_>]) -> Option<(u64, u64)> {
    let most = MOST_EXACT as u64;
    let shown = contenders.iter().filter_map(Contender::shown);
    let ids = shown.flat_map(|result| problems_of(result.study, std::iter::once(result.setting)));
    let parameters = ids.filter_map(|id| Some(study.problems.get(&id)?.n_parameters));
    parameters.filter(|parameters| *parameters > most).max().map(|parameters| (parameters, most))
}

/// A metric of a baseline on one problem: as it is stored, or as it follows from the baseline's loss. `None` if it is not known,
/// `Some(None)` if it is not defined.
fn value(
    study: &Study,
    (kind, l1): (&BaselineKind, f64),
    metric: &MetricKind,
    problem: &Id,
    split: Split,
) -> Option<Option<f64>> {
    let stored = |metric: &MetricKind| {
        let mut records = study.baselines.get(problem).into_iter().flatten();
        records.find(|known| known.baseline == kind.name && known.metric == metric.name && known.l1 == l1)
    };
    if needs_each_row(metric) {
        return stored(metric).map(|known| known.values[split as usize]);
    }
    let targets = study.targets.get(problem);
    let loss = (kind.loss)(&KnownProblem { fitted: stored(mse()), targets }, split)?;
    Some(metric.derive(loss, targets.and_then(|targets| targets[split as usize].as_ref())).ok())
}

fn label(kind: &BaselineKind, l1: f64, l2: f64, combination: &StudyCombination, setting: &StudySetting) -> String {
    let Some(under_l2) = kind.label_under_l2 else { return kind.label.to_owned() };
    let mut label = if l2 > 0.0 { under_l2 } else { kind.label }.to_owned();
    let penalties = [("l1", l1), ("l2", l2)].into_iter().filter(|(_, penalty)| *penalty > 0.0);
    for (index, (name, penalty)) in penalties.enumerate() {
        let before = if index > 0 { "," } else { "" };
        label.push_str(&format!("{before} {name} {}", crate::text::number(penalty)));
    }
    if let Some(degree) = combination.column("model.degree").get(setting).and_then(number) {
        label.push_str(&format!(", degree {degree}"));
    }
    label
}
