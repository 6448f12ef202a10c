//! Draws a matrix of counts: one square for each pair of classes, shaded by its share of the row.

use super::canvas::{Canvas, DrawingResult, fill, stroke};
use super::coordinates::units;
use super::sheet::{Anchor, TextLine};
use super::{style, text};
use crate::report::figure_data::CountMatrix;
use plotters::prelude::Rectangle;

/// The colour of a square with its whole row, and the share of the row from which its number is white.
const SHADE: style::Colour = style::Colour(0, 94, 148);
const WHITE_FROM: f64 = 0.55;

/// The most room for the names of the classes beside the matrix.
pub const NAMES: f64 = 110.0;

/// # Errors
/// The errors of plotters.
pub fn draw(canvas: &Canvas<'_, '_>, matrix: &CountMatrix) -> DrawingResult {
    let frame = canvas.frame;
    let classes = matrix.names.len().max(1);
    let (width, height) = (frame.width() / classes as f64, frame.height() / classes as f64);
    for (row, counts) in matrix.counts.chunks(classes).enumerate() {
        let all: u64 = counts.iter().sum();
        let top = height.mul_add(row as f64, frame.top);
        for (column, &count) in counts.iter().enumerate() {
            let left = width.mul_add(column as f64, frame.left);
            let share = if all > 0 { count as f64 / all as f64 } else { 0.0 };
            let corners = [(units(left), units(top)), (units(left + width), units(top + height))];
            canvas.paper.root.draw(&Rectangle::new(corners, fill(SHADE, share)))?;
            canvas.paper.root.draw(&Rectangle::new(corners, stroke(style::GRID_MAJOR, style::GRID_MAJOR_LINE)))?;
            let number = count.to_string();
            if count > 0 && text::width(&number, style::TICK) + 4.0 <= width && style::TICK + 2.0 <= height {
                let colour = if share > WHITE_FROM { style::WHITE } else { style::INK };
                let line = TextLine::new(&number, style::TICK, colour).anchored(Anchor::Middle);
                canvas.paper.sheet.write(&line, left + width / 2.0, style::TICK.mul_add(0.365, top + height / 2.0));
            }
        }
    }
    names(canvas, matrix, width, height);
    Ok(())
}

/// Names rows and columns: all of them, or every so many where there is no room.
fn names(canvas: &Canvas<'_, '_>, matrix: &CountMatrix, width: f64, height: f64) {
    let frame = canvas.frame;
    let every = |room: f64, size: f64| (size / room).ceil() as usize;
    for (row, name) in matrix.names.iter().enumerate().step_by(every(height, style::TICK).max(1)) {
        let name = text::fit(name, style::TICK, NAMES);
        let line = TextLine::new(&name, style::TICK, style::INK).anchored(Anchor::End);
        let middle = height.mul_add(row as f64 + 0.5, frame.top);
        canvas.paper.sheet.write(&line, frame.left - 8.0, style::TICK.mul_add(0.365, middle));
    }
    let shortest = 26.0;
    let step = every(width, shortest).max(1);
    for (column, name) in matrix.names.iter().enumerate().step_by(step) {
        let name = text::fit(name, style::TICK, width.mul_add(step as f64, -6.0));
        let line = TextLine::new(&name, style::TICK, style::INK).anchored(Anchor::Middle);
        canvas.paper.sheet.write(&line, width.mul_add(column as f64 + 0.5, frame.left), frame.bottom + 18.5);
    }
}
