//! Draws a whole figure as an SVG document: titles, panels, legends and notes on one sheet.

use plotters::prelude::IntoDrawingArea;

use super::backend::Brush;
use super::canvas::{Canvas, DrawingResult, Paper};
use super::chart;
use super::description::description;
use super::layout::{EDGE, FigureLayout, NOTE_ROW, PanelCell, SUBTITLE_STRIP};
use super::prepared::Prepared;
use super::sheet::{self, Anchor, Sheet, TextLine};
use super::{style, text};
use crate::report::figure_data::Figure;

/// Renders a figure as a self-contained document: white background, no scripts, no external references.
#[must_use]
pub fn svg(figure: &Figure) -> String {
    let prepare = |panel| Prepared { legends: figure.legends, ..Prepared::of(panel, &figure.axes_of) };
    let prepared: Vec<Prepared<'_>> = figure.panels.iter().map(prepare).collect();
    let layout = FigureLayout::of(figure, &prepared);
    let sheet = Sheet::new(layout.width, layout.height);
    let sheet = match draw(figure, &prepared, &layout, &sheet) {
        Ok(()) => sheet,
        Err(error) => sheet::apology(layout.width, layout.height, &error.to_string()),
    };
    let title = if figure.title.is_empty() { &figure.name } else { &figure.title };
    sheet.finish(title, &description(figure))
}

fn draw(figure: &Figure, prepared: &[Prepared<'_>], layout: &FigureLayout<'_>, sheet: &Sheet) -> DrawingResult {
    let paper = Paper { sheet, root: Brush(sheet).into_drawing_area() };
    let room = 2.0f64.mul_add(-EDGE, f64::from(layout.width));
    let title = text::fit(&figure.title, style::TITLE, room);
    if !title.is_empty() {
        sheet.write(&TextLine::new(&title, style::TITLE, style::INK), EDGE, layout.title);
    }
    for (row, words) in layout.subtitles.iter().enumerate() {
        let base = SUBTITLE_STRIP.mul_add(row as f64, layout.subtitle);
        sheet.write(&TextLine::new(words, style::SUBTITLE, style::AXIS), EDGE, base);
    }
    for (prepared, cell) in prepared.iter().zip(&layout.cells) {
        describe_axes(sheet, prepared, cell);
        chart::draw(&Canvas::new(&paper, prepared, cell.frame)?)?;
    }
    for (legend, (left, top)) in &layout.legends {
        legend.draw(&paper, *left, *top)?;
    }
    for (row, note) in layout.notes.iter().enumerate() {
        sheet.write(
            &TextLine::new(note, style::NOTE, style::AXIS),
            EDGE,
            NOTE_ROW.mul_add(row as f64, layout.notes_at),
        );
    }
    Ok(())
}

/// Writes a panel's title and the descriptions of its axes.
fn describe_axes(sheet: &Sheet, prepared: &Prepared<'_>, cell: &PanelCell) {
    let frame = cell.frame;
    let panel = prepared.panel;
    let title = text::fit(&panel.title, style::PANEL_TITLE, frame.width());
    if !title.is_empty() {
        sheet.write(&TextLine::new(&title, style::PANEL_TITLE, style::INK), frame.left, cell.title);
    }
    let x = text::fit(&panel.x.label, style::DESCRIPTION, frame.width());
    if !x.is_empty() {
        let line = TextLine::new(&x, style::DESCRIPTION, style::INK).anchored(Anchor::Middle);
        sheet.write(&line, (frame.left + frame.right) / 2.0, cell.description);
    }
    let y = text::fit(&panel.y.label, style::DESCRIPTION, frame.height());
    if !y.is_empty() {
        let line =
            TextLine { upwards: true, ..TextLine::new(&y, style::DESCRIPTION, style::INK).anchored(Anchor::Middle) };
        sheet.write(&line, cell.left + 11.0, (frame.top + frame.bottom) / 2.0);
    }
}
