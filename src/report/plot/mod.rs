//! Plots as SVG and PNG. plotters keeps the coordinates and draws the charts, on a sheet of our own that has fractional
//! coordinates and writes text as outlines: a figure gives the same bytes on every machine, and looks the same in every viewer.

mod annotation;
mod axis;
mod backend;
mod chart;
mod clip;
mod layout;
mod legend;
mod margin;
mod prepared;
mod raster;
mod sheet;
mod style;
mod text;
mod ticks;

#[cfg(test)]
mod gallery;
#[cfg(test)]
mod tests;

use plotters::prelude::IntoDrawingArea;

use crate::report::figure::{Figure, Scale};

use backend::Brush;
use chart::{Chart, Drawn, Paper};
use layout::{Cell, EDGE, Layout, NOTE_ROW, SUBTITLE_STRIP};
use prepared::Prepared;
use sheet::{Anchor, Line, Sheet};

pub use raster::png;

/// Why there is no image.
#[derive(Debug, thiserror::Error)]
pub enum PlotError {
    #[error("the plot is not an SVG that can be rendered: {0}")]
    Svg(#[from] resvg::usvg::Error),
    #[error("an image of {width} × {height} pixels cannot be made")]
    Size { width: u32, height: u32 },
}

/// Renders a figure as a document of its own: white background, no scripts, no references to anything outside.
#[must_use]
pub fn svg(figure: &Figure) -> String {
    let prepared: Vec<Prepared<'_>> = figure.panels.iter().map(Prepared::of).collect();
    let layout = Layout::of(figure, &prepared);
    let sheet = Sheet::new(layout.width, layout.height);
    let sheet = match draw(figure, &prepared, &layout, &sheet) {
        Ok(()) => sheet,
        Err(error) => sheet::apology(layout.width, layout.height, &error.to_string()),
    };
    let title = if figure.title.is_empty() { &figure.name } else { &figure.title };
    sheet.finish(title, &description(figure))
}

fn draw(figure: &Figure, prepared: &[Prepared<'_>], layout: &Layout<'_>, sheet: &Sheet) -> Drawn {
    let paper = Paper { sheet, root: Brush(sheet).into_drawing_area() };
    let room = 2.0f64.mul_add(-EDGE, f64::from(layout.width));
    let title = text::fit(&figure.title, style::TITLE, room);
    if !title.is_empty() {
        sheet.write(&Line::new(&title, style::TITLE, style::INK), EDGE, layout.title);
    }
    for (row, words) in layout.subtitles.iter().enumerate() {
        let base = SUBTITLE_STRIP.mul_add(row as f64, layout.subtitle);
        sheet.write(&Line::new(words, style::SUBTITLE, style::AXIS), EDGE, base);
    }
    for (prepared, cell) in prepared.iter().zip(&layout.cells) {
        describe_axes(sheet, prepared, cell);
        Chart::new(&paper, prepared, cell.frame)?.draw()?;
    }
    for (legend, (left, top)) in &layout.legends {
        legend.draw(&paper, *left, *top)?;
    }
    for (row, note) in layout.notes.iter().enumerate() {
        sheet.write(&Line::new(note, style::NOTE, style::AXIS), EDGE, NOTE_ROW.mul_add(row as f64, layout.notes_at));
    }
    Ok(())
}

/// A panel's title and the descriptions of its axes.
fn describe_axes(sheet: &Sheet, prepared: &Prepared<'_>, cell: &Cell) {
    let frame = cell.frame;
    let panel = prepared.panel;
    let title = text::fit(&panel.title, style::PANEL_TITLE, frame.width());
    if !title.is_empty() {
        sheet.write(&Line::new(&title, style::PANEL_TITLE, style::INK), frame.left, cell.title);
    }
    let x = text::fit(&panel.x.label, style::DESCRIPTION, frame.width());
    if !x.is_empty() {
        let line = Line::new(&x, style::DESCRIPTION, style::INK).anchored(Anchor::Middle);
        sheet.write(&line, (frame.left + frame.right) / 2.0, cell.description);
    }
    let y = text::fit(&panel.y.label, style::DESCRIPTION, frame.height());
    if !y.is_empty() {
        let line = Line { upwards: true, ..Line::new(&y, style::DESCRIPTION, style::INK).anchored(Anchor::Middle) };
        sheet.write(&line, cell.left + 11.0, (frame.top + frame.bottom) / 2.0);
    }
}

/// The figure in words, for those who cannot see it.
fn description(figure: &Figure) -> String {
    let mut parts = vec![figure.subtitle.clone()];
    for panel in &figure.panels {
        let scale = |scale| if scale == Scale::Log { " (log scale)" } else { "" };
        let mut part = String::new();
        if !panel.title.is_empty() {
            part.push_str(&panel.title);
            part.push_str(": ");
        }
        part.push_str(&format!(
            "{}{} over {}{}",
            panel.y.label,
            scale(panel.y.scale),
            panel.x.label,
            scale(panel.x.scale)
        ));
        let labels: Vec<&str> = panel.series.iter().map(|series| series.label.as_str()).collect();
        if !labels.is_empty() {
            part.push_str(&format!("; {}", labels.join(", ")));
        }
        let references: Vec<&str> = (panel.verticals.iter().map(|vertical| vertical.label.as_str()))
            .chain(panel.horizontals.iter().map(|horizontal| horizontal.label.as_str()))
            .collect();
        if !references.is_empty() {
            part.push_str(&format!("; reference lines: {}", references.join(", ")));
        }
        parts.push(part);
    }
    parts.extend(figure.notes.iter().cloned());
    parts.retain(|part| !part.is_empty());
    parts.join(". ")
}
