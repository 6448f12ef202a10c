//! The outline of a glyph as SVG path data, in few characters: coordinates start from the point before them.

use std::fmt::Write as _;

use ttf_parser::OutlineBuilder;

/// SVG path data. The font's outlines have integer coordinates, so that nothing is rounded.
#[derive(Default)]
pub struct PathData {
    text: String,
    /// The last command, which need not be repeated.
    command: char,
    at: [i32; 2],
    /// Where the open contour began.
    begin: [i32; 2],
}

impl PathData {
    pub fn finish(self) -> String {
        self.text
    }

    /// Draws to the last of some points.
    fn draw(&mut self, command: char, points: &[[f32; 2]]) {
        let mut points = points.iter().map(|point| point.map(|coordinate| coordinate.round() as i32));
        let moved: Vec<[i32; 2]> = points.clone().map(|[x, y]| [x - self.at[0], y - self.at[1]]).collect();
        match (command, moved.as_slice()) {
            ('l', [[0, y]]) => self.write('v', &[*y]),
            ('l', [[x, 0]]) => self.write('h', &[*x]),
            _ => self.write(command, moved.as_flattened()),
        }
        self.at = points.next_back().unwrap_or(self.at);
    }

    fn write(&mut self, command: char, numbers: &[i32]) {
        let is_new = command != self.command;
        if is_new {
            self.text.push(command);
            self.command = command;
        }
        for (index, number) in numbers.iter().enumerate() {
            if *number >= 0 && !(is_new && index == 0) {
                self.text.push(' ');
            }
            // Writing into a String cannot fail.
            let _ = write!(self.text, "{number}");
        }
    }
}

impl OutlineBuilder for PathData {
    fn move_to(&mut self, x: f32, y: f32) {
        // A contour that begins is always written in full: more points behind `m` would be lines.
        self.command = ' ';
        self.draw('m', &[[x, y]]);
        self.begin = self.at;
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.draw('l', &[[x, y]]);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.draw('q', &[[x1, y1], [x, y]]);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.draw('c', &[[x1, y1], [x2, y2], [x, y]]);
    }

    fn close(&mut self) {
        self.text.push('z');
        self.command = 'z';
        self.at = self.begin;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_start_from_the_point_before_them() {
        let mut pen = PathData::default();
        pen.move_to(367.0, 1493.0);
        pen.line_to(367.0, 938.0);
        pen.line_to(197.0, 938.0);
        pen.line_to(200.0, 930.0);
        pen.line_to(190.0, 940.0);
        pen.quad_to(180.0, 950.0, 200.0, 960.0);
        pen.quad_to(210.0, 950.0, 220.0, 940.0);
        pen.close();
        pen.move_to(370.0, 1490.0);
        pen.curve_to(1.0, 2.0, 3.0, 4.0, 370.0, 1495.0);
        assert_eq!(pen.finish(), "m367 1493v-555h-170l3-8-10 10q-10 10 10 20 10-10 20-20zm3-3c-369-1488-367-1486 0 5");
    }
}
