use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::reading::{DecodePortion, ParquetFormat};
use super::source::SOURCE;
use crate::dataset::columnar::read_from;
use crate::dataset::tests::{check_exact, filled, format_fixture};
use crate::dataset::{DataError, Dataset};
use crate::numeric::{Purpose, Stream};
use crate::parquet::ReadAt;

/// A file that pyarrow wrote (`tests/fixtures/parquet/write.py`).
fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/parquet").join(name)
}

fn from_bytes(bytes: &[u8], options: &str) -> Result<Dataset, DataError> {
    parsed(&bytes, bytes.len() as u64, options, DecodePortion::USUAL)
}

fn parsed(source: &dyn ReadAt, size: u64, options: &str, portion: DecodePortion) -> Result<Dataset, DataError> {
    let target = if options.contains("target") { "" } else { "target = \"y\"\n" };
    let values = filled(&SOURCE, &format!("path = \"a.parquet\"\n{target}{options}"));
    read_from(&ParquetFormat { portion }, source, size, &values)
}

fn loaded(name: &str, options: &str) -> Result<Dataset, DataError> {
    from_bytes(&std::fs::read(fixture(name)).unwrap(), options)
}

fn message(name: &str, options: &str) -> String {
    match loaded(name, options).unwrap_err() {
        error if error.is_content() => error.to_string(),
        other => panic!("{other}"),
    }
}

#[test]
fn every_numeric_type_is_read() {
    let largest =
        [2.0, 2.0, 2.0, 9_007_199_254_740_992.0, 255.0, 65535.0, 4_294_967_295.0, 18_446_744_073_709_551_616.0];
    for (name, largest) in ["i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64"].iter().zip(largest) {
        let data = loaded("types.parquet", &format!("features = [\"{name}\"]\nround = true")).unwrap();
        assert_eq!(data.features.values[1..], [0.0, largest], "{name}");
    }
    let data = loaded("types.parquet", "features = [\"f64\", \"boolean\", \"f32\"]").unwrap();
    let f32s = [f64::from(0.1_f32), 0.0, f64::from(1e30_f32)];
    assert_eq!(data.features.values, [0.1, 1.0, f32s[0], 0.0, 0.0, f32s[1], 1e300, 1.0, f32s[2]]);
    assert!(data.features.values[3].is_sign_positive());
    assert_eq!(data.target, [1.0, 2.0, 3.0]);
}

#[test]
fn levels_are_what_the_cells_say() {
    let columns = "[\"text\", \"large_text\", \"category\", \"i32\", \"boolean\", \"f64\"]";
    let data = loaded("types.parquet", &format!("features = {columns}\none_hot = {columns}")).unwrap();
    let names = [
        "text=blue",
        "text=red",
        "large_text=blue",
        "large_text=red",
        "category=blue",
        "category=red",
        "i32=-1",
        "i32=0",
        "i32=2",
        "boolean=false",
        "boolean=true",
        "f64=0",
        "f64=0.1",
    ];
    assert_eq!(data.feature_names[..names.len()], names);
    assert_eq!(data.features.row(1)[..12], [1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0]);
}

#[test]
fn text_columns_are_known_by_their_type_and_markers_by_value() {
    let features = "features = [\"i32\", \"text\", \"category\", \"f64\"]\n";
    let all = loaded("types.parquet", &format!("{features}one_hot = \"text\"")).unwrap();
    let listed = loaded("types.parquet", &format!("{features}one_hot = [\"text\", \"category\"]")).unwrap();
    assert_eq!((all.feature_names, all.fingerprint), (listed.feature_names, listed.fingerprint));
    let options = "one_hot = \"text\"\nmissing = \"drop\"\nmissing_values = { i32 = [\"-1\"], text = [\"blue\"] }";
    let data = loaded("types.parquet", &format!("{features}{options}")).unwrap();
    let missing: Vec<u64> = data.reading.columns.iter().map(|column| column.missing).collect();
    assert_eq!((missing[0], missing[2], missing[3]), (1, 0, 0));
    assert!(missing[1] > 0 && !data.feature_names.contains(&"text=blue".to_owned()));
    assert!(data.reading.left_out.len() > 10 && data.reading.dropped > 0);
}

#[test]
fn missing_and_infinite_cells_are_named_or_dropped() {
    let features = "features = [\"with_null\", \"with_nan\", \"text_with_null\", \"with_infinity\"]\none_hot = [\"text_with_null\"]";
    assert_eq!(
        message("types.parquet", features),
        "a.parquet: column \"with_infinity\": -inf is not finite in 1 of 3 rows, row 2\n\
         a.parquet: column \"with_null\" has no value in 1 of 3 rows, row 2 (the cell is null)\n\
         a.parquet: column \"with_nan\" has no value in 1 of 3 rows, row 2 (NaN is missing)\n\
         a.parquet: column \"text_with_null\" has no value in 1 of 3 rows, row 2 (the cell is null)\n\
         what would read it:\n  missing = \"drop\" (leaves out the rows that have missing cells)"
    );
    let data = loaded("types.parquet", "features = [\"with_null\"]\nmissing = \"drop\"").unwrap();
    assert_eq!(data.features.values, [1.0, 3.0]);
    assert_eq!(data.notes[0], "a.parquet: 1 of 3 rows dropped for missing cells (\"with_null\" 1)");
}

#[test]
fn a_type_that_cannot_be_used_is_named_with_its_column() {
    for (name, dtype) in [("list", "list"), ("struct", "struct"), ("map", "list"), ("binary", "binary")] {
        assert_eq!(
            message("types.parquet", &format!("features = [\"{name}\"]")),
            format!(
                "a.parquet: column \"{name}\" is of type {dtype}: numbers, booleans, dates, times and timestamps are read, \
                 and text in one_hot; write it as one of these (cast in pyarrow and polars, astype in NumPy), or leave it out with ignore"
            )
        );
    }
    assert_eq!(
        message("types.parquet", "features = [\"text\"]"),
        "a.parquet: text in 1 column, \"text\": list it in one_hot, or leave it out; if the texts are numbers, write the file with a \
         numeric type (polars: .cast(pl.Float64), DuckDB: CAST(… AS DOUBLE), pandas: pd.to_numeric)\n\
         what would read it:\n  one_hot = \"text\", or one_hot = [\"text\"]"
    );
}

#[test]
fn every_codec_is_read() {
    let plain = loaded("none.parquet", "one_hot = [\"k\"]").unwrap();
    assert_eq!((plain.features.rows, plain.features.columns), (200, 3));
    assert_eq!(plain.features.row(199), [199.0, 0.0, 1.0]);
    for codec in ["snappy", "gzip", "brotli", "lz4", "zstd"] {
        let data = loaded(&format!("{codec}.parquet"), "one_hot = [\"k\"]").unwrap();
        assert_eq!(data.fingerprint, plain.fingerprint, "{codec}");
    }
}

/// Files with two row groups, pages of about ten rows that end at different rows in each column, and dictionaries that the writer
/// gives up halfway.
const PAGES: [&str; 2] = ["pages_1.parquet", "pages_2.parquet"];
const PAGES_OPTIONS: &str = "one_hot = [\"k\"]\nmissing = \"drop\"";

#[test]
fn rows_are_the_same_however_many_are_read_at_a_time() {
    // The values that tests/fixtures/parquet/write.py writes.
    let number = |row: u64, column: u64| ((row * 2_654_435_761 + column * 40_503) % 100_003) as f64 / 7.0;
    let level = |row: u64| row % 7 % 4;
    let kept: Vec<u64> = (0..1000).filter(|row| row % 97 != 5 && level(*row) != 3).collect();
    for name in PAGES {
        let bytes = std::fs::read(fixture(name)).unwrap();
        for rows in [1, 7, 16, 100, 601, 5000] {
            let portion = DecodePortion { numbers: 0, rows };
            let data = parsed(&bytes.as_slice(), bytes.len() as u64, PAGES_OPTIONS, portion).unwrap();
            assert_eq!(data.feature_names, ["x", "n", "k=blue", "k=green", "k=red", "flag"]);
            assert_eq!(data.target.len(), kept.len(), "{name}, {rows} rows at a time");
            for (index, &row) in kept.iter().enumerate() {
                let is = |wanted| f64::from(level(row) == wanted);
                let flag = f64::from(row % 3 == 0);
                let expected = [number(row, 0), (row % 400) as f64, is(2), is(1), is(0), flag];
                assert_eq!(data.features.row(index), expected, "{name}, {rows} rows at a time, row {row}");
                assert_eq!(data.target[index], f64::from(number(row, 1) as f32));
            }
        }
    }
}

/// A file that changes after `after` reads.
struct Changing {
    /// The bytes, and how often they were read.
    state: Mutex<(Vec<u8>, usize)>,
    after: usize,
    change: fn(&mut Vec<u8>),
}

impl ReadAt for Changing {
    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        let (bytes, reads) = &mut *self.state.lock().unwrap();
        if *reads == self.after {
            (self.change)(bytes);
        }
        *reads += 1;
        bytes.as_slice().read_exact_at(buffer, offset)
    }
}

/// The file is cut off or written to between any two reads. The result is an error that names the file, or finite numbers, which
/// the caller then discards because the file has changed.
#[test]
fn a_file_that_changes_between_two_reads_is_no_crash() {
    let zeros = |bytes: &mut Vec<u8>| bytes.fill(0);
    let shifted = |bytes: &mut Vec<u8>| bytes.rotate_left(1);
    let other = |bytes: &mut Vec<u8>| {
        let other = std::fs::read(fixture("zstd.parquet")).unwrap();
        bytes.splice(..other.len(), other);
    };
    let emptied: fn(&mut Vec<u8>) = |bytes| bytes.clear();
    let halved: fn(&mut Vec<u8>) = |bytes| bytes.truncate(bytes.len() / 2);
    for name in PAGES {
        let sound = std::fs::read(fixture(name)).unwrap();
        let size = sound.len() as u64;
        let portion = DecodePortion { numbers: 0, rows: 100 };
        let attack = |after, change| {
            let file = Changing { state: Mutex::new((sound.clone(), 0)), after, change };
            let read = parsed(&file, size, PAGES_OPTIONS, portion);
            (read, file.state.into_inner().unwrap().1)
        };
        let (whole, reads) = attack(usize::MAX, emptied);
        assert!(whole.is_ok() && reads > 50, "{reads} reads");
        for after in 0..reads {
            match attack(after, emptied).0.unwrap_err() {
                DataError::Unreadable(message) => {
                    assert!(message.starts_with("cannot read a.parquet: ") && message.contains("cut off"), "{message}");
                }
                other => panic!("{other}"),
            }
            for change in [halved, zeros, shifted, other] {
                match attack(after, change).0 {
                    Ok(data) => assert!(data.features.values.iter().chain(&data.target).all(|value| value.is_finite())),
                    Err(error) => assert!(error.to_string().contains("a.parquet: "), "{error}"),
                }
            }
        }
    }
}

#[test]
fn the_message_names_the_fault_of_a_file() {
    assert_eq!(message("no_rows.parquet", "features = [\"a\"]"), "a.parquet: no rows");
    assert_eq!(
        message("twice.parquet", ""),
        "a.parquet: its footer cannot be read: duplicate: column with name 'a' has more than one occurrence"
    );
    let bytes = std::fs::read(fixture("snappy.parquet")).unwrap();
    let message = |bytes: &[u8]| from_bytes(bytes, "features = [\"a\"]").unwrap_err().to_string();
    assert_eq!(message(b""), "a.parquet: the file is empty: a Parquet file is expected");
    assert_eq!(message(&bytes[..bytes.len() - 9]), "a.parquet: the file is cut off: a Parquet file ends with PAR1");
    assert_eq!(
        message(b"a,y\n1,2\n3,4\n5,6\n"),
        "a.parquet: a Parquet file is expected, this is none; source = \"csv\" reads delimited text"
    );
}

/// A damaged file is an error or still holds finite numbers. Nothing panics, and no allocation has a size that only the damage
/// claims.
#[test]
fn damaged_files_are_errors() {
    let attempt = |bytes: &[u8]| {
        if let Ok(data) = from_bytes(bytes, "one_hot = [\"k\"]") {
            assert_eq!(data.features.rows, data.target.len());
            assert!(data.features.values.iter().chain(&data.target).all(|value| value.is_finite()));
        }
    };
    let mut stream = Stream::new(1, Purpose::Split, 0);
    for name in ["none.parquet", "snappy.parquet", "zstd.parquet"] {
        let sound = std::fs::read(fixture(name)).unwrap();
        for end in 0..sound.len() {
            // Cut off at the end, and 50 bytes cut out of the middle, which keeps both ends.
            assert!(from_bytes(&sound[..end], "one_hot = [\"k\"]").is_err(), "{name} cut at {end}");
            if end % 16 == 0 {
                attempt(&[&sound[..end], &sound[sound.len().min(end + 50)..]].concat());
            }
        }
        for _ in 0..flips() {
            let mut damaged = sound.clone();
            for _ in 0..=stream.below(3) {
                // Half of the flips hit the footer, which holds lengths and offsets.
                let from = if stream.below(2) == 0 { sound.len() as u64 - 1500 } else { 0 };
                let (byte, bit) = ((from + stream.below(sound.len() as u64 - from)) as usize, stream.below(8));
                damaged[byte] ^= 1 << bit;
            }
            attempt(&damaged);
        }
    }
}

/// The number of damaged files for each codec; `SWEEP_FLIPS=100000` tries more.
fn flips() -> usize {
    std::env::var("SWEEP_FLIPS").ok().and_then(|flips| flips.parse().ok()).unwrap_or(1500)
}

fn of_format(name: &str, options: &str) -> Result<Dataset, DataError> {
    from_bytes(&format_fixture(name), options)
}

#[test]
fn every_type_has_its_values() {
    check_exact(|options| of_format("exact.parquet", options).unwrap());
    let us = of_format("exact.parquet", "features = [\"us\"]").unwrap();
    assert_eq!(of_format("int96.parquet", "").unwrap().fingerprint, us.fingerprint);
    let decimal = of_format("exact.parquet", "features = [\"decimal\"]").unwrap();
    assert_eq!(of_format("decimal64.parquet", "").unwrap().fingerprint, decimal.fingerprint);
}

#[test]
fn what_f64_does_not_hold_is_an_error_unless_it_is_rounded() {
    for (name, digits, nearest, value) in [
        ("i64", "9007199254740993", "9007199254740992", 9_007_199_254_740_992.0),
        ("u64", "18446744073709551615", "18446744073709551616", 18_446_744_073_709_551_616.0),
        ("decimal", "1234567890123456789.1", "1234567890123456768.0", 1_234_567_890_123_456_768.0),
        ("ns", "1600000000.000000001", "1600000000.000000000", 1_600_000_000.0),
    ] {
        let features = format!("features = [\"{name}\"]\nmissing = \"drop\"");
        assert_eq!(
            of_format("lossy.parquet", &features).unwrap_err().to_string(),
            format!(
                "a.parquet: column \"{name}\": {digits} has more digits than f64 holds (round = true takes the nearest, {nearest}) \
                 in 1 of 3 rows, row 2"
            )
        );
        let data = of_format("lossy.parquet", &format!("{features}\nround = true")).unwrap();
        assert_eq!(data.features.values[1], value, "{name}");
        // A level has the digits themselves.
        let data = of_format("lossy.parquet", &format!("{features}\none_hot = [\"{name}\"]")).unwrap();
        assert!(name == "ns" || data.feature_names.contains(&format!("{name}={digits}")), "{:?}", data.feature_names);
    }
}

#[test]
fn the_index_of_pandas_is_no_feature() {
    let data = of_format("pandas_index.parquet", "").unwrap();
    assert_eq!(
        (data.feature_names, data.features.values.as_slice()),
        (vec!["x".to_owned()], &[5.0, 4.0, 2.0, 3.0, 7.0, 6.0][..])
    );
    assert_eq!(
        data.notes,
        ["a.parquet: \"__index_level_0__\" is an index of pandas and left out; list it in features to use it"]
    );
    let csv = format_fixture("pandas_index.csv");
    let options = "path = \"d.csv\"\ntarget = \"y\"\nmissing = \"error\"\ndelimiter = \",\"".parse().unwrap();
    let same = crate::dataset::read_csv(csv.as_slice(), csv.len() as u64, &options, 1 << 16).unwrap();
    assert_eq!(same.fingerprint, data.fingerprint);
    let data = of_format("pandas_index.parquet", "features = [\"__index_level_0__\"]").unwrap();
    assert_eq!(data.features.values, [0.0, 2.0, 3.0, 5.0, 6.0, 7.0]);
    assert!(data.notes.iter().all(|note| !note.contains("an index of pandas")), "{:?}", data.notes);
    // The index may be the target, too; and where it is the only other column, no feature is left.
    let data = of_format("pandas_index.parquet", "target = \"__index_level_0__\"").unwrap();
    assert_eq!(data.feature_names, ["x", "y"]);
    let message = of_format("pandas_named_index.parquet", "").unwrap_err().to_string();
    assert_eq!(message, "a.parquet: no feature is left beside the target \"y\"");
}
