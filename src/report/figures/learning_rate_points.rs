//! The measured points of a learning-rate series: the statistic that ranks at each rate, and marks for what has no point.

use super::axes::shows;
use crate::analysis::{Contender, RateSeries, Sample};
use crate::metric::{AxisKind, Direction, MetricKind};
use crate::record::{Epoch, Split};
use crate::report::figure_data::{MarginMark, Mark};

/// The most rates of a series that a reader can tell apart.
const MOST_RATES: usize = 400;
/// A loss above its start becomes a mark on the margin if it exceeds this multiple of the losses below the start. A
/// point there would flatten the rest.
const OFF_SCALE: f64 = 3.0;

/// What is drawn of a series.
#[derive(Debug, Default)]
pub struct Measured {
    /// (rate, mean over the seeds), or the median where settings are ranked by it. A rate whose mean is infinite has no point.
    pub points: Vec<(f64, f64)>,
    /// (rate, lower and upper quartile).
    pub band: Vec<(f64, f64, f64)>,
    /// The point of the best rate.
    pub best: Option<(f64, f64)>,
    /// The point of the safe rate.
    pub safe: Option<(f64, f64)>,
    /// Values far beyond the start.
    pub off_scale: Vec<MarginMark>,
    /// The largest number of trials of a rate.
    pub n: usize,
}

/// The position of the best rate: that of the good range or, where settings are ranked by their median, of the best median.
pub fn best_position(contender: &Contender<'_>, series: &RateSeries) -> Option<usize> {
    let by_median = || {
        let best = *contender.ranking.order.first().filter(|_| contender.best().is_some())?;
        series.settings.iter().position(|setting| *setting == best)
    };
    series.basin.as_ref().map(|basin| basin.best).or_else(by_median)
}

/// The measured points, and marks for those that ended far above their start.
pub fn measured(
    contender: &Contender<'_>,
    series: &RateSeries,
    drawn: &[usize],
    metric: &MetricKind,
    (split, epoch): (Split, Epoch),
    start: Option<f64>,
    colour: usize,
) -> Measured {
    let statistic = if contender.ranking.by_median { Sample::median } else { Sample::mean };
    let mut found: Vec<(usize, f64, Sample, f64)> = Vec::new();
    for &position in drawn {
        let result = &contender.settings[series.settings[position]];
        if let (Some(rate), Some(sample)) = (result.learning_rate, result.metric(split, epoch))
            && let Some(value) = statistic(&sample)
        {
            found.push((position, rate, sample, value));
        }
    }
    // Distances, so that the same holds whether lower or higher is better.
    let top = start.map(|start| metric.distance(start)).and_then(|start| {
        let shown = found.iter().map(|(.., value)| *value).filter(|value| shows(metric, *value));
        let below = shown.map(|value| metric.distance(value)).filter(|distance| *distance <= start);
        let highest = below.fold(0.0, |most, far| if far > most { far } else { most });
        (highest > 0.0).then_some(if OFF_SCALE * highest > start { OFF_SCALE * highest } else { start })
    });
    let top = top.unwrap_or(f64::INFINITY);
    let best = best_position(contender, series);
    let safe = series.basin.as_ref().map(|basin| basin.safe);
    let mut result =
        Measured { n: found.iter().map(|(_, _, sample, _)| sample.n()).max().unwrap_or(0), ..Measured::default() };
    for (position, rate, sample, value) in &found {
        if !shows(metric, *value) && *value != 0.0 {
            continue;
        }
        if metric.distance(*value) > top {
            let kind = match metric.direction {
                Direction::Lower => Mark::Above,
                Direction::Higher => Mark::Below,
            };
            result.off_scale.push(MarginMark { x: *rate, kind, text: String::new(), colour });
            continue;
        }
        result.points.push((*rate, *value));
        let in_range = |value: &f64| metric.axis == AxisKind::Linear || *value > 0.0;
        let quantile = |probability| sample.quantile(probability).filter(in_range);
        if let (true, Some(low), Some(high)) = (sample.n() > 1, quantile(0.25), quantile(0.75)) {
            // The band leaves the frame instead of stretching it.
            let is_far = |value: f64| metric.distance(value) > top;
            let (low, high) = match metric.direction {
                Direction::Lower => (low, if is_far(high) { f64::INFINITY } else { high }),
                Direction::Higher => (if is_far(low) { f64::NEG_INFINITY } else { low }, high),
            };
            result.band.push((*rate, low, high));
        }
        if best == Some(*position) {
            result.best = Some((*rate, *value));
        }
        if safe == Some(*position) {
            result.safe = Some((*rate, *value));
        }
    }
    result
}

/// The positions of the rates to draw. If there are too many to tell apart, a subset that includes both ends, the best and the
/// safe rate.
pub fn drawn(contender: &Contender<'_>, series: &RateSeries) -> Vec<usize> {
    let last = series.settings.len() - 1;
    if last < MOST_RATES {
        return (0..=last).collect();
    }
    let (best, safe) = (best_position(contender, series), series.basin.as_ref().map(|basin| basin.safe));
    let place = |position: usize| {
        let rate = contender.settings[series.settings[position]].learning_rate;
        libm::log10(rate.unwrap_or(f64::NAN))
    };
    let step = (place(last) - place(0)) / MOST_RATES as f64;
    let mut kept = Vec::new();
    let mut next = place(0);
    for position in 0..=last {
        let due = place(position) >= next;
        if due {
            next = place(position) + step;
        }
        if due || position == last || best == Some(position) || safe == Some(position) {
            kept.push(position);
        }
    }
    kept
}

/// × with its count for each rate at which a trial diverged or failed.
pub fn margin_marks(contender: &Contender<'_>, series: &RateSeries, drawn: &[usize], colour: usize) -> Vec<MarginMark> {
    let mut marks = Vec::new();
    for &position in drawn {
        let result = &contender.settings[series.settings[position]];
        let lost = result.counts.diverged + result.counts.failed;
        if let Some(x) = result.learning_rate.filter(|_| lost > 0) {
            let n = result.counts.recorded();
            let text = if lost < n { format!("{lost}/{n}") } else { String::new() };
            marks.push(MarginMark { x, kind: Mark::Diverged, text, colour });
        }
    }
    marks
}
