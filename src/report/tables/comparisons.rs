//! `tables/comparisons.csv`: pairs of optimizers, each tuned on each seed by itself, `second − first`.

use super::TableKind;
use crate::analysis::{Analysis, Answer, Basis, Description, OptimizerComparison};
use crate::report::csv::Csv;

pub const TABLE: TableKind = TableKind { path: |_| "tables/comparisons.csv".to_owned(), only_if: None, write };

fn write(analysis: &Analysis<'_>, csv: &mut Csv<'_>) {
    let mut columns = vec!["dataset", "model", "first", "second", "metric", "first_leads"];
    columns.extend(NUMBERS.map(|(name, _)| name));
    columns.push("answer");
    csv.header(&columns);
    for task in &analysis.tasks {
        for comparison in &task.comparisons {
            csv.text(task.dataset);
            csv.text(task.model);
            for index in [comparison.first, comparison.second] {
                csv.text(&task.contenders[index].combination.optimizer);
            }
            csv.text(&format!("{}_{}", comparison.split.word(), task.metric.name));
            let leads = task.order.first() == Some(&comparison.first);
            csv.flag(leads);
            numbers(csv, comparison);
            // An answer is adjusted for all comparisons with the leader, and there is none without it.
            csv.text(if leads { answer_word(comparison.answer) } else { "" });
            csv.end_row();
        }
    }
}

/// The columns of [`numbers`], and what they are called where the first one is the leader.
pub const NUMBERS: [(&str, Option<&str>); 14] = [
    ("pairs_are", None),
    ("n", Some("pairs")),
    ("second_minus_first_mean", Some("minus_leader_mean")),
    ("low", None),
    ("high", None),
    ("share_of_first", Some("share_of_leader")),
    ("p_value", None),
    ("p_holm", None),
    ("first_better", Some("leader_better")),
    ("second_better", Some("better")),
    ("first_capped", Some("leader_capped")),
    ("second_capped", Some("capped")),
    ("smallest_shown", None),
    ("narrowest", None),
];

/// The numbers of a comparison.
pub fn numbers(csv: &mut Csv<'_>, comparison: &OptimizerComparison) {
    csv.text(match comparison.basis {
        Basis::Seeds => "seeds",
        Basis::TestRows => "test_rows",
        Basis::OneNumber => "deterministic",
    });
    let found = comparison.difference;
    csv.count(found.map_or(0, |found| found.n as u64));
    csv.statistic(found.map(|found| found.mean));
    csv.statistic(found.and_then(|found| found.interval).map(|interval| interval.0));
    csv.statistic(found.and_then(|found| found.interval).map(|interval| interval.1));
    csv.statistic(found.and_then(|found| comparison.relative(found.mean)));
    csv.statistic(found.and_then(|found| found.p_value));
    csv.statistic(comparison.adjusted_p);
    for count in [comparison.better_at.0, comparison.better_at.1, comparison.capped.0, comparison.capped.1] {
        csv.count(count as u64);
    }
    csv.statistic(found.and_then(|found| found.smallest_shown()));
    csv.statistic(found.and_then(|found| found.narrowest));
}

/// The answer as a word for programs.
#[must_use]
pub const fn answer_word(answer: Answer) -> &'static str {
    match answer {
        Answer::PracticallyEqual => "practically_equal",
        Answer::FirstBetter => "first_better",
        Answer::SecondBetter => "second_better",
        Answer::Undecided => "undecided",
        Answer::NeitherUsable => "neither_beats_the_mean",
        Answer::Described(why) => match why {
            Description::NoPairs => "no_pairs",
            Description::OnePair => "one_seed",
            Description::NoTestRows => "no_test_rows",
            Description::FewTestRows(_) => "few_test_rows",
            Description::NoPredictions => "no_predictions",
        },
    }
}
