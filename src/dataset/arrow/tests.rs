use super::source::{SOURCE, read_arrow};
use crate::dataset::tests::{check_exact, filled, format_fixture};
use crate::dataset::{DataError, Dataset};
use crate::numeric::{Purpose, Stream};

fn from_bytes(bytes: &[u8], options: &str) -> Result<Dataset, DataError> {
    let target = if options.contains("target") { "" } else { "target = \"y\"\n" };
    let values = filled(&SOURCE, &format!("path = \"a.arrow\"\n{target}{options}"));
    read_arrow(bytes, &values)
}

fn loaded(name: &str, options: &str) -> Result<Dataset, DataError> {
    from_bytes(&format_fixture(name), options)
}

const FILES: [&str; 4] = ["uncompressed.arrow", "lz4.arrow", "zstd.arrow", "stream.arrow"];

#[test]
fn every_type_has_its_values_in_files_and_streams() {
    for name in FILES {
        check_exact(|options| loaded(name, options).unwrap());
    }
    let options = "features = [\"text\", \"category\"]\none_hot = [\"text\", \"category\"]";
    let data = loaded("polars.arrow", options).unwrap();
    let levels = ["a text of more than twelve bytes", "blue", "red"];
    let names = ["text", "category"].map(|name| levels.map(|level| format!("{name}={level}"))).concat();
    assert_eq!(data.feature_names, names);
    assert_eq!(data.features.row(2), [1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);
}

#[test]
fn a_dictionary_of_texts_is_a_target_of_classes() {
    for name in FILES {
        for target in ["text", "category"] {
            let data = loaded(name, &format!("target = \"{target}\"\nfeatures = [\"i8\"]")).unwrap();
            assert_eq!(
                (data.classes.unwrap().names.join(" "), data.target),
                ("blue red".to_owned(), vec![1.0, 0.0, 1.0])
            );
        }
        let data = loaded(name, "target = \"boolean\"\nfeatures = [\"i8\"]").unwrap();
        assert_eq!(
            (data.classes.unwrap().names.join(" "), data.target),
            ("false true".to_owned(), vec![1.0, 0.0, 1.0])
        );
    }
}

#[test]
fn columns_follow_the_rules_of_parquet() {
    let message = |name: &str, options: &str| loaded(name, options).unwrap_err().to_string();
    assert_eq!(
        message("lossy.arrow", "features = [\"i64\"]"),
        "a.arrow: column \"i64\": 9007199254740993 has more digits than f64 holds (round = true takes the nearest, \
         9007199254740992) in 1 of 3 rows, row 2"
    );
    assert!(loaded("lossy.arrow", "features = [\"i64\"]\nround = true").is_ok());
    assert_eq!(
        message("zstd.arrow", "features = [\"text\"]"),
        "a.arrow: text in 1 column, \"text\": list it in one_hot, or leave it out; if the texts are numbers, write the file \
         with a numeric type (polars: .cast(pl.Float64), DuckDB: CAST(… AS DOUBLE), pandas: pd.to_numeric)\n\
         what would read it:\n  one_hot = \"text\", or one_hot = [\"text\"]"
    );
    let data = loaded("pandas_index.arrow", "").unwrap();
    assert_eq!((data.feature_names, data.notes.len()), (vec!["x".to_owned()], 1));
    // The order of features is that of the list, not of the file.
    let data = loaded("lz4.arrow", "features = [\"u8\", \"i8\"]").unwrap();
    assert_eq!(data.features.values, [1.0, -1.0, 0.0, 0.0, 255.0, 127.0]);
}

#[test]
fn the_message_names_the_fault_of_a_file() {
    let message = |bytes: &[u8]| from_bytes(bytes, "features = [\"i8\"]").unwrap_err().to_string();
    assert_eq!(message(b""), "a.arrow: the file is empty: an Arrow file is expected");
    assert!(message(b"FEA1....").contains("this is Feather of version 1: write it as Parquet"));
    assert!(message(b"PAR1....").ends_with("source = \"parquet\" reads it"));
    assert!(message(b"a,y\n1,2\n").ends_with("source = \"csv\" reads delimited text"));
    let file = format_fixture("zstd.arrow");
    assert_eq!(message(&file[..file.len() - 9]), "a.arrow: the file is cut off: an Arrow file ends with ARROW1");
    let stream = format_fixture("stream.arrow");
    assert_eq!(
        message(&stream[..stream.len() / 2]),
        "a.arrow: damaged: a message reaches beyond the end of the file: it is cut off"
    );
}

/// A damaged file is an error or still holds finite numbers. Nothing panics.
#[test]
fn damaged_files_are_errors() {
    let mut random = Stream::new(1, Purpose::Split, 0);
    let flips = std::env::var("SWEEP_FLIPS").ok().and_then(|flips| flips.parse().ok()).unwrap_or(1500);
    let options = "features = [\"i8\", \"decimal\", \"text\", \"category\"]\none_hot = [\"text\", \"category\"]";
    for name in FILES {
        let sound = format_fixture(name);
        for end in (0..sound.len()).step_by(7) {
            let _ = from_bytes(&sound[..end], options);
        }
        for _ in 0..flips {
            let mut damaged = sound.clone();
            for _ in 0..=random.below(3) {
                damaged[random.below(sound.len() as u64) as usize] ^= 1 << random.below(8);
            }
            if let Ok(data) = from_bytes(&damaged, options) {
                assert_eq!(data.features.rows, data.target.len());
                assert!(data.features.values.iter().chain(&data.target).all(|value| value.is_finite()));
            }
        }
    }
}
