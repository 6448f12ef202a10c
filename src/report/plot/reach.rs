//! How far a panel's axes reach.

use super::axis::{self, AxisExtent};
use super::clip::PlotPoint;
use crate::report::figure_data::{Panel, Series, Style};

/// How far a limit outside the measured range may stretch the x axis, as a share of that range.
const NEAR_VERTICAL: f64 = 0.15;
/// How far a reference value may stretch the y axis.
const NEAR_HORIZONTAL: f64 = 0.25;
/// How far theory may stretch the y axis. Its minimum often lies between two measured rates.
const NEAR_THEORY: f64 = 0.08;

/// The extents of both axes.
pub fn extents(panel: &Panel, place: impl Fn(PlotPoint) -> Option<PlotPoint>) -> (AxisExtent, AxisExtent) {
    let (mut x, mut y) = (AxisExtent::default(), AxisExtent::default());
    let (x_scale, y_scale) = (panel.x.scale, panel.y.scale);
    let ceiling = panel.ceiling.and_then(|value| axis::coordinate(y_scale, value)).unwrap_or(f64::INFINITY);
    let floor = panel.floor.and_then(|value| axis::coordinate(y_scale, value)).unwrap_or(f64::NEG_INFINITY);
    let within = |value: f64| {
        if value > ceiling {
            ceiling
        } else if value < floor {
            floor
        } else {
            value
        }
    };
    let theory = || panel.series.iter().filter(|series| series.style == Style::Theory);
    let include = |series: &Series, x: &mut AxisExtent, y: &mut AxisExtent| {
        for (at, value) in series.points.iter().chain(&series.highlights).filter_map(|&point| place(point)) {
            x.include(at);
            y.include(within(value));
        }
        for &(at, low, high) in &series.band {
            for value in [low, high] {
                if let Some((_, value)) = place((at, value)) {
                    y.include(within(value));
                }
            }
        }
    };
    for series in panel.series.iter().filter(|series| series.style != Style::Theory) {
        include(series, &mut x, &mut y);
        // The measured value is finite, even if the y axis cannot show it.
        for (at, _) in series.points.iter().filter(|(_, value)| value.is_finite()) {
            axis::coordinate(x_scale, *at).into_iter().for_each(|at| x.include(at));
        }
    }
    for at in panel.margin_marks.iter().filter_map(|mark| axis::coordinate(x_scale, mark.x)) {
        x.include(at);
    }
    if y.is_empty() || x.is_point() {
        theory().for_each(|series| include(series, &mut x, &mut y));
    }
    let (measured_x, measured_y) = (x, y);
    for at in panel.verticals.iter().filter_map(|vertical| axis::coordinate(x_scale, vertical.x)) {
        if x.is_empty() || measured_x.is_near(at, NEAR_VERTICAL) {
            x.include(at);
        }
    }
    for (at, value) in theory().flat_map(|series| &series.points).filter_map(|&point| place(point)) {
        if measured_x.is_near(at, 0.0) && measured_y.is_near(value, NEAR_THEORY) {
            y.include(value);
        }
    }
    for value in panel.horizontals.iter().filter_map(|horizontal| axis::coordinate(y_scale, horizontal.y)) {
        if y.is_empty() || measured_y.is_near(value, NEAR_HORIZONTAL) {
            y.include(value);
        }
    }
    (x, y)
}
