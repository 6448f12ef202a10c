//! The column of the weights.

use super::*;
use crate::record::ColumnKind;

const WEIGHT: &str = "weight = \"w\"";

#[test]
fn the_weight_is_no_feature() {
    let text = "a,w,b,y\n1,2,3,4\n5,0.5,7,8\n9,0,11,12\n";
    let data = parsed(text, WEIGHT);
    assert_eq!(data.feature_names, ["a", "b"]);
    assert_eq!(data.features.values, [1.0, 3.0, 5.0, 7.0, 9.0, 11.0]);
    assert_eq!(data.target, [4.0, 8.0, 12.0]);
    let weights = data.weights.unwrap();
    assert_eq!((weights.name.as_str(), weights.values), ("w", vec![2.0, 0.5, 0.0]));
    let read = data.reading.weight.unwrap();
    assert_eq!((read.name.as_str(), read.kind), ("w", ColumnKind::Number));
    assert_eq!(data.reading.columns.len(), 3);
    assert!(data.notes.is_empty() && data.reading.left_out.is_empty());
    // Weights are other numbers; equal ones are none.
    let ignored = parsed(text, "ignore = [\"w\"]");
    assert_eq!((&ignored.features, &ignored.target), (&data.features, &data.target));
    assert_ne!(ignored.fingerprint, data.fingerprint);
    let equal = parsed("a,w,b,y\n1,3,3,4\n5,3,7,8\n9,3,11,12\n", WEIGHT);
    assert_eq!((equal.weights, equal.fingerprint), (None, ignored.fingerprint));
    assert_eq!(equal.notes, ["a.csv: weight \"w\" is the same in every row: it changes nothing"]);
}

#[test]
fn categories_and_dropped_rows_go_with_a_weight() {
    let text = "s,w,y\nu,1,4\nv,,5\nu,2,8\nw,3,\n";
    let data = parsed(text, "weight = \"w\"\none_hot = \"text\"\nmissing = \"drop\"");
    assert_eq!(data.feature_names, ["s=u"]);
    assert_eq!(data.weights.unwrap().values, [1.0, 2.0]);
    assert_eq!(data.notes[0], "a.csv: 2 of 4 rows dropped for missing cells (\"w\" 1, \"y\" 1)");
    let levels = parsed("s,w,y\nu,1,4\nv,3,5\nu,2,8\n", "weight = \"w\"\none_hot = [\"s\"]");
    assert_eq!(levels.features.values, [1.0, 0.0, 0.0, 1.0, 1.0, 0.0]);
    assert_eq!(levels.weights.unwrap().values, [1.0, 3.0, 2.0]);
}

#[test]
fn many_rows_read_as_few_do() {
    let rows = |row: usize| format!("{row},{},{}", row % 7, row % 3);
    let text = table("x,w,y", 30_000, rows);
    for block in [64, 1 << 16] {
        let options = filled(source("csv").unwrap(), &format!("path = \"a.csv\"\ntarget = \"y\"\n{WEIGHT}"));
        let data = read_csv(text.as_bytes(), text.len() as u64, &options, block).unwrap();
        let weights = data.weights.unwrap().values;
        assert!(weights.iter().enumerate().all(|(row, weight)| *weight == (row % 7) as f64));
        assert!(data.features.values.iter().enumerate().all(|(row, value)| *value == row as f64));
    }
}

#[test]
fn what_is_no_weight_is_named() {
    let text = |weights: [&str; 3]| {
        let [first, second, third] = weights;
        format!("a,w,y\n1,{first},2\n2,{second},3\n3,{third},5\n")
    };
    let told = |weights: [&str; 3]| message(&text(weights), WEIGHT);
    assert_eq!(
        told(["1", "-1", "-2"]),
        "a.csv: weight \"w\": -1 in row 2 is negative, and so are 1 more: weights are numbers of at least 0"
    );
    assert_eq!(told(["0", "0", "-0"]), "a.csv: weight \"w\" is 0 in every row: no row would count");
    assert_eq!(
        told(["a", "b", "c"]),
        "a.csv: weight \"w\" holds text in all 3 rows, first in row 1 (line 2): weights are numbers of at least 0"
    );
    assert_eq!(
        told(["1", "b", "2"]),
        "a.csv: weight \"w\" holds \"b\" in 1 of 3 rows, row 2 (line 3): correct it, or add it to missing_values"
    );
    assert_eq!(told(["1", "inf", "2"]), "a.csv: weight \"w\": \"inf\" is not finite in 1 of 3 rows, row 2 (line 3)");
    assert!(told(["1", "", "2"]).contains("\"w\" has no value in 1 of 3 rows, row 2 (line 3)"));
    assert!(!told(["", "", ""]).contains("every row"));
}

#[test]
fn a_column_has_one_use() {
    let told = |options: &str| message("a,w,y\n1,1,2\n2,2,3\n", options);
    assert_eq!(
        told("weight = \"v\""),
        "a.csv: weight: there is no column \"v\" (did you mean \"a\"?); the columns are \"a\", \"w\", \"y\""
    );
    assert_eq!(told("weight = \"y\""), "a.csv: weight names the target \"y\"");
    assert_eq!(told("weight = \"w\"\nignore = [\"w\"]"), "a.csv: ignore: \"w\" leaves out the weight \"w\"");
    assert_eq!(told("weight = \"w\"\nfeatures = [\"a\", \"w\"]"), "a.csv: features lists the weight \"w\"");
    assert_eq!(
        told("weight = \"w\"\none_hot = [\"w\"]"),
        "a.csv: one_hot lists the weight \"w\": a weight is one number"
    );
}
