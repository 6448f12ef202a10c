//! The section on the learning-rate sweep: where the good rates lie, and whether the axis was wide enough.

use super::figure_blocks::figure_blocks;
use super::{SectionContext, SectionKind};
use crate::analysis::{Contender, RatePosition, RateSeries, Regime, SettingResult, Task, axis_line};
use crate::report::number::{cell, short, significant};
use crate::report::page::Block;
use crate::report::page_limits::{MOST_ITEMS, MOST_TASKS, first_tasks, rows_a_table, rows_of};
use crate::report::warnings::{fate, undefined_because};
use crate::report::wording::{
    at_least, ends, good_range, long_word, lost_of, name_with_label, rate_not_advised, task_name,
};

pub const SECTION: SectionKind = SectionKind { id: "learning-rates", heading: |_| "Learning rates", build };

/// The most series of one optimizer on the page. The CSV table has all.
const MOST_SERIES: usize = 12;

fn build(context: &SectionContext<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    let tasks = &context.analysis.tasks;
    let mut axes = 0;
    for (position, (task, drawn)) in tasks.iter().zip(context.figures).enumerate() {
        blocks.extend(figure_blocks(&drawn.learning_rate));
        blocks.extend(drawn.no_learning_rate.iter().map(|text| Block::paragraph(text.as_str())));
        if position < MOST_TASKS {
            blocks.extend(table(task, rows_a_table(tasks.len()), position == 0));
            blocks.extend(no_rate(task));
        }
        for [text, axis] in task.contenders.iter().filter_map(|contender| next_axis(task, contender)) {
            axes += 1;
            if axes <= MOST_ITEMS {
                blocks.extend([text, axis]);
            }
        }
    }
    if axes > MOST_ITEMS {
        blocks.push(Block::paragraph(format!(
            "{} more best rates do not lie inside their axes: tables/learning_rates.csv has them among the rates that were tried.",
            axes - MOST_ITEMS
        )));
    }
    blocks.extend(first_tasks(tasks.len(), "tables/learning_rates.csv").map(|text| Block::paragraph(text.trim())));
    blocks
}

/// The optimizers that have no rate to tune, each with its score.
fn no_rate(task: &Task<'_>) -> Option<Block> {
    let without = |contender: &&Contender<'_>| !contender.has_rate_to_tune() && !contender.settings.is_empty();
    let told = |contender: &Contender<'_>| {
        let best = contender.best()?;
        let score = cell(task.metric, Some(&best.score()), best.target, best.setting.deterministic);
        Some(format!("{} ({score})", contender.combination.optimizer))
    };
    let mut named: Vec<String> = task.contenders.iter().filter(without).filter_map(told).collect();
    let more = named.len().saturating_sub(MOST_ITEMS);
    named.truncate(MOST_ITEMS);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let score = format!("{} {}", long_word(task.ranked_on), task.metric.label);
    let text = format!("{}: no rate to tune, with the {score}: {}{more}.", task_name(task), named.join(", "));
    (!named.is_empty()).then(|| Block::paragraph(text))
}

/// A warning and the axis to paste, if the best rate does not lie inside its axis.
fn next_axis(task: &Task<'_>, contender: &Contender<'_>) -> Option<[Block; 2]> {
    let basin = contender.best_series()?.basin.as_ref()?;
    let next = basin.next?;
    let name = &contender.combination.optimizer;
    let place = match basin.position {
        RatePosition::NextToDivergence(_) => "next to divergence",
        _ => "on the edge of its axis",
    };
    let text = format!("{}: {name}'s best rate is {place}. The next axis to try:", task_name(task));
    Some([Block::paragraph(text), Block::Code { text: axis_line(next) }])
}

/// The table of one task. The first table explains its columns.
fn table(task: &Task<'_>, most: usize, is_first: bool) -> Option<Block> {
    let mut rows = Vec::new();
    let shown = rows_of(task, most);
    let most_series = (most / shown.len().max(1)).clamp(1, MOST_SERIES);
    for contender in shown {
        rows.extend(contender.series.iter().take(most_series).map(|series| row(task, contender, series)));
    }
    let left_out = task.contenders.iter().map(|contender| contender.series.len()).sum::<usize>() - rows.len();
    let score = format!("{} {} there", long_word(task.ranked_on), task.metric.label);
    let columns = [
        ("series", false),
        ("rates tried", true),
        ("of them diverged", true),
        ("unstable", true),
        ("best rate", true),
        (score.as_str(), true),
        ("good range", true),
        ("decades", true),
        ("best rate lies", false),
        ("stable below", true),
    ];
    let whose = if task.compares_keys { "a contender" } else { "an optimizer" };
    let mut caption = format!("{}: the rates of each series, the best series of {whose} first.", task_name(task));
    if is_first {
        caption.push_str(&format!(
            " Diverged: rates at which a trial {}. Unstable: rates beyond the stable limit of at least one split \
             whose trials stopped before they could diverge. Good range: the rates about the best whose {}; ≤ or ≥: it may extend \
             past the rates tried.",
            lost_of(task),
            good_range(&[task.metric])
        ));
    }
    let has_limit = task.contenders.iter().flat_map(|contender| &contender.series).any(|series| series.limit.is_some());
    if is_first && has_limit {
        caption.push_str(
            " Stable below: the limit that theory gives, the median over splits; (mean square): that of SGD, beyond which the \
             expected squared error grows when rows are drawn with replacement, though single runs may still converge; – where \
             theory gives none (momentum with minibatches, a changing rate).",
        );
    }
    if is_first {
        caption.push_str(&explain_bounds(task, has_limit));
    }
    if left_out > 0 {
        caption.push_str(&format!(" {left_out} more series are in tables/learning_rates.csv."));
    }
    Block::table(caption, &columns, rows)
}

/// What is known of rates under losses other than the squared error: a bound, or that there is none.
fn explain_bounds(task: &Task<'_>, has_limit: bool) -> String {
    let series = || task.contenders.iter().flat_map(|contender| &contender.series);
    let mut text = String::new();
    if series().any(|series| series.bound.is_some()) {
        if !has_limit {
            text.push_str(" Stable below: – where theory gives nothing (momentum or minibatches, a changing rate).");
        }
        text.push_str(
            " Bound: 2/L, below which the objective is known to fall under this loss; a larger rate need not diverge, and counts \
             as any other.",
        );
    }
    if series().any(|series| series.regime == Some(Regime::OtherLoss { bounded: false })) {
        text.push_str(" No bound is known for this loss.");
    }
    if series().any(|series| series.optima.as_ref().is_some_and(|optima| optima.limit.is_some())) {
        text.push_str(" Local: 2/λmax at the minimum, beyond which gradient descent leaves it.");
    }
    text
}

/// The rate below which a series is stable: a limit, a bound, or what stands in its place.
fn stable_below(series: &RateSeries) -> String {
    let mean_square = if matches!(series.regime, Some(Regime::Minibatch { .. })) { " (mean square)" } else { "" };
    let local = series.optima.as_ref().and_then(|optima| optima.limit);
    let local = local.map_or_else(String::new, |limit| format!(", local {}", short(limit.median, 4)));
    match (series.limit, series.bound, series.regime) {
        (Some(limit), _, _) => format!("{}{mean_square}", short(limit.median, 4)),
        (None, Some(bound), _) => format!("bound {}{local}", short(bound.median, 4)),
        (None, None, Some(Regime::OtherLoss { bounded: false })) => format!("no bound is known{local}"),
        (None, None, _) => "–".to_owned(),
    }
}

fn row(task: &Task<'_>, contender: &Contender<'_>, series: &RateSeries) -> Vec<String> {
    let results: Vec<_> = series.settings.iter().map(|&index| &contender.settings[index]).collect();
    let mut lost = (0, 0);
    for result in &results {
        lost.0 += usize::from(result.counts.diverged + result.counts.failed > 0);
        lost.1 += usize::from(result.unstable > 0);
    }
    let tried = [results.len(), lost.0, lost.1].map(|count| count.to_string());
    let rate = |position: usize| results[position].learning_rate.map_or_else(String::new, |rate| short(rate, 4));
    let limit = stable_below(series);
    let name = name_with_label(&contender.combination.optimizer, &series.label);
    let Some(basin) = &series.basin else {
        let [all, diverged, unstable] = tried;
        let none = || "–".to_owned();
        let (score, place) = without_basin(task, contender, &results);
        return vec![name, all, diverged, unstable, none(), score, none(), none(), place, limit];
    };
    let best = results[basin.best];
    let good = if basin.low == basin.high {
        "only this rate".to_owned()
    } else {
        ends(basin, &rate(basin.low), &rate(basin.high), " to ")
    };
    let decades = if basin.low == basin.high {
        "–".to_owned()
    } else {
        format!("{}{}", at_least(basin), significant(basin.decades, 2))
    };
    let place = match basin.position {
        RatePosition::Inside => "inside the range tried".to_owned(),
        RatePosition::Alone if !contender.has_rate_to_tune() => "no rate to tune: the default".to_owned(),
        RatePosition::Alone => "the only rate tried".to_owned(),
        RatePosition::LowEdge => "at its lower end".to_owned(),
        RatePosition::HighEdge => "at its upper end".to_owned(),
        RatePosition::NextToDivergence(next) => format!("next to divergence ({})", fate(results[next])),
    };
    let score = cell(task.metric, Some(&best.score()), best.target, best.setting.deterministic);
    let [all, diverged, unstable] = tried;
    if let Some(words) = rate_not_advised(contender) {
        let none = || "–".to_owned();
        return vec![name, all, diverged, unstable, words, score, none(), none(), none(), limit];
    }
    vec![name, all, diverged, unstable, rate(basin.best), score, good, decades, place, limit]
}

/// The score and the place of a best rate where no rate has a finite mean: nothing was trained, the score is not defined, or each
/// rate has a trial that did not complete.
fn without_basin(task: &Task<'_>, contender: &Contender<'_>, results: &[&SettingResult<'_>]) -> (String, String) {
    let none = "–".to_owned();
    if results.iter().all(|result| result.counts.recorded() == 0) {
        return (none, "not known yet: every rate is outstanding".to_owned());
    }
    if results.iter().any(|result| result.is_clean()) {
        let reason = undefined_because(task, contender).map_or_else(String::new, |reason| format!(": {reason}"));
        return (none, format!("none: {} is not defined{reason}", task.metric.label));
    }
    (significant(task.metric.worst(), 1), "no rate completed with every seed".to_owned())
}
