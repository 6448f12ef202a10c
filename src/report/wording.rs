//! Phrases that the terminal and the page share.

mod outcomes;

pub use super::rate_words::{CUT_BY_THE_GRID, at_least, ends, rate, rate_not_advised, size_of_a_tie, tied_words};
pub use outcomes::{beyond_the_limit, diverged, lost, lost_of, n, n_of, no_number, none_is_best, outcomes};

use super::number::{cell, count, exact_fit, of_metric, plural, short};
use crate::analysis::{BaselineRow, Contender, Sample, SettingResult, Task, targets_of};
use crate::metric::{Direction, MetricKind};
use crate::record::{Epoch, SeedRepeats, Split, Study};

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
    let text = cell(kind, sample.as_ref(), targets_of(result, split), result.setting.deterministic);
    with_other_n(text, sample.as_ref(), result.scored)
}

/// The mean of a metric of a baseline over its problems, or what stands in its place.
#[must_use]
pub fn baseline_cell(row: &BaselineRow, kind: &MetricKind, split: Split, ranked_on: Split) -> String {
    let digits = if row.problems.len() == 1 { 6 } else { 4 };
    let sample = row.of_metric(kind, split);
    let text = sample.and_then(Sample::mean).map_or_else(
        || "–".to_owned(),
        |mean| if row.fits_exactly(kind, mean, split) { exact_fit(kind) } else { of_metric(kind, mean, digits) },
    );
    with_other_n(text, sample, row.scored(ranked_on))
}

/// A baseline beside optimizers that are tuned on each seed: the level over its problems where the split compares, else the mean.
#[must_use]
pub fn baseline_level_cell(row: &BaselineRow, task: &Task<'_>, split: Split) -> String {
    let several = row.problems.len() > 1;
    let level = row.level(task.metric, split).filter(|level| !row.fits_exactly(task.metric, *level, split));
    match level.filter(|_| several && split == task.compared_on && split != task.ranked_on) {
        Some(level) => with_other_n(
            of_metric(task.metric, level, 4),
            row.of_metric(task.metric, split),
            row.scored(task.ranked_on),
        ),
        None => baseline_cell(row, task.metric, split, task.ranked_on),
    }
}

/// The number in the column of a split: the score of the best setting where the split ranks, else the optimizer tuned on each seed.
#[must_use]
pub fn tuned_cell(
    task: &Task<'_>,
    contender: &Contender<'_>,
    result: &SettingResult<'_>,
    split: Split,
    epoch: Epoch,
) -> String {
    let index = task.contenders.iter().position(|known| std::ptr::eq(known, contender));
    let tuned = split == task.compared_on && split != task.ranked_on;
    match index.and_then(|index| task.level(index)).filter(|_| tuned) {
        Some(level) => super::verdicts::level_cell(task, &level),
        None => score_cell(result, split, epoch),
    }
}

/// What the level over several seeds is where optimizers are compared. What chose the setting, beside it, is a mean.
#[must_use]
pub fn center(task: &Task<'_>) -> &'static str {
    let is_geometric = task.metric.has_scale() && !task.holds_its_split();
    if is_geometric { "geometric mean" } else { "mean" }
}

/// A text with a capital letter.
#[must_use]
pub fn sentence_case(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// What the number that ranks is called: `MSE`, or `score` where tasks differ in it.
#[must_use]
pub fn score_label(study: &Study) -> &'static str {
    study.score().map_or("score", |metric| metric.label)
}

/// Which of some settings that tie is used, after "of settings that tie".
#[must_use]
pub fn of_ties(study: &Study) -> String {
    let mut words: Vec<String> = Vec::new();
    for metrics in study.combinations.iter().map(|combination| &combination.metrics) {
        let of = match metrics.loss() {
            Some(loss) if metrics.score.counts_rows() => format!(", the one with the best {}", loss.label),
            _ => ", the quickest".to_owned(),
        };
        if !words.contains(&of) {
            words.push(of);
        }
    }
    words.join(" or, elsewhere")
}

/// What each row is predicted with in place of a trial that is of no use, after "predicting".
#[must_use]
pub fn stand_in(study: &Study) -> &'static str {
    let targets = || study.targets.values().flatten().flatten();
    match (targets().any(|target| target.rows.is_some()), targets().any(|target| target.rows.is_none())) {
        (true, false) => "the share of each class in the training rows",
        (true, true) => "the mean of the training targets, of classes their shares",
        _ => "the mean of the training targets",
    }
}

/// What a good range adds to 1.1 times the best distance, if a metric counts rows.
#[must_use]
pub const fn and_one_row(kind: &MetricKind) -> &'static str {
    if kind.counts_rows() { " + one row of one seed" } else { "" }
}

/// `within ± 1 %`, or `within ± 1 % of 1 − R²` for a metric of which higher is better; and what stands in place of a margin of 0.
/// `scores` are the metrics that it speaks of.
#[must_use]
pub fn equivalence(study: &Study, scores: &[&MetricKind]) -> String {
    let counts_rows = scores.iter().any(|metric| metric.counts_rows());
    if study.equivalence > 0.0 {
        let higher = || scores.iter().any(|metric| metric.direction == Direction::Higher);
        let of = match scores {
            [metric] if higher() => format!(" of 1 − {}", metric.label),
            _ if higher() => " of the score (of 1 − it, where higher is better)".to_owned(),
            _ => String::new(),
        };
        let row = if counts_rows { " or one row" } else { "" };
        format!("within ± {} %{of}{row}", short(100.0 * study.equivalence, 2))
    } else {
        let least = if counts_rows { "one row" } else { "rounding" };
        format!("no difference beyond {least}")
    }
}

/// What the number in the column of a split is: `chosen` where it chose the setting, `tuned per seed` where optimizers are compared.
#[must_use]
pub fn column_note(task: &Task<'_>, split: Split) -> String {
    match (split == task.ranked_on, split == task.compared_on) {
        (true, false) => " (chosen)".to_owned(),
        (false, true) => format!(" ({})", tuned_per_seed(task)),
        _ => String::new(),
    }
}

/// What a level is: each seed has its own best setting.
#[must_use]
pub fn tuned_per_seed(task: &Task<'_>) -> &'static str {
    if center(task) == "geometric mean" { "tuned per seed, geometric mean" } else { "tuned per seed" }
}

/// The score of a setting on a split. The word is in sight where no trial at all has a score.
#[must_use]
pub fn score_cell(result: &SettingResult<'_>, split: Split, epoch: Epoch) -> String {
    match metric_cell(result, result.metrics.score, split, epoch) {
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
pub fn good_range(scores: &[&MetricKind]) -> String {
    let row = scores.iter().map(|metric| and_one_row(metric)).find(|words| !words.is_empty()).unwrap_or_default();
    let higher = || scores.iter().any(|metric| metric.direction == Direction::Higher);
    match scores {
        [metric] if higher() => format!("1 − {} is at most 1.1 times the best's{row}", metric.label),
        _ if higher() => format!("score (1 − it, where higher is better) is at most 1.1 times the best{row}"),
        _ => "score is at most 1.1 times the best".to_owned(),
    }
}

/// `sgd batch 16, mom 0.9`, or `batch_size 16, mom 0.9` where the name is a value of a key.
#[must_use]
pub fn name_with_label(name: &str, label: &str) -> String {
    let comma = if name.contains(' ') { "," } else { "" };
    if label.is_empty() { name.to_owned() } else { format!("{name}{comma} {label}") }
}

/// ` Intervals are cut at 0: no log loss lies beyond.`, where some of these intervals go beyond the range of their metric; `what` is what
/// is cut.
#[must_use]
pub fn cut_at_range<'m>(what: &str, intervals: impl Iterator<Item = (&'m MetricKind, (f64, f64))>) -> Option<String> {
    let mut kinds: Vec<&MetricKind> = Vec::new();
    let mut ends: Vec<f64> = Vec::new();
    for (kind, (low, high)) in intervals {
        let (least, most) = kind.range;
        let beyond = [(low < least).then_some(least), (high > most).then_some(most)];
        for end in beyond.into_iter().flatten() {
            kinds.extend((!kinds.contains(&kind)).then_some(kind));
            ends.extend((!ends.contains(&end)).then_some(end));
        }
    }
    ends.sort_by(f64::total_cmp);
    let words: Vec<String> = ends.into_iter().map(|end| short(end, 4)).collect();
    match kinds[..] {
        [] => None,
        [kind] => Some(format!("{what} are cut at {}: no {} lies beyond.", words.join(" and "), kind.label)),
        _ => Some(format!("{what} are cut at the ends of their metrics' ranges.")),
    }
}

/// The intervals of the levels of a task's contenders, for [`cut_at_range`].
pub fn level_intervals<'t>(task: &'t Task<'_>) -> impl Iterator<Item = (&'t MetricKind, (f64, f64))> {
    let interval = move |index| Some((task.metric, task.level(index)?.interval?));
    (0..task.contenders.len()).filter_map(interval)
}

/// What an interval of a level is about: what the seeds repeat.
#[must_use]
pub fn repeated(task: &Task<'_>) -> &'static str {
    match task.design.map(|design| design.repeats) {
        Some(SeedRepeats::Training) => "other batch orders and starts on the same rows",
        Some(SeedRepeats::Splits | SeedRepeats::FreshData) | None => "new data",
    }
}

/// An optimizer's budget: `91 settings`.
#[must_use]
pub fn budget(contender: &Contender<'_>) -> String {
    plural(contender.settings.len(), "setting")
}

/// What competes on a task, in one word: optimizers, or values of the keys that are compared.
#[must_use]
pub const fn noun(compares_keys: bool) -> &'static str {
    if compares_keys { "contender" } else { "optimizer" }
}

/// The same for a study.
#[must_use]
pub const fn noun_of(study: &Study) -> &'static str {
    noun(!study.compare.is_empty())
}

/// The keys that are compared, without their tables: `batch_size and momentum`; `None` if only optimizers compete.
#[must_use]
pub fn compared_keys(study: &Study) -> Option<String> {
    let keys: Vec<&str> =
        study.compare.iter().map(|key| key.split_once('.').map_or(key.as_str(), |(_, key)| key)).collect();
    (!keys.is_empty()).then(|| keys.join(" and "))
}
