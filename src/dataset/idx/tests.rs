use std::path::Path;

use proptest::prelude::*;

use super::source::{SOURCE, read_idx};
use crate::dataset::tests::{filled, format_fixture};
use crate::dataset::{DataError, Dataset};

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/formats")
}

fn loaded(options: &str) -> Result<Dataset, DataError> {
    (SOURCE.build.load)(&filled(&SOURCE, options), &folder(), None)
}

fn of_files(path: &str, labels: &str) -> Result<Dataset, DataError> {
    loaded(&format!("path = \"{path}\"\nlabels = \"{labels}\""))
}

fn from_bytes(bytes: &[u8], labels: &[u8], options: &str, portion: usize) -> Result<Dataset, DataError> {
    read_idx(bytes, labels, &filled(&SOURCE, &format!("path = \"images\"\nlabels = \"labels\"\n{options}")), portion)
}

fn message(bytes: &[u8], labels: &[u8]) -> String {
    from_bytes(bytes, labels, "", 100).unwrap_err().to_string()
}

#[test]
fn images_are_rows_and_their_labels_the_target() {
    let files = [
        ("images-idx3-ubyte", "labels-idx1-ubyte"),
        ("images-idx3-ubyte.gz", "labels-idx1-ubyte.gz"),
        ("images-idx3-ubyte.gz", "labels-idx1-ubyte"),
    ];
    for (path, labels) in files {
        let data = of_files(path, labels).unwrap();
        let names = "pixel_0_0 pixel_0_1 pixel_0_2 pixel_1_0 pixel_1_1 pixel_1_2";
        assert_eq!(data.feature_names.join(" "), names);
        let expected: Vec<f64> = (0..24).map(|number| f64::from(10 * number)).collect();
        assert_eq!((data.features.rows, &data.features.values), (4, &expected));
        assert_eq!((data.target_name.as_str(), &data.target[..]), ("label", &[7.0, 0.0, 2.0, 7.0][..]));
        let values = filled(&SOURCE, &format!("path = \"{path}\"\nlabels = \"{labels}\""));
        let size = (SOURCE.build.size)(&values, &folder()).unwrap();
        assert_eq!((size.rows, size.columns), (4, 6));
    }
    // A trial is known by its numbers, whatever file they come from.
    let (images, labels) = (format_fixture("images-idx3-ubyte"), format_fixture("labels-idx1-ubyte"));
    let npy = crate::dataset::source("npy").unwrap();
    let values = filled(npy, "path = \"images.npz\"\ntarget = \"y_train\"");
    let of_numpy = (npy.build.load)(&values, &folder(), None).unwrap();
    for portion in [1, 7, 12, 1000] {
        let data = from_bytes(&images, &labels, "", portion).unwrap();
        assert_eq!(data.fingerprint, of_numpy.fingerprint, "{portion}");
    }
    let data = from_bytes(&images, &labels, "ignore = [\"pixel_0_*\", \"pixel_1_1\"]", 7).unwrap();
    assert_eq!(
        (data.feature_names.join(" "), data.features.row(1)),
        ("pixel_1_0 pixel_1_2".to_owned(), &[90.0, 110.0][..])
    );
}

#[test]
fn numbers_of_every_type_are_read() {
    let labels = format_fixture("labels-idx1-ubyte");
    for (kind, values) in [
        ("u1", [1.0, 2.0, 3.0, 4.0, 100.0, 128.0, 0.0, 1.0]),
        ("i1", [1.0, 2.0, -3.0, 4.0, 100.0, -128.0, 0.0, 1.0]),
        ("i2", [1.0, 2.0, -3.0, 4.0, 100.0, -128.0, 0.0, 1.0]),
        ("i4", [1.0, 2.0, -3.0, 4.0, 100.0, -128.0, 0.0, 1.0]),
        ("f4", [1.0, 2.0, -3.0, 4.0, 100.0, -128.0, 0.0, 1.5]),
        ("f8", [1.0, 2.0, -3.0, 4.0, 100.0, -128.0, 0.0, 1.5]),
    ] {
        let data = from_bytes(&format_fixture(&format!("{kind}.idx")), &labels, "", 3).unwrap();
        assert_eq!(
            (data.feature_names.join(" ").as_str(), &data.features.values[..]),
            ("x1 x2", &values[..]),
            "{kind}"
        );
    }
    // Labels of any type, and rows of one number.
    let data = from_bytes(&labels, &format_fixture("labels-idx1-ubyte.gz"), "", 3).unwrap();
    assert_eq!((data.feature_names.join(" ").as_str(), data.features.values), ("x1", data.target));
}

#[test]
fn a_number_that_is_none_is_a_missing_cell() {
    let mut floats = format_fixture("f4.idx");
    let at = floats.len() - 4;
    floats[at..].copy_from_slice(&f32::NAN.to_be_bytes());
    let labels = format_fixture("labels-idx1-ubyte");
    let dropped = from_bytes(&floats, &labels, "missing = \"drop\"", 3).unwrap();
    assert_eq!((dropped.features.rows, dropped.target), (3, vec![7.0, 0.0, 2.0]));
    let told = message(&floats, &labels);
    assert!(told.starts_with("images: column \"x2\" has no value in 1 of 4 rows, row 4 (NaN is missing)"), "{told}");
}

#[test]
fn what_is_wrong_with_a_file_is_said() {
    let (images, labels) = (format_fixture("images-idx3-ubyte"), format_fixture("labels-idx1-ubyte"));
    assert_eq!(
        message(&images[..39], &labels),
        "images: cut off: 4 × 2 × 3 numbers and the header take 40 bytes, there are 39"
    );
    let more = [&images[..], b"ab"].concat();
    assert_eq!(
        message(&more, &labels),
        "images: 2 bytes follow the numbers: 4 × 2 × 3 of them end at offset 40, and the file has 42 bytes"
    );
    assert_eq!(message(b"", &labels), "images: the file is empty: an IDX file is expected");
    assert_eq!(
        message(b"GIF89a\x01\0....", &labels),
        "images: an IDX file is expected: it begins with two zero bytes, a type and the number of dimensions (00 00 08 03 of MNIST's \
         images), this one with 47 49 46 38"
    );
    assert!(
        message(&format_fixture("c.npy"), &labels).ends_with("this is a NumPy array (.npy): source = \"npy\" reads it")
    );
    assert!(
        message(&[0, 0, 7, 1, 0, 0, 0, 1, 9], &labels)
            .starts_with("images: offset 2: an element has the type 0x07: 0x08 (u8)")
    );
    assert_eq!(message(&[0, 0, 8, 2, 0, 0, 0, 0, 0, 0, 0, 5], &labels), "images: no rows: it holds 0 × 5 numbers");
    let wide = [&[0, 0, 8, 2, 0, 0, 0, 1, 0, 0x40, 0, 1][..], &vec![0; (1 << 22) + 1]].concat();
    assert_eq!(message(&wide, &labels), "images: 1 × 4194305 numbers: at most 4194304 in a row are read");
}

#[test]
fn what_is_wrong_with_labels_is_said_of_their_key() {
    let (images, labels) = (format_fixture("images-idx3-ubyte"), format_fixture("labels-idx1-ubyte"));
    assert_eq!(
        message(&images, &[0, 0, 8, 1, 0, 0, 0, 2, 1, 2]),
        "images: labels: labels holds 2 labels, and images has 4 rows"
    );
    assert_eq!(
        message(&images, &images),
        "images: labels: labels holds 4 × 2 × 3 numbers: one for each row is expected"
    );
    assert_eq!(
        message(&images, &labels[..11]),
        "images: labels: labels: cut off: 4 numbers and the header take 12 bytes, there are 11"
    );
    let told = of_files("images-idx3-ubyte", "none").unwrap_err();
    assert!(told.to_string().starts_with("images-idx3-ubyte: labels: cannot read none: "), "{told}");
    assert!(!told.is_content());
}

#[test]
fn a_compressed_file_is_held_against_its_header() {
    let packed = |bytes: &[u8]| {
        use std::io::Write as _;
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let (images, labels) = (format_fixture("images-idx3-ubyte"), format_fixture("labels-idx1-ubyte"));
    assert_eq!(
        message(&packed(&images[..39]), &labels),
        "images: cut off: 4 × 2 × 3 numbers and the header take 40 bytes, there are 39"
    );
    assert_eq!(
        message(&packed(&[&images[..], b"a"].concat()), &labels),
        "images: bytes follow the numbers: 4 × 2 × 3 of them end at offset 40 of the content"
    );
    let file = packed(&images);
    assert_eq!(
        message(&file[..file.len() - 9], &labels),
        "cannot read images: its gzip data end before their end: the file is cut off"
    );
    // A header that claims what no such file holds reserves nothing.
    let claims = packed(&[0, 0, 8, 3, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 28, 0, 0, 0, 28]);
    let told = message(&claims, &labels);
    assert!(told.contains("compressed bytes cannot hold so many"), "{told}");
    assert_eq!(
        message(&packed(b"a,y\n1,2\n"), &labels),
        "images: an IDX file is expected, this is none; source = \"csv\" reads delimited text"
    );
}

#[test]
fn several_files_have_their_labels_in_the_same_order() {
    let folder = tempfile::tempdir().unwrap();
    let copy = |from: &str, to: &str| std::fs::write(folder.path().join(to), format_fixture(from)).unwrap();
    for part in ["a", "b"] {
        copy("images-idx3-ubyte", &format!("{part}-images"));
    }
    copy("labels-idx1-ubyte", "a-labels");
    let load = || {
        let values = filled(&SOURCE, "path = \"*-images\"\nlabels = \"*-labels\"");
        (SOURCE.build.load)(&values, folder.path(), None)
    };
    assert_eq!(load().unwrap_err().to_string(), "*-images: labels: 1 files of labels for 2 files of rows");
    let mut other = format_fixture("labels-idx1-ubyte");
    other[8..].copy_from_slice(&[1, 2, 3, 4]);
    std::fs::write(folder.path().join("b-labels"), other).unwrap();
    assert_eq!(load().unwrap().target, [7.0, 0.0, 2.0, 7.0, 1.0, 2.0, 3.0, 4.0]);
}

#[test]
fn labels_are_found_beside_their_images() {
    let folder = tempfile::tempdir().unwrap();
    let found = |path: &str| super::labels_beside(folder.path(), path);
    std::fs::create_dir(folder.path().join("images")).unwrap();
    for name in
        ["train-labels-idx1-ubyte", "t10k-labels.idx1-ubyte.gz", "images/labels.idx", "letters-labels-idx1-ubyte.gz"]
    {
        std::fs::write(folder.path().join(name), "").unwrap();
    }
    for (path, labels) in [
        ("train-images-idx3-ubyte", Some("train-labels-idx1-ubyte")),
        ("train-images-idx3-ubyte.gz", Some("train-labels-idx1-ubyte")),
        ("t10k-images.idx3-ubyte", Some("t10k-labels.idx1-ubyte.gz")),
        ("images/images.idx", Some("images/labels.idx")),
        ("images/rows.idx", None),
        ("letters-images-idx3-ubyte.gz", Some("letters-labels-idx1-ubyte.gz")),
        ("other-images-idx3-ubyte", None),
    ] {
        assert_eq!(found(path).as_deref(), labels, "{path}");
    }
}

proptest! {
    /// A damaged file is an error or still holds finite numbers. Nothing panics, whatever the bytes are.
    #[test]
    fn damaged_files_are_errors(
        which in 0..4_usize,
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        end in any::<prop::sample::Index>(),
        cut in 0..4_u8,
        of_labels in any::<bool>(),
    ) {
        let name = ["images-idx3-ubyte", "images-idx3-ubyte.gz", "f4.idx", "i2.idx"][which];
        let (mut images, mut labels) = (format_fixture(name), format_fixture("labels-idx1-ubyte"));
        let damaged = if of_labels { &mut labels } else { &mut images };
        for (at, byte) in damage {
            let at = at.index(damaged.len());
            damaged[at] = byte;
        }
        if cut == 0 {
            damaged.truncate(end.index(damaged.len()));
        }
        let read = |portion| from_bytes(&images, &labels, "missing = \"drop\"", portion);
        match (read(5), read(1 << 16)) {
            (Ok(data), Ok(again)) => {
                prop_assert_eq!(data.features.rows, data.target.len());
                prop_assert!(data.features.values.iter().chain(&data.target).all(|value| value.is_finite()));
                prop_assert_eq!(data.fingerprint, again.fingerprint);
            }
            (Err(error), Err(again)) => prop_assert_eq!(error.to_string(), again.to_string()),
            (one, other) => prop_assert!(false, "{:?} {:?}", one.err(), other.err()),
        }
    }

    /// What is written is read, whatever shape and type it has.
    #[test]
    fn numbers_come_back(
        sizes in proptest::collection::vec(1..4_u32, 1..5),
        seed in any::<u16>(),
        portion in 1..40_usize,
    ) {
        let count: u32 = sizes.iter().product();
        let numbers: Vec<i32> = (0..count).map(|at| (at * 7919 + u32::from(seed)).cast_signed() - 9000).collect();
        let mut bytes = vec![0, 0, 0x0C, sizes.len() as u8];
        bytes.extend(sizes.iter().flat_map(|size| size.to_be_bytes()));
        bytes.extend(numbers.iter().flat_map(|number| number.to_be_bytes()));
        let mut labels = vec![0, 0, 8, 1];
        labels.extend(sizes[0].to_be_bytes());
        labels.extend((0..sizes[0]).map(|row| row as u8));
        let data = from_bytes(&bytes, &labels, "", portion).unwrap();
        let expected: Vec<f64> = numbers.iter().map(|number| f64::from(*number)).collect();
        prop_assert_eq!(data.features.values, expected);
        prop_assert_eq!(data.target, (0..sizes[0]).map(f64::from).collect::<Vec<f64>>());
    }
}
