//! Rows with fewer or more fields than the header.

use super::{message, parsed, read_bytes};

#[test]
fn a_header_that_alone_ends_with_a_delimiter_fits_its_rows() {
    // Files of the U.S. Bureau of Labor Statistics are so.
    let plain = parsed("a,y\n1,2\n3,4\n", "").fingerprint;
    for options in ["", "ignore = [\"\"]", "features = [\"a\"]"] {
        assert_eq!(parsed("a,y,\n1,2\n3,4\n", options).fingerprint, plain, "{options}");
        assert_eq!(parsed("a,y,,\n1,2\n3,4\n", options).fingerprint, plain, "{options}");
    }
    // The first row tells: a row that lost a field is told in both kinds of file.
    assert_eq!(message("a,y,\n1,2\n3,4,\n", ""), "a.csv: row 2 (line 3) has 3 fields, the first row has 2");
    assert_eq!(message("a,y,\n1,2,\n3,4\n", ""), "a.csv: row 2 (line 3) has 2 fields, the header has 3");
    assert_eq!(message("a,y,,\n1,2,\n", ""), "a.csv: row 1 (line 2) has 3 fields, the header has 4");
    // A column inside the row needs a name or a place of its own.
    assert_eq!(message("a,,y\n1,2\n", "features = [\"a\"]"), "a.csv: row 1 (line 2) has 2 fields, the header has 3");
}

#[test]
fn rows_that_alone_end_with_a_delimiter_fit_their_header() {
    let plain = parsed("a,y\n1,2\n3,4\n", "").fingerprint;
    for options in ["", "features = [\"a\"]"] {
        assert_eq!(parsed("a,y\n1,2,\n3,4, \n", options).fingerprint, plain, "{options}");
    }
    // Each row is held to the first.
    assert_eq!(message("a,y\n1,2,\n3,4\n", ""), "a.csv: row 2 (line 3) has 2 fields, the first row has 3");
    assert_eq!(
        message("a,y\n1,2,\n3,4,5\n", ""),
        "a.csv: row 2 (line 3): column 3 of the header has no name and holds \"5\": name it, leave it out with ignore = [\"\"], or list the \
         features"
    );
    assert_eq!(message("a,y\n1,2,,\n", ""), "a.csv: row 1 (line 2) has 4 fields, the header has 2");
}

#[test]
fn rows_that_begin_with_their_names_are_told() {
    let blanks = "delimiter = \"whitespace\"";
    for name in ["Ann", "\"1\""] {
        let text = format!("age y\n{name} 31 1\nBob 45 2\n");
        assert_eq!(
            message(&text, blanks),
            "a.csv: row 1 (line 2) has 3 fields, the header has 2; if rows begin with their names: header = false and skip_rows = 1\n\
             a.csv: row 2 (line 3) has 3 fields, the header has 2"
        );
        let keys = format!("target = \"column_3\"\n{blanks}\nheader = false\nskip_rows = 1\nignore = [\"column_1\"]");
        let data = read_bytes(text.as_bytes(), &keys).unwrap();
        assert_eq!((data.features.values, data.target), (vec![31.0, 45.0], vec![1.0, 2.0]));
    }
    assert_eq!(message("age y\n1 31 1\n", blanks), "a.csv: row 1 (line 2) has 3 fields, the header has 2");
}
