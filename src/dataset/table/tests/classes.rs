//! Targets that are classes.

use super::*;
use crate::data::TargetClasses;
use crate::shape::TargetKind;

/// The names of the classes with their rows, and the codes.
fn classes(data: &Dataset) -> (String, Vec<f64>) {
    let classes = TargetClasses::of(data).unwrap();
    (classes.facts(data.target_kind()).counted().join(", "), classes.codes.to_vec())
}

#[test]
fn texts_are_numbered_in_the_order_of_their_bytes() {
    let data = parsed("x,y\n1,virginica\n2,setosa\n3,Zebra\n4,setosa\n5,\u{e9}t\u{e9}\n6,e\u{301}te\u{301}\n", "");
    assert_eq!(data.target_kind(), TargetKind::Classes);
    // Both spellings of Unicode are one class.
    assert_eq!(
        classes(&data),
        ("Zebra 1, setosa 2, virginica 1, été 2".to_owned(), vec![2.0, 1.0, 0.0, 1.0, 3.0, 3.0])
    );
    assert_eq!(kinds(&data)[1], ("y", ColumnKind::Categories { levels: 4 }));
    assert!(data.notes.is_empty(), "{:?}", data.notes);
    // Names do not enter the fingerprint, and other features are read as ever.
    let numbers = parsed("x,y\n1,2\n2,1\n3,0\n4,1\n5,3\n6,3\n", "");
    assert_eq!((data.fingerprint, data.features), (numbers.fingerprint, numbers.features));
}

#[test]
fn whichever_block_the_first_text_stands_in_the_classes_are_the_same() {
    let rows = |first: usize| table("x,y", 30_000, |row| format!("{row},{}", if row >= first { "u" } else { "7.0" }));
    let text = rows(14_000);
    for block in [64, 1 << 16, 1 << 22] {
        let options = filled(source("csv").unwrap(), "path = \"a.csv\"\ntarget = \"y\"");
        let data = read_csv(text.as_bytes(), text.len() as u64, &options, block).unwrap();
        assert_eq!(classes(&data).0, "7 14000, u 16000", "{block}");
        assert_eq!(
            data.notes[0],
            "a.csv: target \"y\" has 14000 numbers among 16000 texts: each number is a class, however it is written (1, 1.0)"
        );
        // Numbers that follow texts in the same block are codes as well.
        let mixed = table("x,y", 30_000, |row| format!("{row},{}", ["b", "3", "a"][row % 3]));
        let data = read_csv(mixed.as_bytes(), mixed.len() as u64, &options, block).unwrap();
        let (counted, codes) = classes(&data);
        assert_eq!((counted.as_str(), &codes[..6]), ("3 10000, a 10000, b 10000", &[2.0, 0.0, 1.0, 2.0, 0.0, 1.0][..]));
    }
    assert!(message(&rows(16_000), "").contains("target \"y\" holds \"u\" in 14000 of 30000 rows"));
}

#[test]
fn a_target_of_numbers_with_a_few_texts_has_mistakes() {
    assert_eq!(
        message("x,y\n1,1.5\n2,many\n3,2.5\n", ""),
        "a.csv: target \"y\" holds \"many\" in 1 of 3 rows, row 2 (line 3): correct it, or add it to missing_values"
    );
    // As many numbers as texts are not more than half.
    assert_eq!(classes(&parsed("x,y\n1,1\n2,a\n", "")).0, "1 1, a 1");
    let half = message("x,y\n1,1\n2,?\n3,2\n4,?\n", "");
    assert!(half.contains("holds \"?\" in 2 of 4 rows, first in row 2 (line 3): add it to missing_values"), "{half}");
    let commas = message("x;y\n1;2,5\n2;3,5\n", "delimiter = \";\"");
    assert!(commas.contains("decimal commas in column \"y\""), "{commas}");
    // More different numbers than a target may have classes, and a text behind them.
    let many =
        table("x,y", 3000, |row| format!("{row},{}", if row == 2999 { "late".to_owned() } else { row.to_string() }));
    assert!(message(&many, "").contains("target \"y\" holds \"late\" in 1 of 3000 rows"));
}

#[test]
fn true_and_false_are_numbers_with_names() {
    let data = parsed("x,y\n1,True\n2,false\n3,TRUE\n", "");
    assert_eq!((data.target_kind(), &data.target), (TargetKind::Number, &vec![1.0, 0.0, 1.0]));
    assert_eq!(classes(&data).0, "false 1, true 2");
    assert_eq!(kinds(&data)[1].1, ColumnKind::TruthValue);
    let numbers = parsed("x,y\n1,1\n2,false\n3,1\n", "");
    assert_eq!((classes(&numbers).0.as_str(), numbers.classes), ("0 1, 1 2", None));
    let third = parsed("x,y\n1,true\n2,maybe\n3,maybe\n4,FALSE\n", "");
    assert_eq!((third.target_kind(), classes(&third).0.as_str()), (TargetKind::Classes, "false 1, maybe 2, true 1"));
}

#[test]
fn a_dropped_row_adds_no_class_and_a_marker_is_none() {
    let text = "x,y\n1,a\n,rare\n3,b\n4,?\n5,unknown\n6,\n";
    let data = parsed(text, "missing = \"drop\"\nmissing_values = [\"?\"]");
    assert_eq!(classes(&data), ("a 1, b 1, unknown 1".to_owned(), vec![0.0, 1.0, 2.0]));
    assert!(
        data.notes.contains(
            &"a.csv: \"unknown\" is a class of the target \"y\", in 1 of 6 rows: add it to missing_values if it stands for a missing cell"
                .to_owned()
        ),
        "{:?}",
        data.notes
    );
}

#[test]
fn more_than_a_thousand_texts_are_no_classes() {
    let text = |rows: usize| table("x,y", rows, |row| format!("{row},n{row}"));
    assert_eq!(TargetClasses::of(&parsed(&text(1000), "")).unwrap().names.len(), 1000);
    assert_eq!(
        message(&text(1001), ""),
        "a.csv: target \"y\" holds text (\"n0\", \"n1\", \"n2\", … in all 1001 rows, first in row 1 (line 2)), more than 1000 different \
         ones: numbers are expected, or at most 1000 different texts, which are classes"
    );
}
