//! Phrases on learning rates that the terminal and the page share.

use super::number::short;
use crate::analysis::{Basin, Contender, SettingResult};
use crate::metric::MetricKind;

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

/// What is said of a best rate at the end of those that were tried.
pub const CUT_BY_THE_GRID: &str = "cut by the grid";

/// `2 others tie`: the settings that the score does not tell apart from the best. `None` if there are none.
#[must_use]
pub fn tied_words(contender: &Contender<'_>) -> Option<String> {
    match contender.ranking.tied {
        0 => None,
        1 => Some("1 other ties".to_owned()),
        others => Some(format!("{others} others tie")),
    }
}

/// What makes settings tie, after "differ by".
#[must_use]
pub const fn size_of_a_tie(kind: &MetricKind) -> &'static str {
    if kind.counts_rows() { "no more than one row of one seed" } else { "rounding only" }
}

/// `–, not better than mean of the target`: what stands in the place of a rate that does not train. `None` where the best setting is
/// better than what needs no training.
#[must_use]
pub fn rate_not_advised(contender: &Contender<'_>) -> Option<String> {
    contender.not_better_than.as_ref().map(|baseline| format!("–, not better than {baseline}"))
}

/// `0.01 (good range 1.2 dec)`, or `1 (default)` where there is no rate to tune.
#[must_use]
pub fn rate(contender: &Contender<'_>, result: &SettingResult<'_>) -> String {
    if let Some(words) = rate_not_advised(contender) {
        return words;
    }
    let Some(rate) = result.learning_rate else { return "–".to_owned() };
    if !contender.has_rate_to_tune() {
        return format!("{} (default)", short(rate, 4));
    }
    let basin = contender.best_series().and_then(|series| series.basin.as_ref());
    let wide = basin.filter(|basin| basin.decades > 0.0);
    let range = wide.map(|basin| format!("good range {}{} dec", at_least(basin), short(basin.decades, 2)));
    let words: Vec<String> = range.into_iter().chain(tied_words(contender)).collect();
    if words.is_empty() { short(rate, 4) } else { format!("{} ({})", short(rate, 4), words.join(", ")) }
}
