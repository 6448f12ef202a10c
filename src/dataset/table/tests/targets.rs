//! Several targets.

use super::*;

const TARGETS: &str = "targets = [\"y\", \"z\"]";

#[test]
fn targets_stand_one_after_the_other_and_are_no_features() {
    let text = "a,z,w,b,y\n1,10,1,3,4\n5,20.5,2,7,8\n9,30,0,11,12\n";
    let data = parsed(text, &format!("{TARGETS}\nweight = \"w\""));
    assert_eq!(data.feature_names, ["a", "b"]);
    assert_eq!(data.features.values, [1.0, 3.0, 5.0, 7.0, 9.0, 11.0]);
    assert_eq!(data.target, [4.0, 8.0, 12.0, 10.0, 20.5, 30.0]);
    assert_eq!((data.target_name.as_str(), data.other_targets), ("y", vec!["z".to_owned()]));
    assert_eq!(data.weights.unwrap().values, [1.0, 2.0, 0.0]);
    assert_eq!(data.reading.columns.last().unwrap().name, "y");
    let other = &data.reading.other_targets[0];
    assert_eq!((other.name.as_str(), other.kind), ("z", ColumnKind::Number));
    assert!(data.notes.is_empty() && data.reading.left_out.is_empty());
    // Their order and number are other data; one in a list is a target as ever.
    let turned = parsed(text, "targets = [\"z\", \"y\"]\nignore = [\"w\"]");
    assert_eq!(turned.target, [10.0, 20.5, 30.0, 4.0, 8.0, 12.0]);
    let both = parsed(text, &format!("{TARGETS}\nignore = [\"w\"]"));
    assert_ne!(turned.fingerprint, both.fingerprint);
    let one = |options: &str| parsed(text, &format!("{options}\nignore = [\"w\", \"z\"]")).fingerprint;
    assert_eq!(one("targets = [\"y\"]"), one(""));
    assert_ne!(one(""), both.fingerprint);
    let three = parsed(text, "targets = [\"b\", \"y\", \"z\"]\nfeatures = [\"a\"]");
    assert_eq!(three.target, [3.0, 7.0, 11.0, 4.0, 8.0, 12.0, 10.0, 20.5, 30.0]);
}

#[test]
fn categories_and_dropped_rows_go_with_targets() {
    let text = "s,z,y\nu,1,4\nv,,5\nu,2,8\nw,3,\n";
    let data = parsed(text, &format!("{TARGETS}\none_hot = \"text\"\nmissing = \"drop\""));
    assert_eq!((data.feature_names, data.target), (vec!["s=u".to_owned()], vec![4.0, 8.0, 1.0, 2.0]));
    assert_eq!(data.notes[0], "a.csv: 2 of 4 rows dropped for missing cells (\"z\" 1, \"y\" 1)");
    let constant = parsed("a,z,y\n1,7,4\n3,7,5\n", TARGETS);
    assert_eq!(constant.notes, ["a.csv: the target \"z\" is the same in every row"]);
    // true and false are 1 and 0.
    let truths = parsed("a,z,y\n1,true,false\n2,false,true\n", TARGETS);
    assert_eq!((truths.target, truths.classes), (vec![0.0, 1.0, 1.0, 0.0], None));
}

#[test]
fn many_rows_read_as_few_do() {
    let rows = |row: usize| format!("{row},{},{}", row % 7, row % 3);
    let text = table("x,z,y", 30_000, rows);
    for block in [64, 1 << 16] {
        let options = filled(source("csv").unwrap(), &format!("path = \"a.csv\"\n{TARGETS}"));
        let data = read_csv(text.as_bytes(), text.len() as u64, &options, block).unwrap();
        let (first, second) = data.target.split_at(30_000);
        assert!(first.iter().enumerate().all(|(row, target)| *target == (row % 3) as f64));
        assert!(second.iter().enumerate().all(|(row, target)| *target == (row % 7) as f64));
        assert!(data.features.values.iter().enumerate().all(|(row, value)| *value == row as f64));
    }
}

#[test]
fn each_target_is_a_column_of_numbers() {
    let told = |y: &str, z: &str| message(&format!("a,z,y\n1,{z},{y}\n2,{z},{y}\n3,{z},{y}\n"), TARGETS);
    assert_eq!(
        told("1", "up"),
        "a.csv: target \"z\" holds text in all 3 rows, first in row 1 (line 2): each of several targets is a column of numbers"
    );
    assert_eq!(told("up", "1"), "a.csv: target \"y\" holds text: each of several targets is a column of numbers");
    assert_eq!(
        message("a,z,y\n1,inf,2\n2,3,4\n3,5,7\n", TARGETS),
        "a.csv: target \"z\": \"inf\" is not finite in 1 of 3 rows, row 1 (line 2)"
    );
    assert!(message("a,z,y\n1,,2\n2,3,4\n3,5,7\n", TARGETS).contains("\"z\" has no value in 1 of 3 rows"));
}

#[test]
fn a_column_has_one_use() {
    let told = |options: &str| message("a,z,y\n1,1,2\n2,2,3\n", options);
    let with = |options: &str| told(&format!("{TARGETS}\n{options}"));
    assert_eq!(told("targets = [\"y\", \"y\"]"), "a.csv: targets lists \"y\" twice");
    assert_eq!(
        told("targets = [\"y\", \"q\"]"),
        "a.csv: targets: there is no column \"q\" (did you mean \"a\"?); the columns are \"a\", \"z\", \"y\""
    );
    assert_eq!(with("weight = \"z\""), "a.csv: weight names the target \"z\"");
    assert_eq!(with("ignore = [\"z*\"]"), "a.csv: ignore: \"z*\" leaves out the target \"z\"");
    assert_eq!(with("features = [\"a\", \"z\"]"), "a.csv: features lists the target \"z\"");
    assert_eq!(with("one_hot = [\"z\"]"), "a.csv: one_hot lists the target \"z\": a target is one number");
    assert!(told("targets = []").ends_with("`targets` lists no column"), "{}", told("targets = []"));
    assert_eq!(told("targets = [\"a\", \"z\", \"y\"]"), "a.csv: no feature is left beside the target \"a\"");
}
