//! Draws a matrix of counts: one square for each pair of classes, shaded by its share of the row.

use super::canvas::{Canvas, DrawingResult, fill, stroke};
use super::coordinates::units;
use super::sheet::{Anchor, TextLine};
use super::style::{self, Colour};
use super::text;
use crate::report::figure_data::CountMatrix;
use plotters::prelude::Rectangle;

/// The colour of a square with its whole row, and the share of the row from which its number is white.
const SHADE: Colour = Colour(0, 94, 148);
const WHITE_FROM: f64 = 0.55;

/// The shades between white and that colour.
const SHADES: u32 = 40;

/// The most room for the names of the classes beside the matrix.
pub const NAMES: f64 = 110.0;

/// The most room below it for names that do not fit in their columns, which run upwards.
const UPRIGHT: f64 = 80.0;

/// # Errors
/// The errors of plotters.
pub fn draw(canvas: &Canvas<'_, '_>, matrix: &CountMatrix) -> DrawingResult {
    let frame = canvas.frame;
    let classes = matrix.names.len().max(1);
    let (width, height) = (frame.width() / classes as f64, frame.height() / classes as f64);
    let shares = matrix.counts.chunks(classes).flat_map(|counts| {
        let all: u64 = counts.iter().sum();
        counts.iter().map(move |&count| (count, count as f64 / all.max(1) as f64))
    });
    let mut numbers = Vec::new();
    // Consecutive squares of one shade are one element of the document.
    let mut squares: Vec<(usize, (u64, f64))> = shares.enumerate().filter(|(_, (count, _))| *count > 0).collect();
    squares.sort_by_key(|(_, (_, share))| shade(*share));
    for (at, (count, share)) in squares {
        let (left, top) =
            (width.mul_add((at % classes) as f64, frame.left), height.mul_add((at / classes) as f64, frame.top));
        let corners = [(units(left), units(top)), (units(left + width), units(top + height))];
        canvas.paper.root.draw(&Rectangle::new(corners, fill(mixed(shade(share)), 1.0)))?;
        let number = count.to_string();
        if text::width(&number, style::TICK) + 4.0 <= width && style::TICK + 2.0 <= height {
            numbers.push((number, share, left + width / 2.0, style::TICK.mul_add(0.365, top + height / 2.0)));
        }
    }
    let line = stroke(style::GRID_MAJOR, style::GRID_MAJOR_LINE);
    for edge in 0..=classes {
        let (x, y) = (width.mul_add(edge as f64, frame.left), height.mul_add(edge as f64, frame.top));
        canvas.segment((x, frame.top), (x, frame.bottom), line)?;
        canvas.segment((frame.left, y), (frame.right, y), line)?;
    }
    for (number, share, x, y) in &numbers {
        let colour = if *share > WHITE_FROM { style::WHITE } else { style::INK };
        canvas.paper.sheet.write(&TextLine::new(number, style::TICK, colour).anchored(Anchor::Middle), *x, *y);
    }
    names(canvas, matrix, width, height);
    Ok(())
}

fn shade(share: f64) -> u32 {
    (share * f64::from(SHADES)).round() as u32
}

/// White mixed with the colour of the whole row.
fn mixed(shade: u32) -> Colour {
    let share = f64::from(shade) / f64::from(SHADES);
    let mix = |from: u8, to: u8| share.mul_add(f64::from(to) - f64::from(from), f64::from(from)).round() as u8;
    let (white, whole) = (style::WHITE, SHADE);
    Colour(mix(white.0, whole.0), mix(white.1, whole.1), mix(white.2, whole.2))
}

/// The room that names need below a matrix of this width, beside that of numbers on an axis.
#[must_use]
pub fn strip(matrix: &CountMatrix, width: f64) -> f64 {
    let column = width / matrix.names.len().max(1) as f64;
    let widths = || matrix.names.iter().map(|name| text::width(name, style::TICK));
    if widths().all(|name| name + 6.0 <= column) {
        return 0.0;
    }
    let longest = widths().fold(0.0, |longest, name| if name > longest { name } else { longest });
    (if longest < UPRIGHT { longest } else { UPRIGHT }) - style::TICK
}

/// Names rows and columns: all of them, or every so many where there is no room.
fn names(canvas: &Canvas<'_, '_>, matrix: &CountMatrix, width: f64, height: f64) {
    let (frame, sheet) = (canvas.frame, canvas.paper.sheet);
    let every = |room: f64| (style::TICK / room).ceil().max(1.0) as usize;
    for (row, name) in matrix.names.iter().enumerate().step_by(every(height)) {
        let name = text::fit(name, style::TICK, NAMES);
        let middle = height.mul_add(row as f64 + 0.5, frame.top);
        let line = TextLine::new(&name, style::TICK, style::INK).anchored(Anchor::End);
        sheet.write(&line, frame.left - 8.0, style::TICK.mul_add(0.365, middle));
    }
    let upwards = strip(matrix, frame.width()) != 0.0;
    for (column, name) in matrix.names.iter().enumerate().step_by(if upwards { every(width) } else { 1 }) {
        let name = text::fit(name, style::TICK, UPRIGHT);
        let middle = width.mul_add(column as f64 + 0.5, frame.left);
        let line = TextLine { upwards, ..TextLine::new(&name, style::TICK, style::INK) };
        if upwards {
            let line = line.anchored(Anchor::End);
            sheet.write(&line, style::TICK.mul_add(0.365, middle), frame.bottom + 8.0);
        } else {
            sheet.write(&line.anchored(Anchor::Middle), middle, frame.bottom + 18.5);
        }
    }
}
