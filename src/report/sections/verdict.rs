//! The section with the answer: which optimizer and learning rate to use, and how certain that is.

use super::{SectionContext, SectionKind};
use crate::analysis::{Analysis, Finding, OptimizerComparison, Task, Unpaired};
use crate::record::{Epoch, Split};
use crate::report::number::{difference, p_value, short, significant};
use crate::report::page::Block;
use crate::report::page_limits::{MOST_ITEMS, MOST_PAIRS_SHOWN, MOST_TASKS, first_tasks, items, names, rows_a_table};
use crate::report::tables::best_settings_path;
use crate::report::warnings::{Warning, warnings};
use crate::report::wording::{self, ends, name_with_label, place, verdicts};

pub const SECTION: SectionKind =
    SectionKind { id: "verdict", heading: |_| "Which optimizer and learning rate to use", build };

fn build(context: &SectionContext<'_>) -> Vec<Block> {
    let analysis = context.analysis;
    let mut blocks: Vec<Block> = summary(analysis).into_iter().collect();
    if analysis.study.epoch == Epoch::Best {
        let text = "Scores here are those of each trial's best evaluated epoch (epoch = \"best\"), not of its last.";
        blocks.push(Block::paragraph(text));
    }
    // A task without any record has no row in the table above.
    let untrained = analysis.tasks.iter().filter(|task| task.order.is_empty());
    let untrained = untrained.flat_map(|task| verdicts(analysis, task)).collect();
    let mut said = items(untrained, MOST_ITEMS, |more| format!("Nor has anything been trained on {more} more."));
    let warnings = warnings(analysis);
    let of = |study: bool| warnings.iter().filter(move |warning| warning.rank.is_none() == study);
    let told = |warning: &Warning| format!("Watch: {}.", warning.text);
    said.extend(items(of(false).map(told).collect(), MOST_ITEMS, |more| {
        format!(
            "Watch: and {more} more of this kind; tables/learning_rates.csv has the rates of each optimizer, its best and its basin."
        )
    }));
    said.extend(of(true).map(told));
    if !said.is_empty() {
        blocks.push(Block::List { items: said });
    }
    if let Some(table) = table(analysis) {
        blocks.push(Block::Subheading { text: "How the optimizers compare".to_owned() });
        blocks.push(table);
    }
    blocks
}

/// The answer at a glance, one row per task.
fn summary(analysis: &Analysis<'_>) -> Option<Block> {
    let (metric, epoch) = (analysis.study.metric, analysis.study.epoch);
    // All tasks share the columns, so a split is shown if any task has it.
    let has_test = analysis.tasks.iter().any(|task| task.compared_on != task.ranked_on);
    let trained = analysis.tasks.iter().filter(|task| !task.order.is_empty());
    let rows: Vec<Vec<String>> =
        trained.clone().take(MOST_TASKS).filter_map(|task| answer(analysis, task, has_test)).collect();
    let ranked: Vec<Split> = analysis.tasks.iter().map(|task| task.ranked_on).collect();
    let ranked = match ranked.first() {
        Some(first) if ranked.iter().all(|split| split == first) => wording::long_metric(metric, *first, epoch),
        _ => format!("{} that ranks", metric.label),
    };
    let compared = analysis.tasks.iter().find(|task| task.compared_on != task.ranked_on);
    let compared = compared.map_or_else(String::new, |task| wording::long_metric(metric, task.compared_on, epoch));
    let mut columns = vec![
        ("data set", false),
        ("use", false),
        ("learning rate", true),
        ("about as good from – to", true),
        (ranked.as_str(), true),
    ];
    if has_test {
        columns.push((compared.as_str(), true));
    }
    columns.extend([("n", true), ("how sure", false)]);
    let seeded = analysis.tasks.iter().any(|task| {
        let best = task.order.first().and_then(|&leader| task.contenders[leader].first());
        best.is_some_and(|best| !best.setting.deterministic)
    });
    let numbers = if seeded { format!("{}: mean over n seeds [95 % interval]. ", metric.label) } else { String::new() };
    let mut caption = format!(
        "The best setting of the best optimizer. {numbers}About as good: the learning rates whose {} (≤, ≥: the axis ends there).",
        wording::good_range(metric)
    );
    caption.extend(first_tasks(trained.count(), &best_settings_path(metric.name)));
    Block::table(caption, &columns, rows)
}

fn answer(analysis: &Analysis<'_>, task: &Task<'_>, has_test: bool) -> Option<Vec<String>> {
    let leader = *task.order.first()?;
    let contender = &task.contenders[leader];
    let (best, shown) = (contender.best(), contender.first()?);
    let value = |split| wording::score_cell(shown, split, analysis.study.epoch);
    let none = || "–".to_owned();
    let rate = |rate: Option<f64>| rate.map_or_else(none, |rate| short(rate, 4));
    let basin = contender.best_series().and_then(|series| {
        let basin = series.basin.as_ref()?;
        let end = |position: usize| rate(contender.settings[series.settings[position]].learning_rate);
        (basin.low < basin.high).then(|| ends(basin, &end(basin.low), &end(basin.high), " – "))
    });
    let name = best.map(|best| name_with_label(&contender.combination.optimizer, &contender.label(best)));
    let mut row = vec![
        place(task),
        match name {
            Some(name) if contender.ranking.by_median => format!("nothing (best median: {name})"),
            Some(name) => name,
            None => "nothing".to_owned(),
        },
        rate(best.and_then(|best| best.learning_rate)),
        basin.unwrap_or_else(none),
        value(task.ranked_on),
    ];
    if has_test {
        row.push(if task.compared_on == task.ranked_on { none() } else { value(task.compared_on) });
    }
    let n = if shown.setting.deterministic { "1".to_owned() } else { wording::n(shown) };
    row.extend([n, confidence(task, leader)]);
    Some(row)
}

/// How the leader compares with the others, in few words.
fn confidence(task: &Task<'_>, leader: usize) -> String {
    let contender = &task.contenders[leader];
    if contender.ranking.none_is_best {
        return format!("nothing can be used: {}", wording::none_is_best(contender, task.metric));
    }
    if contender.ranking.by_median {
        let lost = wording::lost(contender.counts);
        return format!("nothing is safe to use: every setting has a trial that {lost}; this one has the best median");
    }
    if task.order.len() == 1 {
        let deterministic = contender.best().is_some_and(|best| best.setting.deterministic);
        return if deterministic { "exact: no seed enters; the only optimizer" } else { "the only optimizer" }
            .to_owned();
    }
    let mut groups: [(&str, Vec<&str>); 3] =
        [("better than", vec![]), ("not shown to differ from", vec![]), ("worse than", vec![])];
    for comparison in task.comparisons.iter().filter(|comparison| comparison.first == leader) {
        let group = match comparison.decided() {
            1 => 0,
            -1 => 2,
            _ => 1,
        };
        groups[group].1.push(task.contenders[comparison.second].combination.optimizer.as_str());
    }
    let parts = groups.iter().filter(|(_, all)| !all.is_empty());
    let words: Vec<String> = parts.map(|(words, all)| format!("{words} {}", names(all))).collect();
    format!("{} ({} {})", words.join("; "), wording::long_word(task.compared_on), task.metric.label)
}

fn table(analysis: &Analysis<'_>) -> Option<Block> {
    let pairs = |task: &Task<'_>| task.order.len() * task.order.len().saturating_sub(1) / 2;
    let all: usize = analysis.tasks.iter().map(pairs).sum();
    let few = all <= MOST_PAIRS_SHOWN;
    let compared = || analysis.tasks.iter().filter(|task| !task.comparisons.is_empty());
    let most = if few { all } else { rows_a_table(compared().count()) };
    let mut rows = Vec::new();
    for task in compared().take(MOST_TASKS) {
        let leader = task.order.first().copied();
        let shown = task.comparisons.iter().filter(|comparison| few || Some(comparison.first) == leader);
        rows.extend(shown.take(most).map(|comparison| row(analysis, task, comparison)));
    }
    let columns = [
        ("task", false),
        ("difference", false),
        ("metric", false),
        ("mean difference [95 % interval]", true),
        ("pairs", true),
        ("p", true),
        ("pairs that would decide", true),
    ];
    let what = if few { "Each pair of optimizers" } else { "The best optimizer of a task and the others" };
    let mut caption = format!(
        "{what} at their best settings, paired by seed: the mean difference with Student's 95 % interval (where it holds 0, \
         neither is shown to be better), p of the exact sign-flip test, not adjusted for the number of comparisons, and how many \
         pairs of seeds would decide a difference of this size."
    );
    if !few {
        let shown = rows.len();
        caption.push_str(&match analysis.all_pairs {
            true => format!(" {shown} of {all} pairs are shown; tables/comparisons.csv has all."),
            false => format!(
                " {shown} pairs are shown; tables/comparisons.csv has the best optimizer of each task and every other one, and no \
                 test was made of the rest of {all} pairs."
            ),
        });
    }
    Block::table(caption, &columns, rows)
}

fn row(analysis: &Analysis<'_>, task: &Task<'_>, comparison: &OptimizerComparison) -> Vec<String> {
    let name = |index: usize| task.contenders[index].combination.optimizer.as_str();
    let none = || "–".to_owned();
    let Unpaired { undefined, outstanding } = comparison.unpaired;
    let pairs = |n: usize| match (n + undefined + outstanding, undefined) {
        (all, _) if all == n => n.to_string(),
        (all, 0) => format!("{n} of {all}"),
        (all, undefined) => format!("{n} of {all}, {undefined} not defined"),
    };
    let (value, n, p, would_decide) = match &comparison.finding {
        Finding::NoPairs => (none(), pairs(0), none(), none()),
        Finding::Plain { difference } => (significant(*difference, 4), "1, deterministic".to_owned(), none(), none()),
        Finding::Paired { n, mean, interval, p_value: p, would_decide, .. } => (
            difference(*mean, *interval, *n),
            pairs(*n),
            p.map_or_else(none, |p| format!("{}{}", if p.exact { "" } else { "approximately " }, bare(p.value))),
            would_decide.map_or_else(none, |n| n.to_string()),
        ),
        Finding::Unequal { n, first_better, second_better, median, p_value: p } => (
            format!(
                "median {}; {} in {second_better} and {first_better}",
                median.map_or_else(none, |median| significant(median, 4)),
                task.metric.direction.word()
            ),
            pairs(*n),
            format!("{} (sign test)", bare(*p)),
            none(),
        ),
    };
    let pair = format!("{} − {}", name(comparison.second), name(comparison.first));
    let metric = wording::metric(analysis.study.metric, comparison.split, analysis.study.epoch);
    vec![wording::task_name(task), pair, metric, value, n, p, would_decide]
}

/// A p-value without `p =`, which the column title already says.
fn bare(p: f64) -> String {
    p_value(p).trim_start_matches("p = ").trim_start_matches("p ").to_owned()
}
