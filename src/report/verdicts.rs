//! What may be said of the optimizers of a task, in sentences that the terminal and the page share.

use super::number::{difference, exact_fit, p_value, plural, short, significant};
use super::verdict_alone::alone;
use super::wording::{equivalence, long_word, metric, none_is_best, place, stand_in};
use crate::analysis::{
    Analysis, Answer, Basis, Description, FEWEST_FOR_A_LEVEL, Level, OptimizerComparison, PairedDifference, Task,
    Unpaired,
};
use crate::metric::{AxisKind, MetricKind};
use crate::record::{Epoch, SeedRepeats, Split, Study};

/// One sentence for each optimizer that the leader of a task is compared with. If the leader is the only one, a sentence
/// about it.
#[must_use]
pub fn verdicts(analysis: &Analysis<'_>, task: &Task<'_>) -> Vec<String> {
    let place = place(task);
    let Some(&leader) = task.order.first() else {
        return vec![nothing_ranked(analysis.study, task, &place)];
    };
    let contender = &task.contenders[leader];
    if contender.best().is_none() {
        return vec![format!("On {place} nothing can be used: {}.", none_is_best(contender, task.metric))];
    }
    if task.order.len() == 1 {
        return vec![format!("On {place} {}", alone(analysis.study, task, leader))];
    }
    let others: Vec<&OptimizerComparison> =
        task.order.iter().skip(1).filter_map(|&other| task.against_leader(other)).collect();
    let said_once = said_once(task, &others);
    let of = |comparison: &&OptimizerComparison| sentence(task, comparison, analysis.study, said_once.is_none());
    let mut sentences: Vec<String> = others.iter().map(|one| format!("On {place} {}", of(one))).collect();
    sentences.extend(said_once.map(|text| format!("On {place} {text}")));
    sentences
}

/// What several undecided comparisons of a task have in common.
fn said_once(task: &Task<'_>, comparisons: &[&OptimizerComparison]) -> Option<String> {
    let undecided = || comparisons.iter().filter(|comparison| comparison.answer == Answer::Undecided);
    if undecided().count() < 2 {
        return None;
    }
    let difference = |one: &&OptimizerComparison| one.difference;
    let shows = undecided().filter_map(difference).any(|difference| difference.smallest_shown().is_some());
    let mut parts: Vec<String> = Vec::new();
    if shows {
        parts.push("a difference that \"would be shown\" is shown in eight of ten such experiments".to_owned());
    }
    let mut limits: Vec<(f64, &OptimizerComparison)> = Vec::new();
    for one in undecided().filter(|one| one.basis == Basis::Seeds) {
        limits.extend(one.difference.and_then(|difference| difference.narrowest).map(|limit| (limit, *one)));
    }
    limits.sort_by(|a, b| a.0.total_cmp(&b.0));
    let said = |(value, one): &(f64, &OptimizerComparison)| size_of_limit(task, one, *value);
    let ends = limits.first().and_then(said).zip(limits.last().and_then(said));
    if let Some((narrow, wide)) = ends {
        let between = if narrow == wide { format!("± {wide}") } else { format!("± {narrow} to ± {wide}") };
        parts.push(format!("no number of seeds brings these intervals below {between}, more rows would"));
    }
    (!parts.is_empty()).then(|| parts.join("; ") + ".")
}

fn nothing_ranked(study: &Study, task: &Task<'_>, place: &str) -> String {
    let undefined = task.contenders.iter().any(|contender| contender.undefined > 0);
    let lacking = lacking(study, task);
    if lacking > 0 {
        let (trials, lacked) = (plural(lacking, "trial"), study.trials.lacked());
        let lack = if lacking == 1 { "lacks" } else { "lack" };
        format!("On {place} nothing can be ranked yet: {trials} {lack} {lacked}; `sweep run` trains them for it.")
    } else if undefined {
        format!("On {place} nothing can be ranked: {} is not defined for the trials that completed.", task.metric.label)
    } else {
        format!("On {place} nothing has been trained yet.")
    }
}

/// The trials of a task whose record lacks a metric that is asked for.
fn lacking(study: &Study, task: &Task<'_>) -> usize {
    let settings = task.contenders.iter().flat_map(|contender| &contender.settings);
    settings.flat_map(|result| result.setting.trials()).filter(|trial| study.trials.get(*trial).is_lacking()).count()
}

/// A level on the split that compares, with its interval: `3059 [2264, 3854]`.
#[must_use]
pub fn level_cell(task: &Task<'_>, level: &Level) -> String {
    if task.metric.fits_exactly(level.center, task.target) {
        return exact_fit(task.metric);
    }
    let digits = if level.n == 1 { 6 } else { 4 };
    let text = super::number::metric_with_interval(task.metric, level.center, level.interval, digits);
    let few = task.few_rows_a_seed().filter(|_| level.n > 1);
    few.map_or_else(|| text.clone(), |_| format!("{text} (fewer than {FEWEST_FOR_A_LEVEL} test rows)"))
}

/// The smallest differences that the comparisons with each leader would show, as far as records say.
#[must_use]
pub fn smallest_shown(analysis: &Analysis<'_>) -> Vec<String> {
    let of_task = |task: &Task<'_>| {
        let others = task.order.iter().skip(1).filter_map(|&other| task.against_leader(other)).collect::<Vec<_>>();
        let line = |comparison: &&OptimizerComparison| {
            let name = |index: usize| task.contenders[index].combination.optimizer.as_str();
            // What is decided, or cannot be, has no such size.
            let difference = comparison.difference.filter(|_| comparison.answer == Answer::Undecided)?;
            let size = size(task, comparison, difference.smallest_shown()?)?;
            let limit = difference.narrowest.and_then(|limit| size_of_limit(task, comparison, limit));
            Some(format!(
                "{}: {} − {}, a difference of about {size}{}",
                place(task),
                name(comparison.second),
                name(comparison.first),
                limit.map_or_else(String::new, |limit| format!("; ± {limit} at best, however many seeds"))
            ))
        };
        others.iter().filter_map(line).collect::<Vec<_>>()
    };
    analysis.tasks.iter().flat_map(of_task).collect()
}

/// The limit of an interval over seeds; that of a test over rows is another.
fn size_of_limit(task: &Task<'_>, comparison: &OptimizerComparison, limit: f64) -> Option<String> {
    size(task, comparison, limit).filter(|_| comparison.basis == Basis::Seeds)
}

/// A difference as a share of the first one's level: `6.2 %`, `3 points`.
fn size(task: &Task<'_>, comparison: &OptimizerComparison, value: f64) -> Option<String> {
    if comparison.first_fits_exactly() {
        return None;
    }
    match task.metric.axis {
        AxisKind::Logarithmic => comparison.relative(value).map(|share| format!("{} %", short(100.0 * share, 2))),
        AxisKind::Linear if task.metric.is_in_points() => Some(format!("{} points", short(100.0 * value, 2))),
        AxisKind::Linear => Some(format!("{} {}", short(value, 2), task.metric.label)),
    }
}

/// What a comparison says; `is_alone` if no sentence of [`said_once`] follows.
fn sentence(task: &Task<'_>, comparison: &OptimizerComparison, study: &Study, is_alone: bool) -> String {
    let name = |index: usize| task.contenders[index].combination.optimizer.as_str();
    let (first, second) = (name(comparison.first), name(comparison.second));
    let metric = metric(task.metric, comparison.split, study.epoch);
    let Some(difference) = comparison.difference else {
        return no_pairs(first, second, &metric, comparison.unpaired);
    };
    let quantity = quantity(task, comparison, &difference, study.epoch);
    let winner = if comparison.decided() > 0 { first } else { second };
    let loser = if comparison.decided() > 0 { second } else { first };
    let what = match (comparison.answer, comparison.basis) {
        (Answer::FirstBetter | Answer::SecondBetter, Basis::TestRows) => {
            format!("these {winner} models predict new rows better than these {loser} models: {quantity}")
        }
        (Answer::FirstBetter | Answer::SecondBetter, _) if comparison.split == Split::Train => {
            let lower = task.metric.direction.word();
            format!("{winner} reaches a {lower} {metric} than {loser}: {quantity}")
        }
        (Answer::FirstBetter | Answer::SecondBetter, _) => format!("{winner} is better than {loser}: {quantity}"),
        (Answer::PracticallyEqual, basis) => {
            let within = equivalence(study, &[task.metric]);
            let whose = match (basis, comparison.split) {
                (Basis::TestRows, _) => format!("these {first} and {second} models are practically equal on new rows"),
                (_, Split::Train) => format!("{first} and {second} are practically equal on training rows"),
                _ => format!("{first} and {second} are practically equal"),
            };
            format!("{whose} ({within}): {quantity}")
        }
        (Answer::Undecided, _) => format!("{first} against {second} is undecided: {quantity}"),
        (Answer::NeitherUsable, _) => {
            return format!("neither {first} nor {second} predicts better than {}.", stand_in(study));
        }
        (Answer::Described(_), _) => quantity,
    };
    let mut text = what;
    text.push_str(&in_seeds(comparison, first, second));
    if let (Some(p), 1 | -1) = (comparison.adjusted_p, comparison.decided()) {
        text.push_str(&format!(", {}", p_value(p)));
    }
    text.push_str(&after(study, task, comparison, &difference, is_alone));
    text.push_str(&against_the_leader(task, comparison));
    text + "."
}

/// `sgd − gd = 3 [−25, 31] test MSE, 0.1 % [−0.8, 1.0] of gd's`, or `sgd − gd = −2.5 [−3.1, −1.9] points of test accuracy`
fn quantity(task: &Task<'_>, comparison: &OptimizerComparison, difference: &PairedDifference, epoch: Epoch) -> String {
    let name = |index: usize| task.contenders[index].combination.optimizer.as_str();
    let (first, second) = (name(comparison.first), name(comparison.second));
    let metric = metric(task.metric, comparison.split, epoch);
    if task.metric.is_in_points() {
        return format!("{second} − {first} = {} points of {metric}", value(comparison, &in_points(difference)));
    }
    let value = value(comparison, difference);
    let share = share(task.metric, comparison, difference).map_or_else(String::new, |share| match task.metric.axis {
        AxisKind::Logarithmic => format!(", {share} of {first}'s"),
        AxisKind::Linear => String::new(),
    });
    format!("{second} − {first} = {value} {metric}{share}")
}

/// A difference in hundredths.
fn in_points(difference: &PairedDifference) -> PairedDifference {
    let interval = difference.interval.map(|(low, high)| (100.0 * low, 100.0 * high));
    PairedDifference { mean: 100.0 * difference.mean, interval, ..*difference }
}

/// The mean difference with its interval.
#[must_use]
pub fn value(comparison: &OptimizerComparison, estimate: &PairedDifference) -> String {
    if comparison.first_fits_exactly() && comparison.is_rounding(estimate) {
        return "0, up to rounding".to_owned();
    }
    match estimate.interval {
        None => significant(estimate.mean, 4),
        interval => difference(estimate.mean, interval, estimate.n),
    }
}

/// A difference beside the first one's level: `0.1 % [−0.8, 1.0]`, or in points for a metric that is no ratio. `None` if the level
/// is not known or too small.
#[must_use]
pub fn share(kind: &MetricKind, comparison: &OptimizerComparison, estimate: &PairedDifference) -> Option<String> {
    if comparison.first_fits_exactly() {
        return None;
    }
    let of = |value: f64| match kind.axis {
        AxisKind::Logarithmic => comparison.relative(value).map(|share| 100.0 * share),
        AxisKind::Linear => Some(100.0 * value),
    };
    let unit = if kind.axis == AxisKind::Logarithmic { "%" } else { "points" };
    let mean = of(estimate.mean)?;
    let both = |(low, high): (f64, f64)| Some((of(low)?, of(high)?));
    let ends = estimate.interval.and_then(both);
    let digits = |value: f64| short(value, 2);
    if [Some(mean), ends.map(|ends| ends.0), ends.map(|ends| ends.1)]
        .into_iter()
        .flatten()
        .any(|value| value.abs() >= 1e4)
    {
        return None;
    }
    Some(match ends {
        Some((low, high)) if low < high => format!("{} {unit} [{}, {}]", digits(mean), digits(low), digits(high)),
        _ => format!("{} {unit}", digits(mean)),
    })
}

/// `, gd lower in 6 of 10 seeds`
fn in_seeds(comparison: &OptimizerComparison, first: &str, second: &str) -> String {
    let Some(difference) = comparison.difference else { return String::new() };
    match comparison.basis {
        Basis::OneNumber => String::new(),
        Basis::TestRows => format!(", over {} test rows", difference.n),
        Basis::Seeds => {
            let word = comparison.direction.word();
            let seeds = comparison.unpaired.undefined + comparison.unpaired.outstanding + difference.n;
            let of = of_seeds(seeds, comparison.unpaired);
            let (name, better) = match comparison.decided() {
                1 => (first, comparison.better_at.0),
                _ => (second, comparison.better_at.1),
            };
            format!(", {name} {word} in {better} of {}{of}", plural(difference.n, "seed"))
        }
    }
}

/// ` (4 more: not defined at 3, 1 outstanding)`; nothing if all seeds have a pair.
fn of_seeds(all: usize, unpaired: Unpaired) -> String {
    let missing = [(unpaired.undefined, "not defined"), (unpaired.outstanding, "outstanding")];
    let words: Vec<String> =
        missing.iter().filter(|(count, _)| *count > 0).map(|(count, why)| format!("{count} {why}")).collect();
    if words.is_empty() {
        String::new()
    } else {
        format!(" ({} of {all} have no pair: {})", unpaired.undefined + unpaired.outstanding, words.join(", "))
    }
}

/// What the answer rests on, and what it would take to know more.
fn after(
    study: &Study,
    task: &Task<'_>,
    comparison: &OptimizerComparison,
    difference: &PairedDifference,
    is_alone: bool,
) -> String {
    let name = |index: usize| task.contenders[index].combination.optimizer.as_str();
    let mut text = String::new();
    for (count, index) in [(comparison.capped.0, comparison.first), (comparison.capped.1, comparison.second)] {
        if count > 0 {
            let (name, seeds) = (name(index), plural(count, "seed"));
            text.push_str(&format!("; {name} counts as {} at {seeds}", stand_in(study)));
        }
    }
    match comparison.answer {
        Answer::Undecided => text.push_str(&undecided(task, comparison, difference, is_alone)),
        Answer::Described(why) => text.push_str(&described(task, why)),
        _ => {}
    }
    text
}

/// The leader is the best on the rows that rank; where test rows favour another one, both are said.
fn against_the_leader(task: &Task<'_>, comparison: &OptimizerComparison) -> String {
    if comparison.decided() >= 0 || comparison.split == task.ranked_on {
        return String::new();
    }
    let leader = &task.contenders[comparison.first].combination.optimizer;
    let rows = [task.ranked_on, comparison.split].map(long_word);
    format!("; {leader} leads by the {} rows, and the {} rows say otherwise", rows[0], rows[1])
}

fn undecided(
    task: &Task<'_>,
    comparison: &OptimizerComparison,
    difference: &PairedDifference,
    is_alone: bool,
) -> String {
    let mut text = String::new();
    if difference.interval.is_some_and(|(low, high)| low > 0.0 || high < 0.0) {
        text.push_str("; the interval excludes 0, but not once all comparisons of the task are counted");
        text.extend(comparison.adjusted_p.map(|p| format!(" (Holm, {})", p_value(p))));
    }
    if let Some(size) = difference.smallest_shown().and_then(|value| size(task, comparison, value)) {
        let often = if is_alone { " in eight of ten such experiments" } else { "" };
        text.push_str(&format!("; a difference of about {size} would be shown{often}"));
    }
    let limit = difference.narrowest.filter(|_| is_alone).and_then(|limit| size_of_limit(task, comparison, limit));
    if let Some(limit) = limit {
        text.push_str(&format!("; no number of seeds brings the interval below ± {limit}, more rows would"));
    }
    text
}

fn described(task: &Task<'_>, why: Description) -> String {
    let rows = task.design.map_or(0, |design| design.rows_of(task.compared_on));
    match why {
        Description::NoPairs => String::new(),
        Description::OnePair => "; one seed gives no interval".to_owned(),
        Description::NoTestRows => {
            "; the validation rows chose the settings, so they do not say which is better: test rows would".to_owned()
        }
        Description::FewTestRows(rows) => {
            format!(" on this split; its {} are too few to say which is better on new rows", plural(rows, "test row"))
        }
        Description::NoPredictions => format!(
            " on this split of {rows} test rows; their predictions are not known, so nothing is said of new rows"
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

/// How the leader compares with another optimizer, in few words.
#[must_use]
pub const fn in_short(comparison: &OptimizerComparison) -> &'static str {
    match (comparison.answer, comparison.basis, comparison.split) {
        (Answer::FirstBetter, Basis::TestRows, _) => "these models predict new rows better than those of",
        (Answer::SecondBetter, Basis::TestRows, _) => {
            "leads by its score, but these models predict new rows worse than those of"
        }
        (Answer::FirstBetter, _, Split::Train) => "ahead on training rows of",
        (Answer::SecondBetter, _, Split::Train) => "behind on training rows",
        (Answer::FirstBetter, ..) => "better than",
        (Answer::SecondBetter, ..) => "leads by its score, but is worse on test rows than",
        (Answer::PracticallyEqual, ..) => "practically equal to",
        (Answer::Undecided, ..) => "undecided against",
        (Answer::NeitherUsable, ..) => "no better than the mean, nor is",
        (Answer::Described(_), ..) => "not tested against",
    }
}

/// What an interval of a task speaks of.
#[must_use]
pub fn speaks_of(task: &Task<'_>) -> &'static str {
    let Some(design) = task.design else { return "these trials" };
    match (design.repeats, task.compared_on) {
        (SeedRepeats::Splits, _) => "splits of this file: the expected value over new files of this size",
        (SeedRepeats::FreshData, _) => "fresh data for each seed: the expected value over new data of this size",
        (SeedRepeats::Training, Split::Train) => "these training rows: the seeds repeat batches and starts",
        (SeedRepeats::Training, _) => "a held split: these trained models on new rows",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::testing::{Builder, Ending};

    fn study(optimizers: &[(&str, &[f64])]) -> Builder {
        let builder = Builder::new("t", optimizers[0].1.len() as u64, true);
        optimizers.iter().fold(builder, |builder, (name, values)| {
            let ends: Vec<Ending> = values.iter().map(|value| Ending::At(*value)).collect();
            builder.combination(name, "gd").setting(0.1, "", &ends)
        })
    }

    fn said(study: &Study) -> Vec<String> {
        let analysis = Analysis::new(study);
        verdicts(&analysis, &analysis.tasks[0])
    }

    #[test]
    fn what_several_answers_have_in_common_is_said_once() {
        let three: [(&str, &[f64]); 3] =
            [("a", &[10.0, 13.0, 10.0, 12.0]), ("b", &[12.0, 11.0, 13.0, 10.0]), ("c", &[11.0, 9.0, 14.0, 13.0])];
        let splits = |builder: Builder| builder.design(SeedRepeats::Splits, [60, 20, 20]).build();
        let text = said(&splits(study(&three)));
        assert_eq!(text.len(), 3, "{text:?}");
        assert!(
            text[..2].iter().all(|line| line.contains("undecided") && line.ends_with(" would be shown.")),
            "{text:?}"
        );
        let all = text.join("\n");
        assert_eq!(all.matches("no number of seeds").count(), 1, "{all}");
        assert_eq!(all.matches("eight of ten").count(), 1, "{all}");
        assert!(text[2].contains("these intervals below ± ") && text[2].ends_with(" %, more rows would."), "{all}");
        let two = said(&splits(study(&three[..2])));
        assert_eq!(two.len(), 1, "{two:?}");
        assert!(two[0].contains("eight of ten") && two[0].contains("brings the interval below"), "{two:?}");
    }

    /// Seed 1 does best at 0.1, seed 2 at 0.2: the number of both is 4 (the geometric mean of 2 and 8), that of the rate to use is 5.
    #[test]
    fn a_lone_optimizer_says_what_its_number_is() {
        let at = |values: [f64; 2]| values.map(Ending::At);
        let builder = Builder::new("t", 2, true).combination("gd", "gd");
        let builder = builder.setting(0.1, "", &at([2.0, 10.0])).setting(0.2, "", &at([6.0, 8.0]));
        let text = said(&builder.design(SeedRepeats::Splits, [60, 20, 20]).build());
        assert_eq!(text.len(), 1);
        assert!(text[0].contains("gd: 4.00 ") || text[0].contains("gd: 4 "), "{text:?}");
        assert!(
            text[0].contains("(tuned per seed, geometric mean), n = 2. To use: gd with learning rate 0."),
            "{text:?}"
        );
        let one = said(&study(&[("gd", &[10.0, 13.0])]).build());
        assert!(one[0].contains("gd with learning rate 0.1: ") && !one[0].contains("tuned"), "{one:?}");
    }

    #[test]
    fn a_margin_of_nothing_is_said_in_words() {
        let mut study = study(&[("a", &[10.0, 13.0, 10.0]), ("b", &[10.0, 13.0, 10.0])]).build();
        study.equivalence = 0.0;
        let text = said(&study).join("\n");
        assert!(
            text.contains("practically equal (no difference beyond rounding)") && !text.contains("± 0 %"),
            "{text}"
        );
    }

    /// Of accuracies of 0.9, 0.85, 0.9, 0.95 and 0.7, 0.7, 0.75, 0.7 on 20 rows the differences are −20, −15, −15 and −25 points.
    #[test]
    fn a_difference_of_accuracies_is_told_in_points() {
        let ends = |values: [f64; 4]| values.map(Ending::At);
        let builder = Builder::new("t", 4, true).combination("a", "gd").setting(0.1, "", &ends([0.9, 0.85, 0.9, 0.95]));
        let builder = builder.combination("b", "gd").setting(0.1, "", &ends([0.7, 0.7, 0.75, 0.7]));
        let study = builder.of_classes("accuracy", 20).design(SeedRepeats::FreshData, [60, 20, 20]).build();
        let text = said(&study).join("\n");
        assert!(text.contains("a is better than b: b − a = −18.8 [−26.4, −11.1] points of test accuracy"), "{text}");
        assert!(text.contains(", a higher in 4 of 4 seeds, p = "), "{text}");
        let page = crate::report::StudyReport::new(&study).markdown();
        assert!(page.contains("−19 points \\[−26, −11\\]"), "{page}");
        assert!(page.contains("within ± 1 % of 1 − accuracy or one row"), "{page}");
    }

    /// A held split of 20 test rows: the leader misses them by 1 and 2 in turn, the other one each by 1.
    #[test]
    fn test_rows_against_the_leader_are_explained_and_both_can_be_trained_again() {
        let builder = study(&[("a", &[1.0, 1.0]), ("b", &[2.5, 2.5])]);
        let mut study = builder.design(SeedRepeats::Training, [60, 20, 20]).build();
        let targets: std::sync::Arc<[f64]> = std::iter::repeat_n(0.0, 20).collect();
        for trial in 0..4 {
            let miss = |row: u32| if trial >= 2 || row.is_multiple_of(2) { 1.0 } else { 2.0 };
            let predictions = crate::record::TestPredictions {
                kind: crate::shape::PredictionKind::Numbers,
                outputs: (0..20).map(miss).collect(),
                targets: std::sync::Arc::clone(&targets),
                n_targets: 1,
                weights: None,
            };
            study.test_predictions.insert(trial, predictions);
        }
        let text = said(&study).join("\n");
        assert!(text.starts_with("On diabetes these b models predict new rows better than these a models"), "{text}");
        assert!(text.ends_with("; a leads by the validation rows, and the test rows say otherwise."), "{text}");
        let report = crate::report::StudyReport::new(&study);
        let summary = report.terminal(None, None);
        assert!(summary.contains("alone/diabetes-linear-a  # a, 2 trials: "), "{summary}");
        assert!(summary.contains("alone/diabetes-linear-b  # b, 2 trials: "), "{summary}");
        let page = report.markdown();
        assert!(page.contains("leads by its score, but these models predict new rows worse than those of b"), "{page}");
    }
}
