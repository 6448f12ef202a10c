//! One panel: grid, bands, lines, markers and axes within its frame.

use std::convert::Infallible;

use plotters::coord::Shift;
use plotters::prelude::*;

use crate::report::figure::Style;

use super::axis::Axis;
use super::backend::Brush;
use super::clip::{self, Point, Window};
use super::prepared::{Prepared, Trace};
use super::sheet::{Anchor, Line, Pen, Sheet, length, units};
use super::style::{self, Colour, Marker, Shape};
use super::ticks::Tick;
use super::{annotation, margin, text};

pub type Root<'a> = DrawingArea<Brush<'a>, Shift>;
type Area<'a> = DrawingArea<Brush<'a>, Cartesian2d<Axis, Axis>>;
pub type Drawn = Result<(), DrawingAreaErrorKind<Infallible>>;

/// The sheet, as plotters' drawing area and as itself.
pub struct Paper<'a> {
    pub sheet: &'a Sheet,
    pub root: Root<'a>,
}

/// A rectangle in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl Frame {
    #[must_use]
    pub fn window(&self) -> Window {
        Window { x: (self.left, self.right), y: (self.top, self.bottom) }
    }

    #[must_use]
    pub fn width(&self) -> f64 {
        self.right - self.left
    }

    #[must_use]
    pub fn height(&self) -> f64 {
        self.bottom - self.top
    }
}

/// A stroke or fill of plotters, from pixels.
#[must_use]
pub fn stroke(Colour(red, green, blue): Colour, width: f64) -> ShapeStyle {
    ShapeStyle { color: RGBColor(red, green, blue).to_rgba(), filled: false, stroke_width: length(width) }
}

/// A fill of plotters.
#[must_use]
pub fn fill(Colour(red, green, blue): Colour, opacity: f64) -> ShapeStyle {
    ShapeStyle { color: RGBColor(red, green, blue).mix(opacity), filled: true, stroke_width: 0 }
}

/// Labelled ticks of a vertical axis of this height.
#[must_use]
pub fn vertical_ticks(axis: &Axis, height: f64) -> Vec<Tick> {
    axis.ticks((height / 44.0) as usize)
}

/// A panel on its way to the paper.
pub struct Chart<'a, 'p> {
    pub paper: &'a Paper<'p>,
    pub prepared: &'a Prepared<'a>,
    pub frame: Frame,
    area: Area<'p>,
    /// The axes' ranges, in their coordinates.
    window: Window,
}

impl<'a, 'p> Chart<'a, 'p> {
    /// # Errors
    /// What plotters reports.
    pub fn new(
        paper: &'a Paper<'p>,
        prepared: &'a Prepared<'a>,
        frame: Frame,
    ) -> Result<Self, DrawingAreaErrorKind<Infallible>> {
        let place = paper
            .root
            .clone()
            .shrink((units(frame.left), units(frame.top)), (units(frame.width()), units(frame.height())));
        let context = ChartBuilder::on(&place).build_cartesian_2d(prepared.x, prepared.y)?;
        let window = Window { x: (prepared.x.low, prepared.x.high), y: (prepared.y.low, prepared.y.high) };
        Ok(Self { paper, prepared, frame, area: context.plotting_area().clone(), window })
    }

    /// Draws everything within the frame, and the axes about it.
    ///
    /// # Errors
    /// What plotters reports.
    pub fn draw(&self) -> Drawn {
        let x_ticks = self.prepared.x.ticks((self.frame.width() / 52.0) as usize);
        let y_ticks = vertical_ticks(&self.prepared.y, self.frame.height());
        self.grid(&x_ticks, &y_ticks)?;
        annotation::ranges(self)?;
        let series = || self.prepared.panel.series.iter().zip(&self.prepared.traces);
        for (series, trace) in series() {
            self.band(trace, style::colour(series.colour))?;
        }
        annotation::lines(self)?;
        for theory in [true, false] {
            let lines = series().filter(|(series, _)| series.style != Style::Points);
            for (series, trace) in lines.filter(|(series, _)| (series.style == Style::Theory) == theory) {
                let width = if theory { style::THEORY_LINE } else { style::LINE };
                self.paper.sheet.take(Pen { dash: style::dash(series.colour, series.style), halo: 0.0 });
                for piece in trace.runs.iter().flat_map(|run| clip::line(run, &self.window)) {
                    self.area.draw(&PathElement::new(piece, stroke(style::colour(series.colour), width)))?;
                }
            }
        }
        self.paper.sheet.take(Pen::default());
        for (series, trace) in series() {
            self.markers(series.style, style::marker(series.colour), style::colour(series.colour), trace)?;
        }
        for (series, trace) in series() {
            self.highlights(trace, style::colour(series.colour))?;
        }
        self.axes(&x_ticks, &y_ticks)?;
        annotation::labels(self);
        if !self.prepared.has_values {
            let nothing = Line::new(self.prepared.nothing, style::DESCRIPTION, style::AXIS).anchored(Anchor::Middle);
            let middle = (self.frame.left + self.frame.right) / 2.0;
            self.paper.sheet.write(&nothing, middle, (self.frame.top + self.frame.bottom) / 2.0);
        }
        margin::draw(self)
    }

    /// Where a point of the axes lies, in pixels.
    #[must_use]
    pub fn pixel(&self, point: Point) -> Point {
        let (x, y) = self.area.map_coordinate(&point);
        (f64::from(x) / 100.0, f64::from(y) / 100.0)
    }

    /// A segment between two points in pixels.
    ///
    /// # Errors
    /// What plotters reports.
    pub fn segment(&self, from: Point, to: Point, style: ShapeStyle) -> Drawn {
        let ends = [from, to].map(|(x, y)| (units(x), units(y)));
        self.paper.root.draw(&PathElement::new(ends, style))
    }

    /// A rectangle of the axes' coordinates, filled.
    ///
    /// # Errors
    /// What plotters reports.
    pub fn shade(&self, corners: [Point; 2], colour: Colour) -> Drawn {
        self.area.draw(&Rectangle::new(corners, fill(colour, style::RANGE_OPACITY)))
    }

    fn grid(&self, x_ticks: &[Tick], y_ticks: &[Tick]) -> Drawn {
        let frame = self.frame;
        let minor = stroke(style::GRID_MINOR, style::GRID_MINOR_LINE);
        let major = stroke(style::GRID_MAJOR, style::GRID_MAJOR_LINE);
        let across = |tick: &Tick, style| {
            let (_, y) = self.pixel((self.window.x.0, tick.at));
            self.segment((frame.left, y), (frame.right, y), style)
        };
        if self.prepared.has_values {
            y_ticks.iter().filter(|tick| tick.label.is_none()).try_for_each(|tick| across(tick, minor))?;
            y_ticks.iter().filter(|tick| tick.label.is_some()).try_for_each(|tick| across(tick, major))?;
        }
        for tick in x_ticks.iter().filter(|tick| tick.label.is_some()) {
            let (x, _) = self.pixel((tick.at, self.window.y.0));
            self.segment((x, frame.top), (x, frame.bottom), major)?;
        }
        Ok(())
    }

    fn band(&self, trace: &Trace, colour: Colour) -> Drawn {
        for outline in &trace.bands {
            let corners = clip::area(outline, &self.window);
            if corners.len() > 2 {
                self.area.draw(&Polygon::new(corners, fill(colour, style::BAND_OPACITY)))?;
            }
        }
        Ok(())
    }

    fn markers(&self, kind: Style, marker: Marker, colour: Colour, trace: &Trace) -> Drawn {
        let shown: Vec<Point> = trace
            .runs
            .iter()
            .flatten()
            .filter(|&&point| self.window.contains(point))
            .map(|&point| self.pixel(point))
            .collect();
        if matches!(kind, Style::Markers | Style::Points) {
            // Crowded markers are small and full, lest they hide their line.
            let spacing = self.frame.width() / shown.len().max(1) as f64;
            let (radius, halo, hollow) = if spacing < 10.0 { (2.0, 0.0, false) } else { (3.4, 0.8, marker.hollow) };
            let marker = Marker { hollow, ..marker };
            return shown.iter().try_for_each(|&at| self::marker(self.paper, marker, at, (radius, halo), colour));
        }
        // A value between two gaps has no line: it would vanish.
        for run in trace.runs.iter().filter(|run| run.len() == 1 && self.window.contains(run[0])) {
            self::marker(self.paper, marker, self.pixel(run[0]), (2.4, 0.8), colour)?;
        }
        Ok(())
    }

    fn highlights(&self, trace: &Trace, colour: Colour) -> Drawn {
        for &point in trace.highlights.iter().filter(|&&point| self.window.contains(point)) {
            let (x, y) = self.pixel(point);
            let at = (units(x), units(y));
            self.paper.root.draw(&Circle::new(at, length(7.4), stroke(style::WHITE, 4.2)))?;
            self.paper.root.draw(&Circle::new(at, length(7.4), stroke(colour, 1.8)))?;
        }
        Ok(())
    }

    fn axes(&self, x_ticks: &[Tick], y_ticks: &[Tick]) -> Drawn {
        let frame = self.frame;
        let ink = stroke(style::AXIS, style::AXIS_LINE);
        let outline = [(frame.left, frame.top), (frame.left, frame.bottom), (frame.right, frame.bottom)];
        self.paper.root.draw(&PathElement::new(outline.map(|(x, y)| (units(x), units(y))), ink))?;
        let tick_length = |tick: &Tick| if tick.label.is_some() { 5.0 } else { 2.5 };
        for tick in x_ticks {
            let (x, _) = self.pixel((tick.at, self.window.y.0));
            self.segment((x, frame.bottom), (x, frame.bottom + tick_length(tick)), ink)?;
        }
        for tick in y_ticks.iter().filter(|_| self.prepared.has_values) {
            let (_, y) = self.pixel((self.window.x.0, tick.at));
            self.segment((frame.left - tick_length(tick), y), (frame.left, y), ink)?;
            if let Some(label) = &tick.label {
                let line = Line::new(label, style::TICK, style::INK).anchored(Anchor::End);
                self.paper.sheet.write(&line, frame.left - 8.0, y + style::TICK * 0.365);
            }
        }
        let mut free_from = f64::NEG_INFINITY;
        for tick in x_ticks {
            let Some(label) = &tick.label else { continue };
            let (x, _) = self.pixel((tick.at, self.window.y.0));
            let half = text::width(label, style::TICK) / 2.0;
            if x - half >= free_from {
                let line = Line::new(label, style::TICK, style::INK).anchored(Anchor::Middle);
                self.paper.sheet.write(&line, x, frame.bottom + 18.5);
                free_from = x + half + 6.0;
            }
        }
        Ok(())
    }
}

/// A marker at a place in pixels, with its radius and the width of its white edge.
///
/// # Errors
/// What plotters reports.
pub fn marker(paper: &Paper<'_>, marker: Marker, (x, y): Point, (radius, halo): (f64, f64), colour: Colour) -> Drawn {
    let shape = |radius: f64, colour: Colour| match marker.shape {
        Shape::Circle => paper.root.draw(&Circle::new((units(x), units(y)), length(radius), fill(colour, 1.0))),
        other => {
            let corner = |(dx, dy): &(f64, f64)| (units(dx.mul_add(radius, x)), units(dy.mul_add(radius, y)));
            let corners: Vec<(i32, i32)> = other.corners().iter().map(corner).collect();
            paper.root.draw(&Polygon::new(corners, fill(colour, 1.0)))
        }
    };
    paper.sheet.take(Pen { halo, ..Pen::default() });
    shape(radius, colour)?;
    paper.sheet.take(Pen::default());
    if marker.hollow { shape(radius * 0.55, style::WHITE) } else { Ok(()) }
}
