//! The sheet as a backend of plotters. The coordinates of plotters are integers, so they count hundredths of a pixel.

use std::convert::Infallible;

use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind, FontTransform,
};

use super::coordinates::{UNITS, length, number, path, units};
use super::sheet::{Anchor, Sheet, TextLine};
use super::style::Colour;
use super::text;

/// A sheet that plotters draws on.
pub struct Brush<'a>(pub &'a Sheet);

type BackendResult = Result<(), DrawingErrorKind<Infallible>>;

impl DrawingBackend for Brush<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        let (width, height) = self.0.size();
        (length(width.into()), length(height.into()))
    }

    fn ensure_prepared(&mut self) -> BackendResult {
        Ok(())
    }

    fn present(&mut self) -> BackendResult {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, colour: BackendColor) -> BackendResult {
        self.draw_rect((x, y), (x + 1, y + 1), &colour, true)
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> BackendResult {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        (left, top): BackendCoord,
        (right, bottom): BackendCoord,
        style: &S,
        fill: bool,
    ) -> BackendResult {
        let mut data = path([(left, top), (right, top), (right, bottom), (left, bottom)]);
        data.push('z');
        if fill {
            self.0.fill(style, &data);
        } else {
            self.0.stroke(style, &data);
        }
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        points: I,
        style: &S,
    ) -> BackendResult {
        self.0.stroke(style, &path(points));
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        (x, y): BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> BackendResult {
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
        if fill {
            self.0.fill(style, &data);
        } else {
            self.0.stroke(style, &data);
        }
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        style: &S,
    ) -> BackendResult {
        let mut data = path(corners);
        if !data.is_empty() {
            data.push('z');
        }
        self.0.fill(style, &data);
        Ok(())
    }

    fn draw_text<T: BackendTextStyle>(&mut self, text: &str, style: &T, (x, y): BackendCoord) -> BackendResult {
        let BackendColor { rgb: (red, green, blue), .. } = style.color();
        let anchor = match style.anchor().h_pos {
            HPos::Left => Anchor::Start,
            HPos::Center => Anchor::Middle,
            HPos::Right => Anchor::End,
        };
        let size = style.size() / UNITS;
        let upwards = matches!(style.transform(), FontTransform::Rotate270);
        let line = TextLine { text, size, colour: Colour(red, green, blue), anchor, upwards, halo: false };
        // The distance from the edge that plotters names to the base line. Capitals are 0.73 of the type size.
        let down = units(match style.anchor().v_pos {
            VPos::Top => size * 0.73,
            VPos::Center => size * 0.365,
            VPos::Bottom => 0.0,
        });
        let (x, y) = if upwards { (x + down, y) } else { (x, y + down) };
        self.0.write(&line, f64::from(x) / UNITS, f64::from(y) / UNITS);
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

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(svg.matches("M0 0l1 1").count(), 3);
        assert_eq!(svg.matches("stroke=\"#000\"").count(), 1);
        assert_eq!(svg.matches("fill-opacity=\".18\"").count(), 3, "overlapping bands add up");
    }
}
