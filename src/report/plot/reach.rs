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

/// The extents of both axes of a panel. They reach as far as those of all `others`, along x only of those with the same x axis.
pub fn extents(
    panel: &Panel,
    others: &[Panel],
    place: impl Fn(PlotPoint) -> Option<PlotPoint>,
) -> (AxisExtent, AxisExtent) {
    if others.is_empty() {
        return of_panels(&[panel], &place);
    }
    let all: Vec<&Panel> = others.iter().filter(|other| other.y.scale == panel.y.scale).collect();
    let same_x: Vec<&Panel> = others.iter().filter(|other| other.x == panel.x).collect();
    (of_panels(&same_x, &place).0, of_panels(&all, &place).1)
}

fn of_panels(panels: &[&Panel], place: &impl Fn(PlotPoint) -> Option<PlotPoint>) -> (AxisExtent, AxisExtent) {
    let (mut x, mut y) = (AxisExtent::default(), AxisExtent::default());
    for panel in panels {
        measured(panel, place, &mut x, &mut y);
    }
    let series = |theory: bool| {
        let all = panels.iter().flat_map(|panel| panel.series.iter().map(move |series| (*panel, series)));
        all.filter(move |(_, series)| (series.style == Style::Theory) == theory)
    };
    if y.is_empty() || x.is_point() {
        series(true).for_each(|(panel, series)| include(panel, series, place, &mut x, &mut y));
    }
    let (measured_x, measured_y) = (x, y);
    for panel in panels {
        for at in panel.verticals.iter().filter_map(|vertical| axis::coordinate(panel.x.scale, vertical.x)) {
            if x.is_empty() || measured_x.is_near(at, NEAR_VERTICAL) {
                x.include(at);
            }
        }
        let levels = panel.horizontals.iter().map(|horizontal| horizontal.y);
        let levels = levels.chain(panel.good.iter().map(|good| good.threshold));
        for value in levels.filter_map(|value| axis::coordinate(panel.y.scale, value)) {
            if y.is_empty() || measured_y.is_near(value, NEAR_HORIZONTAL) {
                y.include(value);
            }
        }
    }
    for (at, value) in series(true).flat_map(|(_, series)| &series.points).filter_map(|&point| place(point)) {
        if measured_x.is_near(at, 0.0) && measured_y.is_near(value, NEAR_THEORY) {
            y.include(value);
        }
    }
    (x, y)
}

/// The room beside the first and the last category, in their distance.
const BESIDE_CATEGORIES: f64 = 0.5;

/// Includes what was measured, and the marks above the frame.
fn measured(panel: &Panel, place: &impl Fn(PlotPoint) -> Option<PlotPoint>, x: &mut AxisExtent, y: &mut AxisExtent) {
    if panel.series.iter().any(|series| series.style == Style::Categories) {
        for (at, _) in &panel.x_names {
            x.include(at - BESIDE_CATEGORIES);
            x.include(at + BESIDE_CATEGORIES);
        }
    }
    for series in panel.series.iter().filter(|series| series.style != Style::Theory) {
        include(panel, series, place, x, y);
        // The measured value is finite, even if the y axis cannot show it.
        for (at, _) in series.points.iter().filter(|(_, value)| value.is_finite()) {
            axis::coordinate(panel.x.scale, *at).into_iter().for_each(|at| x.include(at));
        }
    }
    for at in panel.margin_marks.iter().filter_map(|mark| axis::coordinate(panel.x.scale, mark.x)) {
        x.include(at);
    }
}

fn include(
    panel: &Panel,
    series: &Series,
    place: &impl Fn(PlotPoint) -> Option<PlotPoint>,
    x: &mut AxisExtent,
    y: &mut AxisExtent,
) {
    let end = |value: Option<f64>| value.and_then(|value| axis::coordinate(panel.y.scale, value));
    let ceiling = end(panel.ceiling).unwrap_or(f64::INFINITY);
    let floor = end(panel.floor).unwrap_or(f64::NEG_INFINITY);
    let within = |value: f64| {
        if value > ceiling {
            ceiling
        } else if value < floor {
            floor
        } else {
            value
        }
    };
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
}
