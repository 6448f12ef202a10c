//! Text that becomes columns of levels.

use super::*;

#[test]
fn one_hot_text_takes_every_column_of_text() {
    let text = "n,code,city,y\n1,020,Rome,4\n2,x,Oslo,2\n3,20,Rome,3\n4,z,Lima,4\n";
    let data = parsed(text, "one_hot = \"text\"");
    let names = ["n", "code=020", "code=20", "code=x", "code=z", "city=Lima", "city=Oslo", "city=Rome"];
    assert_eq!(data.feature_names, names);
    let listed = parsed(text, "one_hot = [\"code\", \"city\"]");
    assert_eq!((&data.fingerprint, &data.features), (&listed.fingerprint, &listed.features));
    assert_eq!(
        data.notes,
        ["a.csv: column \"code\" has 2 numbers among 2 texts: each is a level of one_hot = \"text\""]
    );
    let categories = |levels| ColumnKind::Categories { levels };
    assert_eq!(
        kinds(&data),
        [
            ("n", ColumnKind::WholeNumber),
            ("code", categories(4)),
            ("city", categories(3)),
            ("y", ColumnKind::WholeNumber)
        ]
    );
    let numbers = parsed("a,y\n0.5,1\n2,0\n", "one_hot = \"text\"");
    assert_eq!(numbers.features.values, [0.5, 2.0]);
    assert_eq!(numbers.notes, ["a.csv: one_hot = \"text\" has no effect: no feature holds text"]);
}

/// A column of more different numbers than a category may have levels holds numbers, and says so when text comes late.
#[test]
fn an_open_column_of_many_numbers_stays_exact() {
    let text = |rows: usize, late: &str| {
        table("a,b,y", rows, |row| match (row, late) {
            (7, _) => format!("{},,{row}", row as f64 / 7.0),
            (_, late) if row + 1 == rows && !late.is_empty() => format!("{late},{},{row}", row * row),
            _ => format!("{},{},{row}", row as f64 / 7.0, row * row),
        })
    };
    let options = "one_hot = \"text\"\nmissing = \"drop\"\nmax_levels = 10";
    let data = parsed(&text(100, ""), options);
    let plain = parsed(&text(100, ""), "missing = \"drop\"");
    assert_eq!((data.features, data.fingerprint), (plain.features, plain.fingerprint));
    assert_eq!(
        message(&text(100, "x"), options),
        "a.csv: column \"a\" holds \"x\" in 1 of 100 rows, row 100 (line 101): correct it, add it to missing_values, or \
         list the column in one_hot"
    );
    // Few numbers, so that it could be a category: but one text among many numbers is a mistake.
    let few = table("a,y", 50, |row| if row == 30 { "oops,1".to_owned() } else { format!("{},{row}", row % 3) });
    assert!(
        message(&few, "one_hot = \"text\"").contains("column \"a\" holds \"oops\" in 1 of 50 rows, row 31 (line 32)")
    );
}

#[test]
fn a_dropped_row_adds_no_level_to_an_open_column() {
    let data = parsed("k,x,y\nred,1,1\ngreen,,2\nblue,3,3\n", "one_hot = \"text\"\nmissing = \"drop\"");
    assert_eq!(data.feature_names, ["k=blue", "k=red", "x"]);
    assert_eq!(data.features.values, [0.0, 1.0, 1.0, 1.0, 0.0, 3.0]);
}

#[test]
fn too_many_levels_ask_for_an_identifier() {
    let text = table("id,x,y", 30, |row| format!("u{row},{},{row}", row % 3));
    assert_eq!(
        message(&text, "one_hot = [\"id\"]\nmax_levels = 20\nignore = [\"x\"]"),
        "a.csv: one_hot column \"id\" has more than 20 levels: leave it out if it is an identifier, or allow more with max_levels\n\
         what would read it:\n  ignore = [\"x\", \"id\"]\n  no one_hot, which lists \"id\""
    );
    assert!(
        message(&text, "one_hot = \"text\"\nmax_levels = 20").contains("\"id\" (more than 20 levels): leave it out")
    );
    assert_eq!(parsed(&text, "one_hot = [\"id\"]\nmax_levels = 30").features.columns, 31);
    assert!(parsed(&text, "one_hot = \"text\"").notes.contains(
        &"a.csv: \"id\" is different in every row: an identifier?; ignore = [\"id\"] leaves it out".to_owned()
    ));
}

#[test]
fn kinds_are_those_of_the_rows_that_are_kept() {
    let data = parsed("a,b,c,d,y\n1,0,1.5,,1\n3,1,2,x,2\n5,1,3,u,3\n", "one_hot = [\"d\"]\nmissing = \"drop\"");
    assert_eq!(
        kinds(&data),
        [
            ("a", ColumnKind::WholeNumber),
            ("b", ColumnKind::WholeNumber),
            ("c", ColumnKind::WholeNumber),
            ("d", ColumnKind::Categories { levels: 2 }),
            ("y", ColumnKind::WholeNumber)
        ]
        .map(|(name, kind)| if name == "b" { (name, ColumnKind::TruthValue) } else { (name, kind) })
    );
    let data = parsed("a,y\n1,1\n1.5,2\n", "");
    assert_eq!(kinds(&data)[0].1, ColumnKind::Number);
}
