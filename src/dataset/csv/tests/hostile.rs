//! Text that nobody means: what it holds is read exactly, or is an error.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::numeric::{Purpose, Stream};

proptest! {
    #[test]
    fn numbers_come_back_exactly(
        rows in prop::collection::vec([prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL | prop::num::f64::ZERO; 3], 1..20)
    ) {
        let mut text = "a,b,y\n".to_owned();
        for [a, b, y] in &rows {
            let _ = writeln!(text, "{a},{b:e},{y:?}");
        }
        let data = parsed(&text, "");
        let written: Vec<f64> = rows.iter().flat_map(|[a, b, _]| [*a, *b]).collect();
        prop_assert_eq!(data.features.values, written);
        prop_assert_eq!(data.target, rows.iter().map(|row| row[2]).collect::<Vec<_>>());
    }

    /// However a number is written, it is read as the standard library reads it.
    #[test]
    fn plain_numbers_are_the_nearest(
        written in prop::collection::vec("-?[0-9]{0,20}\\.?[0-9]{0,24}|-?0\\.[0-9]{15,17}|9007199254740[0-9]{3}", 1..50)
    ) {
        let mut written = written;
        written.retain(|number| number.parse::<f64>().is_ok());
        written.push("0".to_owned());
        let data = parsed(&format!("a,y\n{}", written.iter().map(|number| format!("{number},1\n")).collect::<String>()), "");
        let expected: Vec<u64> = written.iter().map(|number| (number.parse::<f64>().unwrap() + 0.0).to_bits()).collect();
        prop_assert_eq!(data.features.values.iter().map(|value| value.to_bits()).collect::<Vec<_>>(), expected);
    }

    /// The block size changes nothing: neither numbers nor levels nor the places of mistakes.
    #[test]
    fn blocks_change_nothing(
        text in "a,k,y\n([0-9\",\r\n é]{0,3}|1,u,3\n|\"4\",\"v\n\",6\r\n|\n|x,,1\n|\u{0},,\n){0,30}",
        block in 1..40_usize,
    ) {
        let options = "target = \"y\"\none_hot = [\"k\"]\nmissing = \"drop\"";
        let told = |read: Result<Dataset, DataError>| read.map_err(|error| error.to_string()).map(|data| {
            (data.features, data.target, data.feature_names, data.fingerprint, data.notes)
        });
        prop_assert_eq!(told(in_blocks(text.as_bytes(), options, block)), told(read_bytes(text.as_bytes(), options)));
    }

    /// The same for other dialects. A block that is not UTF-8 does not occur here.
    #[test]
    fn blocks_change_nothing_in_other_dialects(
        text in "(a;k;y|a k\\ty|#|1;2;3)\n([0-9\",.;\t\r\n #é]{0,4}|1,5;u;3\n| 1 \"4 u\" 6\r\n|# \"\n|\n|1.000;;1\n|true 1 ){0,30}",
        block in 1..40_usize,
        dialect in prop::sample::select(&[
            "delimiter = \"whitespace\"\ntarget = \"y\"",
            "delimiter = \"whitespace\"\nheader = false\ntarget = \"column_3\"\ncomment = \"#\"",
            "delimiter = \";\"\ndecimal = \",\"\nthousands = \".\"\ntarget = \"y\"\none_hot = [\"k\"]",
            "delimiter = \";\"\nskip_rows = 2\nheader = false\ntarget = \"column_1\"\ncomment = \"#\"",
        ][..]),
    ) {
        let options = format!("missing = \"drop\"\n{dialect}");
        let told = |read: Result<Dataset, DataError>| read.map_err(|error| error.to_string()).map(|data| {
            (data.features, data.target, data.feature_names, data.fingerprint, data.notes)
        });
        prop_assert_eq!(told(in_blocks(text.as_bytes(), &options, block)), told(read_bytes(text.as_bytes(), &options)));
    }

    /// Whatever the quotes, line ends and fields are, the result is sound data of all rows, or an error.
    #[test]
    fn hostile_text_never_panics(text in "a,b,y\n([0-9\"',;\r\n .xé\u{0}-]|1,2,3\n|\"4\",5,6\r\n){0,40}") {
        if let Ok(data) = read_bytes(text.as_bytes(), "target = \"y\"") {
            prop_assert_eq!(data.features.values.len(), 2 * data.target.len());
            prop_assert!(data.features.values.iter().chain(&data.target).all(|value| value.is_finite()));
        }
    }
}

#[test]
fn hostile_bytes_never_panic() {
    let mut stream = Stream::new(1, Purpose::Split, 0);
    for round in 0..2000 {
        let length = stream.below(60);
        let alphabet = if round % 2 == 0 { 256 } else { 64 };
        let mut bytes: Vec<u8> = (0..length).map(|_| stream.below(alphabet) as u8).collect();
        if round % 4 < 2 {
            bytes.splice(0..0, *b"a,y\n1,2\n");
        }
        let _ = read_bytes(&bytes, "target = \"y\"\nmissing = \"drop\"");
    }
}

/// Parses a text without an end.
fn endless(begin: &'static [u8], then: &'static [u8]) -> String {
    let mut beginning = begin;
    let mut repeated = std::iter::repeat(then).flatten();
    let input = std::io::Read::chain(&mut beginning, Repeat(&mut repeated));
    let values = filled(&SOURCE, "path = \"a.csv\"\ntarget = \"y\"");
    read_csv(input, 100 << 20, &values, BLOCK).unwrap_err().to_string()
}

struct Repeat<I>(I);

impl<'a, I: Iterator<Item = &'a u8>> std::io::Read for Repeat<I> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        buffer.iter_mut().zip(&mut self.0).for_each(|(to, from)| *to = *from);
        Ok(buffer.len())
    }
}

#[test]
fn a_line_or_a_quote_without_end_is_given_up() {
    let expected = "a record of more than 64 MiB: is this text with line ends, and is every quote closed?";
    assert_eq!(endless(b"", b"1"), format!("a.csv: line 1: {expected}"));
    assert_eq!(endless(b"a,y\n1,2\n\"", b"1,2\n"), format!("a.csv: line 3: {expected}"));
}

#[test]
fn a_million_columns_are_read() {
    const COLUMNS: usize = 1_000_000;
    let mut text = String::new();
    (0..COLUMNS).for_each(|column| text += &format!("c{column},"));
    text += "y\n";
    for row in 0..2 {
        (0..COLUMNS).for_each(|_| text += "1,");
        text += &format!("{row}\n");
    }
    let data = parsed(&text, "");
    assert_eq!((data.features.columns, data.target.as_slice()), (COLUMNS, &[0.0, 1.0][..]));
    let error = message(&text, "features = [\"c10x\", \"c999999\"]");
    assert!(
        error.starts_with("a.csv: features: there is no column \"c10x\" (did you mean \"c10\"?)"),
        "{}",
        &error[..200]
    );
}
