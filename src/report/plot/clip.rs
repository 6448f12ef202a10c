//! Clips lines and areas at the edge of a plot.

pub type PlotPoint = (f64, f64);

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClipWindow {
    pub x: (f64, f64),
    pub y: (f64, f64),
}

impl ClipWindow {
    #[must_use]
    pub fn contains(&self, (x, y): PlotPoint) -> bool {
        self.x.0 <= x && x <= self.x.1 && self.y.0 <= y && y <= self.y.1
    }

    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.x.0 < other.x.1 && other.x.0 < self.x.1 && self.y.0 < other.y.1 && other.y.0 < self.y.1
    }
}

/// The part of a segment inside the window (Liang and Barsky).
#[must_use]
pub fn segment(from: PlotPoint, to: PlotPoint, window: &ClipWindow) -> Option<(PlotPoint, PlotPoint)> {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    let edges =
        [(-dx, from.0 - window.x.0), (dx, window.x.1 - from.0), (-dy, from.1 - window.y.0), (dy, window.y.1 - from.1)];
    for (speed, distance) in edges {
        if speed == 0.0 {
            if distance < 0.0 {
                return None;
            }
            continue;
        }
        let share = distance / speed;
        if speed < 0.0 && share > enter {
            enter = share;
        } else if speed > 0.0 && share < leave {
            leave = share;
        }
    }
    if enter > leave {
        return None;
    }
    let at = |share: f64| (from.0 + share * dx, from.1 + share * dy);
    Some((if enter > 0.0 { at(enter) } else { from }, if leave < 1.0 { at(leave) } else { to }))
}

/// The pieces of a line inside the window, each of two points or more.
#[must_use]
pub fn line(points: &[PlotPoint], window: &ClipWindow) -> Vec<Vec<PlotPoint>> {
    let mut pieces: Vec<Vec<PlotPoint>> = Vec::new();
    for pair in points.windows(2) {
        let Some((from, to)) = segment(pair[0], pair[1], window) else { continue };
        match pieces.last_mut() {
            Some(piece) if from == pair[0] && piece.last() == Some(&from) => piece.push(to),
            _ => pieces.push(vec![from, to]),
        }
    }
    pieces
}

/// The part of an area inside the window (Sutherland and Hodgman). Empty if no part is inside.
#[must_use]
pub fn area(points: &[PlotPoint], window: &ClipWindow) -> Vec<PlotPoint> {
    let swap = |(x, y): PlotPoint| (y, x);
    let mut points = half(points, |point| point.0 - window.x.0);
    points = half(&points, |point| window.x.1 - point.0);
    let turned: Vec<PlotPoint> = points.into_iter().map(swap).collect();
    let turned = half(&turned, |point| point.0 - window.y.0);
    let turned = half(&turned, |point| window.y.1 - point.0);
    turned.into_iter().map(swap).collect()
}

/// The part of an area where `depth` is not negative.
fn half(points: &[PlotPoint], depth: impl Fn(PlotPoint) -> f64) -> Vec<PlotPoint> {
    let mut kept = Vec::with_capacity(points.len() + 2);
    let Some(&last) = points.last() else { return kept };
    let mut previous = last;
    for &point in points {
        let (before, here) = (depth(previous), depth(point));
        if (before < 0.0) != (here < 0.0) {
            let share = before / (before - here);
            kept.push((previous.0 + share * (point.0 - previous.0), previous.1 + share * (point.1 - previous.1)));
        }
        if here >= 0.0 {
            kept.push(point);
        }
        previous = point;
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNIT: ClipWindow = ClipWindow { x: (0.0, 1.0), y: (0.0, 1.0) };

    #[test]
    fn segments_are_cut_at_the_edges() {
        assert_eq!(segment((-1.0, 0.5), (2.0, 0.5), &UNIT), Some(((0.0, 0.5), (1.0, 0.5))));
        assert_eq!(segment((0.2, 0.2), (0.8, 0.9), &UNIT), Some(((0.2, 0.2), (0.8, 0.9))));
        assert_eq!(segment((-1.0, 2.0), (2.0, 2.0), &UNIT), None);
        assert_eq!(segment((-0.5, 0.4), (0.4, -0.8), &UNIT), None, "past a corner");
    }

    #[test]
    fn a_line_that_leaves_and_returns_is_two_pieces() {
        let points = [(0.0, 0.5), (0.25, 1.5), (0.75, 1.5), (1.0, 0.5)];
        assert_eq!(line(&points, &UNIT), [vec![(0.0, 0.5), (0.125, 1.0)], vec![(0.875, 1.0), (1.0, 0.5)]]);
        assert_eq!(line(&[(0.1, 0.1), (0.2, 0.2), (0.3, 0.1)], &UNIT).len(), 1);
        assert!(line(&[(0.1, 0.1)], &UNIT).is_empty());
    }

    #[test]
    fn areas_are_cut_at_the_edges() {
        let square = [(-1.0, -1.0), (2.0, -1.0), (2.0, 2.0), (-1.0, 2.0)];
        let cut = area(&square, &UNIT);
        assert!(cut.len() >= 4 && cut.iter().all(|&point| UNIT.contains(point)), "{cut:?}");
        assert!(area(&[(2.0, 2.0), (3.0, 2.0), (3.0, 3.0)], &UNIT).is_empty());
        assert!(area(&[], &UNIT).is_empty());
    }
}
