//! Coordinates of the sheet, hundredths of a pixel, and how they are written in an SVG.

use std::fmt::Write as _;

use plotters_backend::BackendCoord;

/// Canvas units per pixel. The coordinates of plotters are integers, and ours are not.
pub const UNITS: f64 = 100.0;

/// Converts pixels to canvas units.
#[must_use]
pub fn units(pixels: f64) -> i32 {
    (pixels * UNITS).round() as i32
}

/// Converts a length or width in pixels to canvas units.
#[must_use]
pub fn length(pixels: f64) -> u32 {
    u32::try_from(units(pixels)).unwrap_or(0)
}

/// Path data through these points.
#[must_use]
pub fn path(points: impl IntoIterator<Item = BackendCoord>) -> String {
    let mut data = String::new();
    let mut previous = (0, 0);
    for (index, (x, y)) in points.into_iter().enumerate() {
        // Relative steps are shorter than absolute places. They are whole hundredths, so no rounding accumulates.
        let (across, down) = (x.saturating_sub(previous.0), y.saturating_sub(previous.1));
        match index {
            0 => data.push('M'),
            1 => data.push('l'),
            _ if across >= 0 => data.push(' '),
            _ => {}
        }
        number(&mut data, across);
        if down >= 0 {
            data.push(' ');
        }
        number(&mut data, down);
        previous = (x, y);
    }
    data
}

/// Hundredths as a decimal number without trailing zeros: `12.5`, `-.25`, `0`.
pub fn number(out: &mut String, hundredths: i32) {
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
    }
}
