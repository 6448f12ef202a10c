//! Comma-separated values as RFC 4180 writes them, with `\n` between rows.

use crate::analysis::ten_digits;

/// Rows under a header. Missing values are empty.
#[derive(Debug, Default)]
pub struct Csv {
    text: String,
    row_started: bool,
}

impl Csv {
    #[must_use]
    pub fn new(columns: &[&str]) -> Self {
        let mut csv = Self::default();
        for column in columns {
            csv.text(column);
        }
        csv.end_row();
        csv
    }

    /// A text. Where a spreadsheet would read a formula, a leading `'` keeps it a text.
    pub fn text(&mut self, text: &str) {
        self.separate();
        let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
        if formula || text.contains([',', '"', '\n', '\r']) {
            self.text.push('"');
            if formula {
                self.text.push('\'');
            }
            self.text.push_str(&text.replace('"', "\"\""));
            self.text.push('"');
        } else {
            self.text.push_str(text);
        }
    }

    /// A number with all its digits.
    pub fn number(&mut self, value: Option<f64>) {
        self.separate();
        if let Some(value) = value {
            self.text.push_str(&full(value));
        }
    }

    /// A statistic, in ten significant digits.
    pub fn statistic(&mut self, value: Option<f64>) {
        self.number(value.map(ten_digits));
    }

    /// The mean or another number that exists where all trials completed: nothing where it is infinite.
    pub fn finite_statistic(&mut self, value: Option<f64>) {
        self.statistic(value.filter(|value| value.is_finite()));
    }

    pub fn count(&mut self, value: impl Into<Option<u64>>) {
        self.separate();
        if let Some(value) = value.into() {
            self.text.push_str(&value.to_string());
        }
    }

    pub fn integer(&mut self, value: i64) {
        self.separate();
        self.text.push_str(&value.to_string());
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
    }

    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.text.into_bytes()
    }

    fn separate(&mut self) {
        if self.row_started {
            self.text.push(',');
        }
        self.row_started = true;
    }
}

/// The shortest text that reads back as the same number; `inf` where there is none.
fn full(value: f64) -> String {
    let size = value.abs();
    if value.is_infinite() {
        if value > 0.0 { "inf".to_owned() } else { "-inf".to_owned() }
    } else if size != 0.0 && !(1e-5..1e16).contains(&size) {
        format!("{value:e}")
    } else {
        format!("{value}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_formulas() {
        let mut csv = Csv::new(&["a"]);
        for text in ["plain", "a,\"b\"\nc", "=1+1", "-x", "@SUM(A1)"] {
            csv.text(text);
        }
        csv.number(Some(-0.1));
        csv.number(Some(1e-7));
        csv.number(None);
        csv.statistic(Some(f64::INFINITY));
        csv.end_row();
        let text = String::from_utf8(csv.into_bytes()).expect("UTF-8");
        assert_eq!(text, "a\nplain,\"a,\"\"b\"\"\nc\",\"'=1+1\",\"'-x\",\"'@SUM(A1)\",-0.1,1e-7,,inf\n");
    }
}
