//! The cells of rows over the learning rate: shades of scores, hatching where trials diverged, the chosen rate, the good range.

use plotters::prelude::{PathElement, Rectangle};

use super::axis::PlotAxis;
use super::canvas::{Canvas, DrawingResult, Frame, fill, marker, stroke};
use super::coordinates::units;
use super::method_rows::across;
use super::method_rows_key::{HATCH, LOST, shade};
use super::sheet::{Anchor, TextLine};
use super::style::{self, Marker, MarkerShape};
use super::text;
use crate::report::figure_data::AxisScale;
use crate::report::figure_rows::{MethodRow, MethodRows, RateShade};

/// The room above and below the cells of a row. The line of the good range lies below.
const ABOVE: f64 = 1.0;
const BELOW: f64 = 4.0;
/// Cells that are narrower are drawn without gaps.
const NARROW: f64 = 6.0;
/// The distance between two lines of the hatching.
const HATCHING: f64 = 6.0;
/// Half of the width of the only cell of a row, in decades.
const ALONE: f64 = 0.25;

/// A row and its place.
pub struct CellsOfRow<'r> {
    pub row: &'r MethodRow,
    /// The part of the panel that has the cells.
    pub frame: Frame,
    pub axis: &'r PlotAxis,
    pub top: f64,
    pub height: f64,
}

/// The axis of the rates: as far as the cells reach.
pub fn axis(rows: &MethodRows) -> PlotAxis {
    let edges = rows.rows.iter().map(edges);
    let ends = edges.filter_map(|edges| Some((*edges.first()?, *edges.last()?)));
    let ends =
        ends.reduce(|(low, high), (from, to)| (if from < low { from } else { low }, if to > high { to } else { high }));
    let (low, high) = ends.unwrap_or((-1.0, 0.0));
    PlotAxis { scale: AxisScale::Log, low, high }
}

/// The edges of the cells of a row in decadic logarithms: one more than it has cells. They lie in the middle between two rates.
fn edges(row: &MethodRow) -> Vec<f64> {
    let places: Vec<f64> = row.cells.iter().map(|cell| libm::log10(cell.rate)).collect();
    let (Some(&first), Some(&last)) = (places.first(), places.last()) else { return Vec::new() };
    let half = |one: usize, other: usize| match (places.get(one), places.get(other)) {
        (Some(one), Some(other)) if other > one => (other - one) / 2.0,
        _ => ALONE,
    };
    let mut edges = vec![first - half(0, 1)];
    edges.extend(places.windows(2).map(|pair| f64::midpoint(pair[0], pair[1])));
    edges.push(last + half(places.len().wrapping_sub(2), places.len() - 1));
    edges
}

/// Neighbouring cells that look the same, in pixels.
struct Run<'r> {
    shade: &'r RateShade,
    from: f64,
    to: f64,
    top: f64,
    bottom: f64,
}

/// Draws all rows, shade by shade: shapes of one look share an element of the document.
///
/// # Errors
/// The errors of plotters.
pub fn draw(canvas: &Canvas<'_, '_>, rows: &[CellsOfRow<'_>], shades: usize) -> DrawingResult {
    let runs: Vec<Run<'_>> = rows.iter().flat_map(runs).collect();
    let rectangle = |run: &Run<'_>| [(units(run.from), units(run.top)), (units(run.to), units(run.bottom))];
    for number in 0..shades {
        let colour = fill(shade(number, shades), 1.0);
        for run in runs.iter().filter(|run| *run.shade == RateShade::Of(number)) {
            canvas.paper.root.draw(&Rectangle::new(rectangle(run), colour))?;
        }
    }
    let lost = || runs.iter().filter(|run| matches!(run.shade, RateShade::Lost(_)));
    for run in lost() {
        canvas.paper.root.draw(&Rectangle::new(rectangle(run), fill(LOST, 1.0)))?;
    }
    for run in lost() {
        hatch(canvas, (run.from, run.to), (run.top, run.bottom))?;
    }
    for run in runs.iter().filter(|run| *run.shade == RateShade::Unknown) {
        canvas.paper.root.draw(&Rectangle::new(rectangle(run), stroke(style::GRID_MAJOR, 0.8)))?;
    }
    for run in lost() {
        let RateShade::Lost(words) = run.shade else { continue };
        if !words.is_empty() && text::width(words, style::MARGIN_TEXT) <= run.to - run.from - 2.0 {
            let line = TextLine::new(words, style::MARGIN_TEXT, style::INK).anchored(Anchor::Middle);
            let base = style::MARGIN_TEXT.mul_add(0.365, f64::midpoint(run.top, run.bottom));
            canvas.paper.sheet.write(&TextLine { halo: true, ..line }, f64::midpoint(run.from, run.to), base);
        }
    }
    rows.iter().try_for_each(|row| good(canvas, row))?;
    let chosen: Vec<(f64, f64)> = rows.iter().filter_map(chosen).collect();
    rings(canvas, &chosen)?;
    for CellsOfRow { row, frame, top, height, .. } in rows.iter().filter(|row| !row.row.words.is_empty()) {
        let words = text::fit(&row.words, style::ANNOTATION, frame.width());
        let base = style::ANNOTATION.mul_add(0.365, top + height / 2.0);
        canvas.paper.sheet.write(&TextLine::new(&words, style::ANNOTATION, style::AXIS), frame.left + 2.0, base);
    }
    Ok(())
}

fn runs<'r>(of: &CellsOfRow<'r>) -> Vec<Run<'r>> {
    let edges: Vec<f64> = edges(of.row).into_iter().map(|edge| across(of.axis, &of.frame, edge)).collect();
    let (top, bottom) = (of.top + ABOVE, of.top + of.height - BELOW);
    let mut runs: Vec<Run<'r>> = Vec::new();
    for (cell, ends) in of.row.cells.iter().zip(edges.windows(2)) {
        let narrow = ends[1] - ends[0] < NARROW;
        match runs.last_mut().filter(|run| narrow && *run.shade == cell.shade) {
            Some(run) => run.to = ends[1],
            None => {
                let gap = if narrow { 0.0 } else { 0.5 };
                runs.push(Run { shade: &cell.shade, from: ends[0] + gap, to: ends[1] - gap, top, bottom });
            }
        }
    }
    runs
}

/// Draws parallel lines from the lower left to the upper right within a rectangle.
///
/// # Errors
/// The errors of plotters.
pub fn hatch(canvas: &Canvas<'_, '_>, (left, right): (f64, f64), (top, bottom): (f64, f64)) -> DrawingResult {
    let height = bottom - top;
    // The lines of all cells lie on one lattice, so that neighbours join.
    let mut start = libm::ceil((left - height) / HATCHING) * HATCHING;
    while start < right {
        let from = if start < left { (left, bottom - (left - start)) } else { (start, bottom) };
        let to = if start + height > right { (right, bottom - (right - start)) } else { (start + height, top) };
        canvas.segment(from, to, stroke(HATCH, 0.8))?;
        start += HATCHING;
    }
    Ok(())
}

/// The line below the good range, with an end where the range ends among the rates that were tried.
fn good(canvas: &Canvas<'_, '_>, of: &CellsOfRow<'_>) -> DrawingResult {
    let Some(range) = of.row.good else { return Ok(()) };
    let edges = edges(of.row);
    let edge = |rate: f64, upper: usize| {
        let position = of.row.cells.iter().position(|cell| cell.rate == rate)?;
        edges.get(position + upper).map(|edge| across(of.axis, &of.frame, *edge))
    };
    let (Some(from), Some(to)) = (edge(range.from, 0), edge(range.to, 1)) else { return Ok(()) };
    let y = of.top + of.height - BELOW + 2.0;
    bracket(canvas, (from + 1.2, to - 1.2), y, range.cut)
}

/// A bracket that opens upwards.
///
/// # Errors
/// The errors of plotters.
pub fn bracket(canvas: &Canvas<'_, '_>, (from, to): (f64, f64), y: f64, cut: (bool, bool)) -> DrawingResult {
    let mut points = Vec::with_capacity(4);
    points.extend((!cut.0).then_some((from, y - 3.5)));
    points.extend([(from, y), (to, y)]);
    points.extend((!cut.1).then_some((to, y - 3.5)));
    let points: Vec<(i32, i32)> = points.into_iter().map(|(x, y)| (units(x), units(y))).collect();
    canvas.paper.root.draw(&PathElement::new(points, stroke(style::INK, 1.5)))
}

/// The place of the chosen rate.
fn chosen(of: &CellsOfRow<'_>) -> Option<(f64, f64)> {
    let rate = of.row.chosen.and_then(|rate| of.axis.coordinate(rate))?;
    let y = f64::midpoint(of.top + ABOVE, of.top + of.height - BELOW);
    Some((across(of.axis, &of.frame, rate), y))
}

/// The rings at chosen rates.
///
/// # Errors
/// The errors of plotters.
pub fn rings(canvas: &Canvas<'_, '_>, places: &[(f64, f64)]) -> DrawingResult {
    let look = Marker { shape: MarkerShape::Circle, hollow: false };
    for (radius, colour) in [(4.6, style::INK), (3.4, style::WHITE)] {
        places.iter().try_for_each(|&at| marker(canvas.paper, look, at, (radius, 0.0), colour))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::figure_rows::{RateCell, Standing};

    fn row(rates: &[f64]) -> MethodRow {
        MethodRow {
            name: "gd".to_owned(),
            cells: rates.iter().map(|&rate| RateCell { rate, shade: RateShade::Of(0) }).collect(),
            words: String::new(),
            good: None,
            chosen: None,
            level: None,
            level_words: String::new(),
            standing: Standing::Leader,
        }
    }

    #[test]
    fn cells_meet_in_the_middle_between_rates() {
        assert_eq!(edges(&row(&[0.01, 0.1, 10.0])), [-2.5, -1.5, 0.0, 2.0]);
        assert_eq!(edges(&row(&[0.1])), [-1.0 - ALONE, -1.0 + ALONE]);
        assert_eq!(edges(&row(&[])), [0.0; 0]);
    }
}
