use proptest::prelude::*;

use super::source::{SOURCE, read_svmlight};
use crate::dataset::tests::filled;
use crate::dataset::{DataError, Dataset};

fn from_text(text: &[u8], options: &str) -> Result<Dataset, DataError> {
    read_svmlight(text, &filled(&SOURCE, &format!("path = \"a.txt\"\n{options}")))
}

fn parsed(text: &str, options: &str) -> Dataset {
    from_text(text.as_bytes(), options).unwrap()
}

fn message(text: &str, options: &str) -> String {
    from_text(text.as_bytes(), options).unwrap_err().to_string()
}

const TEXT: &str = "# a comment\n1 1:0.5 3:2 # row\n\n-1\r\n+1 2:1e-3\n";

#[test]
fn what_a_line_leaves_out_is_zero() {
    let data = parsed(TEXT, "");
    assert_eq!((data.feature_names.join(" ").as_str(), data.target_name.as_str()), ("x1 x2 x3", "label"));
    assert_eq!(data.features.values, [0.5, 0.0, 2.0, 0.0, 0.0, 0.0, 0.0, 1e-3, 0.0]);
    assert_eq!(data.target, [1.0, -1.0, 1.0]);
    let classes = crate::data::TargetClasses::of(&data).unwrap();
    assert_eq!((classes.names.join(" ").as_str(), &*classes.codes), ("-1 1", &[1.0, 0.0, 1.0][..]));
    assert_eq!(parsed(TEXT, "n_features = 4").features.columns, 4);
    assert_eq!(parsed(TEXT, "features = [\"x3\", \"x1\"]").features.values, [2.0, 0.5, 0.0, 0.0, 0.0, 0.0]);
    // Without an end of line, with a byte order mark, and with comments in any encoding.
    assert_eq!(from_text(b"\xEF\xBB\xBF2 1:3 # caf\xE9\n4 1:5", "").unwrap().target, [2.0, 4.0]);
}

#[test]
fn the_first_index_is_0_where_the_file_has_it() {
    assert_eq!(parsed("1 0:5 1:6\n2 1:7\n", "").features.values, [5.0, 6.0, 0.0, 7.0]);
    assert_eq!(parsed("1 1:6\n2 1:7\n", "").features.values, [6.0, 7.0]);
    assert_eq!(parsed("1 1:6\n2 1:7\n", "zero_based = true").features.values, [0.0, 6.0, 0.0, 7.0]);
    assert_eq!(message("1 0:5\n", "zero_based = false"), "a.txt: zero_based = false, and a feature has the index 0");
    assert_eq!(
        message("1 1:5\n1 3:5\n", "n_features = 2"),
        "a.txt: line 2: a feature has the index 3, which n_features = 2 leaves no place for"
    );
    assert_eq!(parsed("1 0:5 1:6\n2 1:7\n", "n_features = 2").features.columns, 2);
}

#[test]
fn every_mistake_is_named_with_its_line() {
    assert_eq!(
        message("x 1:2\n1 1:2\n1 2\n# 3\n1 2:1 1:1\n", ""),
        "a.txt: line 1: \"x\" is no label: a label is a number\n\
         a.txt: line 3: \"2\": index:value is expected\n\
         a.txt: line 5: \"1:1\": the indices of a line must increase"
    );
    assert_eq!(
        message("1 1:2\n1 1:inf\nnan 1:2\n", ""),
        "a.txt: column \"x1\": inf is not finite in 1 of 3 rows, row 2 (line 2)\n\
         a.txt: column \"label\" has no value in 1 of 3 rows, row 3 (line 3) (NaN is missing)\n\
         what would read it:\n  missing = \"drop\" (leaves out the rows that have missing cells)"
    );
    assert_eq!(message("\n# nothing\n", ""), "a.txt: no rows: label index:value … is expected on each line");
    assert_eq!(message("1\n2\n", ""), "a.txt: no line has a feature: index:value is expected after the label");
    let bytes = from_text(b"1 1:2\n\x1F\x8B\x08\xFF", "").unwrap_err().to_string();
    assert_eq!(bytes, "a.txt: line 2: this is no text: label index:value … is expected");
    assert_eq!(parsed("1 qid:1 1:2\n", "").notes, ["a.txt: query ids (qid) are left out"]);
}

proptest! {
    /// What is written is read; what is no SVMlight text is an error.
    #[test]
    fn rows_are_read_as_they_are_written(rows in proptest::collection::vec((any::<i32>(), any::<i32>(), any::<i32>()), 1..20)) {
        let text: String = rows.iter().map(|(label, a, b)| format!("{label} 1:{a}e-3 3:{b}\n")).collect();
        let data = parsed(&text, "");
        for (row, (label, a, b)) in rows.iter().enumerate() {
            let a: f64 = format!("{a}e-3").parse().unwrap();
            prop_assert_eq!(data.features.row(row), [a, 0.0, f64::from(*b)]);
            prop_assert_eq!(data.target[row], f64::from(*label));
        }
    }

    #[test]
    fn whatever_the_bytes_are_nothing_panics(
        bytes in proptest::collection::vec(prop::sample::select(&b"0123456789:.-+e #\n\rqidnaf\xC3"[..]), 0..60),
    ) {
        if let Ok(data) = from_text(&bytes, "missing = \"drop\"") {
            prop_assert_eq!(data.features.values.len(), data.features.rows * data.features.columns);
            prop_assert!(data.features.values.iter().chain(&data.target).all(|value| value.is_finite()));
        }
    }
}
