//! The legend, in a strip of its own below the panels.

use plotters::prelude::*;

use super::chart::{self, Drawn, Paper, stroke};
use super::sheet::{Line, Pen, units};
use super::style;
use super::text;
use crate::report::figure::{Figure, Series, Style};

const SAMPLE: f64 = 30.0;
const SAMPLE_GAP: f64 = 7.0;
const COLUMN_GAP: f64 = 20.0;
const ROW: f64 = 20.0;

/// Entries with their place: left end in pixels and row.
pub struct Legend<'a> {
    entries: Vec<Entry<'a>>,
    rows: u32,
}

struct Entry<'a> {
    series: &'a Series,
    label: String,
    has_band: bool,
    x: f64,
    row: u32,
}

impl<'a> Legend<'a> {
    /// Arranges the series' labels, each once, within `room` pixels: in one line if they fit, else in columns.
    #[must_use]
    pub fn of(figure: &'a Figure, room: f64) -> Self {
        let mut entries: Vec<Entry<'a>> = Vec::new();
        for series in figure.panels.iter().flat_map(|panel| &panel.series).filter(|series| !series.label.is_empty()) {
            let has_band = !series.band.is_empty();
            match entries.iter_mut().find(|entry| entry.series.label == series.label) {
                Some(entry) => entry.has_band |= has_band,
                None => {
                    let label = text::fit(&series.label, style::LEGEND, room - SAMPLE - SAMPLE_GAP);
                    entries.push(Entry { series, label, has_band, x: 0.0, row: 0 });
                }
            }
        }
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

    /// Draws it with its upper left corner at `left`, `top`.
    ///
    /// # Errors
    /// What plotters reports.
    pub fn draw(&self, paper: &Paper<'_>, left: f64, top: f64) -> Drawn {
        for entry in &self.entries {
            let series = entry.series;
            let colour = style::colour(series.colour);
            let x = left + entry.x;
            let y = ROW.mul_add(f64::from(entry.row) + 0.5, top);
            if entry.has_band {
                let corners = [(units(x), units(y - 6.0)), (units(x + SAMPLE), units(y + 6.0))];
                let style = RGBColor(colour.0, colour.1, colour.2).mix(style::BAND_OPACITY).filled();
                paper.root.draw(&Rectangle::new(corners, style))?;
            }
            let width = if series.style == Style::Theory { style::THEORY_LINE } else { style::LINE };
            paper.sheet.take(Pen { dash: style::dash(series.colour, series.style), halo: 0.0 });
            let ends = [(units(x), units(y)), (units(x + SAMPLE), units(y))];
            paper.root.draw(&PathElement::new(ends, stroke(colour, width)))?;
            paper.sheet.take(Pen::default());
            if series.style == Style::Markers {
                chart::marker(paper, style::marker(series.colour), (x + SAMPLE / 2.0, y), (3.4, 0.8), colour)?;
            }
            let line = Line::new(&entry.label, style::LEGEND, style::INK);
            paper.sheet.write(&line, x + SAMPLE + SAMPLE_GAP, style::LEGEND.mul_add(0.36, y));
        }
        Ok(())
    }
}
