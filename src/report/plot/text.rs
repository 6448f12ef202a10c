//! Text as outlines of an embedded font, so that a plot looks the same on every machine. What the font lacks is left to the reader's.

use std::ops::Range;
use std::sync::LazyLock;

use ttf_parser::{Face, GlyphId};

use super::path_data::PathData;
use crate::text::{is_mark, is_wide, visible};

/// DejaVu Sans 2.37, reduced by fonttools' `pyftsubset --legacy-kern --no-hinting --notdef-outline --layout-features=` to Latin,
/// Greek, Cyrillic, punctuation, superscripts, arrows, mathematics and geometric shapes.
static FACE: LazyLock<Option<Face<'static>>> =
    LazyLock::new(|| Face::parse(include_bytes!("font/DejaVuSans-subset.ttf"), 0).ok());

/// Units of the font per em.
const UNITS_PER_EM: f64 = 2048.0;

/// A glyph and its start, in units of the font from the start of the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlacedGlyph {
    pub glyph: u16,
    pub at: i32,
}

/// Replaces what a line cannot contain: white space by a blank, and all that is not [`visible`] by U+FFFD. XML forbids
/// some of it.
#[must_use]
pub fn clean(text: &str) -> String {
    let blank = |character| matches!(character, '\t' | '\n' | '\r' | '\u{2028}' | '\u{2029}');
    visible(&text.replace(blank, " ")).into_owned()
}

/// Cleans and escapes text for an XML attribute or element.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in clean(text).chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Whether the embedded font has every character of a text.
#[must_use]
pub fn is_outlined(text: &str) -> bool {
    FACE.as_ref().is_none_or(|face| clean(text).chars().all(|character| face.glyph_index(character).is_some()))
}

/// The ranges of a line's characters that the font lacks, with the blanks between two of them: words of other scripts stay whole.
#[must_use]
pub fn foreign(text: &str) -> Vec<Range<usize>> {
    let Some(face) = FACE.as_ref() else { return Vec::new() };
    let mut runs: Vec<Range<usize>> = Vec::new();
    let mut blanks = true;
    for (index, character) in text.chars().enumerate() {
        if face.glyph_index(character).is_none() {
            match runs.last_mut().filter(|_| blanks) {
                Some(run) => run.end = index + 1,
                None => runs.push(index..index + 1),
            }
            blanks = true;
        } else {
            blanks &= character == ' ';
        }
    }
    runs
}

/// The glyphs of a line, and its length in units of the font. A character that the font lacks has the font's box as its glyph, and the
/// room that it takes in most fonts: an em if it is wide, as in Chinese, else 0.6 of one.
#[must_use]
pub fn layout(text: &str) -> (Vec<PlacedGlyph>, i32) {
    let Some(face) = FACE.as_ref() else { return (Vec::new(), 0) };
    let mut placed = Vec::with_capacity(text.len());
    let mut at = 0_i32;
    let mut previous = None;
    for character in text.chars() {
        let glyph = glyph(face, character);
        if let Some(left) = previous {
            at = at.saturating_add(kerning(face, left, glyph));
        }
        placed.push(PlacedGlyph { glyph: glyph.0, at });
        at = at.saturating_add(if glyph.0 == 0 { room(character) } else { advance(face, glyph) });
        previous = Some(glyph);
    }
    (placed, at)
}

/// Pixels per unit of the font, for this type size.
#[must_use]
pub fn scale(size: f64) -> f64 {
    size / UNITS_PER_EM
}

/// The length of a line in pixels.
#[must_use]
pub fn width(text: &str, size: f64) -> f64 {
    f64::from(layout(&clean(text)).1) * scale(size)
}

/// Cleans the text, and cuts it with `…` if it is longer than `room` pixels.
#[must_use]
pub fn fit(text: &str, size: f64, room: f64) -> String {
    // A character is hardly narrower than a sixth of an em, so a very long text is cut before it is measured.
    let longest = (room.max(0.0) / size * 6.0) as usize + 8;
    let mut line: String = clean(text).chars().take(longest).collect();
    if width(&line, size) <= room && text.chars().nth(longest).is_none() {
        return line;
    }
    while !line.is_empty() {
        line.pop();
        let cut = format!("{}…", line.trim_end());
        if width(&cut, size) <= room {
            return cut;
        }
    }
    String::new()
}

/// Cleans the text and breaks it at blanks into at most `most` lines of `room` pixels. The last line is cut if the rest
/// does not fit.
#[must_use]
pub fn wrap(text: &str, size: f64, room: f64, most: usize) -> Vec<String> {
    let text = clean(text);
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        if lines.len() + 1 < most && !line.is_empty() {
            let longer = format!("{line} {word}");
            if width(&longer, size) > room {
                lines.push(fit(&line, size, room));
                line = word.to_owned();
            } else {
                line = longer;
            }
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    if !line.is_empty() {
        lines.push(fit(&line, size, room));
    }
    lines
}

/// A glyph's outline as SVG path data, in units of the font, with y upwards. Empty for a blank.
#[must_use]
pub fn outline(glyph: u16) -> String {
    let mut pen = PathData::default();
    if let Some(face) = FACE.as_ref() {
        let _ = face.outline_glyph(GlyphId(glyph), &mut pen);
    }
    pen.finish()
}

fn glyph(face: &Face<'_>, character: char) -> GlyphId {
    face.glyph_index(character).unwrap_or(GlyphId(0))
}

/// The room of a character that the font lacks, in its units.
fn room(character: char) -> i32 {
    let share = if is_mark(character) {
        0.0
    } else if is_wide(character) {
        1.0
    } else {
        0.6
    };
    (share * UNITS_PER_EM) as i32
}

fn advance(face: &Face<'_>, glyph: GlyphId) -> i32 {
    face.glyph_hor_advance(glyph).map_or(0, i32::from)
}

fn kerning(face: &Face<'_>, left: GlyphId, right: GlyphId) -> i32 {
    let Some(table) = face.tables().kern else { return 0 };
    table
        .subtables
        .into_iter()
        .filter(|subtable| subtable.horizontal && !subtable.variable)
        .find_map(|subtable| subtable.glyphs_kerning(left, right))
        .map_or(0, i32::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_font_has_what_plots_write() {
        let face = FACE.as_ref().expect("the font parses");
        assert_eq!(face.units_per_em(), 2048);
        for character in "AZaz09.,−×·±≤≥∞…–—′⁰¹²³⁴⁵⁶⁷⁸⁹⁻αβγηθλμρσ∂∇√éüßłŁЖя→↑↓₀₉\u{fffd}".chars()
        {
            assert!(face.glyph_index(character).is_some(), "{character}");
        }
    }

    #[test]
    fn a_missing_character_is_a_visible_box() {
        let (placed, length) = layout("学a");
        assert_eq!((placed[0].glyph, placed[1].at), (0, 2048));
        assert!(!outline(0).is_empty() && length > 2048);
        assert_eq!(layout("\u{627}").1, 1228);
    }

    #[test]
    fn words_that_the_font_lacks_are_whole() {
        assert_eq!(foreign("糖尿病 · linear 葡 萄"), [0..3, 13..16]);
        assert!(foreign("größe Ж λ").is_empty() && is_outlined("größe") && !is_outlined("糖"));
    }

    #[test]
    fn hostile_text_is_escaped_and_cleaned() {
        assert_eq!(
            escape("<script>alert('x')</script> & \"q\""),
            "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;q&quot;"
        );
        assert_eq!(
            escape("a\u{0}b\u{1b}[31m\u{7f}\u{202e}c\u{ffff}\n"),
            "a\u{fffd}b\u{fffd}[31m\u{fffd}\u{fffd}c\u{fffd} "
        );
    }

    #[test]
    fn text_is_cut_to_its_room() {
        assert_eq!(fit("short", 12.0, 200.0), "short");
        let cut = fit(&"long ".repeat(100_000), 12.0, 100.0);
        assert!(cut.ends_with('…') && width(&cut, 12.0) <= 100.0, "{cut}");
        assert_eq!(fit("word", 12.0, 0.0), "");
        assert!(fit(&"i".repeat(2000), 12.0, 100.0).chars().count() > 20);
    }

    #[test]
    fn lines_break_at_blanks() {
        let lines = wrap("one two three four five six seven", 12.0, 80.0, 3);
        assert_eq!(lines.len(), 3);
        assert!(lines.iter().all(|line| width(line, 12.0) <= 80.0), "{lines:?}");
        assert!(lines[2].ends_with('…'));
        assert_eq!(wrap("a b", 12.0, 80.0, 3), ["a b"]);
        assert!(wrap("", 12.0, 80.0, 3).is_empty());
    }

    #[test]
    fn pairs_are_kerned() {
        assert!(layout("AV").1 < layout("A").1 + layout("V").1);
    }
}
