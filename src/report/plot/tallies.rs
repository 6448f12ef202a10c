//! What stands beside markers with error bars: pale discs for the values that they are means of, the line that is fitted to them, and arrows
//! where a value is only a bound.

use plotters::prelude::Circle;

use super::canvas::{Canvas, DrawingResult, fill, stroke};
use super::clip::PlotPoint;
use super::coordinates::{length, units};
use super::error_bars;
use super::style;
use crate::report::figure_data::Style;

/// The radius of a disc for one point. The area grows with the number of points.
const RADIUS: f64 = 3.6;
const OPACITY: f64 = 0.25;

/// The ends of an arrow's shaft from its point, and the size of its head: clear of the ring around a point.
const FROM: f64 = 9.5;
const TO: f64 = 18.0;
const HEAD: f64 = 3.4;

/// # Errors
/// The errors of plotters.
pub fn draw(canvas: &Canvas<'_, '_>) -> DrawingResult {
    for series in &canvas.prepared.panel.series {
        let colour = style::colour(series.colour);
        let shift = || error_bars::shift_of(canvas, series.colour);
        match series.style {
            Style::Tally => {
                let shift = shift();
                for (point, count) in tally(&series.points) {
                    let Some((x, y)) = error_bars::place(canvas, point, shift) else { continue };
                    let radius = RADIUS * (count as f64).sqrt();
                    let disc = Circle::new((units(x), units(y)), length(radius), fill(colour, OPACITY));
                    canvas.paper.root.draw(&disc)?;
                }
            }
            Style::FittedLine => {
                let shift = shift();
                let ends = series.points.iter().filter_map(|&point| error_bars::place(canvas, point, shift));
                let ends: Vec<PlotPoint> = ends.collect();
                let pen = stroke(colour, style::line(series.style));
                ends.windows(2).try_for_each(|pair| canvas.segment(pair[0], pair[1], pen))?;
            }
            Style::CutAbove | Style::CutBelow => {
                let (shift, up) = (shift(), if series.style == Style::CutAbove { -1.0 } else { 1.0 });
                let pen = stroke(colour, style::line(series.style));
                for (x, y) in series.points.iter().filter_map(|&point| error_bars::place(canvas, point, shift)) {
                    let (tail, tip) = (y + up * FROM, y + up * TO);
                    canvas.segment((x, tail), (x, tip), pen)?;
                    for side in [-HEAD, HEAD] {
                        canvas.segment((x + side, tip - up * HEAD), (x, tip), pen)?;
                    }
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// The distinct points, each with how many coincide there.
fn tally(points: &[PlotPoint]) -> Vec<(PlotPoint, usize)> {
    let mut tally: Vec<(PlotPoint, usize)> = Vec::new();
    for &point in points {
        match tally.iter_mut().find(|(known, _)| *known == point) {
            Some((_, count)) => *count += 1,
            None => tally.push((point, 1)),
        }
    }
    tally
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_that_coincide_are_counted() {
        let points = [(8.0, 0.1), (16.0, 0.1), (8.0, 0.1), (8.0, 0.2)];
        assert_eq!(tally(&points), [((8.0, 0.1), 2), ((16.0, 0.1), 1), ((8.0, 0.2), 1)]);
    }
}
