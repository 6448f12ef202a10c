//! Parts: several files with the same columns are one data set.

use std::fs;
use std::path::Path;

use polars::prelude::{Column, DataFrame, NamedFrom as _, ParquetWriter, Series};

use crate::dataset::tests::{filled, format_fixture};
use crate::dataset::{DataError, Dataset, source};

fn loaded(folder: &Path, name: &str, path: &str, options: &str) -> Result<Dataset, DataError> {
    let source = source(name).unwrap();
    let target = if options.contains("target") || name == "svmlight" { "" } else { "target = \"y\"\n" };
    (source.build.load)(&filled(source, &format!("path = \"{path}\"\n{target}{options}")), folder, None)
}

fn told(folder: &Path, name: &str, path: &str, options: &str) -> String {
    loaded(folder, name, path, options).unwrap_err().to_string()
}

fn write(folder: &Path, name: &str, columns: Vec<Series>) {
    let rows = columns[0].len();
    let mut frame = DataFrame::new(rows, columns.into_iter().map(Column::from).collect()).unwrap();
    ParquetWriter::new(fs::File::create(folder.join(name)).unwrap()).finish(&mut frame).unwrap();
}

fn numbers(name: &str, values: &[f64]) -> Series {
    Series::new(name.into(), values)
}

#[test]
fn files_with_the_same_columns_are_one_data_set() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for place in ["p", "other_type", "other_name", "fewer", "text"] {
        fs::create_dir(folder.join(place)).unwrap();
        let file = format!("{place}/a.parquet");
        write(folder, &file, vec![numbers("x", &[1.0, -200.0]), numbers("y", &[2.0, 3.0])]);
    }
    write(folder, "p/b.parquet", vec![numbers("x", &[5.0]), numbers("y", &[f64::INFINITY])]);
    fs::write(folder.join("p/_SUCCESS"), "").unwrap();
    let pattern = "p/*.parquet";
    assert_eq!(
        told(folder, "parquet", pattern, ""),
        format!("{pattern}: target \"y\": inf is not finite in 1 of 3 rows, row 3 (row 1 of p/b.parquet)")
    );
    write(folder, "p/b.parquet", vec![numbers("x", &[5.0]), numbers("y", &[6.0])]);
    for path in ["p", pattern] {
        let data = loaded(folder, "parquet", path, "").unwrap();
        assert_eq!((data.features.values, data.target), (vec![1.0, -200.0, 5.0], vec![2.0, 3.0, 6.0]));
    }
    // Markers hold for the columns that they name, in every part.
    let marked = "missing = \"drop\"\nmissing_values = { x = [-200, \"5\"] }";
    assert_eq!(loaded(folder, "parquet", "p", marked).unwrap().target, [2.0]);
    assert!(told(folder, "parquet", "p", "missing_values = { z = [1] }").contains("there is no column \"z\""));
    assert!(told(folder, "parquet", "p", "ignore = [\"x\"]").contains("no feature is left"));

    // The same numbers in another type are the same numbers.
    let whole = Series::new("x".into(), &[5_i64]);
    write(folder, "other_type/b.parquet", vec![whole, numbers("y", &[6.0])]);
    let data = loaded(folder, "parquet", "other_type", "").unwrap();
    assert_eq!(data.fingerprint, loaded(folder, "parquet", "p", "").unwrap().fingerprint);

    write(folder, "other_name/b.parquet", vec![numbers("z", &[5.0]), numbers("y", &[6.0])]);
    assert_eq!(
        told(folder, "parquet", "other_name", ""),
        "other_name/b.parquet: column 1 is \"z\", in other_name/a.parquet it is \"x\""
    );
    write(folder, "fewer/b.parquet", vec![numbers("x", &[5.0])]);
    assert_eq!(told(folder, "parquet", "fewer", ""), "fewer/b.parquet: 1 columns, fewer/a.parquet has 2");
    write(folder, "text/b.parquet", vec![Series::new("x".into(), &["a"]), numbers("y", &[6.0])]);
    assert_eq!(
        told(folder, "parquet", "text", ""),
        "text/b.parquet: column \"x\" holds text, in text/a.parquet it holds numbers"
    );
    fs::write(folder.join("text/b.parquet"), "x,y\n1,2\n3,4\n").unwrap();
    assert!(told(folder, "parquet", "text", "").starts_with("text/b.parquet: "));
}

#[test]
fn arrow_files_and_streams_come_in_parts() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["lz4.arrow", "stream.arrow"] {
        fs::write(folder.path().join(name), format_fixture(name)).unwrap();
    }
    let options = "features = [\"i8\", \"text\"]\none_hot = \"text\"";
    let data = loaded(folder.path(), "arrow", "*.arrow", options).unwrap();
    assert_eq!(
        (data.features.rows, data.features.row(1), data.features.row(5)),
        (6, &[0.0, 1.0, 0.0][..], &[127.0, 0.0, 1.0][..])
    );
    fs::write(folder.path().join("z.arrow"), format_fixture("pandas_index.arrow")).unwrap();
    let told = told(folder.path(), "arrow", "*.arrow", options);
    assert!(told.starts_with("z.arrow: column 1 is ") && told.contains(", in lz4.arrow it is "), "{told}");
}

#[test]
fn arrays_and_lines_come_in_parts_too() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for name in ["n/a.npz", "n/b.npz", "s/a.svm", "s/b.svm.gz", "bad/a.svm", "bad/b.svm"] {
        fs::create_dir_all(folder.join(name).parent().unwrap()).unwrap();
    }
    fs::write(folder.join("n/a.npz"), format_fixture("stored.npz")).unwrap();
    fs::write(folder.join("n/b.npz"), format_fixture("deflated.npz")).unwrap();
    let data = loaded(folder, "npy", "n/*.npz", "features = [\"X\"]").unwrap();
    assert_eq!((data.features.rows, data.features.columns, data.target[4]), (8, 3, 3.0));

    fs::write(folder.join("s/a.svm"), "1 1:5\n").unwrap();
    let packed = zstd::encode_all(&b"# more\n2 1:7 3:9\n"[..], 3).unwrap();
    fs::write(folder.join("s/b.svm.gz"), packed).unwrap();
    let data = loaded(folder, "svmlight", "s", "ignore = [\"x2\"]").unwrap();
    assert_eq!((data.features.values, data.target), (vec![5.0, 0.0, 7.0, 9.0], vec![1.0, 2.0]));
    assert_eq!(data.feature_names, ["x1", "x3"]);
    fs::write(folder.join("bad/a.svm"), "1 1:5\n").unwrap();
    fs::write(folder.join("bad/b.svm"), "1 1:5\nx 1:2\n").unwrap();
    assert_eq!(told(folder, "svmlight", "bad", ""), "bad: line 2 of bad/b.svm: \"x\" is no label: a label is a number");
    assert_eq!(
        told(folder, "svmlight", "n/a.npz", ""),
        "n/a.npz: text is expected, this is a NumPy archive (.npz): source = \"npy\" reads it"
    );
}
