//! The look of a plot: colours, widths, type sizes, dash patterns and marker shapes.

use crate::report::figure_data::{NEUTRAL, RAMP, RAMP_STEPS, Series, Style};

/// A colour as red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour(pub u8, pub u8, pub u8);

pub const WHITE: Colour = Colour(255, 255, 255);
pub const INK: Colour = Colour(40, 40, 40);
/// Axis lines, and less important text.
pub const AXIS: Colour = Colour(90, 90, 90);
pub const GRID_MAJOR: Colour = Colour(214, 214, 214);
/// Lines behind others.
pub const FAINT: Colour = Colour(176, 176, 176);
pub const GRID_MINOR: Colour = Colour(240, 240, 240);

/// The palette of Okabe and Ito, which people with colour blindness can tell apart.
const PALETTE: [Colour; 6] = [
    Colour(0, 114, 178),
    Colour(213, 94, 0),
    Colour(0, 158, 115),
    Colour(204, 121, 167),
    Colour(230, 159, 0),
    Colour(86, 180, 233),
];

/// A scale from cold to hot. Each colour is dark enough on white.
const ORDERED: [Colour; RAMP_STEPS] = [
    Colour(43, 48, 130),
    Colour(38, 112, 190),
    Colour(23, 160, 170),
    Colour(80, 165, 70),
    Colour(205, 160, 0),
    Colour(230, 105, 20),
    Colour(170, 20, 35),
];

pub const LINE: f64 = 1.8;
pub const SAMPLED_LINE: f64 = 0.8;
pub const THEORY_LINE: f64 = 1.0;
pub const REFERENCE_LINE: f64 = 1.2;
pub const GRID_MAJOR_LINE: f64 = 0.8;
pub const GRID_MINOR_LINE: f64 = 0.5;
pub const AXIS_LINE: f64 = 1.0;
pub const BAND_OPACITY: f64 = 0.18;
pub const RANGE_OPACITY: f64 = 0.10;

pub const TITLE: f64 = 19.0;
pub const SUBTITLE: f64 = 13.0;
pub const PANEL_TITLE: f64 = 14.0;
pub const DESCRIPTION: f64 = 13.0;
pub const TICK: f64 = 12.0;
pub const LEGEND: f64 = 12.5;
pub const ANNOTATION: f64 = 11.5;
pub const MARGIN_TEXT: f64 = 9.5;
pub const NOTE: f64 = 11.5;

/// The colour of an index. `NEUTRAL` is the grey of the axes.
#[must_use]
pub const fn colour(index: usize) -> Colour {
    if index == NEUTRAL {
        AXIS
    } else if index >= RAMP {
        ORDERED[(index - RAMP) % RAMP_STEPS]
    } else {
        PALETTE[index % PALETTE.len()]
    }
}

/// The colour of a series' line.
#[must_use]
pub const fn of_series(series: &Series) -> Colour {
    match series.style {
        Style::Faint => FAINT,
        _ => colour(series.colour),
    }
}

/// A darker variant of the colour, for small type on white.
#[must_use]
pub fn type_colour(index: usize) -> Colour {
    let Colour(red, green, blue) = colour(index);
    let darker = |channel: u8| u8::try_from(u32::from(channel) * 7 / 10).unwrap_or(channel);
    Colour(darker(red), darker(green), darker(blue))
}

/// How many times the palette has been used up before this index.
const fn round_of(index: usize) -> usize {
    if index >= RAMP { 0 } else { index / PALETTE.len() }
}

/// The lengths of dashes and gaps in pixels. Empty for a continuous line.
pub type Dash = &'static [f64];

pub const REFERENCE_DASH: Dash = &[5.0, 3.5];
pub const THRESHOLD_DASH: Dash = &[1.5, 2.5];

/// The width of a series' line.
#[must_use]
pub const fn line(style: Style) -> f64 {
    match style {
        Style::Theory | Style::Faint | Style::Fitted | Style::FittedLine => THEORY_LINE,
        Style::Sampled | Style::ErrorBars | Style::Categories => SAMPLED_LINE,
        Style::CutAbove | Style::CutBelow => 1.4,
        Style::Line | Style::Dashed | Style::Markers | Style::Alternating { .. } | Style::Points => LINE,
        Style::Tally | Style::Hollow => LINE,
    }
}

/// The dash pattern of a series. A repeated colour gets another pattern.
#[must_use]
pub const fn dash(index: usize, style: Style) -> Dash {
    const CONTINUOUS: [Dash; 4] = [&[], &[9.0, 2.5, 2.0, 2.5], &[2.0, 2.0], &[12.0, 3.0]];
    const DASHED: [Dash; 4] = [&[6.0, 4.0], &[6.0, 2.5, 2.0, 2.5, 2.0, 2.5], &[4.0, 1.5], &[10.0, 6.0]];
    match style {
        Style::Theory | Style::Faint | Style::ErrorBars | Style::Categories | Style::Fitted => &[],
        Style::FittedLine | Style::Tally | Style::CutAbove | Style::CutBelow | Style::Hollow => &[],
        Style::Dashed => DASHED[round_of(index) % 4],
        Style::Line | Style::Markers | Style::Alternating { .. } | Style::Sampled | Style::Points => {
            CONTINUOUS[round_of(index) % 4]
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkerShape {
    Circle,
    Square,
    Triangle,
    Diamond,
    TriangleDown,
    Pentagon,
}

/// A marker. A repeated colour gets another shape, and every second repetition is hollow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marker {
    pub shape: MarkerShape,
    pub hollow: bool,
}

#[must_use]
pub const fn marker(index: usize) -> Marker {
    const SHAPES: [MarkerShape; 6] = [
        MarkerShape::Circle,
        MarkerShape::Square,
        MarkerShape::Triangle,
        MarkerShape::Diamond,
        MarkerShape::TriangleDown,
        MarkerShape::Pentagon,
    ];
    let round = round_of(index);
    let place = if index == NEUTRAL { 0 } else { index % SHAPES.len() };
    Marker { shape: SHAPES[(place + round % SHAPES.len()) % SHAPES.len()], hollow: round % 2 == 1 }
}

impl MarkerShape {
    /// The corners around the origin for a radius of 1, with y downwards. Empty for the circle. All shapes have about
    /// the same area.
    #[must_use]
    pub const fn corners(self) -> &'static [(f64, f64)] {
        match self {
            Self::Circle => &[],
            Self::Square => &[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
            Self::Triangle => &[(0.0, -1.25), (1.15, 0.8), (-1.15, 0.8)],
            Self::Diamond => &[(0.0, -1.3), (1.3, 0.0), (0.0, 1.3), (-1.3, 0.0)],
            Self::TriangleDown => &[(0.0, 1.25), (1.15, -0.8), (-1.15, -0.8)],
            Self::Pentagon => &[(0.0, -1.15), (1.094, -0.355), (0.676, 0.93), (-0.676, 0.93), (-1.094, -0.355)],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_that_returns_looks_different() {
        for index in 0..6 {
            assert_eq!(colour(index), colour(index + 6));
            for style in [Style::Line, Style::Dashed, Style::Markers] {
                assert_ne!(dash(index, style), dash(index + 6, style));
            }
            assert_ne!(marker(index), marker(index + 6));
        }
    }

    #[test]
    fn neighbouring_colours_have_different_shapes() {
        for index in 0..30 {
            assert_ne!(marker(index).shape, marker(index + 1).shape, "{index}");
        }
    }
}
