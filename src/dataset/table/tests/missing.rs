//! What stands for a missing cell, and what it does.

use super::*;

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
fn a_marker_in_quotes_is_that_level_alone() {
    let text = "zip,y\n020,1\n20,2\n020,3\n21,4\n";
    let options = "one_hot = [\"zip\"]\nmissing = \"drop\"";
    let kept = |markers: &str| parsed(text, &format!("{options}\nmissing_values = {markers}")).target;
    assert_eq!(kept("[\"20\"]"), [1.0, 3.0, 4.0]);
    assert_eq!(kept("[20]"), [4.0]);
}
