//! What the comparison of two optimizers says, in one sentence.

use super::size::{quantity, size, size_of_limit};
use crate::analysis::{Answer, Basis, Description, OptimizerComparison, PairedDifference, Task, Unpaired};
use crate::record::{Split, Study};
use crate::report::number::{p_value, plural};
use crate::report::wording::{equivalence, long_word, metric, stand_in};

/// What a comparison says; `is_alone` if nothing that several have in common is said after it.
pub fn sentence(task: &Task<'_>, comparison: &OptimizerComparison, study: &Study, is_alone: bool) -> String {
    let name = |index: usize| task.contenders[index].name();
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
    let name = |index: usize| task.contenders[index].name();
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
    let leader = task.contenders[comparison.first].name();
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
