//! Draws one row for each optimizer: a strip of shaded cells over the learning rate, and beside it the tuned score with its interval.

use plotters::prelude::{PathElement, Rectangle};

use super::axis::{AxisExtent, PlotAxis};
use super::canvas::{Canvas, DrawingResult, Frame, fill, marker, stroke};
use super::coordinates::units;
use super::method_rows_key as key;
use super::rate_cells::{self, CellsOfRow};
use super::sheet::{Anchor, TextLine};
use super::style::{self, Colour, Marker, MarkerShape};
use super::ticks::Tick;
use super::{axis, text};
use crate::report::figure_data::AxisScale;
use crate::report::figure_rows::{MethodRows, Standing};

/// The width of a panel of rows, with the names.
pub const WIDTH: f64 = 1000.0;
const ROW: f64 = 17.0;
/// The share of the frame that the cells take, and the distance to the scores.
const CELLS: f64 = 0.54;
const GAP: f64 = 24.0;
/// The most room for names, and for the words of scores.
const NAMES: f64 = 220.0;
const NUMBERS: f64 = 110.0;
const STRIPE: Colour = Colour(246, 246, 246);

/// The height of all rows.
#[must_use]
pub fn height(rows: &MethodRows) -> f64 {
    ROW * rows.rows.len() as f64
}

/// The room left of the rows, for the names.
#[must_use]
pub fn names_width(rows: &MethodRows) -> f64 {
    let widths = rows.rows.iter().map(|row| text::width(&row.name, style::TICK));
    widths.fold(26.0, |most: f64, width| if width > most { width } else { most }).min(NAMES).ceil() + 10.0
}

/// The room below the axes: their descriptions and the key.
#[must_use]
pub fn strip_below(rows: &MethodRows) -> f64 {
    22.0 + key::height(rows, WIDTH)
}

/// The parts of a frame, from left to right.
struct Parts {
    cells: Frame,
    scores: Frame,
    /// Where the words of scores end.
    numbers_end: f64,
}

fn parts(rows: &MethodRows, frame: Frame) -> Parts {
    let widths = rows.rows.iter().map(|row| text::width(&row.level_words, style::ANNOTATION));
    let numbers = widths.fold(20.0, |most: f64, width| if width > most { width } else { most }).min(NUMBERS) + 10.0;
    let end = CELLS.mul_add(frame.width(), frame.left);
    Parts {
        cells: Frame { right: end, ..frame },
        scores: Frame { left: end + GAP, right: frame.right - numbers, ..frame },
        numbers_end: frame.right,
    }
}

/// # Errors
/// The errors of plotters.
pub fn draw(canvas: &Canvas<'_, '_>, rows: &MethodRows) -> DrawingResult {
    let frame = canvas.frame;
    let parts = parts(rows, frame);
    let left = frame.left - names_width(rows);
    for index in (1..rows.rows.len()).step_by(2) {
        let top = ROW.mul_add(index as f64, frame.top);
        let corners = [(units(left), units(top)), (units(frame.right + 6.0), units(top + ROW))];
        canvas.paper.root.draw(&Rectangle::new(corners, fill(STRIPE, 1.0)))?;
    }
    let rates = rate_cells::axis(rows);
    let scores = score_axis(rows);
    let rate_ticks = rates.ticks((parts.cells.width() / 60.0) as usize);
    let score_ticks = scores.ticks((parts.scores.width() / 60.0) as usize);
    grid(canvas, &parts.scores, &scores, &score_ticks)?;
    let leader = rows.rows.iter().find(|row| row.standing == Standing::Leader).and_then(|row| row.level);
    if let Some(at) = leader.and_then(|(leader, _)| scores.coordinate(leader)) {
        let x = across(&scores, &parts.scores, at);
        let line = stroke(key::colour(Standing::Leader), 0.8);
        canvas.segment((x, frame.top), (x, frame.bottom), line)?;
    }
    let placed: Vec<CellsOfRow<'_>> = rows
        .rows
        .iter()
        .enumerate()
        .map(|(index, row)| CellsOfRow {
            row,
            frame: parts.cells,
            axis: &rates,
            top: ROW.mul_add(index as f64, frame.top),
            height: ROW,
        })
        .collect();
    rate_cells::draw(canvas, &placed, rows.shade_ends.len() + 1)?;
    for (index, row) in rows.rows.iter().enumerate() {
        let middle = ROW.mul_add(index as f64 + 0.5, frame.top);
        let base = style::TICK.mul_add(0.365, middle);
        let name = text::fit(&row.name, style::TICK, NAMES);
        let line = TextLine::new(&name, style::TICK, style::INK).anchored(Anchor::End);
        canvas.paper.sheet.write(&line, frame.left - 8.0, base);
        let words = text::fit(&row.level_words, style::ANNOTATION, NUMBERS);
        let line = TextLine::new(&words, style::ANNOTATION, style::INK).anchored(Anchor::End);
        canvas.paper.sheet.write(&line, parts.numbers_end, base);
    }
    score_marks(canvas, rows, &parts.scores, &scores)?;
    axis_below(canvas, &parts.cells, &rates, &rate_ticks, "learning rate")?;
    axis_below(canvas, &parts.scores, &scores, &score_ticks, &rows.score.label)?;
    let title = text::fit(&rows.score_title, style::PANEL_TITLE, frame.right - parts.scores.left);
    canvas.paper.sheet.write(
        &TextLine::new(&title, style::PANEL_TITLE, style::INK),
        parts.scores.left,
        frame.top - 9.0,
    );
    key::draw(canvas, rows, (left, frame.bottom + 52.0), WIDTH)
}

/// The axis of the scores, with a little room at both ends.
fn score_axis(rows: &MethodRows) -> PlotAxis {
    let scale = rows.score.scale;
    let mut extent = AxisExtent::default();
    let worst = rows.worst_shown.and_then(|worst| axis::coordinate(scale, worst));
    let cut = |at: f64| match worst {
        Some(end) if is_beyond(rows, at, end) => end,
        _ => at,
    };
    for (center, interval) in rows.rows.iter().filter_map(|row| row.level) {
        let ends = interval.map_or([center, center], |(low, high)| [low, high]);
        for at in [center, ends[0], ends[1]].into_iter().filter_map(|value| axis::coordinate(scale, value)) {
            extent.include(cut(at));
        }
    }
    PlotAxis::around(scale, extent)
}

/// Whether a coordinate lies beyond the end of the axis on its worse side, given that the leader lies before it.
fn is_beyond(rows: &MethodRows, at: f64, end: f64) -> bool {
    let scale: AxisScale = rows.score.scale;
    let best = rows.rows.iter().filter_map(|row| row.level).find_map(|(center, _)| axis::coordinate(scale, center));
    best.is_some_and(|best| (at - end) * (end - best) > 0.0)
}

/// The pixel of a coordinate on an axis that spans a frame.
pub(super) fn across(axis: &PlotAxis, frame: &Frame, at: f64) -> f64 {
    let share = ((at - axis.low) / (axis.high - axis.low)).clamp(0.0, 1.0);
    share.mul_add(frame.width(), frame.left)
}

fn grid(canvas: &Canvas<'_, '_>, frame: &Frame, axis: &PlotAxis, ticks: &[Tick]) -> DrawingResult {
    let line = stroke(style::GRID_MAJOR, style::GRID_MAJOR_LINE);
    ticks.iter().filter(|tick| tick.label.is_some()).try_for_each(|tick| {
        let x = across(axis, frame, tick.at);
        canvas.segment((x, frame.top), (x, frame.bottom), line)
    })
}

fn axis_below(
    canvas: &Canvas<'_, '_>,
    frame: &Frame,
    axis: &PlotAxis,
    ticks: &[Tick],
    description: &str,
) -> DrawingResult {
    let ink = stroke(style::AXIS, style::AXIS_LINE);
    canvas.segment((frame.left, frame.bottom), (frame.right, frame.bottom), ink)?;
    let mut free_from = f64::NEG_INFINITY;
    for tick in ticks {
        let x = across(axis, frame, tick.at);
        let length = if tick.label.is_some() { 5.0 } else { 2.5 };
        canvas.segment((x, frame.bottom), (x, frame.bottom + length), ink)?;
        let Some(label) = &tick.label else { continue };
        let half = text::width(label, style::TICK) / 2.0;
        if x - half >= free_from {
            let line = TextLine::new(label, style::TICK, style::INK).anchored(Anchor::Middle);
            canvas.paper.sheet.write(&line, x, frame.bottom + 18.5);
            free_from = x + half + 6.0;
        }
    }
    let words = text::fit(description, style::DESCRIPTION, frame.width() + GAP);
    let line = TextLine::new(&words, style::DESCRIPTION, style::INK).anchored(Anchor::Middle);
    canvas.paper.sheet.write(&line, f64::midpoint(frame.left, frame.right), frame.bottom + 37.0);
    Ok(())
}

/// The middle of a row, its score on the axis, and the interval.
type ScoreOfRow = (f64, f64, Option<(f64, f64)>);

/// The tuned scores: marks with their intervals, or arrows where they lie beyond the axis. What looks the same is drawn in turn, so that
/// it shares an element of the document.
fn score_marks(canvas: &Canvas<'_, '_>, rows: &MethodRows, frame: &Frame, axis: &PlotAxis) -> DrawingResult {
    let pixel = |at: f64| across(axis, frame, at);
    for standing in Standing::ALL {
        let of_rows = rows.rows.iter().enumerate().filter(|(_, row)| row.standing == standing);
        let placed: Vec<ScoreOfRow> = of_rows
            .filter_map(|(index, row)| {
                let (center, interval) = row.level?;
                Some((ROW.mul_add(index as f64 + 0.5, frame.top), axis.coordinate(center)?, interval))
            })
            .collect();
        let colour = key::colour(standing);
        let line = stroke(colour, 1.4);
        for &(middle, at, interval) in &placed {
            if !axis.contains(at) {
                let (x, inwards) = if at > axis.high { (frame.right, -1.0) } else { (frame.left, 1.0) };
                let points = [(9.0, 0.0), (0.0, 0.0), (4.0, -3.5), (0.0, 0.0), (4.0, 3.5)];
                let points = points.map(|(dx, dy)| (units(x + inwards * dx), units(middle + dy)));
                canvas.paper.root.draw(&PathElement::new(points, line))?;
            } else if let Some((low, high)) = interval {
                let end = |value: f64, outside: f64| pixel(axis.coordinate(value).unwrap_or(outside));
                canvas.segment((end(low, axis.low), middle), (end(high, axis.high), middle), line)?;
            }
        }
        let (look, radius) = look(standing);
        let inside = || placed.iter().filter(|(_, at, _)| axis.contains(*at));
        for &(middle, at, _) in inside() {
            marker(canvas.paper, Marker { hollow: false, ..look }, (pixel(at), middle), (radius, 0.8), colour)?;
        }
        for &(middle, at, _) in inside().filter(|_| look.hollow) {
            let inner = Marker { hollow: false, ..look };
            marker(canvas.paper, inner, (pixel(at), middle), (radius * 0.55, 0.0), style::WHITE)?;
        }
    }
    Ok(())
}

/// The mark of a score.
pub(super) const fn look(standing: Standing) -> (Marker, f64) {
    match standing {
        Standing::Leader => (Marker { shape: MarkerShape::Diamond, hollow: false }, 4.4),
        Standing::PracticallyEqual => (Marker { shape: MarkerShape::Circle, hollow: false }, 3.6),
        Standing::Undecided => (Marker { shape: MarkerShape::Circle, hollow: true }, 3.6),
        Standing::Better => (Marker { shape: MarkerShape::Triangle, hollow: false }, 3.4),
        Standing::Worse => (Marker { shape: MarkerShape::Square, hollow: false }, 3.2),
    }
}
