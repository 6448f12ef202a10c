//! Phrases that the terminal and the page share.

use super::number::{cell, count, difference, of_metric, p_value, plural, short, significant};
use crate::analysis::{
    Analysis, BaselineRow, Basin, Contender, Counts, Finding, MOST_PAIRS, OptimizerComparison, Sample, SettingResult,
    Task, Unpaired,
};
use crate::metric::{Direction, MetricKind};
use crate::record::{Epoch, Split, Study};

/// `diabetes`, or `diabetes · linear` if the data set is used with several models.
#[must_use]
pub fn place(task: &Task<'_>) -> String {
    if task.shares_dataset { task_name(task) } else { task.dataset.to_owned() }
}

/// `diabetes · linear`
#[must_use]
pub fn task_name(task: &Task<'_>) -> String {
    format!("{} · {}", task.dataset, task.model)
}

/// The word in prose: `training` for what tables call `train`.
#[must_use]
pub const fn long_word(split: Split) -> &'static str {
    match split {
        Split::Train => "training",
        Split::Validation => "validation",
        Split::Test => "test",
    }
}

/// What the best epoch means for the metrics that stand beside the score.
pub const OWN_BEST_EPOCH: &str = "Each metric is taken at its own best epoch, not at that of the score: the one at which the trial's \
                                  value on validation rows (without them: training rows) is best.";

/// `validation R²`, or `validation R² at the best epoch` if the best evaluated epoch scores.
#[must_use]
pub fn metric(kind: &MetricKind, split: Split, epoch: Epoch) -> String {
    at(format!("{} {}", split.word(), kind.label), epoch)
}

/// `training R²`, for a title or an axis.
#[must_use]
pub fn long_metric(kind: &MetricKind, split: Split, epoch: Epoch) -> String {
    at(format!("{} {}", long_word(split), kind.label), epoch)
}

fn at(metric: String, epoch: Epoch) -> String {
    match epoch {
        Epoch::Last => metric,
        Epoch::Best => metric + " at the best epoch",
    }
}

/// A metric of a setting, with the number of its trials that have it where that is not the number of those with a score.
#[must_use]
pub fn metric_cell(result: &SettingResult<'_>, kind: &MetricKind, split: Split, epoch: Epoch) -> String {
    let sample = result.of_metric(kind, split, epoch);
    let text = cell(kind, sample.as_ref(), result.setting.deterministic);
    with_other_n(text, sample.as_ref(), result.scored)
}

/// The mean of a metric of a baseline over its problems, or what stands in its place.
#[must_use]
pub fn baseline_cell(row: &BaselineRow, kind: &MetricKind, split: Split, ranked_on: Split) -> String {
    let digits = if row.problems.len() == 1 { 6 } else { 4 };
    let sample = row.of_metric(kind, split);
    let text = sample.and_then(Sample::mean).map_or_else(|| "–".to_owned(), |mean| of_metric(kind, mean, digits));
    with_other_n(text, sample, row.scored(ranked_on))
}

/// The score of a setting on a split. The word is in sight where no trial at all has a score.
#[must_use]
pub fn score_cell(result: &SettingResult<'_>, split: Split, epoch: Epoch) -> String {
    match metric_cell(result, result.study.metric, split, epoch) {
        none if none == "–" && result.scored == 0 => "not defined".to_owned(),
        text => text,
    }
}

fn with_other_n(text: String, sample: Option<&Sample>, scored: usize) -> String {
    match sample.map(Sample::n) {
        Some(n) if n != scored => format!("{text}, n = {n}"),
        _ => text,
    }
}

/// Why a task has no row of the exact solution; `None` if it need not have one.
#[must_use]
pub fn no_exact_solution(task: &Task<'_>) -> Option<String> {
    let (parameters, most) = task.too_many_parameters?;
    Some(format!("exact solution not computed: {} parameters, at most {}", count(parameters), count(most)))
}

/// `10 splits`, or `4 of 10 splits` if the score of a baseline is not defined on all of them.
#[must_use]
pub fn splits(row: &BaselineRow, ranked_on: Split) -> String {
    let (scored, all) = (row.scored(ranked_on), plural(row.problems.len(), "split"));
    if scored == row.problems.len() { all } else { format!("{scored} of {all}") }
}

/// What makes a rate as good as the best, after "whose".
#[must_use]
pub fn good_range(kind: &MetricKind) -> String {
    match kind.direction {
        Direction::Lower => "score is at most 1.1 times the best".to_owned(),
        Direction::Higher => format!("1 − {} is at most 1.1 times the best's", kind.label),
    }
}

/// `sgd batch 16, mom 0.9`
#[must_use]
pub fn name_with_label(name: &str, label: &str) -> String {
    if label.is_empty() { name.to_owned() } else { format!("{name} {label}") }
}

/// `873 completed, 37 diverged, 0 failed`, and the outstanding trials if there are any.
#[must_use]
pub fn outcomes(counts: Counts) -> String {
    let mut text = format!("{} completed, {} diverged, {} failed", counts.completed, counts.diverged, counts.failed);
    if counts.outstanding > 0 {
        text.push_str(&format!(", {} outstanding", counts.outstanding));
    }
    text
}

/// The trials with a score: `10`, or `7 of 10` if trials are outstanding or the score of some is not defined, or
/// `1, deterministic`.
#[must_use]
pub fn n(result: &SettingResult<'_>) -> String {
    n_of(result, result.scored)
}

/// The same for another number of trials.
#[must_use]
pub fn n_of(result: &SettingResult<'_>, n: usize) -> String {
    let planned = result.counts.planned();
    if n < planned {
        format!("{n} of {planned}")
    } else if result.setting.deterministic {
        "1, deterministic".to_owned()
    } else {
        n.to_string()
    }
}

/// The sign before the width of a basin that the axis cuts.
#[must_use]
pub const fn at_least(basin: &Basin) -> &'static str {
    if basin.cut.0 || basin.cut.1 { "≥ " } else { "" }
}

/// The ends of a basin, with `≤` or `≥` if the axis ends before it does.
#[must_use]
pub fn ends(basin: &Basin, low: &str, high: &str, between: &str) -> String {
    let (below, above) = (if basin.cut.0 { "≤ " } else { "" }, if basin.cut.1 { "≥ " } else { "" });
    format!("{below}{low}{between}{above}{high}")
}

/// `0.01 (basin 1.2 dec)`
#[must_use]
pub fn rate(contender: &Contender<'_>, result: &SettingResult<'_>) -> String {
    let Some(rate) = result.learning_rate else { return "–".to_owned() };
    let basin = contender.best_series().and_then(|series| series.basin.as_ref());
    match basin.map(|basin| (basin, basin.decades)) {
        Some((basin, decades)) if decades > 0.0 => {
            format!("{} (basin {}{} dec)", short(rate, 4), at_least(basin), short(decades, 2))
        }
        _ => short(rate, 4),
    }
}

/// Why no setting of an optimizer is best.
#[must_use]
pub fn none_is_best(contender: &Contender<'_>, metric: &MetricKind) -> String {
    match contender.undefined {
        0 => NOTHING_COMPLETED.to_owned(),
        undefined => {
            format!(
                "{} is not defined for {undefined} of {} completed trials",
                metric.label, contender.counts.completed
            )
        }
    }
}

const NOTHING_COMPLETED: &str = "in every setting half of the trials or more diverged or failed";

/// One sentence for each optimizer that the leader of a task is compared with. If the leader is the only one, a
/// sentence about it.
#[must_use]
pub fn verdicts(analysis: &Analysis<'_>, task: &Task<'_>) -> Vec<String> {
    let place = place(task);
    let epoch = analysis.study.epoch;
    let Some(&leader) = task.order.first() else {
        let undefined = task.contenders.iter().any(|contender| contender.undefined > 0);
        let lacking = lacking(analysis.study, task);
        return vec![if lacking > 0 {
            let (trials, lacked) = (plural(lacking, "trial"), analysis.study.trials.lacked());
            let lack = if lacking == 1 { "lacks" } else { "lack" };
            format!("On {place} nothing can be ranked yet: {trials} {lack} {lacked}; `sweep run` trains them for it.")
        } else if undefined {
            format!(
                "On {place} nothing can be ranked: {} is not defined for the trials that completed.",
                task.metric.label
            )
        } else {
            format!("On {place} nothing has been trained yet.")
        }];
    };
    let contender = &task.contenders[leader];
    let Some(best) = contender.best() else {
        return vec![format!("On {place} nothing can be used: {}.", none_is_best(contender, task.metric))];
    };
    if task.order.len() == 1 {
        let sample = best.metric(task.compared_on, epoch);
        let value = cell(task.metric, sample.as_ref(), best.setting.deterministic);
        let rate =
            best.learning_rate.map_or_else(String::new, |rate| format!(" with learning rate {}", short(rate, 4)));
        let name = name_with_label(&contender.combination.optimizer, &contender.label(best));
        let n = match best.setting.deterministic {
            true => "deterministic".to_owned(),
            false => format!("n = {}", n_of(best, sample.map_or(0, |sample| sample.n()))),
        };
        return vec![format!(
            "On {place} {name}{rate}: {value} {}, {n}.",
            metric(task.metric, task.compared_on, epoch)
        )];
    }
    let against_leader = task.comparisons.iter().filter(|comparison| comparison.first == leader);
    against_leader.map(|comparison| format!("On {place} {}", sentence(task, comparison, epoch))).collect()
}

/// The trials of a task whose record lacks a metric that is asked for.
fn lacking(study: &Study, task: &Task<'_>) -> usize {
    let settings = task.contenders.iter().flat_map(|contender| &contender.settings);
    settings.flat_map(|result| result.setting.trials()).filter(|trial| study.trials.get(*trial).is_lacking()).count()
}

fn sentence(task: &Task<'_>, comparison: &OptimizerComparison, epoch: Epoch) -> String {
    let name = |index: usize| task.contenders[index].combination.optimizer.as_str();
    let (first, second) = (name(comparison.first), name(comparison.second));
    let metric = metric(task.metric, comparison.split, epoch);
    let better = task.metric.direction.word();
    let winner = match comparison.decided() {
        1 => Some(first),
        -1 => Some(second),
        _ => None,
    };
    let of_seeds = |n: usize| of_seeds(n, &metric, comparison.unpaired);
    let claim = winner.map_or_else(|| "no difference is shown".to_owned(), |winner| format!("{winner} is better"));
    match &comparison.finding {
        Finding::NoPairs => no_pairs(first, second, &metric, comparison.unpaired),
        Finding::Plain { difference: value } => {
            let claim = winner.map_or_else(|| "both are equal".to_owned(), |winner| format!("{winner} is {better}"));
            format!(
                "{claim}: {second} − {first} = {} {metric}; both are deterministic, so no test.",
                significant(*value, 4)
            )
        }
        Finding::Paired { n, against_constant, mean, interval, p_value: p, would_decide } => {
            let pairs = if *against_constant { "seeds against a deterministic setting" } else { "paired seeds" };
            let value = difference(*mean, *interval, *n);
            let mut text = format!("{claim}: {second} − {first} = {value} {metric}, {n} {pairs}{}", of_seeds(*n));
            match (winner, p, would_decide) {
                (Some(_), Some(p), _) => {
                    text.push_str(&format!(", {}{}", if p.exact { "" } else { "approximate " }, p_value(p.value)));
                }
                (None, _, Some(MOST_PAIRS)) => {
                    text.push_str(&format!("; a million would not decide a difference of {}", plain(*mean)));
                }
                (None, _, Some(pairs)) => {
                    text.push_str(&format!("; about {pairs} would decide a difference of {}", plain(*mean)));
                }
                _ => {}
            }
            text + "."
        }
        Finding::Unequal { n, first_better, second_better, p_value: p, .. } => format!(
            "{claim}: a trial that diverged or failed loses its pair, and {first} has the {better} {metric} in {first_better} \
             of {n} pairs{}, {second} in {second_better} (sign test, {}).",
            of_seeds(*n),
            p_value(*p)
        ),
    }
}

/// Why two optimizers have no pair of seeds.
fn no_pairs(first: &str, second: &str, metric: &str, unpaired: Unpaired) -> String {
    let seeds = unpaired.undefined + unpaired.outstanding;
    match unpaired.undefined {
        0 => format!("{second} and {first} have no seed in common yet."),
        undefined => format!(
            "{second} and {first} cannot be compared: {metric} is not defined for one of them at {undefined} of {}{}.",
            plural(seeds, "seed"),
            match unpaired.outstanding {
                0 => String::new(),
                outstanding => format!(", and {outstanding} are outstanding"),
            }
        ),
    }
}

/// ` of 8 (test R² is not defined at 4)`; nothing if all seeds have a pair.
fn of_seeds(pairs: usize, metric: &str, unpaired: Unpaired) -> String {
    let reasons: Vec<String> = [
        (unpaired.undefined, format!("{metric} is not defined at {}", unpaired.undefined)),
        (unpaired.outstanding, format!("{} outstanding", unpaired.outstanding)),
    ]
    .into_iter()
    .filter_map(|(seeds, reason)| (seeds > 0).then_some(reason))
    .collect();
    if reasons.is_empty() {
        return String::new();
    }
    format!(" of {} ({})", pairs + unpaired.undefined + unpaired.outstanding, reasons.join(", "))
}

fn plain(difference: f64) -> String {
    short(difference.abs(), 2)
}

/// An optimizer's budget: `91 settings`.
#[must_use]
pub fn budget(contender: &Contender<'_>) -> String {
    plural(contender.settings.len(), "setting")
}
