//! Writes comma-separated values by RFC 4180, with `\n` between rows.

use std::fmt::Write as _;
use std::io::Write;

use crate::analysis::ten_digits;
use crate::text::visible;

/// A header and rows, which are written out as they come. Missing values are empty.
pub struct Csv<'a> {
    out: &'a mut dyn Write,
    /// Text that is not written yet.
    text: String,
    row_started: bool,
    /// The first error. Nothing is written after it.
    failed: Option<std::io::Error>,
}

/// The characters that start a formula, including full-width forms.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// The number of bytes that are collected before they are written.
const TOGETHER: usize = 1 << 16;

impl<'a> Csv<'a> {
    pub fn new(out: &'a mut dyn Write) -> Self {
        Self { out, text: String::new(), row_started: false, failed: None }
    }

    pub fn header(&mut self, columns: &[&str]) {
        columns.iter().for_each(|column| self.text(column));
        self.end_row();
    }

    /// Appends a text on one line. If a spreadsheet would read it as a formula, a leading `'` keeps it a text
    /// (<https://owasp.org/www-community/attacks/CSV_Injection>).
    pub fn text(&mut self, text: &str) {
        self.separate();
        // A number is no formula, whatever its sign is.
        let is_number = text.parse::<f64>().is_ok_and(f64::is_finite);
        let formula = !is_number && (text.starts_with(['\t', '\r', '\n']) || text.trim_start().starts_with(FORMULA));
        let text = visible(text);
        if formula || text.contains([',', '"']) {
            self.text.push('"');
            if formula {
                self.text.push('\'');
            }
            self.text.push_str(&text.replace('"', "\"\""));
            self.text.push('"');
        } else {
            self.text.push_str(&text);
        }
    }

    /// Appends a number with all its digits.
    pub fn number(&mut self, value: Option<f64>) {
        self.separate();
        if let Some(value) = value {
            full(&mut self.text, value);
        }
    }

    /// Appends a statistic with ten significant digits.
    pub fn statistic(&mut self, value: Option<f64>) {
        self.number(value.map(ten_digits));
    }

    /// Appends a mean or another number that exists only if all trials completed. The cell is empty if it is infinite.
    pub fn finite_statistic(&mut self, value: Option<f64>) {
        self.statistic(value.filter(|value| value.is_finite()));
    }

    pub fn count(&mut self, value: impl Into<Option<u64>>) {
        self.separate();
        if let Some(value) = value.into() {
            let _ = write!(self.text, "{value}");
        }
    }

    pub fn integer(&mut self, value: i64) {
        self.separate();
        let _ = write!(self.text, "{value}");
    }

    pub fn flag(&mut self, value: bool) {
        self.separate();
        self.text.push_str(if value { "true" } else { "false" });
    }

    pub fn empty(&mut self, columns: usize) {
        for _ in 0..columns {
            self.separate();
        }
    }

    pub fn end_row(&mut self) {
        self.text.push('\n');
        self.row_started = false;
        if self.text.len() >= TOGETHER {
            self.write();
        }
    }

    fn write(&mut self) {
        if self.failed.is_none() {
            self.failed = self.out.write_all(self.text.as_bytes()).err();
        }
        self.text.clear();
    }

    /// Writes the remaining text.
    ///
    /// # Errors
    /// If any row could not be written.
    pub fn finish(mut self) -> std::io::Result<()> {
        self.write();
        self.failed.map_or(Ok(()), Err)
    }

    fn separate(&mut self) {
        if self.row_started {
            self.text.push(',');
        }
        self.row_started = true;
    }
}

/// The shortest text that reads back as the same number, or `inf`.
fn full(text: &mut String, value: f64) {
    let size = value.abs();
    let _ = if value.is_infinite() {
        text.write_str(if value > 0.0 { "inf" } else { "-inf" })
    } else if size != 0.0 && !(1e-5..1e16).contains(&size) {
        write!(text, "{value:e}")
    } else {
        write!(text, "{value}")
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_formulas() {
        let mut bytes = Vec::new();
        let mut csv = Csv::new(&mut bytes);
        csv.header(&["a"]);
        for text in ["plain", "a,\"b\"\nc", "=1+1", "-x", "@SUM(A1)", " =1", "\t=1", "＝1", "\u{1b}[2J"] {
            csv.text(text);
        }
        csv.number(Some(-0.1));
        csv.number(Some(1e-7));
        csv.number(None);
        csv.statistic(Some(f64::INFINITY));
        csv.end_row();
        csv.finish().expect("writes");
        let text = String::from_utf8(bytes).expect("UTF-8");
        assert_eq!(
            text,
            "a\nplain,\"a,\"\"b\"\"�c\",\"'=1+1\",\"'-x\",\"'@SUM(A1)\",\"' =1\",\"'�=1\",\"'＝1\",�[2J,-0.1,1e-7,,inf\n"
        );
    }
}
