//! Files on disk: compressed, several of one data set, and beside the Parquet file of the same rows.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use super::{filled, message, parsed};
use crate::dataset::csv::source::{SOURCE, load};
use crate::dataset::{DataError, Dataset, source};

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn from(folder: &Path, path: &str, options: &str) -> Result<Dataset, DataError> {
    load(&filled(&SOURCE, &format!("path = \"{path}\"\ntarget = \"y\"\n{options}")), folder, None)
}

fn written(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        fs::create_dir_all(folder.path().join(name).parent().unwrap()).unwrap();
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

#[test]
fn compressed_files_are_the_same_trial() {
    let mut text = "a,b,y\n".to_owned();
    (0..50_000).for_each(|row| text += &format!("{row},{},{}\n", row * 7 % 13, row % 5));
    let plain = parsed(&text, "");
    let zstd = zstd::encode_all(text.as_bytes(), 3).unwrap();
    let gzip = gzip(&text);
    let folder =
        written(&[("d.csv.gz", &gzip), ("named.csv", &gzip), ("d.zst", &zstd), ("cut.gz", &gzip[..gzip.len() / 2])]);
    for path in ["d.csv.gz", "named.csv", "d.zst"] {
        assert_eq!(from(folder.path(), path, "").unwrap().fingerprint, plain.fingerprint, "{path}");
    }
    let error = from(folder.path(), "cut.gz", "").unwrap_err();
    assert!(matches!(error, DataError::Unreadable(_)));
    assert_eq!(error.to_string(), "cannot read cut.gz: its gzip data end before their end: the file is cut off");
}

#[test]
fn mistakes_in_compressed_files_have_their_lines() {
    let mut twice = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    twice.write_all(&gzip("a,y\n")).unwrap();
    let twice = twice.finish().unwrap();
    let mut latin = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    latin.write_all(b"a,y\n\xE9,1\n").unwrap();
    let folder =
        written(&[("d.gz", &gzip("a,y\n1,2\n3,x\n5,6\n")), ("l.gz", &latin.finish().unwrap()), ("t.gz", &twice)]);
    let told = |path| from(folder.path(), path, "").unwrap_err().to_string();
    assert_eq!(
        told("d.gz"),
        "d.gz: target \"y\" holds \"x\" in 1 of 3 rows, row 2 (line 3): correct it, or add it to missing_values"
    );
    assert!(told("l.gz").ends_with("convert it: gzip -dc l.gz | iconv -f LATIN1 -t UTF-8 > utf8.csv"));
    assert_eq!(
        told("t.gz"),
        "t.gz: text is expected, this is compressed with gzip: unpack it (gunzip t.gz) and name what is in it"
    );
    let archive = written(&[("x.csv.gz", &gzip(&format!("{}ustar", "\0".repeat(257))))]);
    assert_eq!(
        from(archive.path(), "x.csv.gz", "").unwrap_err().to_string(),
        "x.csv.gz: text is expected, this is a tar archive: unpack it (tar -xf x.csv.gz) and name what is in it"
    );
}

#[test]
fn parts_are_one_data_set_in_the_order_of_their_names() {
    let folder = written(&[
        ("p/b.csv", b"a,y\n3,4\n5,6\n"),
        ("p/a.csv.gz", &gzip("a,y\n1,2\n")),
        ("p/c.csv", b"a,y\n"),
        ("p/_SUCCESS", b""),
    ]);
    let whole = parsed("a,y\n1,2\n3,4\n5,6\n", "");
    for path in ["p", "p/", "p/*", "?/*.csv*"] {
        let data = from(folder.path(), path, "").unwrap();
        assert_eq!((data.fingerprint, data.target), (whole.fingerprint.clone(), vec![2.0, 4.0, 6.0]), "{path}");
    }
    let rows = written(&[("p/b.csv", b"3,4\n"), ("p/a.csv", b"1,2\n")]);
    let values = "path = \"p\"\ntarget = \"column_2\"\nheader = false";
    assert_eq!(
        load(&filled(&SOURCE, values), rows.path(), None).unwrap().fingerprint,
        parsed("a,y\n1,2\n3,4\n", "").fingerprint
    );
}

#[test]
fn messages_name_the_part() {
    let folder = written(&[
        ("p/a.csv", b"a,b,y\n1,2,3\nx,5,6\n"),
        ("p/b.csv", b"a,b,y\n\n7,z,9\n1,2\n"),
        ("q/a.csv", b"a,b,y\n1,2,3\n"),
        ("q/b.csv", b"a,c,y\n1,2,3\n"),
        ("r/a.csv", b"a,y\n1,2\n"),
        ("r/b.csv", b"a,y,z\n1,2,3\n"),
        ("s/a.csv", b"a,y\n1,2\n"),
        ("s/b.csv", b"a,y\n1,\xE9\n"),
        ("t/a.csv", b"a,y\n1,2\n"),
        ("t/b.csv", b""),
    ]);
    let told = |path| from(folder.path(), path, "").unwrap_err().to_string();
    assert_eq!(
        told("p/*.csv"),
        "p/*.csv: row 4 (line 4 of p/b.csv) has 2 fields, the header has 3\n\
         p/*.csv: column \"a\" holds \"x\" in 1 of 3 rows, row 2 (line 3 of p/a.csv): correct it, add it to missing_values, or \
         list the column in one_hot\n\
         p/*.csv: column \"b\" holds \"z\" in 1 of 3 rows, row 3 (line 3 of p/b.csv): correct it, add it to missing_values, or \
         list the column in one_hot"
    );
    assert_eq!(told("q"), "q/b.csv: line 1: column 2 is \"c\", in q/a.csv it is \"b\"");
    assert_eq!(told("r"), "r/b.csv: line 1: 3 columns, r/a.csv has 2");
    assert!(told("s").starts_with("s/b.csv: line 2, character 3: UTF-8 is expected"));
    assert_eq!(told("t"), "t/b.csv: the file is empty: a header and rows are expected");
    assert!(told("p/*.parquet").starts_with("cannot read p/*.parquet: no file fits it: in "));
}

/// pandas writes a boolean column as True and False in CSV, and as booleans in Parquet.
#[test]
fn booleans_are_the_same_trial_from_csv_and_parquet() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tables");
    let csv = from(&folder, "bool.csv", "").unwrap();
    let parquet = source("parquet").unwrap();
    let values = filled(parquet, "path = \"bool.parquet\"\ntarget = \"y\"");
    let parquet = (parquet.build.load)(&values, &folder, None).unwrap();
    assert_eq!((csv.fingerprint, csv.feature_names), (parquet.fingerprint, parquet.feature_names));
}

#[test]
fn what_is_not_text_is_named_with_the_way_out() {
    for (bytes, what) in [
        ("PK\u{3}\u{4}", "a zip archive: unpack it (unzip a.csv) and name what is in it"),
        ("PAR1\u{15}", "Parquet: source = \"parquet\" reads it"),
        (
            "\n<!doctype html>\n<html>",
            "an HTML page: a page was saved in place of the file: download the file by its raw link",
        ),
        (
            "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\n",
            "a pointer of Git LFS and not the file: fetch the file itself: git lfs pull",
        ),
    ] {
        assert_eq!(message(bytes, ""), format!("a.csv: text is expected, this is {what}"));
    }
}

#[test]
fn what_is_no_data_in_a_folder_is_named_with_the_pattern() {
    let data = &b"a,y\n1,2\n"[..];
    let hint = |folder: &tempfile::TempDir| from(folder.path(), "p", "").unwrap_err().to_string();
    let pattern = "if it is no data, path = \"p/*.csv\" leaves it out";
    for foreign in ["README.md", "zreadme.txt", "LICENSE"] {
        let folder = written(&[("p/a.csv", data), ("p/b.csv", data), (&format!("p/{foreign}"), b"# About this\n")]);
        let told = hint(&folder);
        assert!(told.ends_with(&format!("\nthe folder also holds p/{foreign}: {pattern}")), "{told}");
        assert_eq!(from(folder.path(), "p/*.csv", "").unwrap().target, [2.0, 2.0]);
    }
    let packed = gzip("a,y\n1,2\n");
    let folder =
        written(&[("p/a.csv", data), ("p/b.csv.gz", &packed), ("p/x.json", b"{}"), ("p/y.md", b"1"), ("p/z", b"1")]);
    let told = hint(&folder);
    let names = "p/x.json, p/y.md, p/z: if they are no data, path = \"p/*.csv*\" leaves them out";
    assert!(told.ends_with(&format!("the folder also holds {names}")), "{told}");
    assert_eq!(from(folder.path(), "p/*.csv*", "").unwrap().target, [2.0, 2.0]);
    // Other errors of a folder of data have no such line.
    let folder = written(&[("p/a.csv", data), ("p/b.csv", b"a,z\n1,2\n")]);
    assert_eq!(hint(&folder), "p/b.csv: line 1: column 2 is \"z\", in p/a.csv it is \"y\"");
    // Files that are called otherwise and read are data.
    let folder = written(&[("p/a.csv", data), ("p/b.txt", data)]);
    assert_eq!(from(folder.path(), "p", "").unwrap().target, [2.0, 2.0]);
}

#[test]
fn parts_may_spell_a_name_in_two_ways() {
    let folder = written(&[("p/a.csv", "\u{e9},y\n1,2\n".as_bytes()), ("p/b.csv", "e\u{301},y\n3,4\n".as_bytes())]);
    assert_eq!(from(folder.path(), "p", "").unwrap().features.values, [1.0, 3.0]);
}
