//! Words on the x axis in place of numbers.

use super::canvas::Canvas;
use super::prepared::Prepared;
use super::sheet::{Anchor, TextLine};
use super::style;
use super::text;
use super::ticks::Tick;

/// The most room below the axis for words that fit in no column, which run upwards.
const UPRIGHT: f64 = 150.0;
const BETWEEN: f64 = 8.0;
/// The distance between two lines, and the most of them.
const LINE: f64 = 14.0;
const MOST_LINES: usize = 3;

/// A tick for each word. `None` where the axis has numbers.
#[must_use]
pub fn ticks(prepared: &Prepared<'_>) -> Option<Vec<Tick>> {
    let names = &prepared.panel.x_names;
    let tick = |(at, words): &(f64, String)| Some(Tick { at: prepared.x.coordinate(*at)?, label: Some(words.clone()) });
    (!names.is_empty()).then(|| names.iter().filter_map(tick).collect())
}

/// The lines of each tick's words, if all fit in columns between the ticks of a frame of this width.
fn level(prepared: &Prepared<'_>, ticks: &[Tick], width: f64) -> Option<Vec<Vec<String>>> {
    let scale = width / (prepared.x.high - prepared.x.low);
    let gaps = ticks.windows(2).map(|pair| (pair[1].at - pair[0].at) * scale);
    let column = gaps.fold(width, |least, gap| if gap < least { gap } else { least }) - BETWEEN;
    let words = |tick: &Tick| -> Option<Vec<String>> {
        let words = tick.label.as_deref()?;
        // A single word is never broken.
        let is_whole = words.split(' ').all(|word| text::width(word, style::TICK) <= column);
        let lines = text::wrap(words, style::TICK, column, MOST_LINES + 1);
        (is_whole && lines.len() <= MOST_LINES).then_some(lines)
    };
    ticks.iter().map(words).collect()
}

/// The room below the axis that the words of a frame of this width need beside that of numbers.
#[must_use]
pub fn strip(prepared: &Prepared<'_>, width: f64) -> f64 {
    let Some(ticks) = ticks(prepared) else { return 0.0 };
    if let Some(lines) = level(prepared, &ticks, width) {
        return LINE * lines.iter().map(|lines| lines.len().saturating_sub(1)).max().unwrap_or(0) as f64;
    }
    let widths = ticks.iter().filter_map(|tick| tick.label.as_ref()).map(|words| text::width(words, style::TICK));
    let longest = widths.fold(0.0, |most: f64, width| if width > most { width } else { most });
    longest.min(UPRIGHT) - style::TICK
}

/// Writes the words below the axis. Returns whether there are any.
pub fn write(canvas: &Canvas<'_, '_>, ticks: &[Tick]) -> bool {
    if canvas.prepared.panel.x_names.is_empty() {
        return false;
    }
    let (frame, sheet) = (canvas.frame, canvas.paper.sheet);
    let columns = level(canvas.prepared, ticks, frame.width());
    for (index, tick) in ticks.iter().enumerate() {
        let (x, _) = canvas.pixel((tick.at, canvas.window.y.0));
        if let Some(lines) = columns.as_ref().map(|columns| &columns[index]) {
            for (row, words) in lines.iter().enumerate() {
                let line = TextLine::new(words, style::TICK, style::INK).anchored(Anchor::Middle);
                sheet.write(&line, x, LINE.mul_add(row as f64, frame.bottom + 18.5));
            }
            continue;
        }
        let words = text::fit(tick.label.as_deref().unwrap_or_default(), style::TICK, UPRIGHT);
        let line = TextLine { upwards: true, ..TextLine::new(&words, style::TICK, style::INK) };
        sheet.write(&line.anchored(Anchor::End), style::TICK.mul_add(0.365, x), frame.bottom + 8.0);
    }
    true
}
