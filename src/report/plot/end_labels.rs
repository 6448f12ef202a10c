//! The labels of lines in a column right of the frame, in the order of the lines' ends, joined to them where they had to make room.

use super::canvas::{Canvas, DrawingResult, stroke};
use super::clip::PlotPoint;
use super::prepared::Prepared;
use super::sheet::{Pen, TextLine};
use super::style;
use super::text;
use crate::report::figure_data::Style;

const SIZE: f64 = 10.5;
/// The distance between two base lines.
const ROW: f64 = 11.8;
/// A faint line whose label would be further from its end has none.
const FAR: f64 = 10.0;
/// The room between the frame and the labels.
const JOINT: f64 = 20.0;
/// The most room for a label.
const LONGEST: f64 = 150.0;

/// The width of the column.
#[must_use]
pub fn width(prepared: &Prepared<'_>) -> f64 {
    let labels = prepared.panel.series.iter().map(|series| text::width(&series.label, SIZE));
    JOINT + labels.fold(0.0, |most: f64, width| if width > most { width } else { most }).min(LONGEST).ceil()
}

/// # Errors
/// The errors of plotters.
pub fn draw(canvas: &Canvas<'_, '_>) -> DrawingResult {
    let frame = canvas.frame;
    let series = &canvas.prepared.panel.series;
    let end = |trace: &super::prepared::Trace| -> Option<PlotPoint> {
        let inside = trace.runs.iter().flatten().rfind(|&&point| canvas.window.contains(point))?;
        Some(canvas.pixel(*inside))
    };
    let mut ends: Vec<(usize, PlotPoint)> =
        canvas.prepared.traces.iter().enumerate().filter_map(|(index, trace)| Some((index, end(trace)?))).collect();
    // Lines in colour have their labels. A faint line has one where it stands beside the line's end.
    ends.sort_by_key(|(index, _)| (series[*index].style == Style::Faint, *index));
    let bounds = (frame.top + ROW / 2.0, frame.bottom);
    let mut labelled: Vec<(usize, PlotPoint)> = Vec::new();
    let mut places: Vec<f64> = Vec::new();
    for end in ends {
        let mut with: Vec<(usize, PlotPoint)> = labelled.clone();
        with.insert(labelled.partition_point(|other| other.1.1 <= end.1.1), end);
        let wanted: Vec<f64> = with.iter().map(|(_, (_, y))| *y).collect();
        let found = spread(&wanted, ROW, bounds);
        let is_faint = |index: usize| series[index].style == Style::Faint;
        let far = with.iter().zip(&found).any(|((index, (_, y)), place)| is_faint(*index) && (place - y).abs() > FAR);
        if !far || !is_faint(end.0) {
            (labelled, places) = (with, found);
        }
    }
    for ((index, (x, y)), place) in labelled.iter().zip(&places) {
        let series = &series[*index];
        let is_faint = series.style == Style::Faint;
        let colour = if is_faint { style::FAINT } else { style::colour(series.colour) };
        let joint = stroke(colour, 0.6);
        canvas.paper.sheet.take(Pen { dash: style::THRESHOLD_DASH, halo: 0.0 });
        canvas.segment((*x, *y), (frame.right + 3.0, *y), joint)?;
        canvas.paper.sheet.take(Pen::default());
        canvas.segment((frame.right + 3.0, *y), (frame.right + JOINT - 4.0, *place), joint)?;
        let words = text::fit(&series.label, SIZE, LONGEST);
        let ink = if is_faint { style::AXIS } else { style::type_colour(series.colour) };
        canvas.paper.sheet.write(&TextLine::new(&words, SIZE, ink), frame.right + JOINT, SIZE.mul_add(0.36, *place));
    }
    Ok(())
}

/// Places as near to the wanted ones, which ascend, as a distance between neighbours and the two ends allow.
fn spread(wanted: &[f64], distance: f64, (low, high): (f64, f64)) -> Vec<f64> {
    // Groups that touch: the place of the first, and how many. A group lies where the mean of its members wants it.
    let mut groups: Vec<(f64, usize, f64)> = Vec::new();
    let lower = |start: f64, count: usize| {
        let last = high - distance * count.saturating_sub(1) as f64;
        let start = if start > last { last } else { start };
        if start < low { low } else { start }
    };
    for &place in wanted {
        let mut group = (lower(place, 1), 1, place);
        while let Some(&(start, count, sum)) = groups.last() {
            if start + distance * count as f64 <= group.0 {
                break;
            }
            groups.pop();
            // `sum` is that of the places wanted for the first of the group by each member.
            let sum = sum + group.2 - distance * (count * group.1) as f64;
            let count = count + group.1;
            group = (lower(sum / count as f64, count), count, sum);
        }
        groups.push(group);
    }
    groups.iter().flat_map(|&(start, count, _)| (0..count).map(move |at| distance.mul_add(at as f64, start))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_make_room_for_each_other_and_stay_inside() {
        let places = |wanted: &[f64]| spread(wanted, 10.0, (0.0, 100.0));
        assert_eq!(places(&[20.0, 50.0]), [20.0, 50.0], "nothing is moved without need");
        assert_eq!(places(&[50.0, 50.0]), [45.0, 55.0]);
        assert_eq!(places(&[50.0, 50.0, 50.0]), [40.0, 50.0, 60.0]);
        assert_eq!(places(&[2.0, 2.0]), [0.0, 10.0]);
        assert_eq!(places(&[98.0, 99.0]), [90.0, 100.0]);
        assert_eq!(places(&[30.0, 45.0, 45.0, 46.0]), [26.5, 36.5, 46.5, 56.5], "a group takes in what it touches");
        for count in 1..=11 {
            let all = places(&vec![97.0; count]);
            assert!(all.windows(2).all(|pair| pair[1] - pair[0] > 9.999), "{all:?}");
            assert!(all.iter().all(|place| (-1e-9..=100.0 + 1e-9).contains(place)), "{all:?}");
        }
    }
}
