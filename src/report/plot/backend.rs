//! The sheet that plotters draws on: SVG, in hundredths of a pixel, with text as outlines.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::fmt::Write as _;

use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind, FontTransform,
};

use super::style::{Colour, Dash, INK, WHITE};
use super::text;

/// Units of the canvas in a pixel: plotters' coordinates are whole numbers, and ours are not.
const UNITS: f64 = 100.0;

/// Pixels in units of the canvas.
#[must_use]
pub fn units(pixels: f64) -> i32 {
    (pixels * UNITS).round() as i32
}

/// A length or width in units of the canvas.
#[must_use]
pub fn length(pixels: f64) -> u32 {
    u32::try_from(units(pixels)).unwrap_or(0)
}

/// Where a text's reference point lies on its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

/// A line of text, set on its base line.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    pub text: &'a str,
    pub size: f64,
    pub colour: Colour,
    pub anchor: Anchor,
    /// Read from bottom to top.
    pub upwards: bool,
    /// With a white edge, to be read over lines.
    pub halo: bool,
}

impl<'a> Line<'a> {
    #[must_use]
    pub const fn new(text: &'a str, size: f64, colour: Colour) -> Self {
        Self { text, size, colour, anchor: Anchor::Start, upwards: false, halo: false }
    }

    #[must_use]
    pub const fn anchored(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }
}

/// How the next shapes are drawn, beyond what plotters' styles say.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Pen {
    pub dash: Dash,
    /// The width in pixels of the white edge about filled shapes, so that they stand out from lines below.
    pub halo: f64,
}

/// An SVG while it is drawn.
pub struct Sheet {
    size: (u32, u32),
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    body: String,
    /// The path that is still being extended: opaque shapes of one look, drawn one after another, share an element.
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

    pub fn take(&self, pen: Pen) {
        self.state.borrow_mut().pen = pen;
    }

    /// Writes a line with its reference point at `x`, `y` pixels.
    pub fn write(&self, line: &Line<'_>, x: f64, y: f64) {
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

/// One font, one outline per glyph number: several plots in one page may define the same one again.
const GLYPH_ID: &str = "dejavu";

impl State {
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
            // Half of a stroke lies outside, and the fill covers the rest.
            let _ = write!(attributes, " stroke=\"{}\" paint-order=\"stroke\" stroke-width=\"", hexadecimal(WHITE));
            number(&mut attributes, units(2.0 * self.pen.halo));
            attributes.push('"');
        }
        self.shape(attributes, colour.alpha >= 1.0, data);
    }

    fn write(&mut self, line: &Line<'_>, x: i32, y: i32) {
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
        let _ = write!(body, "scale({scale} -{scale})\" fill=\"{}\"", hexadecimal(line.colour));
        if line.halo {
            // 3.2 px of white in units of the font.
            let width = (3.2 / scale).round() as i32;
            let _ = write!(body, " stroke=\"{}\" stroke-width=\"{width}\" paint-order=\"stroke\"", hexadecimal(WHITE));
        }
        let _ = writeln!(body, " aria-label=\"{}\">", text::escape(&text));
        for (placed, character) in glyphs.iter().zip(text.chars()) {
            if character == ' ' || character == '\u{a0}' {
                continue;
            }
            self.glyphs.insert(placed.glyph);
            let _ = write!(body, "<use href=\"#{GLYPH_ID}{}\" x=\"{}\"/>", placed.glyph, start + placed.at);
        }
        body.push_str("</g>\n");
    }
}

/// A sheet as plotters' backend.
pub struct Brush<'a>(pub &'a Sheet);

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

impl DrawingBackend for Brush<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        (self.0.size.0.saturating_mul(UNITS as u32), self.0.size.1.saturating_mul(UNITS as u32))
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, colour: BackendColor) -> Drawn {
        self.draw_rect((x, y), (x + 1, y + 1), &colour, true)
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Drawn {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        (left, top): BackendCoord,
        (right, bottom): BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn {
        let mut data = path([(left, top), (right, top), (right, bottom), (left, bottom)]);
        data.push('z');
        let mut state = self.0.state.borrow_mut();
        if fill {
            state.fill(style, &data);
        } else {
            state.stroke(style, &data);
        }
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, points: I, style: &S) -> Drawn {
        self.0.state.borrow_mut().stroke(style, &path(points));
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(&mut self, (x, y): BackendCoord, radius: u32, style: &S, fill: bool) -> Drawn {
        let radius = i32::try_from(radius).unwrap_or(i32::MAX);
        let mut data = path([(x.saturating_sub(radius), y)]);
        for across in [radius.saturating_mul(2), radius.saturating_mul(-2)] {
            data.push('a');
            number(&mut data, radius);
            data.push(' ');
            number(&mut data, radius);
            data.push_str(" 0 1 0 ");
            number(&mut data, across);
            data.push_str(" 0");
        }
        data.push('z');
        let mut state = self.0.state.borrow_mut();
        if fill {
            state.fill(style, &data);
        } else {
            state.stroke(style, &data);
        }
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, corners: I, style: &S) -> Drawn {
        let mut data = path(corners);
        if !data.is_empty() {
            data.push('z');
        }
        self.0.state.borrow_mut().fill(style, &data);
        Ok(())
    }

    fn draw_text<T: BackendTextStyle>(&mut self, text: &str, style: &T, (x, y): BackendCoord) -> Drawn {
        let BackendColor { rgb: (red, green, blue), .. } = style.color();
        let anchor = match style.anchor().h_pos {
            HPos::Left => Anchor::Start,
            HPos::Center => Anchor::Middle,
            HPos::Right => Anchor::End,
        };
        let size = style.size() / UNITS;
        let upwards = matches!(style.transform(), FontTransform::Rotate270);
        let line = Line { text, size, colour: Colour(red, green, blue), anchor, upwards, halo: false };
        // From the edge that plotters names to the base line; capitals are 0.73 of the size.
        let down = units(match style.anchor().v_pos {
            VPos::Top => size * 0.73,
            VPos::Center => size * 0.365,
            VPos::Bottom => 0.0,
        });
        let (x, y) = if upwards { (x + down, y) } else { (x, y + down) };
        self.0.state.borrow_mut().write(&line, x, y);
        Ok(())
    }

    fn estimate_text_size<T: BackendTextStyle>(
        &self,
        text: &str,
        style: &T,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        let size = style.size() / UNITS;
        Ok((length(text::width(text, size)), length(size * 0.73)))
    }
}

/// Path data through these points.
fn path(points: impl IntoIterator<Item = BackendCoord>) -> String {
    let mut data = String::new();
    for (index, (x, y)) in points.into_iter().enumerate() {
        data.push(match index {
            0 => 'M',
            1 => 'L',
            _ => ' ',
        });
        number(&mut data, x);
        data.push(' ');
        number(&mut data, y);
    }
    data
}

/// Hundredths as a decimal number without trailing zeros: `12.5`, `-.25`, `0`.
fn number(out: &mut String, hundredths: i32) {
    let (whole, rest) = (hundredths.unsigned_abs() / 100, hundredths.unsigned_abs() % 100);
    if hundredths < 0 {
        out.push('-');
    }
    let _ = match (whole, rest) {
        (_, 0) => write!(out, "{whole}"),
        (0, _) if rest % 10 == 0 => write!(out, ".{}", rest / 10),
        (0, _) => write!(out, ".{rest:02}"),
        _ if rest % 10 == 0 => write!(out, "{whole}.{}", rest / 10),
        _ => write!(out, "{whole}.{rest:02}"),
    };
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

/// A sheet that says why there is no plot.
#[must_use]
pub fn apology(width: u32, height: u32, reason: &str) -> Sheet {
    let sheet = Sheet::new(width, height);
    let room = f64::from(width) - 36.0;
    for (row, line) in text::wrap(&format!("This plot could not be drawn: {reason}"), 13.0, room, 4).iter().enumerate()
    {
        sheet.write(&Line::new(line, 13.0, INK), 18.0, 18.0f64.mul_add(row as f64, 30.0));
    }
    sheet
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(hundredths: i32) -> String {
        let mut out = String::new();
        number(&mut out, hundredths);
        out
    }

    #[test]
    fn coordinates_are_short() {
        let expected = [(0, "0"), (5, ".05"), (50, ".5"), (-5, "-.05"), (100, "1"), (1250, "12.5"), (-1234, "-12.34")];
        for (hundredths, text) in expected {
            assert_eq!(written(hundredths), text);
        }
        assert_eq!(written(units(-0.001)), "0", "no negative zero");
        assert_eq!(hexadecimal(WHITE), "#fff");
        assert_eq!(hexadecimal(Colour(0, 114, 178)), "#0072b2");
    }

    #[test]
    fn shapes_of_one_look_share_an_element() {
        let sheet = Sheet::new(10, 10);
        let mut brush = Brush(&sheet);
        let opaque = BackendColor { alpha: 1.0, rgb: (0, 0, 0) };
        let faint = BackendColor { alpha: 0.18, rgb: (0, 0, 0) };
        for _ in 0..3 {
            brush.draw_line((0, 0), (100, 100), &opaque).unwrap();
        }
        for _ in 0..3 {
            brush.draw_rect((0, 0), (100, 100), &faint, true).unwrap();
        }
        let svg = sheet.finish("", "");
        assert_eq!(svg.matches("M0 0L1 1").count(), 3);
        assert_eq!(svg.matches("stroke=\"#000\"").count(), 1);
        assert_eq!(svg.matches("fill-opacity=\".18\"").count(), 3, "overlapping bands add up");
    }
}
