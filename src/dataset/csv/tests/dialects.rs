//! Files as other programs write them: each reads to its numbers, or to the sentence that says what is meant.

use super::{in_blocks, message, parsed, read_bytes};
use crate::dataset::csv::source::BLOCK;

fn refusal(text: &str, options: &str) -> String {
    read_bytes(text.as_bytes(), options).unwrap_err().to_string()
}

#[test]
fn without_a_header_every_row_is_data() {
    let data = read_bytes(b"0.1,18,24\n0.2,0,21.6\n0.3,0,34.7\n", "target = \"column_3\"\nheader = false").unwrap();
    assert_eq!(data.feature_names, ["column_1", "column_2"]);
    assert_eq!(data.features.values, [0.1, 18.0, 0.2, 0.0, 0.3, 0.0]);
    assert_eq!(data.target, [24.0, 21.6, 34.7]);
    assert_eq!(
        refusal("1,2\n3,4\n5\n", "target = \"column_2\"\nheader = false"),
        "a.csv: row 3 (line 3) has 1 fields, the first row has 2"
    );
    assert_eq!(
        refusal("1,2\n", "target = \"y\"\nheader = false"),
        "a.csv: target: there is no column \"y\"; the columns are \"column_1\", \"column_2\"; header = false makes \
         these names: leave it out if the first row has names"
    );
    let names = "target = \"column_2\"\nheader = false";
    assert_eq!(refusal("", names), "a.csv: the file is empty: rows are expected");
    assert_eq!(
        refusal("#1\n#2\n", &format!("{names}\ncomment = \"#\"")),
        "a.csv: nothing is left without the lines of comment = \"#\": rows are expected"
    );
}

#[test]
fn a_header_of_numbers_is_an_error_with_every_remedy() {
    let remedies = |target: &str| {
        format!(
            "if it is a row of data: header = false, which names the columns column_1, column_2, … (target = \"{target}\"); \
             if these are names: rename them, or leave them out with header = false and skip_rows = 1"
        )
    };
    assert_eq!(
        refusal("0.1,18,24\n0.2,0,21.6\n", "target = \"24\""),
        format!("a.csv: line 1: the header has only numbers (\"0.1\", \"18\", \"24\"); {}", remedies("column_3"))
    );
    assert_eq!(
        refusal("M,0.455,0.365,0.095,0.514,15\nM,0.35,0.265,0.09,0.2255,7\n", "target = \"15\""),
        format!(
            "a.csv: line 1: the header has mostly numbers, as the row below it (\"M\", \"0.455\", \"0.365\", \"0.095\", …); {}",
            remedies("column_6")
        )
    );
    // Both remedies work.
    let data = read_bytes(b"2019,2020\n1,2\n3,4\n", "target = \"column_2\"\nheader = false\nskip_rows = 1").unwrap();
    assert_eq!(data.target, [2.0, 4.0]);
    // Years beside a word are names, and so is a number above words.
    let years = read_bytes(b"country,1990,1991\nPeru,1,2\n", "target = \"1991\"\nfeatures = [\"1990\"]").unwrap();
    assert_eq!(years.features.values, [1.0]);
    let levels = read_bytes(b"q,0.5,0.75,y\n1,low,2,3\n", "target = \"y\"\nfeatures = [\"0.75\"]").unwrap();
    assert_eq!(levels.features.values, [2.0]);
}

#[test]
fn runs_of_blanks_and_tabs_separate_fields() {
    let text = "18.0   8   307.0      130.0\t\"chevrolet chevelle malibu\"\n  15.0   8 \t 350.0      ?  \t\"buick \"\"skylark\"\" 320\"  \r\n\n16   8   304.0      150.0\t\"amc\"";
    let options = "target = \"column_1\"\nfeatures = [\"column_2\", \"column_3\", \"column_5\"]\none_hot = [\"column_5\"]\nheader = false\ndelimiter = \"whitespace\"";
    for block in [1, 7, 64, BLOCK] {
        let data = in_blocks(text.as_bytes(), options, block).unwrap();
        assert_eq!(data.target, [18.0, 15.0, 16.0]);
        assert_eq!(
            data.feature_names,
            [
                "column_2",
                "column_3",
                "column_5=amc",
                "column_5=buick \"skylark\" 320",
                "column_5=chevrolet chevelle malibu"
            ]
        );
        assert_eq!(data.features.values[..5], [8.0, 307.0, 0.0, 0.0, 1.0]);
    }
    let told =
        refusal(text, "target = \"column_1\"\nheader = false\ndelimiter = \"whitespace\"\nfeatures = [\"column_4\"]");
    let words = "a.csv: column \"column_4\" holds \"?\" in 1 of 3 rows, row 2 (line 2): add it to missing_values\n";
    assert!(told.starts_with(words), "{told}");
    assert_eq!(
        message("a y\n1 2 3\n", "delimiter = \"whitespace\""),
        "a.csv: row 1 (line 2) has 3 fields, the header has 2"
    );
    assert_eq!(
        message("a y\n1 2\"3\n", "delimiter = \"whitespace\""),
        "a.csv: row 1 (line 2): a quote (\") inside a field: write the whole field in quotes, its own quotes doubled"
    );
    assert_eq!(
        message("a y\n1 \"2\n", "delimiter = \"whitespace\""),
        "a.csv: row 1 (line 2): a quoted field is never closed"
    );
}

#[test]
fn a_file_separated_by_blanks_is_recognised() {
    for text in
        ["18.0   8   307.0\t\"chevrolet chevelle\"\n15 8 350\t\"buick\"\n", "mpg  weight\n1  2\n", "x1 x2 y\n1 2 3\n"]
    {
        let told = message(text, "");
        assert!(told.ends_with("if blanks separate the columns: delimiter = \"whitespace\""), "{told}");
    }
    assert_eq!(
        message("fuel use\ty\n1\t2\n", "delimiter = \";\""),
        "a.csv: line 1: the header is one name, \"fuel use\\ty\"; if blanks separate the columns: delimiter = \"whitespace\""
    );
    assert!(message("a\ty\n1\t2\n", "").ends_with("is it delimiter = \"\\t\"?"));
    assert!(
        message("a b;y c\n1;2\n", "")
            .ends_with("is it delimiter = \";\", with decimal = \",\" where numbers have a decimal comma?")
    );
}

#[test]
fn a_decimal_comma_reads_the_same_numbers() {
    let plain = parsed("a,b,y\n2.338167,-0.662854,4969.012\n0.394860,0.146521,-1234567.5\n", "");
    for (text, options) in [
        ("a;b;y\n2,338167;-0,662854;4969,012\n0,394860;0,146521;-1234567,5\n", "delimiter = \";\"\ndecimal = \",\""),
        (
            "a;b;y\n2,338167;-0,662854;4.969,012\n0,394860;0,146521;-1.234.567,5\n",
            "delimiter = \";\"\ndecimal = \",\"\nthousands = \".\"",
        ),
        (
            "a;b;y\n2.338167;-0.662854;4,969.012\n0.394860;0.146521;-1,234,567.5\n",
            "delimiter = \";\"\nthousands = \",\"",
        ),
        // The comma between fields is one in numbers as well, within quotes.
        (
            "a,b,y\n\"2,338167\",\"-0,662854\",\"4969,012\"\n\"0,394860\",\"0,146521\",\"-1234567,5\"\n",
            "decimal = \",\"",
        ),
        ("a,b,y\n2.338167,-0.662854,\"4,969.012\"\n0.394860,0.146521,\"-1,234,567.5\"\n", "thousands = \",\""),
        (
            "a b y\n2,338167 -0,662854 4969,012\n0,39486 0,146521 -1\u{A0}234\u{202F}567,5\n",
            "delimiter = \"whitespace\"\ndecimal = \",\"\nthousands = \" \"",
        ),
    ] {
        assert_eq!(parsed(text, options).fingerprint, plain.fingerprint, "{text}");
    }
}

#[test]
fn numbers_in_another_format_are_errors() {
    let told = message("a;y\n1,234;2\n12,34;3\n", "delimiter = \";\"\nthousands = \",\"");
    let words = "a.csv: decimal commas in column \"a\" (\"12,34\" in 1 of 2 rows, row 2 (line 3))";
    assert!(told.starts_with(words), "{told}");
    // An unquoted comma ends the field, whatever else it means.
    assert_eq!(message("a,y\n1,5,2\n", "decimal = \",\""), "a.csv: row 1 (line 2) has 3 fields, the header has 2");
    assert_eq!(
        message("a;y\n1;2\n", "decimal = \",\"\nthousands = \",\""),
        "a.csv: thousands = \",\" and decimal = \",\": they must differ; is decimal = \".\" meant?"
    );
    assert_eq!(
        message("a;y\n1;2\n", "thousands = \".\""),
        "a.csv: thousands = \".\" and decimal = \".\" (the default): they must differ; is decimal = \",\" meant?"
    );
    assert_eq!(
        message("a;y\n1;2\n", "comment = \"\""),
        "a.csv: comment = \"\": text such as \"#\" is expected, without blanks and quotes"
    );
}

#[test]
fn comments_and_skipped_lines_keep_the_line_numbers() {
    let text = "made by \"x\n# units\na,y\n# between, \"rows\n1,2\n\n#3,4\n5,x\n7,8\n";
    let options = "skip_rows = 1\ncomment = \"#\"";
    let told = message(text, options);
    assert!(told.starts_with("a.csv: target \"y\" holds \"x\" in 1 of 3 rows, row 2 (line 8): "), "{told}");
    let text = text.replace(",x", ",6");
    for block in [1, 5, BLOCK] {
        let data = in_blocks(text.as_bytes(), &format!("target = \"y\"\n{options}"), block).unwrap();
        assert_eq!((data.features.values, data.target), (vec![1.0, 5.0, 7.0], vec![2.0, 6.0, 8.0]));
    }
    // What is skipped need not be UTF-8. A comment does not begin within a field.
    let data = read_bytes(
        b"\xEF\xBB\xBF\xE9t\xE9\na,y\n\"1\n#\",2\n",
        "target = \"y\"\nskip_rows = 1\nfeatures = [\"a\"]\none_hot = [\"a\"]\ncomment = \"#\"",
    )
    .unwrap();
    assert_eq!(data.feature_names, ["a=1\n#"]);
    assert_eq!(
        message("a,y\n1,2\n", "skip_rows = 5"),
        "a.csv: nothing is left after skip_rows = 5: a header and rows are expected"
    );
}

#[test]
fn empty_columns_at_the_end_are_left_out() {
    let plain = parsed("a,y\n1,2\n3,4\n", "");
    let trailing = parsed("a,y,,\n1,2,,\n3,4, ,\"\"\n", "");
    assert_eq!((trailing.fingerprint, trailing.feature_names), (plain.fingerprint.clone(), plain.feature_names));
    assert_eq!(
        message("a,y,,\n1,2,,\n3,4,,note\n5,6,,other\n", ""),
        "a.csv: row 2 (line 3): column 4 of the header has no name and holds \"note\": name it, leave it out with \
         ignore = [\"\"], or list the features"
    );
    assert_eq!(parsed("a,y,,\n1,2,,x\n3,4,,\n", "features = [\"a\"]").fingerprint, plain.fingerprint);
}

#[test]
fn true_and_false_are_one_and_zero() {
    let data = parsed("a,b,y\nTrue,TRUE,1\nfalse,\"False\",true\n", "");
    assert_eq!((data.features.values, data.target), (vec![1.0, 1.0, 0.0, 0.0], vec![1.0, 1.0]));
    assert_eq!(
        message("a,y\n1,2\nyes,3\n", ""),
        "a.csv: column \"a\" holds \"yes\" in 1 of 2 rows, row 2 (line 3): correct it, add it to missing_values, or list the \
         column in one_hot"
    );
}

#[test]
fn names_are_the_same_in_both_spellings() {
    // é in two ways: one character, or e and an accent.
    let (nfc, nfd) = ("\u{e9}", "e\u{301}");
    for (file, key) in [(nfc, nfd), (nfd, nfc), (nfd, nfd), (nfc, nfc)] {
        let text = format!("{file},k{file},u{file},y{file}\n1,a,5,2\n?,b,5,7\n3,a,5,1\n");
        let options = format!(
            "target = \"y{key}\"\nfeatures = [\"{key}\", \"k{key}\"]\nignore = [\"u{key}\"]\none_hot = [\"k{key}\"]\nmissing = \"drop\"\nmissing_values = {{ \"{key}\" = [\"?\"] }}"
        );
        let data = read_bytes(text.as_bytes(), &options).unwrap();
        assert_eq!(data.features.values, [1.0, 1.0, 3.0, 1.0]);
        assert_eq!(data.target, [2.0, 1.0]);
        assert_eq!(data.feature_names, [nfc.to_owned(), format!("k{nfc}=a")]);
        // In a pattern a name is as long as it looks.
        let options = format!("target = \"y{key}\"\nignore = [\"k?\", \"*{key}\"]\nfeatures = [\"u{key}\"]");
        let told = read_bytes(text.as_bytes(), &options).unwrap_err().to_string();
        assert!(told.starts_with(&format!("a.csv: ignore: \"*{nfc}\" leaves out the target \"y{nfc}\"")), "{told}");
    }
    assert_eq!(
        message(&format!("{nfc},{nfd},y\n1,2,3\n"), ""),
        format!("a.csv: the header has \"{nfc}\" twice, as columns 1 and 2: rename one, or leave both out with ignore")
    );
}

#[test]
fn a_blank_beside_a_quoted_field_is_the_reason() {
    let words = "a blank between the delimiter and a quoted field: write the quote right beside the delimiter (1,\"a, b\" and not \
                 1, \"a, b\")";
    assert_eq!(message("a,k,y\n1, \"a, b\",2\n", ""), format!("a.csv: row 1 (line 2): {words}"));
    assert_eq!(message("a,k,y\n1,\"a, b\" ,2\n", ""), format!("a.csv: row 1 (line 2): {words}"));
    assert_eq!(message("LatD, \"LatM\", \"y\"\n 41, 5, 59\n", ""), format!("a.csv: line 1: {words}"));
    assert!(message("a,k,y\n1, a \"b\",2\n", "").contains("a quote (\") inside a field"));
}

#[test]
fn the_line_that_tells_excel_the_delimiter_has_its_keys() {
    for (text, options, keys) in [
        ("sep=;\na;y\n1;2\n2;3\n", "", &["skip_rows = 1", "delimiter = \";\""][..]),
        ("SEP=;\r\na;y\n1;2\n2;3\n", "delimiter = \";\"", &["skip_rows = 1"]),
        ("\"sep=;\"\na;y\n1;2\n2;3\n", "", &["skip_rows = 1", "delimiter = \";\""]),
        ("sep=,\na,y\n1,2\n2,3\n", "", &["skip_rows = 1"]),
        ("sep=\t\na\ty\n1\t2\n2\t3\n", "", &["skip_rows = 1", "delimiter = \"\\t\""]),
        ("made by x\nsep=;\na;y\n1;2\n2;3\n", "skip_rows = 1", &["skip_rows = 2", "delimiter = \";\""]),
    ] {
        let line = 1 + usize::from(options.contains("skip_rows"));
        assert_eq!(
            message(text, options),
            format!(
                "a.csv: line {line}: this line tells Excel the delimiter, and is no header\nwhat would read it:\n  {}",
                keys.join("\n  ")
            )
        );
        let followed = keys.join("\n");
        let kept = if options.contains("delimiter") { options } else { "" };
        assert_eq!(parsed(text, &format!("{kept}\n{followed}")).target, [2.0, 3.0], "{text}");
    }
    assert_eq!(parsed("sep=y,y\n1,2\n", "").feature_names, ["sep=y"]);
}

#[test]
fn carriage_returns_alone_end_no_lines() {
    let words = "lines end with a carriage return alone, as on old Macs; line feeds are expected: tr '\\r' '\\n' < a.csv > lines.csv";
    for text in ["a,y\r1,2\r3,4\r", "a,\"y\nz\"\r1,2\r3,4", "\u{feff}a,y\r1,2"] {
        assert_eq!(message(text, ""), format!("a.csv: {words}"), "{text:?}");
    }
    assert_eq!(parsed("a,y\r\n1,2", "").target, [2.0]);
    assert_eq!(parsed("a,y\n1,2\r\n\r\n3,4\r", "").target, [2.0, 4.0]);
    // Within quotes it is a character as others are.
    let quoted = parsed("\"a\rb\",y\n1,2\n", "");
    assert_eq!(quoted.feature_names, ["a\rb"]);
}
