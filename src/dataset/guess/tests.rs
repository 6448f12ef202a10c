//! The guess on small texts of every kind, and that what it says is read.

use std::io::Write as _;

use super::layout::Layout;
use super::*;
use crate::dataset::{DataError, Dataset};
use crate::parameter::Values;
use crate::text::toml_value;

fn guessed_bytes(name: &str, bytes: &[u8], given: &str) -> Result<Guess, DataError> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(name), bytes).unwrap();
    let given: Values = given.parse().unwrap();
    guess(folder.path(), name, &given)
}

/// The keys on one line, and the data.
fn guessed(text: &str) -> (String, Dataset) {
    let guess = guessed_bytes("d.csv", text.as_bytes(), "").unwrap();
    (shown(&guess), guess.data)
}

fn shown(guess: &Guess) -> String {
    let keys = guess.keys.iter().map(|key| format!("{} = {}", key.key, toml_value(&key.value)));
    keys.collect::<Vec<_>>().join("; ")
}

#[test]
fn texts_of_every_kind() {
    for (text, keys) in [
        ("a,y\n1,2\n3,5\n", "target = \"y\""),
        ("y,a\n1,2\n3,5\n", "target = \"y\""),
        ("a,b\n1,2\n3,5\n", "target = \"b\""),
        ("a,b,name\n1,2,x\n3,5,x\n2,2,z\n4,5,z\n", "target = \"b\"; one_hot = \"text\""),
        ("a;b;y\n2,33;-0,66;4,96\n0,39;0,14;0,31\n", "delimiter = \";\"; decimal = \",\"; target = \"y\""),
        ("a;y\n1.234,5;1\n2.000,25;2\n", "delimiter = \";\"; decimal = \",\"; thousands = \".\"; target = \"y\""),
        ("price,y\n\"1,200\",3\n\"2,500\",4\n", "thousands = \",\"; target = \"y\""),
        ("a\ty\n1,5\t2\n3,5\t4\n", "delimiter = \"\\t\"; decimal = \",\"; target = \"y\""),
        ("a|b|y\n1|2|3\n4|5|7\n", "delimiter = \"|\"; target = \"y\""),
        ("a   b  y\n1   2  3\n4  5   7\n", "delimiter = \"whitespace\"; target = \"y\""),
        (
            "18.0  8  307.0  \"chevrolet malibu\"\n15.0  8  350.0\t\"buick skylark\"\n16.0  6  3.0\t\"buick\"\n",
            "delimiter = \"whitespace\"; header = false; target = \"column_3\"; one_hot = \"text\"",
        ),
        ("0.1,18,24\n0.2,0,21.6\n0.3,0,34.7\n", "header = false; target = \"column_3\""),
        (
            "39, Male, 40\n50, Male, 13\n38, Female, 41\n20, Female, 30\n40, Male, 20\n",
            "header = false; target = \"column_3\"; one_hot = \"text\"",
        ),
        ("country,1990,y\nA,10.5,1\nA,11.5,2\nB,12,3\nB,13,4\n", "target = \"y\"; one_hot = \"text\""),
        ("# made by hand\na,y\n1,2\n2,5\n", "comment = \"#\"; target = \"y\""),
        ("#a,y\n1,2\n2,5\n", "target = \"y\""),
        ("A table of flats\nmade in 2024\n\na,b,y\n1,2,3\n2,3,5\n4,5,5\n", "skip_rows = 3; target = \"y\""),
        ("hp,w,y\n130,1,3\n?,2,4\n150,3,5\n90,7,7\n", "target = \"y\"; missing_values = [\"?\"]; missing = \"drop\""),
        (
            "hp,w,y\n130,1,3\nnone,2,4\n150,3,5\n9,4,1\n",
            "target = \"y\"; missing_values = { hp = [\"none\"] }; missing = \"drop\"",
        ),
        ("a,b,y\n1,,2\n2,3,5\n3,4,4\n4,5,1\n", "target = \"y\"; missing = \"drop\""),
        ("a,b,y\n1,True,2\n2,False,5\n", "target = \"y\""),
        ("when,a,y\n2020-01-01,5,1\n2020-01-02,7,2\n", "target = \"y\"; ignore = [\"when\"]"),
        ("share,a,y\n10%,5,1\n20%,7,2\n", "target = \"y\"; ignore = [\"share\"]"),
        ("\u{feff}a,y\n1,2\n2,3\n", "target = \"y\""),
        (",a,y\n0,5,1\n1,7,2\n", "target = \"y\"; ignore = [\"\"]"),
        ("Unnamed: 0,a,y\n0,5,1\n1,7,2\n", "target = \"y\"; ignore = [\"Unnamed: 0\"]"),
        ("a,a,x,y\n1,2,3,4\n2,3,1,5\n", "target = \"y\"; ignore = [\"a\"]"),
        ("x,note,y\n1,,3\n2,,4\n5,,4\n", "target = \"y\"; ignore = [\"note\"]"),
        ("x,same,y\n1,7,3\n2,7,4\n5,7,4\n", "target = \"y\"; ignore = [\"same\"]"),
        ("x,copy,y\n1,3,3\n2,4,4\n5,9,9\n", "target = \"y\"; ignore = [\"copy\"]"),
        ("y,x,z\n1,3,3\n1,4,4\n1,9,2\n", "target = \"z\"; ignore = [\"y\"]"),
        (
            "a;b;y\n234.500;1,5;2\n1.234.567;2,5;3\n12;3,5;9\n",
            "delimiter = \";\"; decimal = \",\"; thousands = \".\"; target = \"y\"",
        ),
        (
            "a;b;y\n234.500;1,5;2\n235.500;2,5;3\n12;3,5;9\n",
            "delimiter = \";\"; decimal = \",\"; thousands = \".\"; target = \"y\"",
        ),
        (
            "a;b;y\n1.5;1,5;2,5\n2.25;2,5;3,5\n12.5;3,5;9,5\n",
            "delimiter = \";\"; decimal = \",\"; target = \"y\"; ignore = [\"a\"]",
        ),
        ("Id,x,y\n3,5,1\n9,7,2\n4,7,3\n", "target = \"y\"; ignore = [\"Id\"]"),
        ("ID,x,y\n1,5,1\n2,7,2\n3,7,3\n", "target = \"y\"; ignore = [\"ID\"]"),
        ("user_id,x,y\nu1,5,1\nu2,7,2\nu3,7,3\n", "target = \"y\"; ignore = [\"user_id\"]"),
        ("index,x,y\n1,5,1\n2,7,2\n3,7,3\n", "target = \"y\"; ignore = [\"index\"]"),
        // The same in two rows, or no whole number: a value of the rows.
        ("id,x,y\n1,5,1\n1,7,2\n3,7,3\n", "target = \"y\""),
        ("index,x,y\n1.5,5,1\n2,7,2\n3,7,3\n", "target = \"y\""),
        (
            "x,b,y\n1,inf,2\n2,3,5\n3,4,4\n4,5,1\n",
            "target = \"y\"; missing_values = { b = [\"inf\"] }; missing = \"drop\"",
        ),
        (
            "x,b,y\n1,-Infinity,2\n2,3,5\n3,4,4\n4,5,inf\n9,8,7\n",
            "target = \"y\"; missing_values = { b = [\"-Infinity\"], y = [\"inf\"] }; missing = \"drop\"",
        ),
        ("x,b,y\n1,1e999,2\n2,3,5\n3,4,4\n4,5,1\n", "target = \"y\"; ignore = [\"b\"]"),
    ] {
        assert_eq!(guessed(text).0, keys, "{text}");
    }
}

#[test]
fn identifiers_and_free_texts_are_left_out() {
    let rows: String = (0..40).map(|row| format!("{},u{row},{},{}\n", row + 1, row % 7, row * row % 11)).collect();
    let guess = guessed_bytes("d.csv", format!("row,user,x,y\n{rows}").as_bytes(), "").unwrap();
    assert_eq!(shown(&guess), "target = \"y\"; ignore = [\"user\", \"row\"]");
    assert_eq!(guess.keys[1].items, ["text, in 40 rows 40 different ones", "counts the rows"]);
    let rows: String = (0..400).map(|row| format!("c{},{},{}\n", row % 60, row % 7, row * row % 11)).collect();
    assert_eq!(guessed(&format!("city,x,y\n{rows}")).0, "target = \"y\"; ignore = [\"city\"]");
}

#[test]
fn a_feature_is_left_even_if_all_are_doubtful() {
    let rows: String = (1..=30).map(|row| format!("{row},{}\n", 3 * row + row % 2)).collect();
    let guess = guessed_bytes("d.csv", format!("x,y\n{rows}").as_bytes(), "").unwrap();
    assert_eq!(shown(&guess), "target = \"y\"");
    assert_eq!(guess.advice, ["\"x\" counts the rows: is it a feature?"]);
}

#[test]
fn what_is_given_is_kept() {
    let text = b"a,b,c\n1,2,3\n2,5,5\n5,1,1\n";
    let guess = guessed_bytes("d.csv", text, "target = \"a\"").unwrap();
    assert_eq!((shown(&guess).as_str(), guess.data.target_name.as_str()), ("", "a"));
    let guess = guessed_bytes("d.csv", text, "header = false\nskip_rows = 1").unwrap();
    assert_eq!((shown(&guess).as_str(), guess.data.target.len()), ("target = \"column_3\"", 3));
    let guess = guessed_bytes("d.csv", text, "ignore = [\"a\"]").unwrap();
    assert_eq!((shown(&guess).as_str(), guess.data.feature_names.len()), ("target = \"c\"", 1));
    let wrong = guessed_bytes("d.csv", text, "target = \"d\"").err().unwrap().to_string();
    assert!(wrong.contains("target: there is no column \"d\""), "{wrong}");
}

#[test]
fn what_is_given_as_usual_is_not_guessed_again() {
    let semicolons = b"a;b;y\n1,5;2;3\n2,5;3;5\n3,5;4;1\n";
    let guess = guessed_bytes("d.csv", semicolons, "decimal = \".\"").unwrap();
    assert!(!shown(&guess).contains("decimal"), "{}", shown(&guess));
    let guess = guessed_bytes("d.csv", b"a;b;c,y\n1;2;3,4\n2;3;4,7\n1;2;3,9\n", "delimiter = \",\"").unwrap();
    assert_eq!((shown(&guess).as_str(), guess.data.target_name.as_str()), ("target = \"y\"; one_hot = \"text\"", "y"));
    let guess = guessed_bytes("d.csv", b"1,2,z\n3,4,5\n6,7,8\n", "header = true").unwrap();
    assert_eq!((shown(&guess).as_str(), guess.data.target.len()), ("target = \"z\"", 2));
}

#[test]
fn points_between_thousands_are_found_behind_the_sample() {
    let row = |row: usize| format!("{},5;{};{},5\n", row % 13, 200 + row * 3 % 97, row * row % 17);
    let rows: String = (0..3000).map(row).collect();
    let text = format!("a;b;y\n{rows}1,5;1.500;2,5\n2,5;12.250;3,5\n");
    let (keys, data) = guessed(&text);
    assert_eq!(keys, "delimiter = \";\"; decimal = \",\"; thousands = \".\"; target = \"y\"");
    assert_eq!(data.features.row(3001), [2.5, 12250.0]);
}

#[test]
fn a_point_of_two_meanings_is_told() {
    let text = b"a;b;y\n234.500;1,5;2.5\n235.500;2.25;3.5\n236.500;3.5;9.5\n";
    let guess = guessed_bytes("d.csv", text, "").unwrap();
    assert!(
        guess.advice.iter().any(|advice| advice.starts_with("numbers such as 234.500 are read with a decimal point"))
    );
}

#[test]
fn a_comma_of_two_meanings_is_told() {
    let told = |text: &[u8]| {
        let guess = guessed_bytes("d.csv", text, "").unwrap();
        guess.advice.iter().any(|advice| advice.starts_with("numbers such as 3,794 are read with a decimal comma"))
    };
    assert!(told(b"x;z;y\n3,794;0;1\n8,173;2;4\n3,773;1;2\n"));
    assert!(!told(b"x;z;y\n3,794;0;1\n8,17;2;4\n3,773;1;2\n"));
}

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
fn every_column_that_is_left_out_has_a_kind_and_a_reason() {
    let rows: String =
        (0..30).map(|row| format!("{row},n{row},2024-01-{:02},{},7,{}\n", row + 1, row % 7, row * row % 11)).collect();
    let guess = guessed_bytes("d.csv", format!("row,note,when,x,same,y\n{rows}").as_bytes(), "").unwrap();
    let told: Vec<(&str, &str)> =
        guess.left_out.iter().map(|column| (column.kind.as_str(), column.why.as_str())).collect();
    let names: Vec<&str> = guess.data.reading.left_out.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["row", "note", "when", "same"]);
    assert_eq!(told[0], ("whole numbers", "counts the rows"));
    assert_eq!(told[1], ("text", "text, in 30 rows 30 different ones"));
    assert!(told[2].0 == "dates or times" && told[2].1.contains("(when - when.min()).dt.days"), "{told:?}");
    assert_eq!(told[3], ("whole numbers", "the same in every row"));
    let given = guessed_bytes("d.csv", b"a,b,y\n1,u,2\n2,v,5\n3,u,4\n", "ignore = [\"b\"]").unwrap();
    let missing = Some(0);
    assert_eq!(given.left_out, [LeftOut { kind: "text".to_owned(), missing, ..LeftOut::default() }]);
    // Of a format with typed columns each is read alone.
    let bytes = crate::dataset::tests::format_fixture("exact.parquet");
    let given = guessed_bytes("d.parquet", &bytes, "target = \"i8\"\nfeatures = [\"i16\"]").unwrap();
    let kind = |name: &str| {
        let at = given.data.reading.left_out.iter().position(|column| column.name == name).unwrap();
        given.left_out[at].kind.clone()
    };
    assert_eq!([kind("date"), kind("text"), kind("f16")], ["dates or times", "text", "numbers"]);
}

#[test]
fn what_is_known_of_a_column_that_is_left_out_is_kept() {
    let rows: String = (0..30)
        .map(|row| {
            let same = if row == 4 { "" } else { "7" };
            let when = if row == 5 { "" } else { "2024-01-05" };
            format!("{row},{when},{same},{},{}\n", row % 7, row * row % 11)
        })
        .collect();
    let guess = guessed_bytes("d.csv", format!("row,when,same,x,y\n{rows}").as_bytes(), "").unwrap();
    let told: Vec<_> = guess.left_out.iter().map(|column| (column.missing, column.range)).collect();
    // The row without a value of "same" is dropped until that column is left out.
    assert_eq!(told, [(Some(0), Some((0.0, 29.0))), (Some(1), None), (Some(1), Some((7.0, 7.0)))]);
}

#[test]
fn blanks_in_cells_are_no_delimiters() {
    for (text, keys) in [
        (
            "when,member,count\n2020-01-01 00:00,no,320\n2020-01-02 10:00,yes,331\n2020-01-03 10:00,no,17\n",
            "target = \"count\"; ignore = [\"when\"]; one_hot = \"text\"",
        ),
        ("dist,colour,y\n0 km,blue,2\n1 km,red,3\n1 km,red,6\n", "target = \"y\"; one_hot = \"text\""),
        ("start time,kind,price\n10 a,b,34\n10 b,b,9\n10 b,a,93\n", "target = \"price\"; one_hot = \"text\""),
        ("code value;k;y\n0 0;b;0\n1 1;a;3\n0 0;b;5\n", "delimiter = \";\"; target = \"y\"; one_hot = \"text\""),
        ("dims,kind,price\n0 0 3,b,23\n1 1 7,a,32\n0 0 3,b,92\n", "target = \"price\"; one_hot = \"text\""),
        // Rows alone: the header would be the names of one column.
        ("a b c\n1,5 2,5 3\n2,5 1,5 4\n7,5 1,5 9\n", "delimiter = \"whitespace\"; decimal = \",\"; target = \"c\""),
        (
            "1,5 2,5\n2,5 1,5\n7,5 1,25\n",
            "delimiter = \"whitespace\"; decimal = \",\"; header = false; target = \"column_2\"",
        ),
    ] {
        assert_eq!(guessed(text).0, keys, "{text}");
    }
}

#[test]
fn first_rows_that_are_no_plain_header() {
    for (text, keys) in [
        // Years above other numbers.
        (
            "2019,2020,2021\n33.96,0,75.97\n23.51,1,45.14\n45.03,2,82.35\n",
            "skip_rows = 1; header = false; target = \"column_3\"",
        ),
        // Years among years.
        ("2019,2020,2021\n2018,2022,2025\n2022,2019,2020\n", "header = false; target = \"column_3\""),
        // Rows that end with an empty cell.
        ("x,z,y\n33.96,0,75.97,\n23.51,1,45.14,\n45.03,2,82.35,\n", "target = \"y\""),
        // A title that a spreadsheet filled up.
        ("Sales 2020,,\n,,\nx,z,y\n0.3,0.1,0.6\n0.4,0.5,0.7\n", "skip_rows = 2; target = \"y\""),
        // The first row lacks what follows: it is data.
        ("5,,\n1,2,3\n2,3,5\n3,4,4\n", "header = false; target = \"column_3\"; missing = \"drop\""),
    ] {
        assert_eq!(guessed(text).0, keys, "{text}");
    }
    let far = guessed_bytes("d.csv", b"900,800,700\n1,2,3\n2,3,5\n3,4,4\n4,9,1\n", "").unwrap();
    assert_eq!(shown(&far), "header = false; target = \"column_3\"");
    assert_eq!(
        far.advice,
        [
            "the first row (900, 800, 700) is far from the other numbers of most columns: if it has names, write skip_rows = 1"
        ]
    );
    let given = guessed_bytes("d.csv", b"2019,2020,2021\n1,2,3\n2,3,5\n", "header = false").unwrap();
    assert_eq!((shown(&given).as_str(), given.data.target.len()), ("target = \"column_3\"", 3));
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

#[test]
fn errors_after_a_guess_say_what_was_guessed() {
    let told = |name: &str, text: &str, given: &str| {
        guessed_bytes(name, text.as_bytes(), given).err().map(|error| error.to_string()).unwrap_or_default()
    };
    assert_eq!(
        told("dup.csv", "x,x,y\n1,2,3\n2,4,5\n4,4,1\n", ""),
        "dup.csv: no feature is left beside the target \"y\"; column \"x\" is left out: it is there twice (columns 1 and 2): rename one to \
         use it"
    );
    assert_eq!(
        told("d.csv", "a;y\n1;2\n2;3\n3;4;5\n", ""),
        "d.csv: row 3 (line 4) has 3 fields, the header has 2\n\
         guessed: delimiter = \";\"; where that is wrong, give the key another value, such as delimiter=,"
    );
    assert_eq!(
        told("d.csv", "7,a\n7,b\n7,b\n", ""),
        "d.csv: no column can be the target: \"column_1\" is the same in every row, and no other holds numbers of several values; name one \
         with --target\n\
         guessed: header = false; where that is wrong, give the key another value, such as header=true"
    );
    assert_eq!(
        told("d.svm", "1 1:2 2:3\n2 1:5 3:1\n", "target = \"y\""),
        "d.svm: the label of each row is the target of source = \"svmlight\": leave --target out"
    );
}

#[test]
fn sentinels_are_named_and_left() {
    let rows: String =
        (0..40).map(|row| format!("{},{}\n", if row % 9 == 0 { -200 } else { row % 7 }, row % 11)).collect();
    let guess = guessed_bytes("d.csv", format!("co,y\n{rows}").as_bytes(), "").unwrap();
    assert_eq!(shown(&guess), "target = \"y\"");
    assert_eq!(guess.advice.len(), 1);
    assert!(guess.advice[0].starts_with("\"co\" is -200 in 5 rows, far from the rest"), "{:?}", guess.advice);
}

#[test]
fn other_sources_are_known_by_their_bytes() {
    let text = b"a,b,y\n1,2,3\n2,3,5\n";
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text).unwrap();
    let guess = guessed_bytes("d.bin", &encoder.finish().unwrap(), "").unwrap();
    assert_eq!((guess.source, shown(&guess).as_str()), ("csv", "target = \"y\""));
    let guess = guessed_bytes("d.svm", b"1 1:2 2:3\n2 1:5 3:1\n", "").unwrap();
    assert_eq!((guess.source, shown(&guess).as_str(), guess.data.features.columns), ("svmlight", "", 3));
    for (fixture, source) in [("pandas_index.parquet", "parquet"), ("polars.arrow", "arrow"), ("c.npy", "npy")] {
        let bytes = crate::dataset::tests::format_fixture(fixture);
        let guess = guessed_bytes("d", &bytes, "").unwrap_or_else(|error| panic!("{fixture}: {error}"));
        assert_eq!(guess.source, source);
    }
    let refused = guessed_bytes("d.xlsx", b"PK\x03\x04aaaaaaaaaaaaaaaaaaaaaaaaaaxl/workbook.xml", "").err().unwrap();
    assert!(refused.to_string().contains("save the sheet as CSV"), "{refused}");
}

#[test]
fn what_cannot_be_read_is_told_as_the_reader_tells_it() {
    for (text, expected) in [("", "the file is empty"), ("a,y\n", "no rows"), ("a,y\n1,2\n3\n", "has 1 field")] {
        let refused = guessed_bytes("d.csv", text.as_bytes(), "").err().unwrap().to_string();
        assert!(refused.contains(expected), "{text}: {refused}");
    }
}

#[test]
fn quotes_hold_delimiters_and_line_ends() {
    let layout = Layout::of_given("a,y\n\"x, 1\n, 2\",3\n\"q\"\"r\",4\n", None, None, None);
    assert_eq!(layout.rows, [["a", "y"], ["x, 1\n, 2", "3"], ["q\"r", "4"]]);
}

proptest::proptest! {
    /// Whatever is guessed reads the file again, to the same numbers.
    #[test]
    fn what_is_guessed_is_read(cells in proptest::collection::vec(
        proptest::collection::vec("[0-9]{1,3}|-?[0-9],[0-9]{2}|[ab?;\t|\"#]{1,2}|NA||1e9|true|2020-01-02", 3), 1..30)) {
        let text: String = cells.iter().map(|row| row.join(",") + "\n").collect();
        if let Ok(guess) = guessed_bytes("d.csv", text.as_bytes(), "") {
            let mut given = Values::new();
            for key in &guess.keys {
                let line: Values = format!("{} = {}", key.key, toml_value(&key.value)).parse().unwrap();
                given.extend(line);
            }
            given.insert("source".to_owned(), guess.source.into());
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join("d.csv"), text.as_bytes()).unwrap();
            let again = guess_again(folder.path(), &given);
            proptest::prop_assert_eq!(again.fingerprint, guess.data.fingerprint);
        }
    }
}

/// The data that these keys read.
fn guess_again(folder: &std::path::Path, given: &Values) -> Dataset {
    let mut values = given.clone();
    let source = crate::dataset::source(values.remove("source").unwrap().as_str().unwrap()).unwrap();
    values.insert("path".to_owned(), "d.csv".into());
    for parameter in source.parameters {
        if let Some(value) = parameter.filled_in() {
            values.entry(parameter.name).or_insert(value);
        }
    }
    (source.build.load)(&values, folder, None).unwrap()
}
