//! The strip above a frame, with one row per colour: × for diverged trials, and arrows for values above or below the axis. A
//! count stands beside a mark that does not stand for all trials.

use super::canvas::{Canvas, DrawingResult, stroke};
use super::sheet::{Anchor, TextLine};
use super::style;
use super::text;
use crate::report::figure_data::{MarginMark, Mark, Panel};

const ROW: f64 = 11.5;
/// Half of the width of a mark.
const ARM: f64 = 3.0;
/// The distance between a mark and its count.
const GAP: f64 = 2.0;
/// The longest text in pixels, which still ends on the sheet at the last mark.
const LONGEST: f64 = 90.0;

/// The marks grouped by colour, one row each, in the order of their first mark.
fn rows(panel: &Panel) -> Vec<(usize, Vec<&MarginMark>)> {
    let mut rows: Vec<(usize, Vec<&MarginMark>)> = Vec::new();
    for mark in &panel.margin_marks {
        match rows.iter_mut().find(|(colour, _)| *colour == mark.colour) {
            Some((_, marks)) => marks.push(mark),
            None => rows.push((mark.colour, vec![mark])),
        }
    }
    rows
}

/// The height in pixels that a panel's marks need above its frame.
#[must_use]
pub fn height(panel: &Panel) -> f64 {
    match rows(panel).len() {
        0 => 0.0,
        count => (count as f64).mul_add(ROW, 3.0),
    }
}

/// # Errors
/// The errors of plotters.
pub fn draw(canvas: &Canvas<'_, '_>) -> DrawingResult {
    let panel = canvas.prepared.panel;
    let frame = canvas.frame;
    let has = |kind| panel.margin_marks.iter().any(|mark| mark.kind == kind);
    let word = match (has(Mark::Diverged), has(Mark::Above), has(Mark::Below)) {
        (true, ..) => "diverged",
        (false, true, false) => "above",
        (false, false, true) => "below",
        (false, true, true) => "off the scale",
        (false, false, false) => "",
    };
    if !word.is_empty() {
        let line = TextLine::new(word, style::MARGIN_TEXT, style::AXIS).anchored(Anchor::End);
        canvas.paper.sheet.write(&line, frame.left - 8.0, frame.top - height(panel) / 2.0 + style::MARGIN_TEXT * 0.3);
    }
    let mut y = frame.top - height(panel) + ROW / 2.0;
    for (colour, marks) in rows(panel) {
        let mut placed: Vec<(f64, &str)> = Vec::new();
        for mark in marks {
            let Some(at) = canvas.prepared.x.coordinate(mark.x) else { continue };
            let (x, _) = canvas.pixel((at, canvas.prepared.y.low));
            for &(from, to) in strokes(mark.kind) {
                let at = |(dx, dy): (f64, f64)| (ARM.mul_add(dx, x), ARM.mul_add(dy, y));
                canvas.segment(at(from), at(to), stroke(style::colour(colour), 1.5))?;
            }
            placed.push((x, &mark.text));
        }
        placed.sort_by(|left, right| left.0.total_cmp(&right.0));
        for (left, words) in counts(&placed, (frame.left, frame.right + 14.0)) {
            let line = TextLine::new(&words, style::MARGIN_TEXT, style::type_colour(colour));
            canvas.paper.sheet.write(&line, left, y + style::MARGIN_TEXT * 0.36);
        }
        y += ROW;
    }
    Ok(())
}

/// Two points, (x, y) each.
type Stroke = ((f64, f64), (f64, f64));

/// The strokes of a mark around its centre, with y downwards and an arm of 1. No marker of a series looks like one.
const fn strokes(mark: Mark) -> &'static [Stroke] {
    match mark {
        Mark::Diverged => &[((-1.0, -1.0), (1.0, 1.0)), ((-1.0, 1.0), (1.0, -1.0))],
        Mark::Above => &[((0.0, 1.3), (0.0, -1.3)), ((0.0, -1.3), (-1.0, -0.3)), ((0.0, -1.3), (1.0, -0.3))],
        Mark::Below => &[((0.0, -1.3), (0.0, 1.3)), ((0.0, 1.3), (-1.0, 0.3)), ((0.0, 1.3), (1.0, 0.3))],
    }
}

/// The left end of each count: left of its mark if there is room, else right of it. A count that does not fit loses its
/// `/n`, or is left out.
fn counts(placed: &[(f64, &str)], within: (f64, f64)) -> Vec<(f64, String)> {
    let mut taken: Vec<(f64, f64)> = placed.iter().map(|&(x, _)| (x - ARM - 1.0, x + ARM + 1.0)).collect();
    let mut written = Vec::new();
    for &(x, words) in placed.iter().filter(|(_, words)| !words.is_empty()) {
        let short = words.split('/').next().unwrap_or(words);
        let found = [words, short].into_iter().find_map(|words| {
            let words = text::fit(words, style::MARGIN_TEXT, LONGEST);
            let width = text::width(&words, style::MARGIN_TEXT);
            let free = |&left: &f64| {
                let right = left + width;
                left >= within.0 && right <= within.1 && taken.iter().all(|&(from, to)| right <= from || to <= left)
            };
            let left = [x - ARM - GAP - width, x + ARM + GAP].into_iter().find(free)?;
            Some((left, left + width, words))
        });
        if let Some((left, right, words)) = found {
            taken.push((left, right));
            written.push((left, words));
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_point_to_where_the_value_lies() {
        let tip = |mark| strokes(mark)[1].0;
        assert_eq!((tip(Mark::Above), tip(Mark::Below)), ((0.0, -1.3), (0.0, 1.3)), "y grows downwards");
        assert!(strokes(Mark::Above)[1..].iter().all(|(from, to)| *from == tip(Mark::Above) && to.1 > from.1));
        assert!(strokes(Mark::Below)[1..].iter().all(|(from, to)| *from == tip(Mark::Below) && to.1 < from.1));
    }

    #[test]
    fn counts_stand_beside_their_marks_and_never_overlap() {
        let free = counts(&[(100.0, "1/10"), (160.0, ""), (200.0, "7/10")], (0.0, 300.0));
        assert_eq!(free.len(), 2);
        assert!(free[0].0 < 80.0 && free[0].1 == "1/10" && free[1].1 == "7/10");
        let crowded = counts(&[(100.0, ""), (118.0, "9/10"), (136.0, "")], (0.0, 300.0));
        assert_eq!(crowded.len(), 1);
        assert_eq!(crowded[0].1, "9", "no room for its n");
        assert!(counts(&[(0.0, ""), (8.0, "9/10"), (16.0, "")], (-99.0, 99.0)).is_empty());
    }
}
