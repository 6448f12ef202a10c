//! Tests of what all tables share, with CSV text as the file.

use std::fmt::Write as _;

use super::{ColumnChoice, FileHeader, FileMistakes, TableOptions};
use crate::dataset::tests::filled;
use crate::dataset::{DataError, Dataset, read_csv, source};
use crate::parameter::read;
use crate::record::{ColumnKind, LeftOutReason};

fn loaded(text: &str, options: &str) -> Result<Dataset, DataError> {
    let options = format!("path = \"a.csv\"\ntarget = \"y\"\n{options}");
    read_csv(text.as_bytes(), text.len() as u64, &filled(source("csv").unwrap(), &options), 1 << 16)
}

fn parsed(text: &str, options: &str) -> Dataset {
    loaded(text, options).unwrap_or_else(|error| panic!("{error}"))
}

fn message(text: &str, options: &str) -> String {
    loaded(text, options).unwrap_err().to_string()
}

/// The names of the used columns with their kinds.
fn kinds(data: &Dataset) -> Vec<(&str, ColumnKind)> {
    data.reading.columns.iter().map(|column| (column.name.as_str(), column.kind)).collect()
}

/// `rows` rows below a header, each of the row's number.
fn table(header: &str, rows: usize, row: impl Fn(usize) -> String) -> String {
    (0..rows).fold(format!("{header}\n"), |mut text, number| {
        let _ = writeln!(text, "{}", row(number));
        text
    })
}

#[test]
fn ignored_columns_are_left_out_by_name_and_pattern() {
    let text = "id,url_a,x,url_b,y\nu1,http,1,h,2\nu2,h,3,h,5\n";
    let data = parsed(text, "ignore = [\"id\", \"url_?\"]");
    assert_eq!(
        (data.feature_names.as_slice(), data.features.values.as_slice()),
        (&["x".to_owned()][..], &[1.0, 3.0][..])
    );
    assert_eq!(data.fingerprint, parsed(text, "features = [\"x\"]").fingerprint);
    let left_out: Vec<_> = data.reading.left_out.iter().map(|column| (column.name.as_str(), column.reason)).collect();
    let ignored = LeftOutReason::Ignored;
    assert_eq!(left_out, [("id", ignored), ("url_a", ignored), ("url_b", ignored)]);
    let listed = parsed(text, "features = [\"x\"]").reading.left_out;
    assert!(listed.iter().all(|column| column.reason == LeftOutReason::NotListed) && listed.len() == 3);
    // A name that looks like a pattern is that column alone.
    assert_eq!(parsed("x*,xy,y\n1,2,3\n4,5,6\n", "ignore = [\"x*\"]").feature_names, ["xy"]);
}

#[test]
fn what_cannot_be_ignored_is_named() {
    let text = "id,city,y\n1,a,2\n2,b,3\n";
    assert_eq!(
        message(text, "ignore = [\"idd\", \"url_*\"]\none_hot = [\"city\"]"),
        "a.csv: ignore: there is no column \"idd\" (did you mean \"id\"?); the columns are \"id\", \"city\", \"y\"\n\
         a.csv: ignore: no column matches \"url_*\"; the columns are \"id\", \"city\", \"y\""
    );
    assert_eq!(
        message(text, "ignore = [\"y\", \"city\"]\none_hot = [\"city\"]"),
        "a.csv: ignore: \"y\" leaves out the target \"y\"\n\
         a.csv: one_hot lists \"city\", which ignore leaves out"
    );
    assert_eq!(
        message(text, "ignore = [\"id\"]\nfeatures = [\"id\"]"),
        "a.csv: features lists \"id\", which ignore leaves out"
    );
    assert_eq!(message(text, "ignore = [\"id\", \"city\"]"), "a.csv: no feature is left beside the target \"y\"");
}

#[test]
fn columns_without_a_name_or_with_the_same_can_be_ignored() {
    assert_eq!(parsed(",a,y\n0,1,2\n1,5,4\n", "ignore = [\"\"]").features.values, [1.0, 5.0]);
    assert_eq!(
        message("a,,b,,y\n0,1,2,3,4\n", ""),
        "a.csv: 2 columns of the header have no name (the first is column 2): name them, leave them out with ignore = [\"\"], \
         or list the features"
    );
}

#[test]
fn duplicates_that_are_not_used_are_no_mistake() {
    let text = "a,a,x,y\n1,2,3,4\n2,3,1,5\n3,3,2,1\n";
    assert_eq!(parsed(text, "features = [\"x\"]").features.values, [3.0, 1.0, 2.0]);
    assert_eq!(parsed(text, "ignore = [\"a\"]").features.values, [3.0, 1.0, 2.0]);
    assert_eq!(
        message(text, ""),
        "a.csv: the header has \"a\" twice, as columns 1 and 2: rename one, or leave both out with ignore"
    );
    assert_eq!(
        message(text, "features = [\"a\"]"),
        "a.csv: the header has \"a\" twice, as columns 1 and 2: rename one"
    );
}

#[test]
fn missing_values_stand_for_missing_cells() {
    let text = "hp,co,y\n130,-200,1\n?,2,4\n90,3,2\n95,4,-200.0\n";
    let drop = "missing = \"drop\"\n";
    let data = parsed(text, &format!("{drop}missing_values = [\"?\", -200]"));
    assert_eq!((data.features.values.as_slice(), data.target.as_slice()), (&[90.0, 3.0][..], &[2.0][..]));
    assert_eq!(data.notes[0], "a.csv: 3 of 4 rows dropped for missing cells (\"hp\" 1, \"co\" 1, \"y\" 1)");
    let missing: Vec<u64> = data.reading.columns.iter().map(|column| column.missing).collect();
    assert_eq!((missing, data.reading.rows, data.reading.kept, data.reading.dropped), (vec![1, 1, 1], 4, 1, 3));
    // By column, and a number written as text.
    let data = parsed(text, &format!("{drop}missing_values = {{ hp = [\"?\"], co = [\"-200\"] }}"));
    assert_eq!(data.target, [2.0, -200.0]);
    // A category too.
    let data = parsed("k,y\nred,1\n?,2\nblue,3\n", &format!("{drop}one_hot = [\"k\"]\nmissing_values = [\" ? \"]"));
    assert_eq!(data.feature_names, ["k=blue", "k=red"]);
}

#[test]
fn missing_values_are_checked() {
    let text = "hp,y\n1,2\n3,4\n";
    assert_eq!(
        message(text, "missing_values = { hq = [\"?\"] }"),
        "a.csv: missing_values: there is no column \"hq\" (did you mean \"hp\"?); the columns are \"hp\", \"y\""
    );
    assert_eq!(parsed(text, "missing_values = [\"?\", 3]\nmissing = \"drop\"").notes.len(), 2);
    let data = parsed(text, "missing_values = { hp = [\"?\", -200], y = [-1] }");
    assert_eq!(
        data.notes,
        ["a.csv: missing_values that no cell holds: \"?\" (column \"hp\"), -200 (column \"hp\"), -1 (column \"y\")"]
    );
    assert_eq!(
        message("hp,y\n1,2\n3,4\n-200,4\n7,3\n", "missing_values = [-200]"),
        "a.csv: column \"hp\" has no value in 1 of 4 rows, row 3 (line 4) (\"-200\" is in missing_values)\n\
         what would read it:\n  missing = \"drop\" (leaves out the rows that have missing cells)"
    );
}

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
         what would read it:\n  ignore = [\"x\", \"id\"]"
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
fn a_text_among_numbers_is_told_by_column_with_its_count() {
    assert_eq!(
        message("hp,w,y\n130,1,3\n?,2,4\n?,3,2\n95,4,5\n", ""),
        "a.csv: column \"hp\" holds \"?\" in 2 of 4 rows, first in row 2 (line 3): add it to missing_values\n\
         what would read it:\n  missing_values = [\"?\"]\n  \
         missing = \"drop\" (leaves out the rows that have missing cells)"
    );
    // Many columns share a line, and one that is mostly without values is better left out.
    let text = table("a,b,c,d,e,f,y", 40, |row| {
        let cell = |column: usize| if row == column { "?" } else { "1" };
        let f = if row < 30 { "?" } else { "2" };
        format!("{},{},{},{},{},{f},{row}", cell(0), cell(1), cell(2), cell(3), cell(4))
    });
    assert_eq!(
        message(&text, ""),
        "a.csv: 5 columns hold \"?\", to be added to missing_values: \"a\" in 1 of 40 rows, row 1 (line 2); \
         \"b\" in 1 of 40 rows, row 2 (line 3); \"c\" in 1 of 40 rows, row 3 (line 4); \
         \"d\" in 1 of 40 rows, row 4 (line 5); \"e\" in 1 of 40 rows, row 5 (line 6)\n\
         a.csv: mostly without a value: \"f\" in 30 of 40 rows: leave it out\n\
         what would read it:\n  ignore = [\"f\"]\n  missing_values = [\"?\"]\n  \
         missing = \"drop\" (leaves out the rows that have missing cells)"
    );
    let remedy = "ignore = [\"f\"]\nmissing_values = [\"?\"]\nmissing = \"drop\"";
    assert_eq!(parsed(&text, remedy).reading.kept, 35);
}

#[test]
fn all_columns_of_text_are_told_at_once() {
    let text = table("id,city,kind,y", 24, |row| format!("p{row},c{},{},{row}", row % 3, ["u", "v"][row % 2]));
    assert_eq!(
        message(&text, ""),
        "a.csv: text in 2 columns, \"city\" (3 levels), \"kind\" (2 levels): list them in one_hot, or leave them out\n\
         a.csv: text that looks like identifiers in 1 column, \"id\" (24 levels): leave it out\n\
         what would read it:\n  ignore = [\"id\"]\n  one_hot = \"text\", or one_hot = [\"city\", \"kind\"]"
    );
    assert_eq!(parsed(&text, "ignore = [\"id\"]\none_hot = \"text\"").features.columns, 5);
    assert_eq!(parsed(&text, "ignore = [\"id\"]\none_hot = [\"city\", \"kind\"]").features.columns, 5);
    // What the experiment has already stays.
    assert!(message(&text, "one_hot = [\"city\"]").contains("  one_hot = [\"city\", \"kind\"]"));
    assert!(message(&text, "features = [\"id\", \"city\"]").contains("  features without \"id\"\n"));
}

#[test]
fn empty_columns_are_left_out_and_not_their_rows() {
    let text = "x,note,y\n1,,3\n2,,4\n3,,1\n4,,2\n";
    let remedy = "what would read it:\n  ignore = [\"note\"]";
    assert_eq!(message(text, ""), format!("a.csv: column \"note\" is empty in all 4 rows: leave it out\n{remedy}"));
    assert_eq!(
        message(text, "missing = \"drop\""),
        format!("a.csv: no row is left: each of the 4 has a missing cell: \"note\" in 4\n{remedy}")
    );
    assert_eq!(parsed(text, "ignore = [\"note\"]").target.len(), 4);
    assert_eq!(
        message("a,b,y\n1,,1\n,2,2\n3,,3\n", "missing = \"drop\""),
        "a.csv: no row is left: each of the 3 has a missing cell: \"b\" in 2, \"a\" in 1\nwhat would read it:\n  ignore = [\"b\"]"
    );
}

#[test]
fn the_remedy_fits_the_shape_of_the_text() {
    let told = |cells: [&str; 2]| message(&format!("p;y\n{};1\n{};2\n", cells[0], cells[1]), "delimiter = \";\"");
    assert_eq!(
        told(["2,338167", "1,5"]),
        "a.csv: decimal commas in column \"p\" (\"2,338167\" in all 2 rows, first in row 1 (line 2)): decimal = \",\" reads them"
    );
    for (cells, word) in [
        (["1,200", "2,500"], "thousands = \",\" reads them"),
        (["1 200", "2 500"], "thousands = \" \" reads them"),
        (["10%", "11 %"], "write numbers without %"),
        (["$10", "$1,100"], "bare numbers"),
        (["2020-01-31", "2020-02-01"], "days since the first"),
    ] {
        let told = told(cells);
        assert!(told.contains(word) && !told.contains("one_hot"), "{told}");
    }
    assert!(message("x;y\n1;2,5\n2;3,5\n", "delimiter = \";\"").contains("decimal commas in column \"y\""));
}

#[test]
fn a_target_of_text_and_a_typo_in_its_name_are_one_message() {
    assert_eq!(
        message("a,y\n1,no\n2,yes\n", ""),
        "a.csv: target \"y\" holds text (\"no\", \"yes\" in all 2 rows, first in row 1 (line 2)): a number is expected"
    );
    let text = "city,x,yy\na,1,2\nb,2,3\n";
    assert_eq!(
        message(text, "one_hot = [\"city\"]"),
        "a.csv: target: there is no column \"y\" (did you mean \"x\"?); the columns are \"city\", \"x\", \"yy\""
    );
}

#[test]
fn doubtful_columns_are_noted_with_the_key_to_write() {
    let text = table("Unnamed: 0,n,PassengerId,same,copy,age,y", 30, |row| {
        let shuffled = (row * 7) % 30 + 1000;
        format!("{row},{},{shuffled},5,{y},{},{y}", row + 1, row % 9, y = row % 4)
    });
    let data = parsed(&text, "");
    assert_eq!(
        data.notes,
        [
            "a.csv: \"Unnamed: 0\" looks like the index that pandas wrote; ignore = [\"Unnamed: 0\"] leaves it out",
            "a.csv: \"n\" counts the rows; ignore = [\"n\"] leaves it out",
            "a.csv: \"PassengerId\" is different in every row: an identifier?; ignore = [\"PassengerId\"] leaves it out",
            "a.csv: \"same\" is the same in every row; ignore = [\"same\"] leaves it out",
            "a.csv: \"copy\" is a copy of the target \"y\"; ignore = [\"copy\"] leaves it out",
        ]
    );
    // Counts, years in any order, and numbers with fractions are no identifiers.
    let text = table("count,size,z,y", 30, |row| {
        format!("{},{},{}.5,{}", row * row % 7, (row * 17) % 30 * 1000, row, row % 2)
    });
    assert!(parsed(&text, "").notes.is_empty(), "{:?}", parsed(&text, "").notes);
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

#[test]
fn an_index_is_left_out_unless_it_is_listed() {
    let names = ["x", "__index_level_0__", "y"].map(str::to_owned);
    let header = FileHeader { names: &names, word: "schema", line: 0, index: &[1], text: Some(&[false; 3]) };
    let chosen = |options: &str| {
        let values = filled(source("csv").unwrap(), &format!("path = \"a\"\ntarget = \"y\"\n{options}"));
        let options: TableOptions = read(&values).unwrap();
        let mut mistakes = FileMistakes::new("a");
        let choice = ColumnChoice::of(&header, &options, &mut mistakes);
        let features: Vec<usize> = choice.features.iter().map(|slot| slot.column).collect();
        (features, choice.left_out.iter().map(|column| column.reason).collect::<Vec<_>>(), mistakes.check().is_ok())
    };
    assert_eq!(chosen(""), (vec![0], vec![LeftOutReason::PandasIndex], true));
    assert_eq!(chosen("features = [\"__index_level_0__\", \"x\"]"), (vec![1, 0], vec![], true));
    assert_eq!(chosen("ignore = [\"__*\"]"), (vec![0], vec![LeftOutReason::Ignored], true));
    assert!(!chosen("one_hot = [\"__index_level_0__\"]").2);
}
