//! Which columns of a header are used, and the levels of those that are categories.

use std::fmt::Write as _;

use super::*;

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
        "a.csv: target: there is no column \"y\"; the columns are \"a;y\"; is it delimiter = \";\", with decimal = \",\" where numbers have a decimal comma?"
    );
}

#[test]
fn keys_that_contradict_each_other_are_said_once() {
    assert_eq!(
        message("a,b,y\n1,2,3\n", "header = false\nignore = [\"b\"]"),
        "a.csv: target: there is no column \"y\"; the columns are \"column_1\", \"column_2\", \"column_3\"; header = false makes these \
         names: leave it out if the first row has names\n\
         a.csv: ignore: there is no column \"b\"; the columns are \"column_1\", \"column_2\", \"column_3\""
    );
    assert_eq!(
        message("a,b,y\n1,2,3\n", "features = [\"a\", \"b\"]\nignore = [\"b\"]\none_hot = [\"b\"]"),
        "a.csv: features lists \"b\", which ignore leaves out"
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
    assert!(
        message(text, r#"delimiter = '\t'"#)
            .ends_with(r#"; a tab is written "\t", on the command line 'delimiter="\t"'"#)
    );
    assert_eq!(message(text, "delimiter = \".\""), "a.csv: delimiter = \".\": numbers hold this character");
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
         what would read it:\n  ignore = [\"id\"]\n  no one_hot, which lists \"id\""
    );
}
