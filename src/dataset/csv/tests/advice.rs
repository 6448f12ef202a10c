//! Advice that is followed to the letter reads the file.

use super::{message, parsed, read_bytes};
use crate::dataset::number_format::NumberFormat;

/// A whole number of tenths as text in a format.
fn written(tenths: i64, format: NumberFormat) -> String {
    let (whole, decimal) = (tenths.abs() / 10, tenths.abs() % 10);
    let digits = whole.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.extend(format.thousands);
        }
        text.push(digit);
    }
    if decimal > 0 {
        text += &format!("{}{decimal}", format.decimal);
    }
    if tenths < 0 { format!("-{text}") } else { text }
}

fn formats() -> Vec<NumberFormat> {
    let mut all = Vec::new();
    for decimal in ['.', ','] {
        for thousands in [None, Some(','), Some('.'), Some(' '), Some('\''), Some('_')] {
            if thousands != Some(decimal) {
                all.push(NumberFormat { decimal, thousands });
            }
        }
    }
    all
}

/// The keys of a format, with those of `lines` in the place of others.
fn keys(format: NumberFormat, lines: &[&str]) -> Vec<String> {
    let mut keys = vec![format!("decimal = \"{}\"", format.decimal)];
    keys.extend(format.thousands.map(|character| format!("thousands = \"{character}\"")));
    for line in lines {
        let name = line.strip_prefix("no ").and_then(|rest| rest.split(',').next());
        let name = name.unwrap_or_else(|| line.split(" = ").next().unwrap());
        keys.retain(|key| !key.starts_with(&format!("{name} =")));
        if !line.starts_with("no ") {
            keys.push((*line).to_owned());
        }
    }
    keys
}

#[test]
fn in_every_format_and_under_every_key_advice_reads_the_file() {
    let numbers: [[i64; 2]; 4] = [[12_345_675, 15], [-23_455, 25], [5, 10_005], [12_340, 40]];
    let mut advised = 0;
    for file in formats() {
        for delimiter in [",", ";", "\t"] {
            let row = |row: &[i64; 2]| {
                let cells = row.map(|tenths| format!("\"{}\"", written(tenths, file)));
                cells.join(delimiter)
            };
            let text = numbers.iter().fold(format!("a{delimiter}y\n"), |text, numbers| text + &row(numbers) + "\n");
            let meant: Vec<f64> = numbers.iter().map(|row| row[0] as f64 / 10.0).collect();
            for now in formats() {
                let under = |lines: &[&str]| {
                    let options = format!("target = \"y\"\ndelimiter = {delimiter:?}\n{}", keys(now, lines).join("\n"));
                    read_bytes(text.as_bytes(), &options)
                };
                let Err(error) = under(&[]) else { continue };
                let told = error.to_string();
                let (problems, lines) = told.split_once("\nwhat would read it:\n").unwrap_or((told.as_str(), ""));
                let lines: Vec<&str> = lines.lines().map(str::trim_start).filter(|line| !line.is_empty()).collect();
                if lines.is_empty() || lines.iter().any(|line| line.starts_with("ignore")) {
                    // Some cells are numbers under the keys of now already, with decimals: no key reads both.
                    assert!(problems.contains("no key reads these"), "{file:?} under {now:?}: {told}");
                    continue;
                }
                advised += 1;
                let data = under(&lines).unwrap_or_else(|error| panic!("{file:?} under {now:?}: {told}\nthen {error}"));
                assert_eq!(data.features.values, meant, "{file:?} under {now:?}: {told}");
                // What is told of the columns is the same advice.
                for key in lines.iter().filter(|line| !line.starts_with("no ")) {
                    assert!(problems.contains(*key), "{told}");
                }
            }
        }
    }
    assert!(advised > 150, "{advised}");
}

#[test]
fn a_point_between_digits_is_no_decimal_where_these_follow_a_comma() {
    let text = "a;y\n1,5;234.500\n2,5;1.234\n";
    assert_eq!(
        message(text, "delimiter = \";\"\ndecimal = \",\""),
        "a.csv: separators of thousands in column \"y\" (\"234.500\" in all 2 rows, first in row 1 (line 2)): \
         thousands = \".\" reads them\nwhat would read it:\n  thousands = \".\""
    );
    let data = parsed(text, "delimiter = \";\"\ndecimal = \",\"\nthousands = \".\"");
    assert_eq!((data.features.values, data.target), (vec![1.5, 2.5], vec![234_500.0, 1234.0]));
    // Decimals of both kinds are read by no key.
    assert_eq!(
        message("a;y\n1,5;2\n1.5;3\n", "delimiter = \";\"\ndecimal = \",\""),
        "a.csv: decimal points in column \"a\" (\"1.5\" in 1 of 2 rows, row 2 (line 3)): no key reads these beside the other \
         numbers: write all of them in one way, or leave them out\nwhat would read it:\n  ignore = [\"a\"]"
    );
    // A column with points keeps its key, and the one with commas goes.
    assert_eq!(
        message("a;b;y\n1,5;1.5;2\n2,5;2.5;3\n", "delimiter = \";\"").lines().last(),
        Some("  ignore = [\"a\"]")
    );
}

#[test]
fn a_decimal_comma_is_asked_for_only_where_a_comma_may_be_one() {
    let told = |options: &str| message("a;y\n1;2\n", options);
    assert!(told("").ends_with("is it delimiter = \";\", with decimal = \",\" where numbers have a decimal comma?"));
    for set in ["thousands = \",\"", "decimal = \",\""] {
        assert!(told(set).ends_with("the columns are \"a;y\"; is it delimiter = \";\"?"), "{}", told(set));
    }
}

#[test]
fn negative_numbers_in_other_ways_have_their_own_remedy() {
    assert_eq!(
        message("a,y\n−1.5,2\n−2.5,3\n3,1\n\"(1,234)\",2\n", ""),
        "a.csv: other minus signs than - in column \"a\" (\"−1.5\" in 2 of 4 rows, first in row 1 (line 2)): write -1.5 for −1.5 \
         (with the hyphen of the keyboard, before the number) into the file, or leave them out\n\
         a.csv: negative numbers in parentheses in column \"a\" (\"(1,234)\" in 1 of 4 rows, row 4 (line 5)): write -1234.5 for \
         (1,234.5) into the file, or leave them out\nwhat would read it:\n  ignore = [\"a\"]"
    );
    let target = message("a,y\n1,2\n2,–3\n3,4\n", "");
    assert!(target.contains("other minus signs than - in column \"y\"") && !target.contains("ignore"), "{target}");
}

#[test]
fn a_number_that_is_too_large_is_text_beside_text_alone() {
    let ids = "key,y\n12e4567,1\nab,2\n7f,5\n";
    assert_eq!(
        message(ids, ""),
        "a.csv: text in 1 column, \"key\" (3 levels): list it in one_hot, or leave it out\n\
         what would read it:\n  one_hot = \"text\", or one_hot = [\"key\"]"
    );
    for one_hot in ["\"text\"", "[\"key\"]"] {
        let data = parsed(ids, &format!("one_hot = {one_hot}"));
        assert_eq!(data.feature_names, ["key=12e4567", "key=7f", "key=ab"]);
    }
    for options in ["", "one_hot = \"text\""] {
        assert_eq!(
            message("key,y\n12e4567,1\n4,2\n7,5\n", options),
            "a.csv: column \"key\": \"12e4567\" is too large for a number: f64 ends at 1.8e308, in 1 of 3 rows, row 1 (line 2)"
        );
    }
    assert_eq!(
        message("a,y\n1,2\n2,-1e999\n", ""),
        "a.csv: target \"y\": \"-1e999\" is too large for a number: f64 ends at 1.8e308, in 1 of 2 rows, row 2 (line 3)"
    );
}

#[test]
fn missing_values_are_not_advised_for_a_column_that_is_mostly_missing() {
    let text = "a,b,y\n?,1,1\n,2,2\n?,3,3\n5,4,4\n,5,6\n";
    assert_eq!(
        message(text, ""),
        "a.csv: mostly without a value: \"a\" in 4 of 5 rows: leave it out\nwhat would read it:\n  ignore = [\"a\"]"
    );
    // Nor for one that is left out for another reason.
    assert_eq!(
        message("p,y\n10%,1\n?,2\n30%,3\n", "").lines().skip(1).collect::<Vec<_>>(),
        ["what would read it:", "  ignore = [\"p\"]"]
    );
}
