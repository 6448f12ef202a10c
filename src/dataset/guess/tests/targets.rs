//! Which column is taken for the target, and whether it has classes.

use super::*;

#[test]
fn a_target_is_not_replaced_without_a_word() {
    let priced = "price,rooms,area\n$1200,2,30\n$1500,3,44\n$900,1,21\n$950,1,22\n";
    let dated = "area,rooms,sold\n30,2,2024-01-31\n44,3,2024-02-01\n21,1,2024-02-02\n";
    let empty = "area,rooms,y\n30,2,\n44,3,\n21,1,1\n25,1,\n";
    for (text, target, why, refused) in [
        (priced, "price", "it holds currency signs (\"$1200\", \"$1500\")", "write bare numbers into the file"),
        (dated, "sold", "it holds dates or times (\"2024-01-31\", ", "write numbers (a year, days since the first)"),
        (empty, "y", "it has no value in 3 of 4 rows", "add missing=drop to keep the other 1"),
    ] {
        let guess = guessed_bytes("d.csv", text.as_bytes(), "").unwrap();
        assert_ne!(guess.data.target_name, target);
        let begin = format!("\"{target}\" would be the target by its name or place, and is passed over: {why}");
        assert!(guess.advice[0].starts_with(&begin), "{:?}", guess.advice);

        let error =
            guessed_bytes("d.csv", text.as_bytes(), &format!("target = \"{target}\"")).err().unwrap().to_string();
        assert!(error.starts_with(&format!("d.csv: target \"{target}\": {why}")), "{error}");
        assert!(error.contains(refused) && error.contains("--target"), "{error}");
    }
    // Text that hardly repeats is passed over, and read as classes where a person asks for it.
    let text = b"a,b,kind\n1,2,u\n2,4,v\n4,1,u\n";
    let guess = guessed_bytes("d.csv", text, "").unwrap();
    assert_eq!(guess.data.target_name, "b");
    assert_eq!(
        guess.advice[0],
        "\"kind\" would be the target by its name or place, and is passed over: it holds text, in 3 rows 2 different ones, which are \
         hardly classes"
    );
    let asked = guessed_bytes("d.csv", text, "target = \"kind\"").unwrap();
    assert_eq!(
        (asked.data.classes.unwrap().names.join(" "), asked.data.target),
        ("u v".to_owned(), vec![0.0, 1.0, 0.0])
    );
    let only_text = guessed_bytes("d.csv", b"name,city\na,b\nc,d\na,b\n", "").unwrap();
    assert_eq!((only_text.data.target_name.as_str(), only_text.data.target), ("city", vec![0.0, 1.0, 0.0]));
    // Behind the sample a column of numbers turns out to hold text for the most part.
    let late = |row: usize| format!("{},{},{}\n", row % 5, row % 7, if row < 95_000 { "3" } else { "u" });
    let late: String = (0..200_000).map(late).collect();
    let guess = guessed_bytes("d.csv", format!("a,b,y\n{late}").as_bytes(), "").unwrap();
    assert_eq!((guess.data.target_name.as_str(), guess.data.classes), ("b", None));
    let same = guessed_bytes("d.csv", b"y,x,z\n1,3,3\n1,4,4\n1,9,2\n", "").unwrap();
    assert!(same.advice[0].ends_with("passed over: it is the same in every row"), "{:?}", same.advice);
    let kept = guessed_bytes("d.csv", empty.as_bytes(), "target = \"y\"\nmissing = \"drop\"").unwrap();
    assert_eq!(kept.data.target, [1.0]);
}

/// The target that is guessed of 60 rows, its reason, and the first advice.
fn target_of(header: &str, row: impl Fn(usize) -> String) -> [String; 3] {
    let rows: String = (0..60).map(|at| row(at) + "\n").collect();
    let guess = guessed_bytes("d.csv", format!("{header}{rows}").as_bytes(), "").unwrap();
    let why = guess.keys.iter().find(|key| key.key == "target").map(|key| key.why.clone()).unwrap_or_default();
    assert_eq!(guess.data.classes.is_some(), guess.data.target_kind() == crate::shape::TargetKind::Classes);
    let advice = guess.advice.first().cloned().unwrap_or_default();
    let kind = if guess.data.classes.is_some() { " as classes" } else { "" };
    [format!("{}{kind}", guess.data.target_name), why, advice]
}

#[test]
fn texts_that_repeat_are_classes_by_name_or_place() {
    let of = |row: usize| format!("{}.5,{}", (row + 5) * 37 % 101, (row + 5) * (row + 5) % 89);
    let by_name = "a guess by its name; name another with --target";
    let by_place = "a guess: the last column; name another with --target";
    let [target, why, advice] = target_of("a,b,Species\n", |row| format!("{},s{}", of(row), row % 3));
    assert_eq!([target.as_str(), &why, &advice], ["Species as classes", by_name, ""]);
    let [target, why, _] = target_of("diagnosis,a,b\n", |row| format!("d{},{}", row % 2, of(row)));
    assert_eq!([target.as_str(), &why], ["diagnosis as classes", by_name]);
    let [target, why, _] = target_of("a,b,kind\n", |row| format!("{},s{}", of(row), row % 12));
    assert_eq!([target.as_str(), &why], ["kind as classes", by_place]);
    // The first column, where nothing is named.
    let [target, why, _] = target_of("", |row| format!("s{},{}", row % 3, of(row)));
    assert_eq!(
        [target.as_str(), &why],
        ["column_1 as classes", "a guess: classes before columns of numbers; name another with --target"]
    );
    let [target, ..] = target_of("city,a,b\n", |row| format!("s{},{}", row % 3, of(row)));
    assert_eq!(target, "b");
    // A name that targets of numbers have comes first.
    let [target, ..] = target_of("a,price,kind\n", |row| format!("{},s{}", of(row), row % 3));
    assert_eq!(target, "price");
}

#[test]
fn texts_that_are_hardly_classes_are_passed_over_with_the_reason() {
    let of = |row: usize| format!("{}.5,{}", row * 37 % 101, row * row % 89);
    for (name, text, reason) in [
        (
            "species",
            &(|row| format!("s{row}")) as &dyn Fn(usize) -> String,
            "in 60 rows 60 different ones, which are hardly classes",
        ),
        ("kind", &|row| format!("s{}", row % 20), "in 60 rows 20 different ones, which are hardly classes"),
        (
            "species",
            &|row| format!("s{}", row.min(2) % 3),
            "its class \"s0\" has 1 row, too few for the parts of a split",
        ),
        ("last_name", &|row| format!("s{}", row % 3), "it holds text, and is not called as classes are"),
        ("customer_id", &|row| format!("s{}", row % 3), "it holds text, and is not called as classes are"),
    ] {
        let [target, _, advice] = target_of(&format!("a,b,{name}\n"), |row| format!("{},{}", of(row), text(row)));
        assert_eq!(target, "b", "{name}");
        assert!(advice.starts_with(&format!("\"{name}\" would be the target")) && advice.ends_with(reason), "{advice}");
    }
    let many = |row: usize| format!("{},{},t{row}\n", row % 5, row % 7);
    let many: String = (0..1001).map(many).collect();
    let refused = guessed_bytes("d.csv", format!("a,b,kind\n{many}").as_bytes(), "target = \"kind\"").err().unwrap();
    let refused = refused.to_string();
    assert!(
        refused.contains("more than 1000 different ones") && refused.ends_with("name another column with --target"),
        "{refused}"
    );
}

#[test]
fn an_unlikely_target_is_passed_over() {
    // The mass follows the length; the year follows nothing.
    let row = |row: usize| {
        let length = row * 37 % 101 + row * row % 13;
        format!("{}.5,{},{}\n", length, 40 * length + row % 60, 2007 + row * 7 % 3)
    };
    let rows: String = (0..120).map(row).collect();
    let guess = guessed_bytes("d.csv", format!("length,mass,year\n{rows}").as_bytes(), "").unwrap();
    assert_eq!(shown(&guess), "target = \"mass\"");
    assert_eq!(guess.keys[0].why, "a guess: other columns tell it; name another with --target");
    assert_eq!(
        guess.advice,
        ["\"year\" would be the target by its name or place, and is passed over: it holds 3 calendar years"]
    );
    // A name that targets have stands.
    let guess = guessed_bytes("d.csv", format!("length,mass,y\n{rows}").as_bytes(), "").unwrap();
    assert_eq!((shown(&guess).as_str(), guess.advice.len()), ("target = \"y\"", 0));
}
