//! Draws one panel: grid, bands, lines, markers and axes.

use plotters::prelude::*;

use super::canvas::{Canvas, DrawingResult, fill, marker, stroke};
use super::clip::{self, PlotPoint};
use super::coordinates::{length, units};
use super::prepared::Trace;
use super::sheet::{Anchor, Pen, TextLine};
use super::style::{self, Colour, Marker};
use super::ticks::Tick;
use super::{annotation, end_labels, error_bars, margin, matrix, method_rows, tallies, text, x_names};
use crate::report::figure_data::{Legends, Style};

/// Draws everything within the frame, and the axes around it.
///
/// # Errors
/// The errors of plotters.
pub fn draw(canvas: &Canvas<'_, '_>) -> DrawingResult {
    if let Some(matrix) = &canvas.prepared.panel.matrix {
        return matrix::draw(canvas, matrix);
    }
    if let Some(rows) = &canvas.prepared.panel.rows {
        return method_rows::draw(canvas, rows);
    }
    let x_ticks = x_names::ticks(canvas.prepared)
        .unwrap_or_else(|| canvas.prepared.x.ticks((canvas.frame.width() / 52.0) as usize));
    let y_ticks = canvas.prepared.y.vertical_ticks(canvas.frame.height());
    grid(canvas, &x_ticks, &y_ticks)?;
    annotation::ranges(canvas)?;
    let series = || canvas.prepared.panel.series.iter().zip(&canvas.prepared.traces);
    for (series, trace) in series().filter(|(series, _)| !error_bars::is_beside(series.style)) {
        band(canvas, trace, style::colour(series.colour))?;
    }
    annotation::lines(canvas)?;
    for layer in 0..3 {
        for (series, trace) in series().filter(|(series, _)| layer_of(series.style) == Some(layer)) {
            let width = style::line(series.style);
            canvas.paper.sheet.take(Pen { dash: style::dash(series.colour, series.style), halo: 0.0 });
            for piece in trace.runs.iter().flat_map(|run| clip::line(run, &canvas.window)) {
                canvas.area.draw(&PathElement::new(piece, stroke(style::of_series(series), width)))?;
            }
        }
    }
    canvas.paper.sheet.take(Pen::default());
    for (series, trace) in series().filter(|(series, _)| !error_bars::is_beside(series.style)) {
        markers(canvas, series.style, style::marker(series.colour), style::of_series(series), trace)?;
    }
    for (series, trace) in series().filter(|(series, _)| !error_bars::is_beside(series.style)) {
        highlights(canvas, trace, style::colour(series.colour))?;
    }
    tallies::draw(canvas)?;
    error_bars::draw(canvas)?;
    safe(canvas)?;
    axes(canvas, &x_ticks, &y_ticks)?;
    annotation::labels(canvas);
    if canvas.prepared.legends == Legends::AtEnds {
        end_labels::draw(canvas)?;
    }
    if !canvas.prepared.has_values {
        let nothing = TextLine::new(canvas.prepared.nothing, style::DESCRIPTION, style::AXIS).anchored(Anchor::Middle);
        let middle = (canvas.frame.left + canvas.frame.right) / 2.0;
        canvas.paper.sheet.write(&nothing, middle, (canvas.frame.top + canvas.frame.bottom) / 2.0);
    }
    margin::draw(canvas)
}

/// The layer of a series' line, from behind. `None` if it has no line, or draws it itself.
const fn layer_of(style: Style) -> Option<u8> {
    match style {
        Style::Theory => Some(0),
        Style::Faint => Some(1),
        Style::Points | Style::Hollow | Style::ErrorBars | Style::Categories | Style::Fitted => None,
        Style::FittedLine | Style::Tally | Style::CutAbove | Style::CutBelow => None,
        Style::Line | Style::Dashed | Style::Markers | Style::Alternating { .. } | Style::Sampled => Some(2),
    }
}

fn grid(canvas: &Canvas<'_, '_>, x_ticks: &[Tick], y_ticks: &[Tick]) -> DrawingResult {
    let frame = canvas.frame;
    let minor = stroke(style::GRID_MINOR, style::GRID_MINOR_LINE);
    let major = stroke(style::GRID_MAJOR, style::GRID_MAJOR_LINE);
    let across = |tick: &Tick, style| {
        let (_, y) = canvas.pixel((canvas.window.x.0, tick.at));
        canvas.segment((frame.left, y), (frame.right, y), style)
    };
    if canvas.prepared.has_values {
        y_ticks.iter().filter(|tick| tick.label.is_none()).try_for_each(|tick| across(tick, minor))?;
        y_ticks.iter().filter(|tick| tick.label.is_some()).try_for_each(|tick| across(tick, major))?;
    }
    for tick in x_ticks.iter().filter(|tick| tick.label.is_some()) {
        let (x, _) = canvas.pixel((tick.at, canvas.window.y.0));
        canvas.segment((x, frame.top), (x, frame.bottom), major)?;
    }
    Ok(())
}

fn band(canvas: &Canvas<'_, '_>, trace: &Trace, colour: Colour) -> DrawingResult {
    for outline in &trace.bands {
        let corners = clip::area(outline, &canvas.window);
        if corners.len() > 2 {
            canvas.area.draw(&Polygon::new(corners, fill(colour, style::BAND_OPACITY)))?;
        }
    }
    Ok(())
}

fn markers(canvas: &Canvas<'_, '_>, kind: Style, look: Marker, colour: Colour, trace: &Trace) -> DrawingResult {
    let shown: Vec<PlotPoint> = trace
        .runs
        .iter()
        .flatten()
        .enumerate()
        .filter(|&(at, &point)| kind.marks(at) && canvas.window.contains(point))
        .map(|(_, &point)| canvas.pixel(point))
        .collect();
    if kind.has_marks() {
        // Crowded markers are small and solid, so that they do not hide their line.
        let spacing = canvas.frame.width() / shown.len().max(1) as f64;
        let (radius, halo, hollow) = if spacing < 10.0 { (2.0, 0.0, false) } else { (3.4, 0.8, look.hollow) };
        let look = Marker { hollow, ..look };
        return shown.iter().try_for_each(|&at| marker(canvas.paper, look, at, (radius, halo), colour));
    }
    if kind == Style::Hollow {
        let look = Marker { hollow: true, ..look };
        return shown.iter().try_for_each(|&at| marker(canvas.paper, look, at, (2.8, 0.0), colour));
    }
    // A single value between two gaps has no line, so it gets a marker.
    for run in trace.runs.iter().filter(|run| run.len() == 1 && canvas.window.contains(run[0])) {
        marker(canvas.paper, look, canvas.pixel(run[0]), (2.4, 0.8), colour)?;
    }
    Ok(())
}

fn highlights(canvas: &Canvas<'_, '_>, trace: &Trace, colour: Colour) -> DrawingResult {
    for &point in trace.highlights.iter().filter(|&&point| canvas.window.contains(point)) {
        let (x, y) = canvas.pixel(point);
        let at = (units(x), units(y));
        canvas.paper.root.draw(&Circle::new(at, length(7.4), stroke(style::WHITE, 4.2)))?;
        canvas.paper.root.draw(&Circle::new(at, length(7.4), stroke(colour, 1.8)))?;
    }
    Ok(())
}

/// The square around the point of the safe rate.
fn safe(canvas: &Canvas<'_, '_>) -> DrawingResult {
    let Some(good) = &canvas.prepared.panel.good else { return Ok(()) };
    let place = |(x, y): PlotPoint| Some((canvas.prepared.x.coordinate(x)?, canvas.prepared.y.coordinate(y)?));
    let Some(at) = good.safe.and_then(place).filter(|&at| canvas.window.contains(at)) else { return Ok(()) };
    let (x, y) = canvas.pixel(at);
    let corners = [(-HALF, -HALF), (HALF, HALF)].map(|(dx, dy)| (units(x + dx), units(y + dy)));
    canvas.paper.root.draw(&Rectangle::new(corners, stroke(style::WHITE, 4.2)))?;
    canvas.paper.root.draw(&Rectangle::new(corners, stroke(style::colour(good.colour), 1.8)))
}

/// Half of the side of the square.
const HALF: f64 = 7.8;

fn axes(canvas: &Canvas<'_, '_>, x_ticks: &[Tick], y_ticks: &[Tick]) -> DrawingResult {
    let frame = canvas.frame;
    let ink = stroke(style::AXIS, style::AXIS_LINE);
    let outline = [(frame.left, frame.top), (frame.left, frame.bottom), (frame.right, frame.bottom)];
    canvas.paper.root.draw(&PathElement::new(outline.map(|(x, y)| (units(x), units(y))), ink))?;
    let tick_length = |tick: &Tick| if tick.label.is_some() { 5.0 } else { 2.5 };
    for tick in x_ticks {
        let (x, _) = canvas.pixel((tick.at, canvas.window.y.0));
        canvas.segment((x, frame.bottom), (x, frame.bottom + tick_length(tick)), ink)?;
    }
    for tick in y_ticks.iter().filter(|_| canvas.prepared.has_values) {
        let (_, y) = canvas.pixel((canvas.window.x.0, tick.at));
        canvas.segment((frame.left - tick_length(tick), y), (frame.left, y), ink)?;
        if let Some(label) = &tick.label {
            let line = TextLine::new(label, style::TICK, style::INK).anchored(Anchor::End);
            canvas.paper.sheet.write(&line, frame.left - 8.0, y + style::TICK * 0.365);
        }
    }
    if x_names::write(canvas, x_ticks) {
        return Ok(());
    }
    let mut free_from = f64::NEG_INFINITY;
    for tick in x_ticks {
        let Some(label) = &tick.label else { continue };
        let (x, _) = canvas.pixel((tick.at, canvas.window.y.0));
        let half = text::width(label, style::TICK) / 2.0;
        if x - half >= free_from {
            let line = TextLine::new(label, style::TICK, style::INK).anchored(Anchor::Middle);
            canvas.paper.sheet.write(&line, x, frame.bottom + 18.5);
            free_from = x + half + 6.0;
        }
    }
    Ok(())
}
