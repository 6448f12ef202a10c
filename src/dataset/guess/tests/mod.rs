//! The guess on small texts of every kind, and that what it says is read.

mod layouts;
mod targets;

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
