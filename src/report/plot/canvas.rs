//! What a panel is drawn on: the sheet, the panel's frame, and its coordinates in pixels.

use std::convert::Infallible;

use plotters::coord::Shift;
use plotters::prelude::*;

use super::axis::PlotAxis;
use super::backend::Brush;
use super::clip::{ClipWindow, PlotPoint};
use super::coordinates::{length, units};
use super::prepared::Prepared;
use super::sheet::{Pen, Sheet};
use super::style::{self, Colour, Marker, MarkerShape};

pub type Root<'a> = DrawingArea<Brush<'a>, Shift>;
type Area<'a> = DrawingArea<Brush<'a>, Cartesian2d<PlotAxis, PlotAxis>>;
pub type DrawingResult = Result<(), DrawingAreaErrorKind<Infallible>>;

/// The sheet, both as plotters' drawing area and directly.
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
    pub fn window(&self) -> ClipWindow {
        ClipWindow { x: (self.left, self.right), y: (self.top, self.bottom) }
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

/// A stroke of plotters, with its width in pixels.
#[must_use]
pub fn stroke(Colour(red, green, blue): Colour, width: f64) -> ShapeStyle {
    ShapeStyle { color: RGBColor(red, green, blue).to_rgba(), filled: false, stroke_width: length(width) }
}

/// A fill of plotters.
#[must_use]
pub fn fill(Colour(red, green, blue): Colour, opacity: f64) -> ShapeStyle {
    ShapeStyle { color: RGBColor(red, green, blue).mix(opacity), filled: true, stroke_width: 0 }
}

/// The place of one panel on the sheet.
pub struct Canvas<'a, 'p> {
    pub paper: &'a Paper<'p>,
    pub prepared: &'a Prepared<'a>,
    pub frame: Frame,
    pub area: Area<'p>,
    /// The ranges of the axes, in their coordinates.
    pub window: ClipWindow,
}

impl<'a, 'p> Canvas<'a, 'p> {
    /// # Errors
    /// The errors of plotters.
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
        let window = ClipWindow { x: (prepared.x.low, prepared.x.high), y: (prepared.y.low, prepared.y.high) };
        Ok(Self { paper, prepared, frame, area: context.plotting_area().clone(), window })
    }

    /// The pixel of a point given in the axes' coordinates.
    #[must_use]
    pub fn pixel(&self, point: PlotPoint) -> PlotPoint {
        let (x, y) = self.area.map_coordinate(&point);
        (f64::from(x) / 100.0, f64::from(y) / 100.0)
    }

    /// Draws a segment between two pixels.
    ///
    /// # Errors
    /// The errors of plotters.
    pub fn segment(&self, from: PlotPoint, to: PlotPoint, style: ShapeStyle) -> DrawingResult {
        let ends = [from, to].map(|(x, y)| (units(x), units(y)));
        self.paper.root.draw(&PathElement::new(ends, style))
    }

    /// Fills a rectangle given in the axes' coordinates.
    ///
    /// # Errors
    /// The errors of plotters.
    pub fn shade(&self, corners: [PlotPoint; 2], colour: Colour) -> DrawingResult {
        self.area.draw(&Rectangle::new(corners, fill(colour, style::RANGE_OPACITY)))
    }
}

/// Draws a marker at a pixel. `halo` is the width of its white edge.
///
/// # Errors
/// The errors of plotters.
pub fn marker(
    paper: &Paper<'_>,
    marker: Marker,
    (x, y): PlotPoint,
    (radius, halo): (f64, f64),
    colour: Colour,
) -> DrawingResult {
    let shape = |radius: f64, colour: Colour| match marker.shape {
        MarkerShape::Circle => paper.root.draw(&Circle::new((units(x), units(y)), length(radius), fill(colour, 1.0))),
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
