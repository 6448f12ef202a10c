//! The strip above a frame: a small cross for each mark, with its text, one row to a colour.

use super::chart::{Chart, Drawn, stroke};
use super::sheet::{Anchor, Line};
use super::style;
use super::text;
use crate::report::figure::{MarginMark, Panel};

const MARK_ROW: f64 = 12.0;
const TEXT_ROW: f64 = 12.0;
/// The longest text in pixels: the last one still ends on the sheet.
const LONGEST: f64 = 90.0;
/// Half the width of a cross.
const ARM: f64 = 3.2;

/// Colours in the order of their first mark: a row each.
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

fn row_height(marks: &[&MarginMark]) -> f64 {
    if marks.iter().any(|mark| !mark.text.is_empty()) { MARK_ROW + TEXT_ROW } else { MARK_ROW }
}

/// The height in pixels that a panel's marks need above its frame.
#[must_use]
pub fn height(panel: &Panel) -> f64 {
    rows(panel).iter().fold(0.0, |height, (_, marks)| height + row_height(marks))
}

/// # Errors
/// What plotters reports.
pub fn draw(chart: &Chart<'_, '_>) -> Drawn {
    let panel = chart.prepared.panel;
    let mut top = chart.frame.top - height(panel);
    if !panel.margin_marks.is_empty() {
        let line = Line::new("diverged", style::MARGIN_TEXT, style::AXIS).anchored(Anchor::End);
        let last = chart.frame.top - MARK_ROW / 2.0 + style::MARGIN_TEXT * 0.33;
        chart.paper.sheet.write(&line, chart.frame.left - 8.0, last);
    }
    for (colour, marks) in rows(panel) {
        let bottom = top + row_height(&marks);
        let y = bottom - MARK_ROW / 2.0;
        let mut placed: Vec<(f64, &str)> = Vec::new();
        for mark in marks {
            let Some(at) = chart.prepared.x.coordinate(mark.x) else { continue };
            let (x, _) = chart.pixel((at, chart.prepared.y.low));
            let ink = stroke(style::colour(colour), 1.5);
            chart.segment((x - ARM, y - ARM), (x + ARM, y + ARM), ink)?;
            chart.segment((x - ARM, y + ARM), (x + ARM, y - ARM), ink)?;
            placed.push((x, &mark.text));
        }
        placed.sort_by(|left, right| left.0.total_cmp(&right.0));
        for (x, words) in without_overlap(&placed) {
            let words = &text::fit(words, style::MARGIN_TEXT, LONGEST);
            let line = Line::new(words, style::MARGIN_TEXT, style::type_colour(colour)).anchored(Anchor::Middle);
            chart.paper.sheet.write(&line, x, y - ARM - 4.0);
        }
        top = bottom;
    }
    Ok(())
}

/// The texts that fit beside each other. Those that differ from their left neighbour come first: a text that repeats says nothing new.
fn without_overlap<'a>(placed: &[(f64, &'a str)]) -> Vec<(f64, &'a str)> {
    let news = |index: usize| index == 0 || placed[index - 1].1 != placed[index].1;
    let (first, rest): (Vec<usize>, Vec<usize>) = (0..placed.len()).partition(|&index| news(index));
    let mut kept: Vec<(f64, f64, &'a str)> = Vec::new();
    for index in first.into_iter().chain(rest) {
        let (x, words) = placed[index];
        let half = text::width(words, style::MARGIN_TEXT) / 2.0;
        let free = kept.iter().all(|&(other, other_half, _)| (x - other).abs() >= half + other_half + 3.0);
        if !words.is_empty() && free {
            kept.push((x, half, words));
        }
    }
    kept.into_iter().map(|(x, _, words)| (x, words)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_never_overlap_and_changes_win() {
        let all = without_overlap(&[(0.0, "1/10"), (40.0, "7/10"), (80.0, "10/10")]);
        assert_eq!(all.len(), 3);
        let crowded =
            without_overlap(&[(0.0, "10/10"), (10.0, "10/10"), (20.0, "10/10"), (36.0, "9/10"), (50.0, "9/10")]);
        assert_eq!(crowded, [(0.0, "10/10"), (36.0, "9/10")]);
        assert!(without_overlap(&[(0.0, "")]).is_empty());
    }
}
