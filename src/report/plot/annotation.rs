//! Reference lines, and their labels, placed where they cover the least of the data.

use super::canvas::{Canvas, DrawingResult, Frame, stroke};
use super::clip::{self, ClipWindow, PlotPoint};
use super::error_bars;
use super::line_labels;
use super::prepared::Prepared;
use super::sheet::{Anchor, Pen, TextLine};
use super::style;
use super::text;
use crate::report::figure_data::Legends;

/// The distance between the base lines of stacked labels.
const ROW: f64 = 15.0;
const GAP: f64 = 5.0;
/// The number of places along a horizontal line that are tried, less one.
const PLACES: u32 = 8;
/// The number of rows that are tried, from the edge inwards.
const ROWS: u32 = 7;

/// Draws the faint bands that show the ranges of the vertical lines, and the good range.
///
/// # Errors
/// The errors of plotters.
pub fn ranges(canvas: &Canvas<'_, '_>) -> DrawingResult {
    let (x, y) = (canvas.prepared.x, canvas.prepared.y);
    let panel = canvas.prepared.panel;
    let limits = panel.verticals.iter().filter_map(|vertical| Some((vertical.range?, vertical.colour)));
    let good = panel.good.iter().map(|good| ((good.from, good.to), good.colour));
    for ((from, to), colour) in limits.chain(good) {
        let (Some(from), Some(to)) = (x.coordinate(from), x.coordinate(to)) else { continue };
        let (from, to) = (from.clamp(x.low, x.high), to.clamp(x.low, x.high));
        if from < to {
            canvas.shade([(from, y.low), (to, y.high)], style::colour(colour))?;
        }
    }
    Ok(())
}

/// Draws the dashed lines.
///
/// # Errors
/// The errors of plotters.
pub fn lines(canvas: &Canvas<'_, '_>) -> DrawingResult {
    canvas.paper.sheet.take(Pen { dash: style::REFERENCE_DASH, halo: 0.0 });
    let frame = canvas.frame;
    for Upright { x, colour, .. } in verticals(canvas) {
        canvas.segment((x, frame.bottom), (x, frame.top), stroke(style::colour(colour), style::REFERENCE_LINE))?;
    }
    for (y, _, colour, dash) in horizontals(canvas) {
        canvas.paper.sheet.take(Pen { dash, halo: 0.0 });
        canvas.segment((frame.left, y), (frame.right, y), stroke(style::colour(colour), style::REFERENCE_LINE))?;
    }
    canvas.paper.sheet.take(Pen::default());
    Ok(())
}

/// Draws the labels of the lines inside the frame. A label that finds no free place is left out, but the description of
/// the figure still names it.
pub fn labels(canvas: &Canvas<'_, '_>) {
    let mut board = Board::of(canvas);
    let room = canvas.frame.width() * 0.6;
    let mut place = |words: &str, colour: usize, candidates: &dyn Fn(f64) -> Vec<Candidate>| {
        let words = text::fit(words, style::ANNOTATION, room);
        if words.is_empty() {
            return;
        }
        let width = text::width(&words, style::ANNOTATION);
        if let Some(Candidate { x, base, upwards, .. }) = board.place(&candidates(width), width) {
            let line = TextLine::new(&words, style::ANNOTATION, style::type_colour(colour));
            canvas.paper.sheet.write(&TextLine { halo: true, upwards, ..line.anchored(Anchor::Start) }, x, base);
        }
    };
    let frame = canvas.frame;
    for (y, words, colour, _) in horizontals(canvas) {
        place(words, colour, &|width| {
            // From right to left, above the line and below it.
            let (right, room) = (frame.right - GAP - width, frame.width() - 2.0 * GAP - width);
            let places = (0..=PLACES).flat_map(|place| {
                let share = f64::from(place) / f64::from(PLACES);
                let x = share.mul_add(-room, right);
                [(y - 4.0, 0.6 * share), (y + 12.5, 0.6f64.mul_add(share, 0.3))].map(|(base, cost)| Candidate {
                    x,
                    base,
                    upwards: false,
                    cost,
                })
            });
            places.collect()
        });
    }
    for Upright { range, label, colour, .. } in verticals(canvas) {
        place(label, colour, &|width| beside(range, width, &frame));
    }
    if canvas.prepared.legends == Legends::OnLines {
        let traces = line_labels::traces(canvas);
        for (index, series) in canvas.prepared.panel.series.iter().enumerate() {
            place(&series.label, series.colour, &|width| line_labels::candidates(&traces, index, width, &frame));
        }
    }
}

/// Candidate places for a vertical line's label: horizontal in rows from the top or the bottom, or upright along the
/// line.
fn beside((left, right): (f64, f64), width: f64, frame: &Frame) -> Vec<Candidate> {
    let level = |x: f64, base: f64, cost: f64| Candidate { x, base, upwards: false, cost };
    let upright = |x: f64, cost: f64| Candidate { x, base: frame.top + 6.0 + width, upwards: true, cost };
    let mut places = Vec::new();
    for row in 0..ROWS {
        let depth = f64::from(row);
        for (x, cost) in [(right + GAP, 0.0), (left - GAP - width, 0.1)] {
            let cost = 0.35f64.mul_add(depth, cost);
            places.push(level(x, ROW.mul_add(depth, frame.top + 12.0), cost));
            places.push(level(x, ROW.mul_add(-depth, frame.bottom - 6.0), cost + 2.5));
        }
    }
    places.push(upright(left - 4.0, 1.5));
    places.push(upright(right + 4.0 + style::ANNOTATION * 0.8, 1.6));
    places
}

/// A possible place of a label: the start of its base line, and a cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Candidate {
    pub x: f64,
    pub base: f64,
    pub upwards: bool,
    pub cost: f64,
}

impl Candidate {
    /// The rectangle that a label of this length covers, with a margin.
    fn extent(&self, length: f64) -> ClipWindow {
        let (ascent, descent) = (style::ANNOTATION * 0.8, style::ANNOTATION * 0.25);
        if self.upwards {
            ClipWindow { x: (self.x - ascent, self.x + descent), y: (self.base - length - 3.0, self.base + 3.0) }
        } else {
            ClipWindow { x: (self.x - 3.0, self.x + length + 3.0), y: (self.base - ascent, self.base + descent) }
        }
    }
}

/// What labels should not cover, in pixels.
struct Board {
    inside: ClipWindow,
    labels: Vec<ClipWindow>,
    lines: Vec<(PlotPoint, PlotPoint)>,
    /// Markers, and the rings and squares around them.
    marks: Vec<ClipWindow>,
    /// Reference lines. A label across the line of another would seem to belong to that one.
    references: Vec<(PlotPoint, PlotPoint)>,
}

impl Board {
    fn of(canvas: &Canvas<'_, '_>) -> Self {
        let frame = canvas.frame;
        let inside = frame.window();
        let lines = (canvas.prepared.panel.series.iter().zip(&canvas.prepared.traces))
            .filter(|(series, _)| !error_bars::has_bars(series.style))
            .flat_map(|(_, trace)| &trace.runs)
            .flat_map(|run| {
                let pixels: Vec<PlotPoint> = run.iter().map(|&point| canvas.pixel(point)).collect();
                pixels.windows(2).map(|pair| (pair[0], pair[1])).collect::<Vec<_>>()
            })
            .chain(error_bars::segments(canvas))
            .collect();
        let upright = verticals(canvas).into_iter().map(|Upright { x, .. }| ((x, frame.top), (x, frame.bottom)));
        let level = horizontals(canvas).into_iter().map(|(y, ..)| ((frame.left, y), (frame.right, y)));
        let window = |point: PlotPoint, half: f64| {
            let (x, y) = canvas.pixel(point);
            ClipWindow { x: (x - half, x + half), y: (y - half, y + half) }
        };
        let mut marks = Vec::new();
        for (series, trace) in canvas.prepared.panel.series.iter().zip(&canvas.prepared.traces) {
            let has_marks = series.style.has_marks();
            if has_marks || error_bars::has_bars(series.style) {
                marks.extend(trace.runs.iter().flatten().map(|&point| window(point, 3.0)));
            }
            marks.extend(trace.highlights.iter().map(|&point| window(point, 8.0)));
        }
        let safe = canvas.prepared.panel.good.as_ref().and_then(|good| good.safe);
        let place = |(x, y)| Some((canvas.prepared.x.coordinate(x)?, canvas.prepared.y.coordinate(y)?));
        marks.extend(safe.and_then(place).map(|at| window(at, 8.0)));
        Self { inside, labels: Vec::new(), lines, marks, references: upright.chain(level).collect() }
    }

    /// Takes the cheapest candidate that lies inside and overlaps no other label.
    fn place(&mut self, candidates: &[Candidate], length: f64) -> Option<Candidate> {
        let mut best: Option<(f64, Candidate, ClipWindow)> = None;
        for candidate in candidates {
            let extent = candidate.extent(length);
            let inside = extent.x.0 >= self.inside.x.0
                && extent.x.1 <= self.inside.x.1
                && extent.y.0 >= self.inside.y.0
                && extent.y.1 <= self.inside.y.1;
            if !inside || self.labels.iter().any(|label| label.overlaps(&extent)) {
                continue;
            }
            let crossed = |lines: &[(PlotPoint, PlotPoint)], most: usize| {
                lines.iter().filter(|line| clip::segment(line.0, line.1, &extent).is_some()).take(most).count() as f64
            };
            let covered = self.marks.iter().filter(|mark| mark.overlaps(&extent)).take(6).count() as f64;
            let cost =
                crossed(&self.lines, 4) + 0.7 * covered + 2.0f64.mul_add(crossed(&self.references, 4), candidate.cost);
            if best.as_ref().is_none_or(|(least, _, _)| cost < *least) {
                best = Some((cost, *candidate, extent));
            }
        }
        let (_, candidate, extent) = best?;
        // Lines of type may stand as close as on a page.
        self.labels.push(ClipWindow { y: (extent.y.0 + 1.5, extent.y.1 - 1.5), ..extent });
        Some(candidate)
    }
}

/// A vertical line within the axes, in pixels.
struct Upright<'c> {
    x: f64,
    /// The ends of its range, or twice the line itself.
    range: (f64, f64),
    label: &'c str,
    colour: usize,
}

/// The vertical lines from left to right.
fn verticals<'c>(canvas: &'c Canvas<'_, '_>) -> Vec<Upright<'c>> {
    let Prepared { panel, x: axis, y, .. } = canvas.prepared;
    let pixel = |value: f64| axis.coordinate(value).map(|at| canvas.pixel((at.clamp(axis.low, axis.high), y.low)).0);
    let mut lines: Vec<_> = panel
        .verticals
        .iter()
        .filter(|vertical| axis.coordinate(vertical.x).is_some_and(|at| axis.contains(at)))
        .filter_map(|vertical| {
            let x = pixel(vertical.x)?;
            let end = |end: Option<f64>| end.and_then(pixel).unwrap_or(x);
            let (from, to) = (end(vertical.range.map(|range| range.0)), end(vertical.range.map(|range| range.1)));
            let range = (if from < x { from } else { x }, if to > x { to } else { x });
            Some(Upright { x, range, label: &vertical.label, colour: vertical.colour })
        })
        .collect();
    lines.sort_by(|left, right| left.x.total_cmp(&right.x));
    lines
}

/// The horizontal lines within the axes, from top to bottom: y in pixels, label, colour, dash.
fn horizontals<'c>(canvas: &'c Canvas<'_, '_>) -> Vec<(f64, &'c str, usize, style::Dash)> {
    let prepared = canvas.prepared;
    let references = prepared.panel.horizontals.iter();
    let references = references.map(|line| (line.y, line.label.as_str(), line.colour, style::REFERENCE_DASH));
    let good = prepared.panel.good.iter();
    let thresholds = good.map(|good| (good.threshold, good.label.as_str(), good.colour, style::THRESHOLD_DASH));
    let mut lines: Vec<_> = references
        .chain(thresholds)
        .filter(|_| prepared.has_values)
        .filter_map(|(y, label, colour, dash)| {
            let at = prepared.y.coordinate(y).filter(|&at| prepared.y.contains(at))?;
            Some((canvas.pixel((prepared.x.low, at)).1, label, colour, dash))
        })
        .collect();
    lines.sort_by(|left, right| left.0.total_cmp(&right.0));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_keep_clear_of_each_other_and_of_lines() {
        let mut board = Board {
            inside: ClipWindow { x: (0.0, 200.0), y: (0.0, 100.0) },
            labels: Vec::new(),
            lines: vec![((0.0, 10.0), (200.0, 10.0))],
            marks: Vec::new(),
            references: Vec::new(),
        };
        let candidates: Vec<Candidate> = (0..5)
            .map(f64::from)
            .map(|row| Candidate { x: 10.0, base: 15.0f64.mul_add(row, 12.0), upwards: false, cost: 0.35 * row })
            .collect();
        assert_eq!(board.place(&candidates, 50.0), Some(candidates[1]), "the first row crosses the line");
        assert_eq!(board.place(&candidates, 50.0), Some(candidates[2]), "the second is taken");
        assert_eq!(board.place(&candidates, 500.0), None, "too long");
    }
}
