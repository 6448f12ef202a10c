//! Theory in a panel of final losses: the exact curve, and the stability limit or bound.

use super::axes::is_loggable;
use crate::analysis::{Analysis, Contender, Range, RateSeries, Recurrence, Regime, Sample};
use crate::report::figure_data::{Series, Style, Vertical, VerticalKind};
use crate::report::number::short;

/// The number of points of the exact curve. With momentum it oscillates and needs more.
const CURVE_POINTS: u32 = 80;
const CURVE_POINTS_WITH_MOMENTUM: u32 = 240;

/// The exact curve over the rates that were tried: the median over splits, with their range as a band.
pub fn theory(
    analysis: &Analysis<'_>,
    contender: &Contender<'_>,
    series: &RateSeries,
    measured: &Series,
    colour: usize,
) -> Option<Series> {
    let problems = &analysis.study.problems;
    let curves = series.exact_curves(problems);
    let (low, high) = rates(contender, series)?;
    if curves.is_empty() || low >= high {
        return None;
    }
    let highest = measured.points.iter().fold(0.0, |most, &(_, y)| if y > most { y } else { most });
    let (start, end) = (libm::log(low), libm::log(high));
    let (mut points, mut band) = (Vec::new(), Vec::new());
    let oscillates = matches!(series.regime, Some(Regime::Full(Recurrence { momentum, .. })) if momentum > 0.0);
    let count = if oscillates { CURVE_POINTS_WITH_MOMENTUM } else { CURVE_POINTS };
    for index in 0..=count {
        let rate = libm::exp(start + (end - start) * f64::from(index) / f64::from(count));
        let values = Sample::new(curves.iter().map(|curve| curve.at(rate)).collect());
        let quantile = |probability| values.quantile(probability).filter(|value| is_loggable(*value));
        // The range of the axis is set by the measured trials, so larger values are cut.
        let Some(median) = quantile(0.5).filter(|value| *value <= 2.0 * highest) else { continue };
        points.push((rate, median));
        if let (true, Some(low), Some(high)) = (curves.len() > 1, quantile(0.0), quantile(1.0)) {
            let high = if high <= 2.0 * highest { high } else { 2.0 * highest };
            band.push((rate, low, high));
        }
    }
    if points.is_empty() {
        return None;
    }
    // The same label for all curves makes a single legend entry.
    let what = if series.has_penalty(problems) { " 2J, penalty included" } else { "" };
    let label = format!("thin line: exact{what} (theory)");
    Some(Series { label, colour, style: Style::Theory, points, band, highlights: Vec::new() })
}

/// The vertical of a series: the limit of its rates, or a bound where there is no limit.
pub fn limit_line(contender: &Contender<'_>, series: &RateSeries, colour: usize) -> Option<Vertical> {
    let Range { median, low, high, n } = series.limit.or(series.bound)?;
    let (first, last) = rates(contender, series)?;
    // A line far from all measured rates would stretch the axis.
    if median < first / 2.0 || median > 2.0 * last {
        return None;
    }
    let regime = series.regime?;
    let (kind, what) = match regime {
        Regime::Minibatch { batch_size, .. } => (VerticalKind::MeanSquareLimit, format!("B = {batch_size}:")),
        Regime::Full(_) => (VerticalKind::Limit, format!("{} =", regime.formula())),
        Regime::OtherLoss { .. } => (VerticalKind::Bound, format!("{} =", regime.formula())),
    };
    let label = format!("{what} {}", short(median, 3));
    Some(Vertical { x: median, kind, range: (n > 1 && low < high).then_some((low, high)), label, colour })
}

/// The smallest and the largest rate that was tried.
fn rates(contender: &Contender<'_>, series: &RateSeries) -> Option<(f64, f64)> {
    let rate = |index: Option<&usize>| contender.settings[*index?].learning_rate;
    Some((rate(series.settings.first())?, rate(series.settings.last())?))
}
