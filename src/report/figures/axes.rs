//! What the axes of a figure can show: values on a log axis, and the epochs of a curve.

use crate::metric::{AxisKind, MetricKind};
use crate::report::figure_data::AxisScale;

/// The most points of a line that a reader can tell apart.
const MOST_POINTS: usize = 240;
/// With at least this many epochs, the epoch axis is logarithmic.
const LOG_FROM: u64 = 100;
pub const NO_EPOCH_0: &str = "Epoch 0, the start, has no place on the log axis.";

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

pub const fn metric_scale(kind: &MetricKind) -> AxisScale {
    match kind.axis {
        AxisKind::Logarithmic => AxisScale::Log,
        AxisKind::Linear => AxisScale::Linear,
    }
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
