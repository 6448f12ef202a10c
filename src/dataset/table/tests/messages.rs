//! Messages by column, with the keys to write.

use super::*;

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
fn the_remedy_fits_the_shape_of_the_text() {
    let told = |cells: [&str; 2]| message(&format!("p;y\n{};1\n{};2\n", cells[0], cells[1]), "delimiter = \";\"");
    assert_eq!(
        told(["2,338167", "1,5"]),
        "a.csv: decimal commas in column \"p\" (\"2,338167\" in all 2 rows, first in row 1 (line 2)): decimal = \",\" reads them\n\
         what would read it:\n  decimal = \",\""
    );
    let mixed = message("p;y\n$5;1\n2,5;2\n3,5;3\n", "delimiter = \";\"");
    assert!(mixed.contains("(\"2,5\" in 2 of 3 rows, first in row 2 (line 3))"), "{mixed}");
    assert!(mixed.contains("(\"$5\" in 1 of 3 rows, row 1 (line 2))"), "{mixed}");
    // They are no words that `one_hot = "text"` means.
    let open = message("p;c;y\n2,5;a;1\n3,5;b;2\n", "delimiter = \";\"\none_hot = \"text\"");
    assert!(open.contains("decimal commas in column \"p\"") && !open.contains("\"c\""), "{open}");
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
fn a_typo_in_the_name_of_the_target_is_one_message() {
    let text = "city,x,yy\na,1,2\nb,2,3\n";
    assert_eq!(
        message(text, "one_hot = [\"city\"]"),
        "a.csv: target: there is no column \"y\" (did you mean \"x\"?); the columns are \"city\", \"x\", \"yy\""
    );
}

#[test]
fn a_name_with_quotes_stands_in_others() {
    let text = "\"\"\"q\"\"\",y\nu,1\nv,2\n";
    assert_eq!(
        message(text, ""),
        "a.csv: text in 1 column, '\"q\"' (2 levels): list it in one_hot, or leave it out\n\
         what would read it:\n  one_hot = \"text\", or one_hot = ['\"q\"']"
    );
    assert_eq!(parsed(text, "one_hot = ['\"q\"']").features.columns, 2);
    assert_eq!(
        message(text, "features = [\"other\"]"),
        "a.csv: features: there is no column \"other\"; the columns are '\"q\"', \"y\""
    );
    assert!(message("\"\"\"q\"\"\",y\n,1\n5,2\n", "").starts_with("a.csv: column '\"q\"' has no value in 1 of 2 rows"));
}
