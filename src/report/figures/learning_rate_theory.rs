//! Theory in a panel of final losses: the exact curve, and the stability limit or bound.

use super::axes::shows;
use crate::analysis::{
    Analysis, Contender, ExactCurve, Range, RateSeries, Recurrence, Regime, Sample, TargetMoments, noise_floor,
};
use crate::metric::{Direction, MetricKind, Values};
use crate::record::{Id, Split};
use crate::report::figure_data::{Series, Style, Vertical, VerticalKind};
use crate::report::number::short;

/// The number of points of the exact curve. With momentum it oscillates and needs more.
const CURVE_POINTS: u32 = 80;
const CURVE_POINTS_WITH_MOMENTUM: u32 = 240;

/// The legend of a noise floor: one entry for all.
pub const FLOOR_LABEL: &str = "thin line: noise floor (theory)";

/// The exact curve over the rates that were tried, in the metric of the axis: the mean over splits, with their range as a band.
/// `None` where theory has no such curve: under a penalty it knows the objective, which is no metric.
pub fn theory(
    analysis: &Analysis<'_>,
    metric: &MetricKind,
    contender: &Contender<'_>,
    series: &RateSeries,
    measured: &Series,
) -> Option<Series> {
    let problems = &analysis.study.problems;
    if series.has_penalty(problems) {
        return None;
    }
    let curves = series.exact_curves_of_problems(problems);
    let targets = &analysis.study.targets;
    let target = |id: Id| targets.get(&id).and_then(|moments| moments[Split::Train as usize].as_ref());
    let curves: Vec<(ExactCurve, Option<&TargetMoments>)> =
        curves.into_iter().map(|(id, curve)| (curve, target(id))).collect();
    let (low, high) = rates(contender, series)?;
    if curves.is_empty() || low >= high {
        return None;
    }
    let distances = measured.points.iter().map(|&(_, y)| metric.distance(y));
    let farthest = distances.fold(0.0, |most, distance| if distance > most { distance } else { most });
    let (start, end) = (libm::log(low), libm::log(high));
    let (mut points, mut band) = (Vec::new(), Vec::new());
    let oscillates = matches!(series.regime, Some(Regime::Full(Recurrence { momentum, .. })) if momentum > 0.0);
    let count = if oscillates { CURVE_POINTS_WITH_MOMENTUM } else { CURVE_POINTS };
    let statistic = if contender.ranking.by_median { Sample::median } else { Sample::mean };
    for index in 0..=count {
        let rate = libm::exp(start + (end - start) * f64::from(index) / f64::from(count));
        let values: Option<Vec<f64>> =
            curves.iter().map(|(curve, target)| in_metric(metric, curve.at(rate), *target)).collect();
        let values = Sample::new(values?);
        // The range of the axis is set by the measured trials, so what lies farther out is cut.
        let is_far = |value: f64| metric.distance(value) > 2.0 * farthest;
        let shown = |value: &f64| shows(metric, *value);
        let Some(value) = statistic(&values).filter(shown).filter(|value| !is_far(*value)) else { continue };
        points.push((rate, value));
        let quantile = |probability| values.quantile(probability).filter(|value| !value.is_nan());
        if let (true, Some(low), Some(high)) = (curves.len() > 1, quantile(0.0), quantile(1.0)) {
            let end = |value: f64| match metric.direction {
                Direction::Lower if is_far(value) => 2.0 * farthest,
                Direction::Higher if is_far(value) => 1.0 - 2.0 * farthest,
                _ => value,
            };
            band.push((rate, end(low), end(high)));
        }
    }
    if points.is_empty() {
        return None;
    }
    // The same label for all curves makes a single legend entry.
    let label = "thin line: exact (theory)".to_owned();
    Some(Series { label, colour: measured.colour, style: Style::Theory, points, band, highlights: Vec::new() })
}

/// The noise floor at the rates that were tried, in the metric of the axis: the mean over splits, with their range as a band. `None`
/// where theory has none, or knows too little of the metric.
pub fn floor_line(
    analysis: &Analysis<'_>,
    metric: &MetricKind,
    contender: &Contender<'_>,
    series: &RateSeries,
    colour: usize,
) -> Option<Series> {
    if contender.ranking.by_median || metric.recorded_as() != crate::metric::mse().name {
        return None;
    }
    // A metric that follows from the MSE with the targets of each split has no floor of its own.
    let in_metric = |mse: f64| in_metric(metric, mse, None).filter(|value| shows(metric, *value));
    let floors = noise_floor(analysis.study, contender, series);
    let points: Vec<(f64, f64)> =
        floors.iter().filter_map(|floor| Some((floor.rate, in_metric(floor.lowest + floor.expected)?))).collect();
    let band = floors.iter().filter(|floor| floor.n > 1).filter_map(|floor| {
        let ends = (in_metric(floor.range.0)?, in_metric(floor.range.1)?);
        Some((floor.rate, ends.0, ends.1))
    });
    let band = band.collect();
    let label = FLOOR_LABEL.to_owned();
    (points.len() > 1).then(|| Series { label, colour, style: Style::Theory, points, band, highlights: Vec::new() })
}

/// A training MSE as a value of the metric. `None` if the metric does not follow from it.
fn in_metric(metric: &MetricKind, mse: f64, target: Option<&TargetMoments>) -> Option<f64> {
    if metric.recorded_as() != crate::metric::mse().name {
        return None;
    }
    match metric.values {
        Values::Derived { value, .. } => value(mse, target).ok(),
        Values::Loss(_) | Values::Outputs(_) => Some(mse),
    }
}

/// The verticals of a series: the limit of its rates, or a bound and the limit beside the minimum where there is no such limit.
pub fn limit_lines(contender: &Contender<'_>, series: &RateSeries, colour: usize) -> Vec<Vertical> {
    let local = series.optima.as_ref().and_then(|optima| optima.limit);
    let local = local.map(|limit| (limit, VerticalKind::LocalLimit, "local limit =".to_owned()));
    let all = series.limit.or(series.bound).and_then(|range| Some((range, described(series)?)));
    let all = all.map(|(range, (kind, what))| (range, kind, what));
    let line = |(range, kind, what)| line(contender, series, range, kind, what, colour);
    all.into_iter().chain(local).filter_map(line).collect()
}

/// What the line of a series' limit or bound is.
fn described(series: &RateSeries) -> Option<(VerticalKind, String)> {
    let regime = series.regime?;
    Some(match regime {
        Regime::Minibatch { batch_size, .. } => (VerticalKind::MeanSquareLimit, format!("B = {batch_size}:")),
        Regime::Full(_) => (VerticalKind::Limit, format!("{} =", regime.formula())),
        Regime::OtherLoss { .. } => (VerticalKind::Bound, format!("{} =", regime.formula())),
    })
}

fn line(
    contender: &Contender<'_>,
    series: &RateSeries,
    Range { median, low, high, n }: Range,
    kind: VerticalKind,
    what: String,
    colour: usize,
) -> Option<Vertical> {
    let (first, last) = rates(contender, series)?;
    // A line far from all measured rates would stretch the axis.
    if median < first / 2.0 || median > 2.0 * last {
        return None;
    }
    let label = format!("{what} {}", short(median, 3));
    Some(Vertical { x: median, kind, range: (n > 1 && low < high).then_some((low, high)), label, colour })
}

/// The smallest and the largest rate that was tried.
fn rates(contender: &Contender<'_>, series: &RateSeries) -> Option<(f64, f64)> {
    let rate = |index: Option<&usize>| contender.settings[*index?].learning_rate;
    Some((rate(series.settings.first())?, rate(series.settings.last())?))
}
