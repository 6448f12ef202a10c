//! What the axes of a figure can show: values on a log axis, and the epochs of a curve.

use crate::metric::{AxisKind, Direction, MetricKind};
use crate::report::figure_data::{AxisScale, Style};

/// The most points of a line that a reader can tell apart.
const MOST_POINTS: usize = 240;
/// With at least this many epochs, the epoch axis is logarithmic.
const LOG_FROM: u64 = 100;
pub const NO_EPOCH_0: &str = "Epoch 0 is not shown (log axis).";
/// The most evaluated epochs whose markers a reader can tell apart.
const MOST_MARKERS: usize = 60;
pub const SAMPLED: &str =
    "Points: the evaluated epochs; a thin line only joins them, and says nothing of the epochs between.";

/// Whether a logarithmic axis can show a value.
pub fn is_loggable(value: f64) -> bool {
    value.is_finite() && value > 0.0
}

/// Whether the axis of a metric can show a value.
pub fn shows(kind: &MetricKind, value: f64) -> bool {
    match kind.axis {
        AxisKind::Logarithmic => is_loggable(value),
        AxisKind::Linear => value.is_finite(),
    }
}

#[must_use]
pub fn metric_scale(kind: &MetricKind) -> AxisScale {
    match kind.axis {
        AxisKind::Logarithmic => AxisScale::Log,
        AxisKind::Linear => AxisScale::Linear,
    }
}

/// The lowest value of an axis for lines of a metric of which higher is better, so that their ends can be told apart: the start
/// is often so bad that it would take nearly the whole of a linear axis. In sight are all ends that are no worse than the start,
/// three times the distance of the best end, and 0. `None` if the start needs little more room than these.
#[must_use]
pub fn lowest(kind: &MetricKind, start: f64, ends: impl Iterator<Item = f64>) -> Option<f64> {
    if kind.direction == Direction::Lower || kind.axis == AxisKind::Logarithmic {
        return None;
    }
    let larger = |one: f64, other: f64| if other > one { other } else { one };
    let worst = kind.distance(start);
    let ends: Vec<f64> = ends.map(|end| kind.distance(end)).filter(|distance| *distance <= worst).collect();
    let best = ends.iter().copied().reduce(|one, other| if other < one { other } else { one })?;
    // A little more, so that no end lies on the frame.
    let far = ends.iter().fold(larger(1.0, 3.0 * best), |far, end| larger(far, 1.1 * end));
    (1.5 * far < worst).then_some(1.0 - far).filter(|floor| *floor > kind.range.0)
}

/// The lowest value of an axis for measured points of a metric of which higher is better, where a few of them would take nearly the
/// whole of it. In sight are three quarters of the points, three times the distance of the best, and what must be in sight. `None`
/// if the others need little more room than these.
#[must_use]
pub fn lowest_of_most(
    kind: &MetricKind,
    points: impl Iterator<Item = f64>,
    ends: impl Iterator<Item = f64>,
) -> Option<f64> {
    if kind.direction == Direction::Lower || kind.axis == AxisKind::Logarithmic {
        return None;
    }
    let larger = |one: f64, other: f64| if other > one { other } else { one };
    let mut distances: Vec<f64> = points.map(|value| kind.distance(value)).collect();
    distances.sort_by(f64::total_cmp);
    let (best, worst) = (*distances.first()?, *distances.last()?);
    let most = distances[(3 * distances.len() / 4).min(distances.len() - 1)];
    let far = ends.map(|end| 1.1 * kind.distance(end)).fold(larger(1.1 * most, 3.0 * best), larger);
    (far > 0.0 && 4.0 * far < worst).then_some(1.0 - far).filter(|floor| *floor > kind.range.0)
}

#[must_use]
pub const fn epoch_scale(last: u64) -> AxisScale {
    if last >= LOG_FROM { AxisScale::Log } else { AxisScale::Linear }
}

/// The positions of the points to draw. They stand apart by at least a share of the axis, and include the last point
/// and the first that the axis can show.
#[must_use]
pub fn drawn(xs: &[u64], scale: AxisScale) -> Vec<usize> {
    let place = |index: usize| match scale {
        AxisScale::Linear => xs[index] as f64,
        AxisScale::Log => libm::log10(xs[index] as f64),
    };
    let shown: Vec<usize> = (0..xs.len()).filter(|&index| scale == AxisScale::Linear || xs[index] > 0).collect();
    let (Some(&first), Some(&last)) = (shown.first(), shown.last()) else { return Vec::new() };
    if shown.len() <= MOST_POINTS {
        return shown;
    }
    let step = (place(last) - place(first)) / (MOST_POINTS - 1) as f64;
    let mut kept = vec![first];
    let mut previous = place(first);
    for index in shown.into_iter().skip(1) {
        let at = place(index);
        if index == last || (at - previous >= step && at <= place(last) - step / 2.0) {
            kept.push(index);
            previous = at;
        }
    }
    kept
}

/// How a curve is drawn: a line if nearly every epoch is on it, or if it moves one way; else as what was sampled. Between the
/// evaluated epochs a method with momentum may have swung several times.
#[must_use]
pub fn curve_style(points: &[(f64, f64)]) -> Style {
    let skips = points.windows(2).any(|pair| pair[1].0 - pair[0].0 > 1.5);
    let turns = points.windows(3).filter(|at| (at[1].1 - at[0].1) * (at[2].1 - at[1].1) < 0.0).count();
    if points.len() <= MOST_MARKERS || (skips && turns > 2) { Style::Sampled } else { Style::Line }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::metric;

    #[test]
    fn a_few_slow_rates_do_not_take_the_whole_axis() {
        let r2 = metric("r2").expect("exists");
        let cut = |points: &[f64], ends: &[f64]| lowest_of_most(r2, points.iter().copied(), ends.iter().copied());
        let close = |found: Option<f64>, floor: f64| (found.expect("it is cut") - floor).abs() < 1e-12;
        let points = [0.5, 0.995, 0.996, 0.997, 0.998];
        assert!(close(cut(&points, &[0.998]), 1.0 - 3.0 * 0.002), "three times the best distance");
        assert!(close(cut(&points, &[0.98]), 1.0 - 1.1 * 0.02), "the best of each series is in sight");
        assert_eq!(cut(&[0.5, 0.9, 0.92], &[0.92]), None, "half of the axis is room enough");
        assert_eq!((cut(&[0.5, 1.0, 1.0, 1.0], &[1.0]), cut(&[], &[])), (None, None));
        assert_eq!(lowest_of_most(metric("mse").expect("exists"), [9.0, 1.0].into_iter(), [1.0].into_iter()), None);
    }

    #[test]
    fn no_axis_is_cut_where_no_value_lies() {
        let accuracy = metric("accuracy").expect("exists");
        assert_eq!(lowest(accuracy, 0.1, [0.03, 0.9].into_iter()), None);
        assert_eq!(lowest(accuracy, 0.1, [0.96].into_iter()), None, "0 is in sight, and nothing is below");
    }

    #[test]
    fn few_points_and_zigzags_are_drawn_as_samples() {
        let curve = |count: u32, step: f64, value: fn(u32) -> f64| -> Vec<(f64, f64)> {
            (0..count).map(|index| (step * f64::from(index), value(index))).collect()
        };
        let falling = |index: u32| 1.0 / f64::from(index + 1);
        let swinging = |index: u32| 2.0 + f64::from(index % 2);
        assert_eq!(curve_style(&curve(16, 6.0, falling)), Style::Sampled);
        assert_eq!(curve_style(&curve(200, 5.0, falling)), Style::Line);
        assert_eq!(curve_style(&curve(200, 5.0, swinging)), Style::Sampled, "what lies between was not seen");
        assert_eq!(curve_style(&curve(200, 1.0, swinging)), Style::Line, "every epoch is there");
    }

    #[test]
    fn the_axis_is_cut_where_the_ends_can_be_told_apart() {
        let r2 = metric("r2").expect("exists");
        let lowest = |start: f64, ends: &[f64]| lowest(r2, start, ends.iter().copied());
        assert_eq!(lowest(-4.0, &[0.5, 0.75]), Some(0.0), "a good fit is drawn from 0");
        assert_eq!(lowest(-4.0, &[0.5, -9.0]), Some(-0.5), "what ends below its start leaves the frame");
        assert_eq!(lowest(-4.0, &[0.75, -1.0]), Some(1.0 - 1.1 * 2.0), "each end that improves is in sight");
        assert_eq!(lowest(-0.125, &[-0.125]), None);
        assert_eq!(lowest(0.25, &[0.5]), None, "nothing lies below 0");
        assert_eq!(lowest(-0.25, &[0.5]), None, "the start has room beside the end");
        assert_eq!(lowest(-4.0, &[f64::NEG_INFINITY]), None);
        assert_eq!(super::lowest(metric("mse").expect("exists"), 9.0, [1.0].into_iter()), None);
    }
}
