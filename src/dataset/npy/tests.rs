use proptest::prelude::*;

use super::source::{SOURCE, read_npy};
use crate::dataset::tests::{filled, format_fixture};
use crate::dataset::{DataError, Dataset};

fn from_bytes(bytes: &[u8], options: &str, portion: usize) -> Result<Dataset, DataError> {
    read_npy(bytes, &filled(&SOURCE, &format!("path = \"a.npz\"\n{options}")), portion)
}

fn loaded(name: &str, options: &str) -> Dataset {
    from_bytes(&format_fixture(name), options, 1 << 20).unwrap()
}

fn message(name: &str, options: &str) -> String {
    from_bytes(&format_fixture(name), options, 1 << 20).unwrap_err().to_string()
}

#[test]
fn the_columns_of_an_array_are_numbered() {
    let target = "target = \"column_3\"";
    for name in ["c.npy", "fortran.npy"] {
        for portion in [1, 4, 6, 1 << 20] {
            let data = from_bytes(&format_fixture(name), target, portion).unwrap();
            assert_eq!(data.feature_names, ["column_1", "column_2"]);
            assert_eq!(data.features.values, [1.0, 2.0, 4.0, 5.0, -7.0, 8.0, 10.0, 11.0], "{name} {portion}");
            assert_eq!(data.target, [3.0, 6.5, 9.0, 12.0]);
        }
    }
    let both = loaded("c.npy", "targets = [\"column_3\", \"column_1\"]");
    assert_eq!(
        (both.features.values, both.target),
        (vec![2.0, 5.0, 8.0, 11.0], vec![3.0, 6.5, 9.0, 12.0, 1.0, 4.0, -7.0, 10.0])
    );
    assert_eq!(loaded("c.npy", &format!("{target}\nfeatures = [\"column_2\"]")).features.values, [2.0, 5.0, 8.0, 11.0]);
    assert_eq!(
        message("c.npy", "target = \"column_4\""),
        "a.npz: target: there is no column \"column_4\" (did you mean \"column_1\"?); the columns are \"column_1\", \
         \"column_2\", \"column_3\""
    );
}

#[test]
fn arrays_of_an_archive_are_columns() {
    for name in ["stored.npz", "deflated.npz"] {
        let data = loaded(name, "target = \"y\"");
        assert_eq!(data.feature_names, ["X_1", "X_2", "X_3", "flag", "k"]);
        assert_eq!(data.features.row(2), [-7.0, 8.0, 9.0, 0.0, 8.0]);
        assert_eq!(data.target, [3.0, 6.5, 9.0, 12.0]);
        let left_out = "a.npz: array \"names\" is left out: it has the shape [3], the target has 4 rows";
        assert_eq!(data.notes.last().map(String::as_str), Some(left_out));
        let data = loaded(name, "target = \"y\"\nfeatures = [\"flag\", \"X\"]");
        assert_eq!(data.feature_names[..2], ["flag", "X_1"]);
        assert!(data.notes.iter().all(|note| note != left_out), "{:?}", data.notes);
        let data = loaded(name, "target = \"X_3\"\nfeatures = [\"X_1\", \"flag\"]\none_hot = [\"flag\"]");
        assert_eq!(data.feature_names, ["X_1", "flag=false", "flag=true"]);
        assert_eq!(
            message(name, "target = \"y\"\nfeatures = [\"names\"]"),
            "a.npz: array \"names\" has the shape [3]: 4 rows are expected, as the target has"
        );
    }
}

#[test]
fn integers_and_booleans_can_be_taken_as_classes() {
    let of = |target: &str| {
        let data = loaded("stored.npz", &format!("target = \"{target}\"\nfeatures = [\"y\"]"));
        let classes = crate::data::TargetClasses::of(&data).map(|classes| classes.names.join(" "));
        (data.target_kind(), classes)
    };
    let number = crate::shape::TargetKind::Number;
    assert_eq!(of("flag"), (number, Ok("false true".to_owned())));
    assert_eq!(of("k").0, number);
    assert!(of("k").1.is_ok());
    let data = loaded("c.npy", "target = \"column_3\"");
    let refused = crate::data::TargetClasses::of(&data).unwrap_err();
    assert_eq!(refused, "target \"column_3\" holds numbers that are not whole (6.5)");
}

#[test]
fn a_pickle_is_refused_by_name() {
    assert_eq!(
        message("object.npz", "target = \"y\""),
        "a.npz: column \"o\" is of type object, which only Python can load (a pickle): numbers, booleans, dates, times and \
         timestamps are read, and text in one_hot; write it as one of these (cast in pyarrow and polars, astype in NumPy), or leave it out with ignore"
    );
    assert_eq!(loaded("object.npz", "target = \"y\"\nfeatures = [\"X\"]").features.columns, 3);
    assert!(message("object.npy", "target = \"column_1\"").contains("target \"column_1\" is of type object"));
    assert!(
        from_bytes(b"\x80\x04K\x01.", "target = \"y\"", 1)
            .unwrap_err()
            .to_string()
            .contains("this is a pickle of Python")
    );
}

#[test]
fn the_message_names_the_fault_of_a_file() {
    let message = |bytes: &[u8]| from_bytes(bytes, "target = \"column_1\"", 1).unwrap_err().to_string();
    assert_eq!(message(b""), "a.npz: the file is empty: a .npy or .npz file is expected");
    assert!(message(b"a,y\n1,2\n").ends_with("source = \"csv\" reads delimited text"));
    let sound = format_fixture("c.npy");
    assert_eq!(
        message(&sound[..sound.len() - 1]),
        "a.npz: the array is cut off: it has 223 bytes, its shape [4, 3] says 224"
    );
    assert!(message(&[sound.clone(), sound].concat()).contains("several arrays belong into a .npz file"));
    let archive = format_fixture("deflated.npz");
    assert!(message(&archive[..archive.len() - 1]).contains("cut off"));
}

proptest! {
    /// A damaged file is an error or still holds finite numbers. Nothing panics, whatever the bytes are.
    #[test]
    fn damaged_files_are_errors(
        which in 0..4_usize,
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        end in any::<prop::sample::Index>(),
        cut in 0..4_u8,
    ) {
        let name = ["c.npy", "fortran.npy", "stored.npz", "deflated.npz"][which];
        let mut bytes = format_fixture(name);
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if cut == 0 {
            bytes.truncate(end.index(bytes.len()));
        }
        for target in ["column_3", "y", "X_3"] {
            if let Ok(data) = from_bytes(&bytes, &format!("target = \"{target}\"\nmissing = \"drop\""), 5) {
                prop_assert_eq!(data.features.rows, data.target.len());
                prop_assert!(data.features.values.iter().chain(&data.target).all(|value| value.is_finite()));
            }
        }
    }
}

#[test]
fn an_array_is_ignored_with_its_columns_even_if_it_is_left_out_anyway() {
    let left_out = |data: &Dataset| data.notes.iter().filter(|note| note.contains("is left out: ")).count();
    let all = loaded("rounded.npz", "target = \"y\"");
    assert_eq!((all.feature_names.join(" ").as_str(), left_out(&all)), ("single half X_1 X_2 X_3", 2));
    for (ignore, names, notes) in [
        ("\"cube\", \"other\"", "single half X_1 X_2 X_3", 0),
        ("\"cube\"", "single half X_1 X_2 X_3", 1),
        ("\"cu*\", \"X\"", "single half", 1),
        ("\"X_*\", \"half\", \"other\"", "single", 1),
    ] {
        let data = loaded("rounded.npz", &format!("target = \"y\"\nignore = [{ignore}]"));
        assert_eq!((data.feature_names.join(" ").as_str(), left_out(&data)), (names, notes), "{ignore}");
    }
    assert!(
        message("rounded.npz", "target = \"y\"\nignore = [\"none\"]").contains("ignore: there is no column \"none\"")
    );
    assert_eq!(
        message("rounded.npz", "target = \"y\"\nfeatures = [\"cube\"]"),
        "a.npz: array \"cube\" has the shape [2, 2, 2], 3 dimensions: a table has rows and columns, one or two dimensions \
         (x.reshape(len(x), -1) makes two)"
    );
}
