//! A legend in a strip of its own, below all panels or below one panel.

use plotters::prelude::*;

use super::canvas::{self, DrawingResult, Paper, stroke};
use super::coordinates::units;
use super::sheet::{Pen, TextLine};
use super::style;
use super::text;
use crate::report::figure_data::{NEUTRAL, Panel, Series, Style};

const SAMPLE: f64 = 30.0;
const SAMPLE_GAP: f64 = 7.0;
const COLUMN_GAP: f64 = 20.0;
const ROW: f64 = 20.0;

/// The entries of a legend, arranged in rows.
pub struct Legend<'a> {
    entries: Vec<LegendEntry<'a>>,
    rows: u32,
}

struct LegendEntry<'a> {
    series: &'a Series,
    label: String,
    colour: usize,
    has_band: bool,
    x: f64,
    row: u32,
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
                    let label = text::fit(&series.label, style::LEGEND, room - SAMPLE - SAMPLE_GAP);
                    entries.push(LegendEntry { series, label, colour: series.colour, has_band, x: 0.0, row: 0 });
                }
            }
        }
        // Measured series come before theory.
        entries.sort_by_key(|entry| entry.series.style == Style::Theory);
        let widths: Vec<f64> = entries
            .iter()
            .map(|entry| SAMPLE + SAMPLE_GAP + text::width(&entry.label, style::LEGEND) + COLUMN_GAP)
            .collect();
        let total = widths.iter().fold(0.0, |total, width| total + width);
        let widest = widths.iter().fold(1.0, |widest, &width| if width > widest { width } else { widest });
        let columns = ((room + COLUMN_GAP) / widest) as usize;
        let one_line = total - COLUMN_GAP <= room;
        let mut x = 0.0;
        for (index, (entry, width)) in entries.iter_mut().zip(&widths).enumerate() {
            if one_line {
                entry.x = x;
                x += width;
            } else {
                let columns = columns.max(1);
                entry.x = widest * (index % columns) as f64;
                entry.row = u32::try_from(index / columns).unwrap_or(u32::MAX);
            }
        }
        let rows = entries.last().map_or(0, |entry| entry.row + 1);
        Self { entries, rows }
    }

    #[must_use]
    pub fn height(&self) -> f64 {
        f64::from(self.rows) * ROW
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
            let y = ROW.mul_add(f64::from(entry.row) + 0.5, top);
            if entry.has_band {
                let corners = [(units(x), units(y - 6.0)), (units(x + SAMPLE), units(y + 6.0))];
                let style = RGBColor(colour.0, colour.1, colour.2).mix(style::BAND_OPACITY).filled();
                paper.root.draw(&Rectangle::new(corners, style))?;
            }
            let width = style::line(series.style);
            paper.sheet.take(Pen { dash: style::dash(series.colour, series.style), halo: 0.0 });
            let ends = [(units(x), units(y)), (units(x + SAMPLE), units(y))];
            if series.style != Style::Points {
                paper.root.draw(&PathElement::new(ends, stroke(colour, width)))?;
            }
            paper.sheet.take(Pen::default());
            if matches!(series.style, Style::Markers | Style::Sampled | Style::Points) {
                canvas::marker(paper, style::marker(entry.colour), (x + SAMPLE / 2.0, y), (3.4, 0.8), colour)?;
            }
            let line = TextLine::new(&entry.label, style::LEGEND, style::INK);
            paper.sheet.write(&line, x + SAMPLE + SAMPLE_GAP, style::LEGEND.mul_add(0.36, y));
        }
        Ok(())
    }
}
