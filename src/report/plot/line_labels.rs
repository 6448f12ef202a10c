//! Where the label of a line may stand: along the line, where no other line is near it.

use super::annotation::Candidate;
use super::canvas::{Canvas, Frame};
use super::clip::PlotPoint;
use super::style;

/// The places that are tried along a line.
const PLACES: u32 = 60;
/// Lines closer than this look like one.
const NEAR: f64 = 7.0;
/// What a line that looks like the labelled one costs, in lines crossed.
const AMBIGUOUS: f64 = 2.5;

/// The points of each line within the frame, in pixels, from left to right.
pub fn traces(canvas: &Canvas<'_, '_>) -> Vec<Vec<PlotPoint>> {
    let pixels = |run: &Vec<PlotPoint>| run.iter().map(|&point| canvas.pixel(point)).collect::<Vec<_>>();
    canvas.prepared.traces.iter().map(|trace| trace.runs.iter().flat_map(pixels).collect()).collect()
}

/// The candidate places of the label of one line: beside points of it, above, below and right of them.
pub fn candidates(traces: &[Vec<PlotPoint>], index: usize, width: f64, frame: &Frame) -> Vec<Candidate> {
    let mut places = Vec::new();
    for place in 0..=PLACES {
        let x = frame.width().mul_add(f64::from(place) / f64::from(PLACES), frame.left);
        let Some(y) = height(&traces[index], x).filter(|y| *y >= frame.top && *y <= frame.bottom) else { continue };
        let near = traces.iter().enumerate().filter(|(other, _)| *other != index);
        let near = near.filter(|(_, other)| height(other, x).is_some_and(|at| (at - y).abs() < NEAR)).count();
        // A little better towards the middle of the line, where it is no end of another.
        let aside = (f64::from(place) / f64::from(PLACES) - 0.5).abs();
        let cost = AMBIGUOUS.mul_add(near as f64, 0.4 * aside);
        let up = style::ANNOTATION * 0.8;
        let offsets = [
            (-width / 2.0, -5.0, 0.0),
            (5.0, -4.0, 0.05),
            (-width - 5.0, -4.0, 0.05),
            (-width / 2.0, up + 5.0, 0.1),
            (6.0, up + 4.0, 0.1),
            (-width - 6.0, up + 4.0, 0.1),
            (7.0, up / 2.0, 0.15),
            (-width - 7.0, up / 2.0, 0.15),
        ];
        places.extend(offsets.map(|(dx, dy, more)| Candidate {
            x: x + dx,
            base: y + dy,
            upwards: false,
            cost: cost + more,
        }));
    }
    places
}

/// The height of a line at x, if it reaches there.
fn height(trace: &[PlotPoint], x: f64) -> Option<f64> {
    let after = trace.partition_point(|point| point.0 < x);
    let next = trace.get(after)?;
    let Some(before) = after.checked_sub(1).map(|at| trace[at]) else { return (next.0 - x < 0.5).then_some(next.1) };
    let share = (x - before.0) / (next.0 - before.0);
    Some(share.mul_add(next.1 - before.1, before.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_dear_where_two_lines_are_one() {
        let frame = Frame { left: 0.0, top: 0.0, right: 600.0, bottom: 400.0 };
        let split = vec![(0.0, 100.0), (300.0, 100.0), (600.0, 300.0)];
        let level = vec![(0.0, 100.0), (600.0, 100.0)];
        let found = candidates(&[split, level], 0, 50.0, &frame);
        let cheapest = found.iter().min_by(|a, b| a.cost.total_cmp(&b.cost)).expect("places");
        assert!(cheapest.x > 280.0, "{cheapest:?}");
        assert!(found.iter().any(|place| place.x < 200.0 && place.cost > AMBIGUOUS));
    }

    #[test]
    fn a_line_has_a_height_only_where_it_is() {
        let line = [(10.0, 0.0), (20.0, 10.0)];
        let at = |x: f64| height(&line, x);
        assert_eq!([at(5.0), at(10.0), at(15.0), at(21.0)], [None, Some(0.0), Some(5.0), None]);
    }
}
