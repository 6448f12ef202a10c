//! Words on the x axis in place of numbers.

use super::canvas::Canvas;
use super::prepared::Prepared;
use super::sheet::{Anchor, TextLine};
use super::style;
use super::text;
use super::ticks::Tick;

/// The most room below the axis for words that do not fit beside each other, which run upwards.
const UPRIGHT: f64 = 150.0;
const BETWEEN: f64 = 8.0;

/// A tick for each word. `None` where the axis has numbers.
#[must_use]
pub fn ticks(prepared: &Prepared<'_>) -> Option<Vec<Tick>> {
    let names = &prepared.panel.x_names;
    let tick = |(at, words): &(f64, String)| Some(Tick { at: prepared.x.coordinate(*at)?, label: Some(words.clone()) });
    (!names.is_empty()).then(|| names.iter().filter_map(tick).collect())
}

/// Whether the words stand beside each other within `width` pixels.
fn fit(prepared: &Prepared<'_>, ticks: &[Tick], width: f64) -> bool {
    let span = prepared.x.high - prepared.x.low;
    let ends = |tick: &Tick| {
        let (at, half) = ((tick.at - prepared.x.low) / span * width, words_width(tick) / 2.0);
        (at - half, at + half)
    };
    let ends: Vec<(f64, f64)> = ticks.iter().map(ends).collect();
    ends.windows(2).all(|pair| pair[0].1 + BETWEEN <= pair[1].0)
}

fn words_width(tick: &Tick) -> f64 {
    tick.label.as_ref().map_or(0.0, |words| text::width(words, style::TICK))
}

/// The room below the axis that the words of a frame of this width need beside that of numbers.
#[must_use]
pub fn strip(prepared: &Prepared<'_>, width: f64) -> f64 {
    let Some(ticks) = ticks(prepared).filter(|ticks| !fit(prepared, ticks, width)) else { return 0.0 };
    let longest = ticks.iter().map(words_width).fold(0.0, |most: f64, width| if width > most { width } else { most });
    longest.min(UPRIGHT) - style::TICK
}

/// Writes the words below the axis. Returns whether there are any.
pub fn write(canvas: &Canvas<'_, '_>, ticks: &[Tick]) -> bool {
    if canvas.prepared.panel.x_names.is_empty() {
        return false;
    }
    let frame = canvas.frame;
    let upwards = strip(canvas.prepared, frame.width()) != 0.0;
    for tick in ticks {
        let Some(words) = &tick.label else { continue };
        let (x, _) = canvas.pixel((tick.at, canvas.window.y.0));
        let words = text::fit(words, style::TICK, if upwards { UPRIGHT } else { frame.width() });
        let line = TextLine { upwards, ..TextLine::new(&words, style::TICK, style::INK) };
        if upwards {
            let line = line.anchored(Anchor::End);
            canvas.paper.sheet.write(&line, style::TICK.mul_add(0.365, x), frame.bottom + 8.0);
        } else {
            canvas.paper.sheet.write(&line.anchored(Anchor::Middle), x, frame.bottom + 18.5);
        }
    }
    true
}
