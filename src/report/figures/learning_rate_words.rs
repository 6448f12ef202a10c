//! What a figure of final losses by learning rate says of its points, marks and lines: only of those that it has.

use super::learning_rate_theory::FLOOR_LABEL;
use crate::analysis::Task;
use crate::record::Split;
use crate::report::figure_data::{Mark, Panel, Series, Style, VerticalKind};
use crate::report::wording::{long_word, lost_of};

/// Says what is drawn, and explains those marks that occur.
pub fn subtitle(task: &Task<'_>, split: Split, panels: &[Panel], seeds: bool) -> String {
    let marks = || panels.iter().flat_map(|panel| &panel.margin_marks);
    let series = || panels.iter().flat_map(|panel| &panel.series);
    let bands = series().any(|series| series.style != Style::Theory && !series.band.is_empty());
    let mut parts = vec![
        match (seeds, bands) {
            (true, true) => "mean over seeds, band from the 25 % to the 75 % quantile",
            (true, false) => "mean over seeds",
            (false, _) => "one trial a rate",
        }
        .to_owned(),
    ];
    if series().any(|series| !series.highlights.is_empty()) {
        let by = format!("{}{} {}", if seeds { "mean " } else { "" }, long_word(task.ranked_on), task.metric.label);
        let tie = if task.metric.counts_rows() { " (of tied rates the one with the best loss)" } else { "" };
        parts.push(match split == task.ranked_on {
            true => format!("ringed: the best rate by {by}{tie}"),
            false => format!("ringed: the rate with the best {by}, which need not be the best here"),
        });
    }
    if panels.iter().any(|panel| panel.good.as_ref().is_some_and(|good| good.safe.is_some())) {
        parts.push("in a square: the safe rate, in the middle of the good range".to_owned());
    }
    if marks().any(|mark| mark.kind == Mark::Diverged) {
        let some = marks().find(|mark| !mark.text.is_empty());
        parts.push(match some {
            Some(mark) => format!("× {} ({}×: {} seeds)", lost_of(task), mark.text, mark.text.replace('/', " of ")),
            None => format!("× {}", lost_of(task)),
        });
    }
    for (kind, arrow, end) in [(Mark::Above, '↑', "above"), (Mark::Below, '↓', "below")] {
        if marks().any(|mark| mark.kind == kind) {
            parts.push(format!("{arrow} {end} the initial {}, off the scale", task.metric.label));
        }
    }
    parts.join("; ")
}

/// Explains the vertical lines.
pub fn about_verticals(panels: &[Panel]) -> Option<String> {
    let lines = || panels.iter().flat_map(|panel| &panel.verticals);
    let has = |kind| lines().any(|line| line.kind == kind);
    let mut parts = Vec::new();
    if has(VerticalKind::Limit) {
        parts.push("the stability limit: beyond it the loss grows in the end");
    }
    if has(VerticalKind::MeanSquareLimit) {
        parts.push(
            "with B, the mean-square limit of SGD that draws batches of B rows with replacement: beyond it the expected squared error \
             grows, though single runs may still converge",
        );
    }
    if has(VerticalKind::Bound) {
        parts.push("the bound 2/L, below which the objective is known to fall (a larger rate need not diverge)");
    }
    if has(VerticalKind::LocalLimit) {
        parts.push("the local limit 2/λmax at the minimum, beyond which gradient descent leaves it");
    }
    if parts.is_empty() {
        return None;
    }
    let mut text = format!("Dashed verticals: {}", parts.join("; "));
    if lines().any(|line| line.range.is_some()) {
        text.push_str(" (median over the seeds' splits; shaded: their range)");
    }
    Some(text + ".")
}

/// Explains the thin line.
pub fn about_theory(panels: &[Panel]) -> Option<String> {
    let theory = || panels.iter().flat_map(|panel| &panel.series).filter(|series| series.style == Style::Theory);
    let is_floor = |series: &Series| series.label == FLOOR_LABEL;
    let what = match (theory().any(|series| !is_floor(series)), theory().any(is_floor)) {
        (false, false) => return None,
        (true, false) => "what theory predicts after the same number of steps",
        (false, true) => "the noise floor, which the expected MSE at a constant rate tends to",
        (true, true) => {
            "what theory predicts after the same number of steps; of batches, the noise floor, which the expected MSE at a constant \
             rate tends to"
        }
    };
    let range = if theory().any(|series| !series.band.is_empty()) { " (mean and range over the splits)" } else { "" };
    Some(format!("Thin line: {what}{range}."))
}
