mod dialects;
mod parts;

use std::fmt::Write as _;
use std::path::Path;

use proptest::prelude::*;

use super::source::{BLOCK, SOURCE, load, read_csv};
use crate::dataset::tests::filled;
use crate::dataset::{DataError, Dataset};
use crate::numeric::{Matrix, Purpose, Stream};

fn read_bytes(bytes: &[u8], options: &str) -> Result<Dataset, DataError> {
    in_blocks(bytes, options, BLOCK)
}

fn in_blocks(bytes: &[u8], options: &str, block: usize) -> Result<Dataset, DataError> {
    let values = filled(&SOURCE, &format!("path = \"a.csv\"\n{options}"));
    read_csv(bytes, bytes.len() as u64, &values, block)
}

/// Parses a text whose target is `y`.
fn parsed(text: &str, options: &str) -> Dataset {
    read_bytes(text.as_bytes(), &format!("target = \"y\"\n{options}")).unwrap()
}

fn message(text: &str, options: &str) -> String {
    match read_bytes(text.as_bytes(), &format!("target = \"y\"\n{options}")).unwrap_err() {
        error if error.is_content() => error.to_string(),
        other => panic!("{other}"),
    }
}

fn from_folder(folder: &Path, path: &str) -> Result<Dataset, DataError> {
    load(&filled(&SOURCE, &format!("path = \"{path}\"\ntarget = \"y\"")), folder, None)
}

#[test]
fn features_are_every_other_column_in_the_files_order() {
    let data = parsed("a,y,b\n1,2,3\n4,5,6\n", "");
    assert_eq!(data.features, Matrix { rows: 2, columns: 2, values: vec![1.0, 3.0, 4.0, 6.0] });
    assert_eq!((data.target.as_slice(), data.target_name.as_str()), (&[2.0, 5.0][..], "y"));
    assert_eq!(data.feature_names, ["a", "b"]);
    assert!(data.notes.is_empty());
}

#[test]
fn features_are_taken_in_the_order_listed() {
    let data = parsed("a,y,b,unused\n1,2,3,word\n4,5,6,\n", "features = [\"b\", \"a\"]");
    assert_eq!(data.features.values, [3.0, 1.0, 6.0, 4.0]);
    assert_eq!(data.feature_names, ["b", "a"]);
}

#[test]
fn layout_does_not_enter_the_fingerprint() {
    let plain = parsed("a,b,y\n1,2,3\n-4.5,0,6e3\n", "");
    for text in [
        "\u{FEFF}a,b,y\n1,2,3\n-4.5,0,6e3\n",
        "a,b,y\r\n1,2,3\r\n-4.5,0,6e3\r\n",
        "a,b,y\n1,2,3\n-4.5,0,6e3",
        "\na,b,y\n\n1,2,3\n  \r\n-4.5,0,6e3\n\n",
        "\"a\",\"b\",\"y\"\n\"1\",2,\"3\"\r\n\"-4.5\",\"0\",\"6e3\"\r\n",
        "other, names ,y\n 1 , 2,\t3\n-45e-1,-0.0,6000.0\n",
    ] {
        assert_eq!(parsed(text, "").fingerprint, plain.fingerprint, "{text:?}");
    }
    assert_eq!(parsed("a;b;y\n1;2;3\n-4.5;0;6e3\n", "delimiter = \";\"").fingerprint, plain.fingerprint);
    assert_eq!(parsed("a\tb\ty\n1\t2\t3\n-4.5\t0\t6e3\n", "delimiter = \"\\t\"").fingerprint, plain.fingerprint);
    assert_ne!(parsed("a,b,y\n1,2,3\n-4.5,0,6001\n", "").fingerprint, plain.fingerprint);
}

#[test]
fn quoted_fields_hold_delimiters_quotes_and_line_ends() {
    let text = "\"a, \"\"b\"\"\",y,kind\n1,2,\"x,\n\"\"z\"\"\"\n3,4,w\n";
    let data = parsed(text, "one_hot = [\"kind\"]");
    assert_eq!(data.feature_names, ["a, \"b\"", "kind=w", "kind=x,\n\"z\""]);
    assert_eq!(data.features.values, [1.0, 0.0, 1.0, 3.0, 1.0, 0.0]);
}

#[test]
fn a_cell_that_is_no_number_is_named() {
    let mut text = "\nage,bmi,y\n".to_owned();
    for row in 1..=40 {
        let _ = writeln!(text, "{row},{},1", if row == 36 { "abc".to_owned() } else { row.to_string() });
    }
    assert_eq!(
        message(&text, ""),
        "a.csv: column \"bmi\" holds \"abc\" in 1 of 40 rows, row 36 (line 38): correct it, add it to missing_values, or \
         list the column in one_hot"
    );
}

#[test]
fn lines_are_counted_through_quoted_line_ends_and_blank_lines() {
    let text = "note,b,y\n\"one\ntwo\",1,2\n\n\"three\r\nfour\",x,3\nfive,6,z\n";
    assert_eq!(
        message(text, "features = [\"b\"]"),
        "a.csv: column \"b\" holds \"x\" in 1 of 3 rows, row 2 (line 6): correct it, add it to missing_values, or list the \
         column in one_hot\n\
         a.csv: target \"y\" holds \"z\" in 1 of 3 rows, row 3 (line 7): correct it, or add it to missing_values"
    );
}

#[test]
fn all_problems_are_told_by_column() {
    let text = "a,b,y\n1,2,u\n,x,3\n1,z,4\n1,2,inf\n1,2,1e999\n1,2,v\n1,2,w\n";
    assert_eq!(
        message(text, ""),
        "a.csv: column \"b\" holds \"x\", \"z\" in 2 of 7 rows, first in row 2 (line 3): correct them, add them to missing_values, \
         or list the column in one_hot\n\
         a.csv: target \"y\": \"inf\" is not finite in 2 of 7 rows, first in row 4 (line 5)\n\
         a.csv: target \"y\" holds text (\"u\", \"v\", \"w\" in 3 of 7 rows, first in row 1 (line 2)): a number is expected\n\
         a.csv: column \"a\" has no value in 1 of 7 rows, row 2 (line 3) (the cell is empty)\n\
         what would read it:\n  missing = \"drop\" (leaves out the rows that have missing cells)"
    );
}

#[test]
fn missing_cells_are_errors_or_dropped_and_counted() {
    let text = "a,b,c,y\n1,2,,3\n,2,,4\n3,NA,,5\n4,nan,,6\n5,NaN,,7\n6,1,,8\n7,1,,\"\"\n";
    assert_eq!(
        message(text, "features = [\"b\"]"),
        "a.csv: column \"b\" has no value in 3 of 7 rows, first in row 3 (line 4) (\"NA\" is missing)\n\
         a.csv: column \"y\" has no value in 1 of 7 rows, row 7 (line 8) (the cell is empty)\n\
         what would read it:\n  missing = \"drop\" (leaves out the rows that have missing cells)"
    );
    let data = parsed(text, "features = [\"a\", \"b\"]\nmissing = \"drop\"");
    assert_eq!(data.features.values, [1.0, 2.0, 6.0, 1.0]);
    assert_eq!(data.target, [3.0, 8.0]);
    assert_eq!(data.notes, ["a.csv: 5 of 7 rows dropped for missing cells (\"b\" 3, \"a\" 1, \"y\" 1)"]);
    assert_eq!(
        message(text, "missing = \"drop\""),
        "a.csv: no row is left: each of the 7 has a missing cell: \"c\" in 7, \"b\" in 3, \"a\" in 1, \"y\" in 1\n\
         what would read it:\n  ignore = [\"c\"]"
    );
}

#[test]
fn a_text_column_is_one_problem() {
    assert_eq!(
        message("a,kind,y\n1,red,2\n2,blue,3\n", ""),
        "a.csv: text in 1 column, \"kind\" (2 levels): list it in one_hot, or leave it out\n\
         what would read it:\n  one_hot = \"text\", or one_hot = [\"kind\"]"
    );
    assert_eq!(
        message("a,y\n1,12 kg\n2,14 kg\n", ""),
        "a.csv: target \"y\" holds text (\"12 kg\", \"14 kg\" in all 2 rows, first in row 1 (line 2)): a number is expected"
    );
}

#[test]
fn an_absent_column_is_named_with_the_nearest_and_the_list() {
    assert_eq!(
        read_bytes(b"age,progression\n1,2\n", "target = \"progresion\"").unwrap_err().to_string(),
        "a.csv: target: there is no column \"progresion\" (did you mean \"progression\"?); \
         the columns are \"age\", \"progression\""
    );
    assert_eq!(
        message("a,b,y\n1,2,3\n", "features = [\"weight\", \"B\"]\none_hot = [\"c\"]"),
        "a.csv: features: there is no column \"weight\"; the columns are \"a\", \"b\", \"y\"\n\
         a.csv: features: there is no column \"B\" (did you mean \"b\"?); the columns are \"a\", \"b\", \"y\"\n\
         a.csv: one_hot: there is no column \"c\" (did you mean \"a\"?); the columns are \"a\", \"b\", \"y\""
    );
    assert_eq!(
        message("a;y\n1;2\n", ""),
        "a.csv: target: there is no column \"y\"; the columns are \"a;y\"; is the delimiter \";\"?"
    );
}

#[test]
fn the_header_is_checked() {
    assert_eq!(
        message("a,b,a,y\n1,2,3,4\n", ""),
        "a.csv: the header has \"a\" twice, as columns 1 and 3: rename one, or leave both out with ignore"
    );
    assert_eq!(
        message(",a,y\n0,1,2\n", ""),
        "a.csv: column 1 of the header has no name: name it, leave it out with ignore = [\"\"], or list the features"
    );
    assert_eq!(parsed(",a,y\n0,1,2\n", "features = [\"a\"]").features.values, [1.0]);
    assert_eq!(message("a,y\n", ""), "a.csv: a header and no rows");
    for empty in ["", "\u{FEFF}", "\n \r\n\n"] {
        assert_eq!(message(empty, ""), "a.csv: the file is empty: a header and rows are expected");
    }
}

#[test]
fn the_choice_of_columns_is_checked() {
    let text = "a,b,y\n1,2,3\n";
    assert_eq!(message(text, "features = [\"a\", \"y\"]"), "a.csv: features lists the target \"y\"");
    assert_eq!(message(text, "features = [\"a\", \"a\"]"), "a.csv: features lists \"a\" twice");
    assert_eq!(message(text, "one_hot = [\"y\"]"), "a.csv: one_hot lists the target \"y\": a target is one number");
    assert_eq!(
        message(text, "features = [\"a\"]\none_hot = [\"b\"]"),
        "a.csv: one_hot lists \"b\", which features leaves out"
    );
    assert_eq!(message("y\n1\n", ""), "a.csv: no feature is left beside the target \"y\"");
    assert_eq!(message(text, "features = []"), "a.csv: no feature is left beside the target \"y\"");
    assert_eq!(
        message(text, "delimiter = \"::\""),
        "a.csv: delimiter = \"::\": one ASCII character is expected, not a quote, or \"whitespace\" \
         for runs of blanks and tabs"
    );
    assert_eq!(message(text, "delimiter = \".\""), "a.csv: delimiter = \".\": numbers hold this character");
}

#[test]
fn ragged_rows_and_stray_quotes_are_named() {
    assert_eq!(
        message("a,b,y\n1,2,3\n1,2\n\n1,2,3,4\nx,5,6\n", ""),
        "a.csv: row 2 (line 3) has 2 fields, the header has 3\n\
         a.csv: row 3 (line 5) has 4 fields, the header has 3\n\
         a.csv: column \"a\" holds \"x\" in 1 of 2 rows, row 4 (line 6): correct it, add it to missing_values, or list the \
         column in one_hot"
    );
    assert_eq!(
        message("a,y\n5\",1\n\"6\"x,1\n7,2\n", ""),
        "a.csv: row 1 (line 2): a quote (\") inside a field: write the whole field in quotes, its own quotes doubled\n\
         a.csv: row 2 (line 3): a quote (\") inside a field: write the whole field in quotes, its own quotes doubled"
    );
    assert_eq!(message("a,y\n1,2\n3,\"4\n5,6\n", ""), "a.csv: row 2 (line 3): a quoted field is never closed");
    assert_eq!(message("\"a,y\n1,2\n", ""), "a.csv: line 1: a quoted field is never closed");
}

#[test]
fn other_encodings_are_named_with_the_place() {
    assert_eq!(
        read_bytes(b"a,y\n1,2\n\xC3\xA9\xE9,3\n", "target = \"y\"").unwrap_err().to_string(),
        "a.csv: line 3, character 2: UTF-8 is expected, the byte 0xE9 is not; \
         if the file is Latin-1, convert it: iconv -f LATIN1 -t UTF-8 a.csv > utf8.csv"
    );
    assert_eq!(
        read_bytes(b"\xFF\xFEa\0,\0y\0", "target = \"y\"").unwrap_err().to_string(),
        "a.csv: UTF-8 is expected, this is UTF-16; convert it: iconv -f UTF-16 -t UTF-8 a.csv > utf8.csv"
    );
}

#[test]
fn one_hot_keeps_all_levels_sorted_whatever_the_rows_order() {
    let forward = parsed("kind,a,y\nred,1,1\nblue,2,2\nred,3,3\n", "one_hot = [\"kind\"]");
    assert_eq!(forward.feature_names, ["kind=blue", "kind=red", "a"]);
    assert_eq!(forward.features.values, [0.0, 1.0, 1.0, 1.0, 0.0, 2.0, 0.0, 1.0, 3.0]);
    let backward = parsed("kind,a,y\nred,3,3\nblue,2,2\nred,1,1\n", "one_hot = [\"kind\"]");
    assert_eq!(backward.feature_names, forward.feature_names);
    assert_eq!(backward.features.select_rows(&[2, 1, 0]), forward.features);
}

#[test]
fn one_hot_with_missing_or_too_many_levels() {
    assert_eq!(
        message("kind,y\nred,1\n,2\n", "one_hot = [\"kind\"]"),
        "a.csv: column \"kind\" has no value in 1 of 2 rows, row 2 (line 3) (the cell is empty)\n\
         what would read it:\n  missing = \"drop\" (leaves out the rows that have missing cells)"
    );
    let dropped = parsed("kind,y\nred,1\n,2\nblue,\ngreen,4\n", "one_hot = [\"kind\"]\nmissing = \"drop\"");
    assert_eq!(dropped.feature_names, ["kind=green", "kind=red"]);
    let text = |levels: usize| {
        (0..levels).fold("id,y\n".to_owned(), |mut text, id| {
            let _ = writeln!(text, "p{id},1");
            text
        })
    };
    assert_eq!(parsed(&text(1000), "one_hot = [\"id\"]").features.columns, 1000);
    assert_eq!(
        message(&text(1001), "one_hot = [\"id\"]"),
        "a.csv: one_hot column \"id\" has more than 1000 levels: leave it out if it is an identifier, or allow more with \
         max_levels\n\
         what would read it:\n  ignore = [\"id\"]"
    );
}

#[test]
fn long_or_many_lined_cells_are_cut_to_one_line() {
    let text = format!("a,y\n1,2\n\"{}\n\"\"\",4\n", "n".repeat(50));
    let cut = "n".repeat(40);
    let told = message(&text, "");
    let words = format!("a.csv: column \"a\" holds \"{cut}…\" in 1 of 2 rows, row 2 (line 3): ");
    assert!(told.starts_with(&words), "{told}");
    let told = message("a,y\n1,2\n\"p\n\"\"q'\",4\n", "");
    assert!(told.starts_with("a.csv: column \"a\" holds \"p\\n\"q'\" in 1 of 2 rows, row 2 (line 3): "), "{told}");
}

#[test]
fn a_path_that_cannot_be_opened_is_unreadable() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("inner")).unwrap();
    let absent = crate::text::reason(&std::fs::read(folder.path().join("no.csv")).unwrap_err());
    for (path, reason) in [("no.csv", absent.as_str()), ("inner", "it is a folder without data files")] {
        let error = from_folder(folder.path(), path).unwrap_err();
        assert!(matches!(error, DataError::Unreadable(_)));
        assert_eq!(error.to_string(), format!("cannot read {path}: {reason}"));
    }
    std::fs::write(folder.path().join("inner/b.csv"), "x,y\n1,2\n").unwrap();
    assert_eq!(from_folder(folder.path(), "inner/b.csv").unwrap().target, [2.0]);
}

#[test]
fn the_committed_files_load() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("experiments/data");
    for (options, n, d) in [
        ("path = \"textbook_line.csv\"\ntarget = \"y\"", 100, 1),
        ("path = \"diabetes.csv\"\ntarget = \"progression\"", 442, 10),
        ("path = \"wine.csv\"\ntarget = \"alcohol\"\none_hot = [\"cultivar\"]", 178, 15),
        ("path = \"iris.csv\"\ntarget = \"petal_width\"\none_hot = [\"species\"]", 150, 6),
    ] {
        let data = load(&filled(&SOURCE, options), &folder, None).unwrap();
        assert_eq!((data.target.len(), data.features.rows, data.features.columns), (n, n, d), "{options}");
    }
}

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

#[test]
fn a_nul_byte_is_named() {
    assert_eq!(
        message("a,b,y\n1,2,3\n1,\0,3\n", "features = [\"a\"]"),
        "a.csv: row 2 (line 3): a NUL byte: text is expected"
    );
    assert_eq!(message("a,\0,y\n1,2,3\n", ""), "a.csv: line 1: a NUL byte: text is expected");
}

#[test]
fn other_formats_are_named() {
    let message = |bytes: &[u8]| read_bytes(bytes, "target = \"y\"").unwrap_err().to_string();
    assert_eq!(message(b"PAR1\x15\x04\x15"), "a.csv: text is expected, this is Parquet: source = \"parquet\" reads it");
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

#[cfg(unix)]
#[test]
fn only_regular_files_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe.csv");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for path in ["pipe.csv", "/dev/zero"] {
        let error = from_folder(folder.path(), path).unwrap_err();
        assert!(matches!(error, DataError::Unreadable(_)));
        assert_eq!(
            error.to_string(),
            format!("cannot read {path}: it is not a regular file (a pipe or a device); write what it holds into one")
        );
    }
}
