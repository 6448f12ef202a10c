//! A legend in a strip of its own, below all panels or below one panel.

use plotters::prelude::*;

use super::canvas::{self, DrawingResult, Paper, stroke};
use super::coordinates::units;
use super::sheet::{Pen, TextLine};
use super::{error_bars, style, text};
use crate::report::figure_data::{NEUTRAL, Panel, Series, Style};

const SAMPLE: f64 = 30.0;
const SAMPLE_GAP: f64 = 7.0;
const COLUMN_GAP: f64 = 20.0;
const ROW: f64 = 20.0;
/// The distance between two lines of one label, and the most of them.
const LINE: f64 = 15.0;
const MOST_LINES: usize = 4;

/// The entries of a legend, arranged in rows.
pub struct Legend<'a> {
    entries: Vec<LegendEntry<'a>>,
    height: f64,
}

struct LegendEntry<'a> {
    series: &'a Series,
    /// The label on one line, or on several if it is too long: its end tells series apart as often as its beginning.
    lines: Vec<String>,
    colour: usize,
    has_band: bool,
    x: f64,
    y: f64,
}

impl LegendEntry<'_> {
    fn width(&self) -> f64 {
        let widths = self.lines.iter().map(|line| text::width(line, style::LEGEND));
        SAMPLE + SAMPLE_GAP + widths.fold(0.0, |widest, width| if width > widest { width } else { widest })
    }

    fn height(&self) -> f64 {
        ROW + LINE * self.lines.len().saturating_sub(1) as f64
    }
}

impl<'a> Legend<'a> {
    /// Arranges the distinct labels of the series within `room` pixels: on one line if they fit, else in columns.
    #[must_use]
    pub fn of(panels: &'a [Panel], room: f64) -> Self {
        let mut entries: Vec<LegendEntry<'a>> = Vec::new();
        for series in panels.iter().flat_map(|panel| &panel.series).filter(|series| !series.label.is_empty()) {
            let has_band = !series.band.is_empty();
            match entries.iter_mut().find(|entry| entry.series.label == series.label) {
                Some(entry) => {
                    entry.has_band |= has_band;
                    if entry.colour != series.colour {
                        entry.colour = NEUTRAL;
                    }
                }
                None => {
                    // `n = 3` stays on one line.
                    let label = series.label.replace(" = ", "\u{a0}=\u{a0}");
                    let lines = text::wrap(&label, style::LEGEND, room - SAMPLE - SAMPLE_GAP, MOST_LINES);
                    let lines = lines.into_iter().map(|line| line.replace('\u{a0}', " ")).collect();
                    entries.push(LegendEntry { series, lines, colour: series.colour, has_band, x: 0.0, y: 0.0 });
                }
            }
        }
        // Measured series come before theory.
        entries.sort_by_key(|entry| entry.series.style == Style::Theory);
        let widths: Vec<f64> = entries.iter().map(|entry| entry.width() + COLUMN_GAP).collect();
        let total = widths.iter().fold(0.0, |total, width| total + width);
        let widest = widths.iter().fold(1.0, |widest, &width| if width > widest { width } else { widest });
        let wraps = entries.iter().any(|entry| entry.lines.len() > 1);
        let columns = if wraps { 1 } else { (((room + COLUMN_GAP) / widest) as usize).max(1) };
        let one_line = !wraps && total - COLUMN_GAP <= room;
        let (mut x, mut height) = (0.0, 0.0);
        for (index, (entry, width)) in entries.iter_mut().zip(&widths).enumerate() {
            // Only entries in one column differ in height.
            let begins = if one_line { index == 0 } else { index % columns == 0 };
            if begins {
                height += entry.height();
            }
            entry.y = height - entry.height();
            entry.x = if one_line { x } else { widest * (index % columns) as f64 };
            x += width;
        }
        Self { entries, height }
    }

    #[must_use]
    pub fn height(&self) -> f64 {
        self.height
    }

    /// Draws the legend with its upper left corner at `left`, `top`.
    ///
    /// # Errors
    /// The errors of plotters.
    pub fn draw(&self, paper: &Paper<'_>, left: f64, top: f64) -> DrawingResult {
        for entry in &self.entries {
            let series = entry.series;
            let colour = style::colour(entry.colour);
            let x = left + entry.x;
            let y = top + entry.y + 0.5 * ROW;
            if entry.has_band && !error_bars::has_bars(series.style) {
                let corners = [(units(x), units(y - 6.0)), (units(x + SAMPLE), units(y + 6.0))];
                let style = RGBColor(colour.0, colour.1, colour.2).mix(style::BAND_OPACITY).filled();
                paper.root.draw(&Rectangle::new(corners, style))?;
            }
            let width = style::line(series.style);
            paper.sheet.take(Pen { dash: style::dash(series.colour, series.style), halo: 0.0 });
            let ends = [(units(x), units(y)), (units(x + SAMPLE), units(y))];
            if !matches!(series.style, Style::Points | Style::Hollow | Style::Categories) {
                paper.root.draw(&PathElement::new(ends, stroke(colour, width)))?;
            }
            paper.sheet.take(Pen::default());
            let has_bars = error_bars::has_bars(series.style);
            if has_bars && !series.band.is_empty() {
                let x = x + SAMPLE / 2.0;
                let bar = [(units(x), units(y - 8.0)), (units(x), units(y + 8.0))];
                paper.root.draw(&PathElement::new(bar, stroke(colour, 1.4)))?;
            }
            if has_bars || series.style.has_marks() {
                canvas::marker(paper, style::marker(entry.colour), (x + SAMPLE / 2.0, y), (3.4, 0.8), colour)?;
            }
            for (index, line) in entry.lines.iter().enumerate() {
                let line = TextLine::new(line, style::LEGEND, style::INK);
                let below = LINE * index as f64;
                paper.sheet.write(&line, x + SAMPLE + SAMPLE_GAP, style::LEGEND.mul_add(0.36, y) + below);
            }
        }
        Ok(())
    }
}
