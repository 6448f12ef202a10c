//! Which columns are used.

use super::*;

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
fn an_index_is_left_out_unless_it_is_listed() {
    let names = ["x", "__index_level_0__", "y"].map(str::to_owned);
    let header = FileHeader {
        names: &names,
        word: "schema",
        line: 0,
        index: &[1],
        text: Some(&[false; 3]),
        numbers: NumberFormat::USUAL,
    };
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
