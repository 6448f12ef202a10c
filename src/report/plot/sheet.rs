//! An SVG under construction: coordinates in hundredths of a pixel, text as outlines where the embedded font has them.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Write as _;

use plotters_backend::{BackendColor, BackendStyle};

use super::coordinates::{number, units};
use super::style::{Colour, Dash, INK, WHITE};
use super::text;

/// The position of a text's reference point along its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

/// A line of text on its base line.
#[derive(Debug, Clone, Copy)]
pub struct TextLine<'a> {
    pub text: &'a str,
    pub size: f64,
    pub colour: Colour,
    pub anchor: Anchor,
    /// The text runs from bottom to top.
    pub upwards: bool,
    /// The text has a white edge, so that it can be read over lines.
    pub halo: bool,
}

impl<'a> TextLine<'a> {
    #[must_use]
    pub const fn new(text: &'a str, size: f64, colour: Colour) -> Self {
        Self { text, size, colour, anchor: Anchor::Start, upwards: false, halo: false }
    }

    #[must_use]
    pub const fn anchored(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }
}

/// How the next shapes are drawn, beyond the styles of plotters.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Pen {
    pub dash: Dash,
    /// The width in pixels of the white edge around filled shapes. It makes them stand out from lines below.
    pub halo: f64,
}

/// An SVG under construction.
pub struct Sheet {
    size: (u32, u32),
    state: RefCell<SheetState>,
}

#[derive(Default)]
struct SheetState {
    body: String,
    /// The path that is being extended. Consecutive opaque shapes of the same look share one element.
    attributes: String,
    data: String,
    glyphs: BTreeSet<u16>,
    pen: Pen,
}

impl Sheet {
    /// A white sheet of this size in pixels.
    #[must_use]
    pub fn new(width: u32, height: u32) -> Self {
        Self { size: (width, height), state: RefCell::default() }
    }

    /// The size in pixels.
    #[must_use]
    pub const fn size(&self) -> (u32, u32) {
        self.size
    }

    /// Sets the pen for the shapes that follow.
    pub fn take(&self, pen: Pen) {
        self.state.borrow_mut().pen = pen;
    }

    /// Strokes path data.
    pub fn stroke<S: BackendStyle>(&self, style: &S, data: &str) {
        self.state.borrow_mut().stroke(style, data);
    }

    /// Fills path data.
    pub fn fill<S: BackendStyle>(&self, style: &S, data: &str) {
        self.state.borrow_mut().fill(style, data);
    }

    /// Writes a line with its reference point at `x`, `y` pixels.
    pub fn write(&self, line: &TextLine<'_>, x: f64, y: f64) {
        self.state.borrow_mut().write(line, units(x), units(y));
    }

    /// The finished document.
    #[must_use]
    pub fn finish(self, title: &str, description: &str) -> String {
        let (width, height) = self.size;
        let mut state = self.state.into_inner();
        state.close();
        let mut svg = String::with_capacity(state.body.len() + 32_768);
        let _ = write!(
            svg,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" role=\"img\">\n<title>{}</title>\n<desc>{}</desc>\n<defs>\n",
            text::escape(title),
            text::escape(description),
        );
        for glyph in state.glyphs {
            let _ = writeln!(svg, "<path id=\"{}{glyph}\" d=\"{}\"/>", GLYPH_ID, text::outline(glyph));
        }
        let _ = write!(
            svg,
            "</defs>\n<path fill=\"{}\" d=\"M0 0H{width}V{height}H0z\"/>\n<g stroke-linejoin=\"round\">\n{}</g>\n</svg>\n",
            hexadecimal(WHITE),
            state.body
        );
        svg
    }
}

/// There is one font, so a glyph number has one outline. Several plots on one page may define the same id again.
const GLYPH_ID: &str = "g";

/// No reader's language: what is marked with it is drawn in a PNG only.
pub const BOXES: &str = "x-boxes";

impl SheetState {
    fn close(&mut self) {
        if !self.data.is_empty() {
            let _ = writeln!(self.body, "<path {} d=\"{}\"/>", self.attributes, self.data);
            self.data.clear();
        }
    }

    fn shape(&mut self, attributes: String, opaque: bool, data: &str) {
        if !opaque || attributes != self.attributes {
            self.close();
            self.attributes = attributes;
        }
        self.data.push_str(data);
        if !opaque {
            self.close();
        }
    }

    fn stroke<S: BackendStyle>(&mut self, style: &S, data: &str) {
        let colour = style.color();
        if colour.alpha == 0.0 || style.stroke_width() == 0 {
            return;
        }
        let mut attributes = format!("fill=\"none\" stroke=\"{}\" stroke-width=\"", rgb(colour));
        number(&mut attributes, i32::try_from(style.stroke_width()).unwrap_or(i32::MAX));
        attributes.push('"');
        opacity(&mut attributes, "stroke", colour);
        if !self.pen.dash.is_empty() {
            attributes.push_str(" stroke-dasharray=\"");
            for (index, &part) in self.pen.dash.iter().enumerate() {
                if index > 0 {
                    attributes.push(' ');
                }
                number(&mut attributes, units(part));
            }
            attributes.push('"');
        }
        self.shape(attributes, colour.alpha >= 1.0, data);
    }

    fn fill<S: BackendStyle>(&mut self, style: &S, data: &str) {
        let colour = style.color();
        if colour.alpha == 0.0 {
            return;
        }
        let mut attributes = format!("fill=\"{}\"", rgb(colour));
        opacity(&mut attributes, "fill", colour);
        if self.pen.halo > 0.0 {
            // Half of the stroke lies outside, and the fill covers the other half.
            let _ = write!(attributes, " stroke=\"{}\" paint-order=\"stroke\" stroke-width=\"", hexadecimal(WHITE));
            number(&mut attributes, units(2.0 * self.pen.halo));
            attributes.push('"');
        }
        self.shape(attributes, colour.alpha >= 1.0, data);
    }

    fn write(&mut self, line: &TextLine<'_>, x: i32, y: i32) {
        self.close();
        let text = text::clean(line.text);
        let (glyphs, length) = text::layout(&text);
        let start = match line.anchor {
            Anchor::Start => 0,
            Anchor::Middle => -length / 2,
            Anchor::End => -length,
        };
        let scale = text::scale(line.size);
        let body = &mut self.body;
        body.push_str("<g transform=\"translate(");
        number(body, x);
        body.push(' ');
        number(body, y);
        body.push(')');
        if line.upwards {
            body.push_str("rotate(-90)");
        }
        let short = scale.to_string();
        let short = short.trim_start_matches('0');
        let _ = write!(body, "scale({short}-{short})\" fill=\"{}\"", hexadecimal(line.colour));
        if line.halo {
            // A stroke of 3.2 px, in units of the font.
            let width = (3.2 / scale).round() as i32;
            let _ = write!(body, " stroke=\"{}\" stroke-width=\"{width}\" paint-order=\"stroke\"", hexadecimal(WHITE));
        }
        let _ = writeln!(body, " aria-label=\"{}\">", text::escape(&text));
        let characters: Vec<char> = text.chars().collect();
        let foreign = text::foreign(&text);
        let mut next = 0;
        for run in foreign.iter().cloned().chain(std::iter::once(glyphs.len()..glyphs.len())) {
            self.outlines(&glyphs[next..run.start], &characters[next..run.start], start);
            next = run.end;
            if !run.is_empty() {
                let end = glyphs.get(run.end).map_or(length, |after| after.at);
                self.foreign(&glyphs[run.clone()], &characters[run], start, end);
            }
        }
        self.body.push_str("</g>\n");
    }

    fn outlines(&mut self, glyphs: &[text::PlacedGlyph], characters: &[char], start: i32) {
        for (placed, character) in glyphs.iter().zip(characters) {
            if *character == ' ' || *character == '\u{a0}' {
                continue;
            }
            self.glyphs.insert(placed.glyph);
            let _ = match start + placed.at {
                0 => write!(self.body, "<use href=\"#{GLYPH_ID}{}\"/>", placed.glyph),
                x => write!(self.body, "<use href=\"#{GLYPH_ID}{}\" x=\"{x}\"/>", placed.glyph),
            };
        }
    }

    /// Words in a script that the embedded font lacks: as text, which the reader's fonts draw into the room that was left for it, and as
    /// boxes for the PNG, which is drawn without fonts.
    fn foreign(&mut self, glyphs: &[text::PlacedGlyph], characters: &[char], start: i32, end: i32) {
        let Some(first) = glyphs.first() else { return };
        let _ = write!(self.body, "<switch><g systemLanguage=\"{BOXES}\">");
        self.outlines(glyphs, characters, start);
        let words: String = characters.iter().collect();
        let _ = write!(
            self.body,
            "</g><text transform=\"scale(1 -1)\" x=\"{}\" font-size=\"2048\" font-family=\"sans-serif\" textLength=\"{}\" \
             lengthAdjust=\"spacingAndGlyphs\">{}</text></switch>",
            start + first.at,
            end - first.at,
            text::escape(&words),
        );
    }
}

fn opacity(attributes: &mut String, of: &str, colour: BackendColor) {
    if colour.alpha < 1.0 {
        let _ = write!(attributes, " {of}-opacity=\"");
        number(attributes, units(colour.alpha));
        attributes.push('"');
    }
}

fn rgb(colour: BackendColor) -> String {
    hexadecimal(Colour(colour.rgb.0, colour.rgb.1, colour.rgb.2))
}

fn hexadecimal(Colour(red, green, blue): Colour) -> String {
    if [red, green, blue].iter().all(|channel| channel / 16 == channel % 16) {
        return format!("#{:x}{:x}{:x}", red / 16, green / 16, blue / 16);
    }
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// A sheet that says why the plot could not be drawn.
#[must_use]
pub fn apology(width: u32, height: u32, reason: &str) -> Sheet {
    let sheet = Sheet::new(width, height);
    let room = f64::from(width) - 36.0;
    for (row, line) in text::wrap(&format!("This plot could not be drawn: {reason}"), 13.0, room, 4).iter().enumerate()
    {
        sheet.write(&TextLine::new(line, 13.0, INK), 18.0, 18.0f64.mul_add(row as f64, 30.0));
    }
    sheet
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_short() {
        assert_eq!(hexadecimal(WHITE), "#fff");
        assert_eq!(hexadecimal(Colour(0, 114, 178)), "#0072b2");
    }
}
