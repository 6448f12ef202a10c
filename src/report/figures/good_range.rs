//! The good range of the best series of a panel: shaded, with its threshold and its safe rate.

use super::axes::shows;
use crate::analysis::{Contender, RateSeries, Task};
use crate::metric::Direction;
use crate::report::figure_data::GoodRange;
use crate::report::number::{of_metric, short};
use crate::report::wording::{and_one_row, ends, name_with_label};

/// The good range of a series. `None` where no rate is best, where the best one fits exactly, or if its axis cannot show the
/// threshold.
pub fn good_range(
    task: &Task<'_>,
    contender: &Contender<'_>,
    series: &RateSeries,
    safe: Option<(f64, f64)>,
    colour: usize,
) -> Option<GoodRange> {
    let (metric, basin) = (task.metric, series.basin.as_ref()?);
    let result = |position: usize| &contender.settings[series.settings[position]];
    let best = result(basin.best);
    // Ratios of rounding say nothing.
    if best.fits_exactly() {
        return None;
    }
    let mean = best.score_mean?;
    let distance = 1.1 * metric.distance(mean) + metric.resolution(mean, best.target, best.scored);
    let threshold = match metric.direction {
        Direction::Lower => distance,
        Direction::Higher => 1.0 - distance,
    };
    let value = of_metric(metric, threshold, 4);
    let label = match metric.direction {
        Direction::Lower => format!("1.1 × best: {value}"),
        Direction::Higher => format!("{value}: 1 − {} is 1.1 × best", metric.label),
    };
    Some(GoodRange {
        from: result(basin.low).learning_rate?,
        to: result(basin.high).learning_rate?,
        threshold: Some(threshold).filter(|threshold| shows(metric, *threshold))?,
        label,
        words: range_words(task, contender, series)?,
        safe,
        colour,
    })
}

/// `Shaded: the good range of gd mom 0.9, from 0.002371 to ≥ 0.75: the mean MSE is at most 1.1 × the best (dotted line).`
fn range_words(task: &Task<'_>, contender: &Contender<'_>, series: &RateSeries) -> Option<String> {
    let basin = series.basin.as_ref()?;
    let rate = |position: usize| Some(short(contender.settings[series.settings[position]].learning_rate?, 4));
    let name = name_with_label(&contender.combination.optimizer, &series.label);
    let what = match task.metric.direction {
        Direction::Lower => task.metric.label.to_owned(),
        Direction::Higher => format!("1 − {}", task.metric.label),
    };
    let mean = if contender.is_deterministic() { "" } else { "mean " };
    let row = and_one_row(task.metric);
    Some(if basin.low == basin.high {
        let best = rate(basin.best)?;
        format!("{name}: only {best} is good; the {mean}{what} beside it is above 1.1 × the best{row} (dotted line).")
    } else {
        let ends = ends(basin, &rate(basin.low)?, &rate(basin.high)?, " to ");
        format!(
            "Shaded: the good range of {name}, {ends}: the {mean}{what} is at most 1.1 × the best{row} (dotted line)."
        )
    })
}

/// What is said where no good range is drawn, because the best rate fits exactly.
pub fn exact_words(name: &str) -> String {
    format!("{name} fits exactly, up to rounding, so no good range is drawn.")
}
