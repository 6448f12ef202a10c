//! Tests of reading delimited text.

mod advice;
mod columns;
mod dialects;
mod hostile;
mod messages;
mod parts;
mod widths;

use std::path::Path;

use super::source::{BLOCK, SOURCE, load, read_csv};
use crate::dataset::tests::filled;
use crate::dataset::{DataError, Dataset};
use crate::numeric::Matrix;

fn read_bytes(bytes: &[u8], options: &str) -> Result<Dataset, DataError> {
    in_blocks(bytes, options, BLOCK)
}

fn in_blocks(bytes: &[u8], options: &str, block: usize) -> Result<Dataset, DataError> {
    let values = filled(&SOURCE, &format!("path = \"a.csv\"\n{options}"));
    read_csv(bytes, bytes.len() as u64, &values, block)
}

/// Parses a text whose target is `y`.
fn parsed(text: &str, options: &str) -> Dataset {
    read_bytes(text.as_bytes(), &format!("target = \"y\"\n{options}")).unwrap()
}

fn message(text: &str, options: &str) -> String {
    match read_bytes(text.as_bytes(), &format!("target = \"y\"\n{options}")).unwrap_err() {
        error if error.is_content() => error.to_string(),
        other => panic!("{other}"),
    }
}

fn from_folder(folder: &Path, path: &str) -> Result<Dataset, DataError> {
    load(&filled(&SOURCE, &format!("path = \"{path}\"\ntarget = \"y\"")), folder, None)
}

#[test]
fn features_are_every_other_column_in_the_files_order() {
    let data = parsed("a,y,b\n1,2,3\n4,5,6\n", "");
    assert_eq!(data.features, Matrix { rows: 2, columns: 2, values: vec![1.0, 3.0, 4.0, 6.0] });
    assert_eq!((data.target.as_slice(), data.target_name.as_str()), (&[2.0, 5.0][..], "y"));
    assert_eq!(data.feature_names, ["a", "b"]);
    assert!(data.notes.is_empty());
}

#[test]
fn features_are_taken_in_the_order_listed() {
    let data = parsed("a,y,b,unused\n1,2,3,word\n4,5,6,\n", "features = [\"b\", \"a\"]");
    assert_eq!(data.features.values, [3.0, 1.0, 6.0, 4.0]);
    assert_eq!(data.feature_names, ["b", "a"]);
}

#[test]
fn layout_does_not_enter_the_fingerprint() {
    let plain = parsed("a,b,y\n1,2,3\n-4.5,0,6e3\n", "");
    for text in [
        "\u{FEFF}a,b,y\n1,2,3\n-4.5,0,6e3\n",
        "a,b,y\r\n1,2,3\r\n-4.5,0,6e3\r\n",
        "a,b,y\n1,2,3\n-4.5,0,6e3",
        "\na,b,y\n\n1,2,3\n  \r\n-4.5,0,6e3\n\n",
        "\"a\",\"b\",\"y\"\n\"1\",2,\"3\"\r\n\"-4.5\",\"0\",\"6e3\"\r\n",
        "other, names ,y\n 1 , 2,\t3\n-45e-1,-0.0,6000.0\n",
    ] {
        assert_eq!(parsed(text, "").fingerprint, plain.fingerprint, "{text:?}");
    }
    assert_eq!(parsed("a;b;y\n1;2;3\n-4.5;0;6e3\n", "delimiter = \";\"").fingerprint, plain.fingerprint);
    assert_eq!(parsed("a\tb\ty\n1\t2\t3\n-4.5\t0\t6e3\n", "delimiter = \"\\t\"").fingerprint, plain.fingerprint);
    assert_ne!(parsed("a,b,y\n1,2,3\n-4.5,0,6001\n", "").fingerprint, plain.fingerprint);
}

#[test]
fn quoted_fields_hold_delimiters_quotes_and_line_ends() {
    let text = "\"a, \"\"b\"\"\",y,kind\n1,2,\"x,\n\"\"z\"\"\"\n3,4,w\n";
    let data = parsed(text, "one_hot = [\"kind\"]");
    assert_eq!(data.feature_names, ["a, \"b\"", "kind=w", "kind=x,\n\"z\""]);
    assert_eq!(data.features.values, [1.0, 0.0, 1.0, 3.0, 1.0, 0.0]);
}

/// Plain rows, found by all threads, stand among rows of every other kind.
#[test]
fn rows_keep_their_order_and_lines_however_they_are_found() {
    let number = |row: usize| row as f64 / 8.0;
    let row = |row: usize| match row % 100 {
        7 => format!("\n# a comment\n +{},{row}\n", number(row)),
        50 => format!("{},{row}e0\r\n", number(row)),
        _ => format!("{},{row}\n", number(row)),
    };
    let plain: String = (0..5000).map(row).collect();
    let quoted: String =
        (5000..5100).map(|at| if at == 5050 { format!("\"{}\",{at}\n", number(at)) } else { row(at) }).collect();
    let text = format!("x,y\n{plain}{quoted}");
    for block in [1, 64, 1 << 10, 1 << 14, BLOCK] {
        let data = in_blocks(text.as_bytes(), "target = \"y\"\ncomment = \"#\"", block).unwrap();
        assert!((0..5100).map(number).eq(data.features.values), "blocks of {block}");
        assert!((0..5100).map(|row| row as f64).eq(data.target), "blocks of {block}");
    }
    // Rows 1,235 and 4,322 with the header and two more lines for each of 13 and 44 comments above them.
    let wrong = text.replace("154.25,1234\n", "154.25,many\n").replace("540.125,4321\n", "540.125\n");
    for block in [1, 64, 1 << 10, 1 << 14, BLOCK] {
        let error = in_blocks(wrong.as_bytes(), "target = \"y\"\ncomment = \"#\"", block).unwrap_err().to_string();
        assert!(error.contains("row 1235 (line 1262)"), "blocks of {block}: {error}");
        assert!(error.contains("row 4322 (line 4411) has 1 fields"), "blocks of {block}: {error}");
    }
}

#[test]
fn a_path_that_cannot_be_opened_is_unreadable() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("inner")).unwrap();
    let absent = crate::text::reason(&std::fs::read(folder.path().join("no.csv")).unwrap_err());
    for (path, reason) in [("no.csv", absent.as_str()), ("inner", "it is a folder without data files")] {
        let error = from_folder(folder.path(), path).unwrap_err();
        assert!(matches!(error, DataError::Unreadable(_)));
        assert_eq!(error.to_string(), format!("cannot read {path}: {reason}"));
    }
    std::fs::write(folder.path().join("inner/b.csv"), "x,y\n1,2\n").unwrap();
    assert_eq!(from_folder(folder.path(), "inner/b.csv").unwrap().target, [2.0]);
}

#[test]
fn the_committed_files_load() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("experiments/data");
    for (options, n, d) in [
        ("path = \"textbook_line.csv\"\ntarget = \"y\"", 100, 1),
        ("path = \"diabetes.csv\"\ntarget = \"progression\"", 442, 10),
        ("path = \"wine.csv\"\ntarget = \"alcohol\"\none_hot = [\"cultivar\"]", 178, 15),
        ("path = \"iris.csv\"\ntarget = \"petal_width\"\none_hot = [\"species\"]", 150, 6),
    ] {
        let data = load(&filled(&SOURCE, options), &folder, None).unwrap();
        assert_eq!((data.target.len(), data.features.rows, data.features.columns), (n, n, d), "{options}");
    }
}

#[cfg(unix)]
#[test]
fn only_regular_files_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe.csv");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for path in ["pipe.csv", "/dev/zero"] {
        let error = from_folder(folder.path(), path).unwrap_err();
        assert!(matches!(error, DataError::Unreadable(_)));
        assert_eq!(
            error.to_string(),
            format!("cannot read {path}: it is not a regular file (a pipe or a device); write what it holds into one")
        );
    }
}
