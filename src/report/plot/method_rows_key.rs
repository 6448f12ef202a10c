//! The key of a panel with one row for each optimizer: shades, hatching, marks.

use plotters::prelude::Rectangle;

use super::canvas::{Canvas, DrawingResult, fill, marker, stroke};
use super::coordinates::units;
use super::sheet::TextLine;
use super::style::{self, Colour};
use super::{method_rows, rate_cells, text};
use crate::report::figure_rows::{MethodRows, RateShade, Standing};
use crate::report::number::short;

/// From the best to the worst. The lightness falls throughout, so the order holds for every eye and without colours.
const SHADES: [Colour; 7] = [
    Colour(12, 44, 132),
    Colour(34, 94, 168),
    Colour(29, 145, 192),
    Colour(65, 182, 196),
    Colour(127, 205, 187),
    Colour(199, 233, 180),
    Colour(255, 255, 204),
];
/// The ground and the lines of what diverged.
pub const LOST: Colour = Colour(232, 232, 232);
pub const HATCH: Colour = Colour(140, 140, 140);

const LINE: f64 = 20.0;
const SAMPLE: f64 = 24.0;
const SAMPLE_GAP: f64 = 6.0;
const BETWEEN: f64 = 18.0;

/// The colour of a shade of several.
pub fn shade(number: usize, shades: usize) -> Colour {
    let last = SHADES.len() - 1;
    SHADES[(number * last / shades.saturating_sub(1).max(1)).min(last)]
}

/// The colour of a score.
pub const fn colour(standing: Standing) -> Colour {
    match standing {
        Standing::Leader => Colour(213, 94, 0),
        Standing::PracticallyEqual | Standing::Undecided | Standing::Better => Colour(0, 114, 178),
        Standing::Worse => Colour(120, 120, 120),
    }
}

/// One sample with its words.
enum Entry {
    Words(String),
    Shade(usize, String),
    Lost(&'static str),
    Chosen,
    Good(&'static str),
    Score(Standing, &'static str),
}

impl Entry {
    fn words(&self) -> &str {
        match self {
            Self::Words(words) | Self::Shade(_, words) => words,
            Self::Lost(words) | Self::Good(words) | Self::Score(_, words) => words,
            Self::Chosen => "chosen rate",
        }
    }

    fn width(&self) -> f64 {
        let sample = match self {
            Self::Words(_) => 0.0,
            Self::Chosen | Self::Score(..) => 12.0 + SAMPLE_GAP,
            Self::Shade(..) | Self::Lost(_) | Self::Good(_) => SAMPLE + SAMPLE_GAP,
        };
        sample + text::width(self.words(), style::LEGEND)
    }
}

/// The entries, line by line as far as there is room.
fn entries(rows: &MethodRows) -> Vec<Vec<Entry>> {
    let has_cells = rows.rows.iter().any(|row| !row.cells.is_empty());
    let shades = || rows.rows.iter().flat_map(|row| &row.cells).map(|cell| &cell.shade);
    let mut of_shades = Vec::new();
    if shades().any(|shade| matches!(shade, RateShade::Of(_))) {
        of_shades.push(Entry::Words(format!("{}:", rows.shade_title)));
        let up_to = |(number, end): (usize, &f64)| Entry::Shade(number, format!("≤ {}", multiple(*end)));
        // Up to the last one that is there.
        let number = |shade: &RateShade| if let RateShade::Of(number) = shade { Some(*number) } else { None };
        let last = shades().filter_map(number).max().unwrap_or(0);
        of_shades.extend(rows.shade_ends.iter().enumerate().take(last + 1).map(up_to));
        let beyond = rows.shade_ends.last().filter(|_| last == rows.shade_ends.len());
        of_shades.extend(beyond.map(|end| Entry::Shade(last, format!("> {}", multiple(*end)))));
    }
    let mut of_rates = Vec::new();
    if shades().any(|shade| matches!(shade, RateShade::Lost(_))) {
        let some = shades().any(|shade| matches!(shade, RateShade::Lost(words) if !words.is_empty()));
        of_rates.push(Entry::Lost(if some {
            "diverged or failed (2/10: at 2 of 10 seeds)"
        } else {
            "diverged or failed"
        }));
    }
    if has_cells {
        of_rates.push(Entry::Chosen);
        of_rates.push(Entry::Good("good range; open where the rates that were tried end"));
    }
    let all = [
        (Standing::Leader, "leader"),
        (Standing::PracticallyEqual, "practically equal"),
        (Standing::Undecided, "no difference shown"),
        (Standing::Better, "better in test"),
        (Standing::Worse, "worse"),
    ];
    let has = |standing: Standing| rows.rows.iter().any(|row| row.standing == standing && row.level.is_some());
    let mut of_scores: Vec<Entry> =
        all.into_iter().filter(|(one, _)| has(*one)).map(|(one, words)| Entry::Score(one, words)).collect();
    if !of_scores.is_empty() {
        of_scores.insert(0, Entry::Words(format!("{}:", rows.score_title)));
    }
    [of_shades, of_rates, of_scores].into_iter().filter(|line| !line.is_empty()).collect()
}

/// `1.1×`, `100×`
fn multiple(end: f64) -> String {
    if end >= 1e4 {
        super::ticks::scientific(1, libm::round(libm::log10(end)) as i32) + "×"
    } else {
        short(end, 3) + "×"
    }
}

/// The entries with their places within `room` pixels, and the height of all.
fn placed(rows: &MethodRows, room: f64) -> (Vec<(Entry, f64, f64)>, f64) {
    let mut placed = Vec::new();
    let mut y = 0.0;
    for line in entries(rows) {
        let mut x = 0.0;
        for entry in line {
            let width = entry.width();
            if x > 0.0 && x + width > room {
                (x, y) = (0.0, y + LINE);
            }
            let next = x + width + BETWEEN;
            placed.push((entry, x, y));
            x = next;
        }
        y += LINE;
    }
    (placed, y)
}

/// The height of the key.
pub fn height(rows: &MethodRows, room: f64) -> f64 {
    placed(rows, room).1
}

/// Draws the key with its upper left corner at `left`, `top`.
///
/// # Errors
/// The errors of plotters.
pub fn draw(canvas: &Canvas<'_, '_>, rows: &MethodRows, (left, top): (f64, f64), room: f64) -> DrawingResult {
    for (entry, x, y) in placed(rows, room).0 {
        let (x, middle) = (left + x, top + y + LINE / 2.0);
        let corners = [(units(x), units(middle - 6.0)), (units(x + SAMPLE), units(middle + 6.0))];
        let words_at = match &entry {
            Entry::Words(_) => x,
            Entry::Shade(number, _) => {
                let colour = fill(shade(*number, rows.shade_ends.len() + 1), 1.0);
                canvas.paper.root.draw(&Rectangle::new(corners, colour))?;
                canvas.paper.root.draw(&Rectangle::new(corners, stroke(style::GRID_MAJOR, 0.8)))?;
                x + SAMPLE + SAMPLE_GAP
            }
            Entry::Lost(_) => {
                canvas.paper.root.draw(&Rectangle::new(corners, fill(LOST, 1.0)))?;
                rate_cells::hatch(canvas, (x, x + SAMPLE), (middle - 6.0, middle + 6.0))?;
                x + SAMPLE + SAMPLE_GAP
            }
            Entry::Good(_) => {
                rate_cells::bracket(canvas, (x + 2.0, x + SAMPLE - 2.0), middle + 3.0, (false, false))?;
                x + SAMPLE + SAMPLE_GAP
            }
            Entry::Chosen => {
                rate_cells::rings(canvas, &[(x + 6.0, middle)])?;
                x + 12.0 + SAMPLE_GAP
            }
            Entry::Score(standing, _) => {
                let (look, radius) = method_rows::look(*standing);
                marker(canvas.paper, look, (x + 6.0, middle), (radius, 0.8), colour(*standing))?;
                x + 12.0 + SAMPLE_GAP
            }
        };
        let line = TextLine::new(entry.words(), style::LEGEND, style::INK);
        canvas.paper.sheet.write(&line, words_at, style::LEGEND.mul_add(0.36, middle));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance of sRGB, as of WCAG 2.
    fn luminance(Colour(red, green, blue): Colour) -> f64 {
        let linear = |channel: u8| {
            let share = f64::from(channel) / 255.0;
            if share <= 0.04045 { share / 12.92 } else { libm::pow((share + 0.055) / 1.055, 2.4) }
        };
        0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }

    #[test]
    fn shades_grow_lighter_from_the_best_to_the_worst() {
        for shades in 2..=SHADES.len() {
            let all: Vec<f64> = (0..shades).map(|number| luminance(shade(number, shades))).collect();
            assert!(all.windows(2).all(|pair| pair[1] > pair[0] + 0.03), "{all:?}");
        }
    }

    #[test]
    fn multiples_are_short() {
        assert_eq!([1.01, 1.1, 3.0, 100.0, 1e4, 1e12].map(multiple), ["1.01×", "1.1×", "3×", "100×", "10⁴×", "10¹²×"]);
    }
}
