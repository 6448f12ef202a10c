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
        which in 0..7_usize,
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        end in any::<prop::sample::Index>(),
        cut in 0..4_u8,
    ) {
        let name =
            ["c.npy", "fortran.npy", "stored.npz", "deflated.npz", "texts.npz", "images.npz", "zip64.npz"][which];
        let mut bytes = format_fixture(name);
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if cut == 0 {
            bytes.truncate(end.index(bytes.len()));
        }
        for target in ["column_3", "y", "X_3", "y_train"] {
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
        "a.npz: array \"cube\" has the shape [2, 2, 2]: 3 rows are expected, as the target has"
    );
}

#[test]
fn images_are_flattened_whatever_their_order() {
    let expected: Vec<f64> = (0..24).map(|number| f64::from(10 * number)).collect();
    for portion in [1, 5, 1 << 20] {
        let options = "target = \"y_train\"";
        let data = from_bytes(&format_fixture("images.npz"), options, portion).unwrap();
        assert_eq!(data.feature_names.join(" "), "x_train_1 x_train_2 x_train_3 x_train_4 x_train_5 x_train_6");
        assert_eq!((&data.features.values, &data.target[..]), (&expected, &[7.0, 0.0, 2.0, 7.0][..]));
        assert_eq!(
            data.notes.iter().filter(|note| note.contains("_test\" is left out: it has the shape [2")).count(),
            2
        );
        let fortran = from_bytes(&format_fixture("texts.npz"), "target = \"k\"\nfeatures = [\"x\"]", portion).unwrap();
        assert_eq!(fortran.fingerprint, data.fingerprint);
        let long = from_bytes(&format_fixture("zip64.npz"), "target = \"y\"", portion).unwrap();
        assert_eq!(long.fingerprint, data.fingerprint);
    }
}

#[test]
fn the_longer_numbers_of_an_archive_are_read_where_the_short_ones_have_no_place() {
    let mut bytes = format_fixture("zip64.npz");
    let end = bytes.len() - 22;
    // Number of members, length and place of the directory.
    bytes[end + 8..end + 20].fill(0xFF);
    assert_eq!(from_bytes(&bytes, "target = \"y\"", 1).unwrap().features.rows, 4);
    for at in [end - 20, end - 12, end - 20 - 8, end - 20 - 56] {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0xFF;
        let told = from_bytes(&damaged, "target = \"y\"", 1).unwrap_err().to_string();
        assert_eq!(told, "a.npz: damaged: its directory contradicts itself", "{at}");
    }
}

#[test]
fn texts_are_classes_and_categories() {
    for target in ["y", "swapped", "s"] {
        for portion in [1, 1 << 20] {
            let options = format!("target = \"{target}\"\nfeatures = [\"x_1\"]");
            let data = from_bytes(&format_fixture("texts.npz"), &options, portion).unwrap();
            let classes = data.classes.unwrap();
            assert_eq!(
                (classes.names.to_vec(), classes.are_numbers),
                (vec!["blue".into(), "red".into(), "żółć".into()], false)
            );
            assert_eq!(data.target, [1.0, 0.0, 1.0, 2.0], "{target}");
        }
    }
    let data = loaded("texts.npz", "target = \"k\"\nfeatures = [\"y\"]\none_hot = \"text\"");
    assert_eq!(data.feature_names, ["y=blue", "y=red", "y=żółć"]);
    assert_eq!(data.features.values, [0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0]);
    let told = message("texts.npz", "target = \"k\"\nfeatures = [\"x\", \"y\"]");
    assert!(told.starts_with("a.npz: text in 1 column, \"y\": list it in one_hot, or leave it out"), "{told}");
}

#[test]
fn arrays_of_every_version_are_read() {
    for version in 1..=3 {
        let data = loaded(&format!("version_{version}.npy"), "target = \"column_2\"");
        assert_eq!((data.features.values, data.target), (vec![1.0, -3.0, 100.0, 0.0], vec![2.0, 4.0, -128.0, 1.5]));
    }
}

#[test]
fn what_is_wrong_with_a_member_is_said() {
    let of = |name: &str, change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = format_fixture(name);
        change(&mut bytes);
        from_bytes(&bytes, "target = \"y\"", 5).unwrap_err().to_string()
    };
    let directory = |bytes: &[u8]| bytes.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    // The last number of the first member's data.
    let flip = |bytes: &mut Vec<u8>| {
        let next = bytes.windows(4).skip(1).position(|four| four == b"PK\x03\x04").unwrap();
        bytes[next] ^= 1;
    };
    assert_eq!(of("stored.npz", &flip), "a.npz: damaged: the bytes of \"X.npy\" are not those of its checksum");
    let encrypted = |bytes: &mut Vec<u8>| {
        let at = directory(bytes) + 8;
        bytes[at] |= 1;
    };
    assert_eq!(of("stored.npz", &encrypted), "a.npz: \"X.npy\" is encrypted");
    let bomb = |bytes: &mut Vec<u8>| {
        let at = directory(bytes) + 24;
        bytes[at..at + 4].copy_from_slice(&0xF000_0000_u32.to_le_bytes());
    };
    assert_eq!(of("deflated.npz", &bomb), "a.npz: damaged: \"X.npy\" cannot be decompressed");
    let method = |bytes: &mut Vec<u8>| {
        let at = directory(bytes) + 10;
        bytes[at] = 14;
    };
    assert!(of("deflated.npz", &method).contains("compressed by method 14"));
}
