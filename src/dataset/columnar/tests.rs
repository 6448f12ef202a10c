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

#[test]
fn markers_are_rounded_as_the_column_is() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for (source, file) in [("parquet", "rounded.parquet"), ("arrow", "rounded.arrow"), ("npy", "rounded.npz")] {
        fs::write(folder.join(file), format_fixture(file)).unwrap();
        for (column, marker) in [("single", "-9999.9"), ("half", "0.1"), ("single", "\"-9999.9\"")] {
            for one_hot in ["", "\none_hot = [\"single\", \"half\"]"] {
                // Of a category a marker in quotes is that text alone.
                if marker.starts_with('"') && !one_hot.is_empty() {
                    continue;
                }
                let options = format!(
                    "features = [\"single\", \"half\"]\nmissing_values = {{ {column} = [{marker}] }}\nmissing = \"drop\"{one_hot}"
                );
                let data = loaded(folder, source, file, &options).unwrap();
                assert_eq!(data.target, [2.0, 4.0], "{file} {column} {one_hot}");
            }
        }
    }
}

#[test]
fn names_in_two_spellings_are_one_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for (source, file) in [("parquet", "rounded.parquet"), ("arrow", "rounded.arrow")] {
        fs::write(folder.join(file), format_fixture(file)).unwrap();
        for spelling in ["\u{e9}", "e\u{301}"] {
            let data = loaded(folder, source, file, &format!("features = [\"{spelling}\"]")).unwrap();
            assert_eq!(data.features.values, [1.0, 2.0, 3.0], "{file}");
            assert_eq!(data.feature_names, ["\u{e9}"]);
        }
    }
}

#[test]
fn a_column_without_any_value_is_all_missing() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for (source, file) in [("parquet", "rounded.parquet"), ("arrow", "rounded.arrow")] {
        fs::write(folder.join(file), format_fixture(file)).unwrap();
        for one_hot in ["", "\none_hot = \"text\"", "\none_hot = [\"empty\"]"] {
            assert_eq!(
                told(folder, source, file, &format!("features = [\"empty\", \"single\"]{one_hot}")),
                format!(
                    "{file}: column \"empty\" is empty in all 3 rows: leave it out\nwhat would read it:\n  features without \
                     \"empty\"{}",
                    if one_hot.ends_with(']') { "\n  no one_hot, which lists \"empty\"" } else { "" }
                )
            );
        }
    }
    // In parts it suits whatever the others hold.
    let empty = Series::new_null("x".into(), 2);
    for (name, other, one_hot) in
        [("n", numbers("x", &[5.0]), ""), ("t", Series::new("x".into(), &["red"]), "\none_hot = \"text\"")]
    {
        fs::create_dir(folder.join(name)).unwrap();
        write(folder, &format!("{name}/a.parquet"), vec![empty.clone(), numbers("y", &[1.0, 2.0])]);
        write(folder, &format!("{name}/b.parquet"), vec![other.clone(), numbers("y", &[3.0])]);
        write(folder, &format!("{name}/c.parquet"), vec![empty.clone(), numbers("y", &[1.0, 2.0])]);
        let data = loaded(folder, "parquet", name, &format!("missing = \"drop\"{one_hot}")).unwrap();
        assert_eq!((data.target, data.features.columns), (vec![3.0], 1), "{name}");
    }
}

/// What is sound and not decoded is not called damaged, and the rest of the file is read if that can be.
#[test]
fn types_that_are_not_read_are_named_with_the_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let cast = "write it as one of these (cast in pyarrow and polars, astype in NumPy), or leave it out with ignore";
    let types = "numbers, booleans, dates, times and timestamps are read, and text in one_hot";
    let wide = format!("column \"a\" is of type decimal256(50, 10): {types}; {cast}");
    let view = "column \"a\" is a string_view of short texts and compressed, as pyarrow writes it, which is not read: write it as a \
                string (pyarrow.Table.cast), or the file without compression";
    let whole = "which is not read, nor is a file that has such a column";
    for (file, read_without, expected) in [
        ("odd_string_view.arrow", true, view.to_owned()),
        ("odd_view_dictionary.arrow", true, view.to_owned()),
        ("odd_wide_decimal.arrow", true, wide.clone()),
        ("odd_dictionary.arrow", true, wide.clone()),
        ("odd_wide_decimal.parquet", true, wide.clone()),
        ("odd_dictionary.parquet", true, wide),
        (
            "odd_run_ends.arrow",
            false,
            format!("column \"a\" is run-end encoded, {whole}: decode it (pyarrow.compute.run_end_decode), or write the file without it"),
        ),
        (
            "odd_list_view.arrow",
            false,
            format!("column \"a\" is a list_view, {whole}: write it as a list (pyarrow.Table.cast), or write the file without it"),
        ),
        (
            "odd_union.arrow",
            false,
            format!("column \"a\" is a union, {whole}: give each of its types a column of its own, or write the file without it"),
        ),
        (
            "odd_list_view.parquet",
            false,
            "the Arrow schema in its footer has a type that is not read, such as a list_view: write it with other types \
             (pyarrow.Table.cast), or without such a schema (store_schema=False)"
                .to_owned(),
        ),
    ] {
        fs::write(folder.join(file), format_fixture(file)).unwrap();
        let source = file.rsplit('.').next().unwrap();
        assert_eq!(told(folder, source, file, "one_hot = \"text\""), format!("{file}: {expected}"));
        match loaded(folder, source, file, "features = [\"x\"]") {
            Ok(data) => assert!(read_without && data.features.values == [1.0, 2.0, 2.0], "{file}"),
            Err(error) => assert!(!read_without && error.to_string().ends_with(&expected), "{error}"),
        }
    }
}

#[test]
fn numbers_in_a_column_of_text_have_a_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let way = "write the file with a numeric type (polars: .cast(pl.Float64), DuckDB: CAST(… AS DOUBLE), pandas: pd.to_numeric)";
    let text = |name: &str| Series::new(name.into(), &["1.5", "2.5"]);
    write(folder, "a.parquet", vec![text("x"), numbers("y", &[1.0, 2.0])]);
    assert_eq!(
        told(folder, "parquet", "a.parquet", ""),
        format!(
            "a.parquet: text in 1 column, \"x\": list it in one_hot, or leave it out; if the texts are numbers, {way}\n\
             what would read it:\n  one_hot = \"text\", or one_hot = [\"x\"]"
        )
    );
    write(folder, "b.parquet", vec![numbers("x", &[1.0, 2.0]), text("y")]);
    assert_eq!(
        told(folder, "parquet", "b.parquet", ""),
        format!("b.parquet: target \"y\" holds numbers as text, in 2 of 2 rows: {way}")
    );
    write(folder, "c.parquet", vec![numbers("x", &[1.0, 2.0, 3.0]), Series::new("y".into(), &["1.5", "2.5", "many"])]);
    assert_eq!(
        told(folder, "parquet", "c.parquet", ""),
        format!(
            "c.parquet: target \"y\" holds numbers as text, in 2 of 3 rows: {way}\n\
             c.parquet: target \"y\" holds \"many\" in 1 of 3 rows, row 3: correct it, or add it to missing_values"
        )
    );
}

#[test]
fn texts_and_truth_values_of_a_target_are_classes() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let species = Series::new("y".into(), &[Some("virginica"), Some("setosa"), None, Some("setosa")]);
    write(folder, "a.parquet", vec![numbers("x", &[1.0, 2.0, 3.0, 4.0]), species]);
    let data = loaded(folder, "parquet", "a.parquet", "missing = \"drop\"").unwrap();
    let classes = data.classes.unwrap();
    assert_eq!(
        (classes.names.to_vec(), classes.are_numbers),
        (["setosa", "virginica"].map(str::to_owned).to_vec(), false)
    );
    assert_eq!(data.target, [1.0, 0.0, 0.0]);
    // Texts that are numbers now and then stay as they are written.
    let codes = Series::new("y".into(), &["01", "1", "A", "B", "A"]);
    write(folder, "b.parquet", vec![numbers("x", &[1.0, 2.0, 3.0, 4.0, 5.0]), codes]);
    let data = loaded(folder, "parquet", "b.parquet", "").unwrap();
    assert_eq!(
        (data.classes.unwrap().names.join(" "), data.target),
        ("01 1 A B".to_owned(), vec![0.0, 1.0, 2.0, 3.0, 2.0])
    );
    assert!(data.notes[0].ends_with("has 2 numbers among 3 texts: each text is a class"), "{:?}", data.notes);
    for file in ["exact.parquet", "polars.arrow"] {
        fs::write(folder.join(file), format_fixture(file)).unwrap();
    }
    let of = |name: &str, file: &str, target: &str| {
        let data = loaded(folder, name, file, &format!("target = \"{target}\"\nfeatures = [\"i8\"]"));
        let data = data.unwrap_or_else(|error| panic!("{error}"));
        let facts = crate::data::TargetClasses::of(&data).unwrap().facts(data.target_kind());
        (facts.are_texts, facts.counted().join(", "))
    };
    for target in ["text", "category"] {
        assert_eq!(of("parquet", "exact.parquet", target), (true, "blue 1, red 2".to_owned()));
    }
    assert_eq!(of("parquet", "exact.parquet", "boolean"), (false, "false 1, true 2".to_owned()));
    assert_eq!(of("parquet", "exact.parquet", "u8"), (false, "0 1, 1 1, 255 1".to_owned()));
}

#[test]
fn several_targets_are_columns_of_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for file in ["exact.parquet", "polars.arrow"] {
        fs::write(folder.join(file), format_fixture(file)).unwrap();
    }
    let of = |targets: &str| {
        loaded(folder, "parquet", "exact.parquet", &format!("targets = {targets}\nfeatures = [\"i8\"]"))
    };
    let one = loaded(folder, "parquet", "exact.parquet", "target = \"boolean\"\nfeatures = [\"i8\"]").unwrap();
    let both = of("[\"u8\", \"boolean\"]").unwrap();
    let (first, second) = both.target.split_at(both.features.rows);
    let mut sorted = first.to_vec();
    sorted.sort_by(f64::total_cmp);
    assert_eq!((sorted, second), (vec![0.0, 1.0, 255.0], &one.target[..]));
    assert_eq!((both.classes, both.other_targets), (None, vec!["boolean".to_owned()]));
    for targets in ["[\"u8\", \"text\"]", "[\"text\", \"u8\"]"] {
        let told = of(targets).unwrap_err().to_string();
        assert_eq!(told, "exact.parquet: target \"text\" holds text: each of several targets is a column of numbers");
    }
}
