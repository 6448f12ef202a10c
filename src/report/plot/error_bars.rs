//! Points with error bars at discrete places. Several series stand beside each other.

use super::canvas::{Canvas, DrawingResult, stroke};
use super::clip::PlotPoint;
use super::coordinates::{length, units};
use super::style;
use super::{axis, canvas};
use crate::report::figure_data::{Series, Style};
use plotters::prelude::Circle;

/// The distance between the points of two series at one place.
const BESIDE: f64 = 9.0;
/// Half of the width of the ends of a bar.
const CAP: f64 = 3.0;

/// Whether a series is drawn with error bars.
#[must_use]
pub const fn has_bars(style: Style) -> bool {
    matches!(style, Style::ErrorBars | Style::Categories | Style::Fitted)
}

/// Whether a series is drawn here, or beside one that is.
#[must_use]
pub const fn is_beside(style: Style) -> bool {
    has_bars(style) || matches!(style, Style::FittedLine | Style::Tally | Style::CutAbove | Style::CutBelow)
}

/// The distance in pixels from the places of its points at which the series of a colour stands.
#[must_use]
pub fn shift_of(canvas: &Canvas<'_, '_>, colour: usize) -> f64 {
    shifted(canvas).into_iter().find(|(series, _)| series.colour == colour).map_or(0.0, |(_, shift)| shift)
}

/// The series with error bars, each with its distance in pixels from the places of its points.
fn shifted<'c>(canvas: &Canvas<'c, '_>) -> Vec<(&'c Series, f64)> {
    let with_bars: Vec<&Series> = canvas.prepared.panel.series.iter().filter(|series| has_bars(series.style)).collect();
    let beside = beside(canvas, &with_bars);
    let middle = with_bars.len().saturating_sub(1) as f64 / 2.0;
    with_bars.into_iter().enumerate().map(|(index, series)| (series, beside * (index as f64 - middle))).collect()
}

/// The bars, and the lines that join points, in pixels.
pub fn segments(canvas: &Canvas<'_, '_>) -> Vec<(PlotPoint, PlotPoint)> {
    let mut segments = Vec::new();
    for (series, shift) in shifted(canvas) {
        let at = |point: PlotPoint| place(canvas, point, shift);
        segments.extend(series.band.iter().filter_map(|&(x, low, high)| Some((at((x, low))?, at((x, high))?))));
        if series.style == Style::ErrorBars {
            segments.extend(series.points.windows(2).filter_map(|pair| Some((at(pair[0])?, at(pair[1])?))));
        }
    }
    segments
}

/// # Errors
/// The errors of plotters.
pub fn draw(canvas: &Canvas<'_, '_>) -> DrawingResult {
    let shown = shifted(canvas);
    for (series, shift) in shown.iter().filter(|(series, _)| series.style == Style::ErrorBars) {
        let places: Vec<PlotPoint> = series.points.iter().filter_map(|&point| place(canvas, point, *shift)).collect();
        let thin = stroke(style::colour(series.colour), style::SAMPLED_LINE);
        places.windows(2).try_for_each(|pair| canvas.segment(pair[0], pair[1], thin))?;
    }
    for (series, shift) in &shown {
        let line = stroke(style::colour(series.colour), 1.4);
        for &(x, low, high) in &series.band {
            let Some((at, bottom)) = place(canvas, (x, low), *shift) else { continue };
            let Some((_, top)) = place(canvas, (x, high), *shift) else { continue };
            canvas.segment((at, bottom), (at, top), line)?;
            for end in [bottom, top].into_iter().filter(|end| (top - bottom).abs() > 1.0 && is_inside(canvas, *end)) {
                canvas.segment((at - CAP, end), (at + CAP, end), line)?;
            }
        }
    }
    for (series, shift) in &shown {
        let (look, colour) = (style::marker(series.colour), style::colour(series.colour));
        for at in series.points.iter().filter_map(|&point| place(canvas, point, *shift)) {
            canvas::marker(canvas.paper, look, at, (3.4, 0.8), colour)?;
        }
        for (x, y) in series.highlights.iter().filter_map(|&point| place(canvas, point, *shift)) {
            let at = (units(x), units(y));
            canvas.paper.root.draw(&Circle::new(at, length(7.4), stroke(style::WHITE, 3.6)))?;
            canvas.paper.root.draw(&Circle::new(at, length(7.4), stroke(colour, 1.8)))?;
        }
    }
    Ok(())
}

/// The distance between two series at one place: less where places are close.
fn beside(canvas: &Canvas<'_, '_>, series: &[&Series]) -> f64 {
    let points = series.iter().flat_map(|series| &series.points);
    let mut places: Vec<f64> = points.filter_map(|&point| Some(place(canvas, point, 0.0)?.0)).collect();
    places.sort_by(f64::total_cmp);
    let gaps = places.windows(2).map(|pair| pair[1] - pair[0]).filter(|gap| *gap > 0.5);
    let narrowest = gaps.fold(f64::INFINITY, |least, gap| if gap < least { gap } else { least });
    let room = 0.75 * narrowest / series.len().max(1) as f64;
    if room < BESIDE { room } else { BESIDE }
}

fn is_inside(canvas: &Canvas<'_, '_>, y: f64) -> bool {
    y > canvas.frame.top + 0.01 && y < canvas.frame.bottom - 0.01
}

/// The pixel of a point, at the edge of the frame if it lies above or below.
pub fn place(canvas: &Canvas<'_, '_>, (x, y): PlotPoint, shift: f64) -> Option<PlotPoint> {
    let panel = canvas.prepared.panel;
    let at = axis::coordinate(panel.x.scale, x)?;
    let window = canvas.window.y;
    let height = axis::coordinate(panel.y.scale, y).unwrap_or(if y > 0.0 { window.1 } else { window.0 });
    let (x, y) = canvas.pixel((at, height.clamp(window.0, window.1)));
    Some((x + shift, y))
}
