//! The learning-rate sweep: where the good rates lie, and whether the axis was wide enough.

use super::{SectionKind, figures};
use crate::analysis::{Contender, Place, Series, Task, axis_line};
use crate::report::number::{cell, short, significant};
use crate::report::phrase::{at_least, ends, long_word, name_with_label, task_name};
use crate::report::section::{Block, Context};
use crate::report::watch::fate;

pub const SECTION: SectionKind = SectionKind { id: "learning-rates", heading: "Learning rates", build };

/// Series of one optimizer that the page lists; the table file has all.
const MOST_SERIES: usize = 12;

fn build(context: &Context<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    for (position, (task, drawn)) in context.analysis.tasks.iter().zip(context.figures).enumerate() {
        blocks.extend(figures(&drawn.learning_rate));
        blocks.extend(table(task, position == 0));
        for contender in &task.contenders {
            blocks.extend(next_axis(task, contender));
        }
    }
    blocks
}

/// The warning and the line to paste, where the best rate is not inside its axis.
fn next_axis(task: &Task<'_>, contender: &Contender<'_>) -> Vec<Block> {
    let Some(series) = contender.best_series() else { return Vec::new() };
    let Some(basin) = &series.basin else { return Vec::new() };
    let Some(next) = basin.next else { return Vec::new() };
    let name = &contender.block.optimizer;
    let place = match basin.place {
        Place::NextToDivergence(_) => "next to divergence",
        _ => "on the edge of its axis",
    };
    let text = format!("{}: {name}'s best rate is {place}. The next axis to try:", task_name(task));
    vec![Block::paragraph(text), Block::Code { text: axis_line(next) }]
}

/// The first one says what its columns mean.
fn table(task: &Task<'_>, is_first: bool) -> Option<Block> {
    let mut rows = Vec::new();
    let mut left_out = 0;
    for contender in &task.contenders {
        left_out += contender.series.len().saturating_sub(MOST_SERIES);
        rows.extend(contender.series.iter().take(MOST_SERIES).map(|series| row(contender, series)));
    }
    let score = format!("{} MSE there", long_word(task.ranked_on));
    let columns = [
        ("series", false),
        ("rates tried", true),
        ("of them diverged", true),
        ("unstable", true),
        ("best rate", true),
        (score.as_str(), true),
        ("good basin", true),
        ("decades", true),
        ("the best rate is", false),
        ("stable below", true),
    ];
    let mut caption = format!("{}: the rates of each series, the best series of an optimizer first.", task_name(task));
    if is_first {
        caption.push_str(
            " Diverged: rates at which a trial diverged or failed. Unstable: rates beyond the stable limit of at least one split \
             whose trials ended before they could diverge. Good basin: the rates about the best whose score is at most 1.1 \
             times the best (≤, ≥: the axis ends there).",
        );
    }
    let has_limit = task.contenders.iter().flat_map(|contender| &contender.series).any(|series| series.limit.is_some());
    if is_first && has_limit {
        caption.push_str(
            " Stable below: the limit that theory gives, the median over splits; – where it gives none (momentum with \
             minibatches, a changing rate).",
        );
    }
    if left_out > 0 {
        caption.push_str(&format!(" {left_out} more series are in tables/learning_rates.csv."));
    }
    Block::table(caption, &columns, rows)
}

fn row(contender: &Contender<'_>, series: &Series) -> Vec<String> {
    let results: Vec<_> = series.settings.iter().map(|&index| &contender.settings[index]).collect();
    let mut lost = (0, 0);
    for result in &results {
        lost.0 += usize::from(result.counts.diverged + result.counts.failed > 0);
        lost.1 += usize::from(result.unstable > 0);
    }
    let tried = [results.len(), lost.0, lost.1].map(|count| count.to_string());
    let rate = |position: usize| results[position].learning_rate.map_or_else(String::new, |rate| short(rate, 4));
    let limit = series.limit.map_or_else(|| "–".to_owned(), |limit| short(limit.median, 4));
    let name = name_with_label(&contender.block.optimizer, &series.label);
    let Some(basin) = &series.basin else {
        let [all, diverged, unstable] = tried;
        let [none, infinite, place] = ["–", "∞", "no rate completed with every seed"].map(str::to_owned);
        return vec![name, all, diverged, unstable, none.clone(), infinite, none.clone(), none, place, limit];
    };
    let best = results[basin.best];
    let good = if basin.low == basin.high {
        "that rate alone".to_owned()
    } else {
        ends(basin, &rate(basin.low), &rate(basin.high), " to ")
    };
    let decades = if basin.low == basin.high {
        "–".to_owned()
    } else {
        format!("{}{}", at_least(basin), significant(basin.decades, 2))
    };
    let place = match basin.place {
        Place::Inside => "inside its axis".to_owned(),
        Place::Alone => "the only one".to_owned(),
        Place::LowEdge => "on the lower edge".to_owned(),
        Place::HighEdge => "on the upper edge".to_owned(),
        Place::NextToDivergence(next) => format!("next to divergence ({})", fate(results[next])),
    };
    let score = cell(Some(&best.score()), best.setting.deterministic);
    let [all, diverged, unstable] = tried;
    vec![name, all, diverged, unstable, rate(basin.best), score, good, decades, place, limit]
}
