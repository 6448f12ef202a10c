use std::path::Path;

use super::*;
use crate::data::DataSplit;
use crate::dataset::tests::filled;
use crate::dataset::{RowIndices, source};
use crate::record::Split;

/// A data set of the files `a.csv` and `b.csv`.
fn loaded(first: &str, test: &str, options: &str) -> Result<Dataset, DataError> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.csv"), first).unwrap();
    std::fs::write(folder.path().join("b.csv"), test).unwrap();
    let csv = source("csv").unwrap();
    let values = filled(csv, &format!("path = \"a.csv\"\ntest_path = \"b.csv\"\ntarget = \"y\"\n{options}"));
    load(csv, &values, folder.path(), None)
}

fn refusal(first: &str, test: &str, options: &str) -> String {
    loaded(first, test, options).unwrap_err().to_string()
}

#[test]
fn test_rows_follow_the_others() {
    let data = loaded("a,y\n1,2\n3,4\n5,6\n", "a,y\n7,8.5\n9,10\n", "").unwrap();
    assert_eq!((data.features.rows, &data.features.values[..]), (5, &[1.0, 3.0, 5.0, 7.0, 9.0][..]));
    assert_eq!((data.target.as_slice(), data.given_test), (&[2.0, 4.0, 6.0, 8.5, 10.0][..], 2));
    assert_eq!((data.reading.rows, data.reading.columns.last().unwrap().kind), (5, ColumnKind::Number));
    let values = "split = { validation = 0.34, seed = 1 }".parse().unwrap();
    let parts = DataSplit::of_data(&data, &values, None).unwrap();
    assert_eq!(parts.rows(Split::Test), RowIndices::Listed(vec![3, 4]));
    let facts = crate::dataset::facts(&data, &values, false).unwrap();
    assert_eq!((facts.n_samples, facts.n_train, facts.n_validation, facts.n_test), (5, 2, 1, 2));
    // The same numbers, of which other rows test, are other data.
    let other = loaded("a,y\n1,2\n3,4\n", "a,y\n5,6\n7,8.5\n9,10\n", "").unwrap();
    assert_eq!(other.target, data.target);
    assert_ne!(other.fingerprint, data.fingerprint);
    let without = filled(source("csv").unwrap(), "path = \"a\"\ntarget = \"y\"");
    assert!(!without.contains_key(TEST_PATH));
}

#[test]
fn targets_weights_and_gaps_of_both_are_kept_apart() {
    let options = "missing = \"drop\"\nweight = \"w\"";
    let data = loaded("a,w,y\n1,1,2\n,1,3\n3,2,4\n", "a,w,y\n7,3,8\n,3,3\n9,4,10\n", options).unwrap();
    assert_eq!((data.features.rows, data.given_test, data.reading.dropped), (4, 2, 2));
    assert_eq!(data.weights.unwrap().values, [1.0, 2.0, 3.0, 4.0]);
    assert_eq!(data.reading.columns[0].missing, 2);
    assert_eq!(data.notes.len(), 2, "{:?}", data.notes);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.csv"), "a,y,z\n1,2,3\n4,5,6\n").unwrap();
    std::fs::write(folder.path().join("b.csv"), "a,y,z\n7,8,9\n").unwrap();
    let csv = source("csv").unwrap();
    let values = filled(csv, "path = \"a.csv\"\ntest_path = \"b.csv\"\ntargets = [\"y\", \"z\"]");
    assert_eq!(load(csv, &values, folder.path(), None).unwrap().target, [2.0, 5.0, 8.0, 3.0, 6.0, 9.0]);
}

#[test]
fn classes_of_test_rows_are_those_of_the_others() {
    let data = loaded("a,y\n1,red\n2,blue\n3,green\n", "a,y\n4,red\n5,green\n", "").unwrap();
    assert_eq!(data.target, [2.0, 0.0, 1.0, 2.0, 1.0]);
    assert_eq!(
        refusal("a,y\n1,red\n2,blue\n", "a,y\n4,red\n5,green\n", ""),
        "b.csv: test_path: class \"green\" of the target is not in a.csv"
    );
    assert_eq!(
        refusal("a,y\n1,red\n2,blue\n", "a,y\n4,1\n5,2\n", ""),
        "b.csv: test_path: the target holds numbers, and texts or truth values in a.csv"
    );
}

#[test]
fn what_does_not_suit_is_said_of_the_test_rows() {
    let base = "a,b,y\n1,2,3\n4,5,6\n";
    assert_eq!(refusal(base, "a,c,y\n1,2,3\n", ""), "b.csv: test_path: it has no feature \"b\", which a.csv has");
    assert_eq!(refusal(base, "a,b,c,y\n1,2,3,4\n", ""), "b.csv: test_path: feature \"c\" is none of a.csv");
    assert_eq!(
        refusal(base, "b,a,y\n1,2,3\n", ""),
        "b.csv: test_path: its features stand in another order than in a.csv"
    );
    let levels = refusal("a,y\nu,1\nv,2\n", "a,y\nu,1\nw,2\n", "one_hot = \"text\"");
    assert_eq!(levels, "b.csv: test_path: it has no feature \"a=v\", which a.csv has");
    let told = refusal(base, "a,b,y\n1,x,3\n", "");
    assert!(told.starts_with("b.csv: test_path: "), "{told}");
    assert!(refusal("a,w,y\n1,1,2\n2,1,3\n", "a,w,y\n1,1,2\n2,3,3\n", "weight = \"w\"").contains("leave weight out"));
    let absent = load(
        source("csv").unwrap(),
        &filled(source("csv").unwrap(), "path = \"no.csv\"\ntest_path = \"b.csv\"\ntarget = \"y\""),
        Path::new("/"),
        None,
    );
    assert!(!absent.unwrap_err().is_content());
}

#[test]
fn images_for_testing_come_with_their_labels() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/formats");
    let idx = source("idx").unwrap();
    let text = "path = \"images-idx3-ubyte\"\nlabels = \"labels-idx1-ubyte\"\ntest_path = \"images-idx3-ubyte.gz\"";
    let refused = load(idx, &filled(idx, text), &folder, None).unwrap_err().to_string();
    assert_eq!(refused, "images-idx3-ubyte.gz: test_path: it needs test_labels, as path needs labels");
    let text = format!("{text}\ntest_labels = \"labels-idx1-ubyte.gz\"");
    let data = load(idx, &filled(idx, &text), &folder, None).unwrap();
    assert_eq!((data.features.rows, data.given_test), (8, 4));
    assert_eq!(data.target, [7.0, 0.0, 2.0, 7.0, 7.0, 0.0, 2.0, 7.0]);
}
