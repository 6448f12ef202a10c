//! What is wrong with a file, in words.

use std::fmt::Write as _;

use super::*;

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
         a.csv: target \"y\": \"inf\" is not finite in 1 of 7 rows, row 4 (line 5)\n\
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
    // Windows has the euro sign at 0x80; where it has nothing, the text is of another encoding.
    for (bytes, end) in [
        (
            &b"a,y\n\xE9\x80,2\n"[..],
            "if the file is Windows-1252, convert it: iconv -f CP1252 -t UTF-8 a.csv > utf8.csv",
        ),
        (b"a\x93b\x94,y\n1,2\n", "if the file is Windows-1252, convert it: iconv -f CP1252 -t UTF-8 a.csv > utf8.csv"),
        (b"a\x80\x81,y\n1,2\n", "if the file is Latin-1, convert it: iconv -f LATIN1 -t UTF-8 a.csv > utf8.csv"),
    ] {
        let told = read_bytes(bytes, "target = \"y\"").unwrap_err().to_string();
        assert!(told.ends_with(end), "{told}");
    }
    assert_eq!(
        read_bytes(b"\xFF\xFEa\0,\0y\0", "target = \"y\"").unwrap_err().to_string(),
        "a.csv: UTF-8 is expected, this is UTF-16; convert it: iconv -f UTF-16 -t UTF-8 a.csv > utf8.csv"
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
