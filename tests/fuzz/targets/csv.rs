//! The reader of delimited text. The first byte chooses the options and the size of a block, the rest is the file, which may be compressed.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sweep::dataset;
use sweep::parameter::Values;

const OPTIONS: [&str; 16] = [
    "",
    "missing = 'drop'",
    "one_hot = ['a']",
    "one_hot = ['a', 'b']\nmissing = 'drop'",
    "features = ['a']",
    "features = ['a', 'b', 'a']\none_hot = ['c']",
    "delimiter = ';'",
    "delimiter = \"\\t\"\nmissing = 'drop'",
    "delimiter = 'whitespace'",
    "delimiter = 'whitespace'\nheader = false\ntarget = 'column_1'\nmissing = 'drop'",
    "header = false\ntarget = 'column_2'\none_hot = ['column_1']",
    "delimiter = ';'\ndecimal = ','\nthousands = '.'",
    "thousands = ','\nmissing = 'drop'",
    "decimal = ','\nthousands = ' '\ndelimiter = 'whitespace'",
    "comment = '#'\nmissing = 'drop'",
    "skip_rows = 2\ncomment = '//'",
];

fuzz_target!(|bytes: &[u8]| {
    let Some((&choice, file)) = bytes.split_first() else { return };
    let Ok(mut values) = OPTIONS[usize::from(choice & 15)].parse::<Values>() else { return };
    for (key, value) in [("path", "d.csv"), ("target", "y"), ("missing", "error"), ("delimiter", ",")] {
        values.entry(key).or_insert_with(|| toml::Value::from(value));
    }
    let read = |block| dataset::read_csv(file, file.len() as u64, &values, block);
    // Blocks end anywhere, and that must not show.
    let (whole, parts) = (read(1 << 16), read(1 + usize::from(choice >> 4)));
    match (whole, parts) {
        (Ok(data), Ok(again)) => {
            assert_eq!(data.features.rows, data.target.len());
            assert_eq!(data.features.columns, data.feature_names.len());
            assert_eq!(data.features.values.len(), data.features.rows * data.features.columns);
            assert!(data.features.values.iter().chain(&data.target).all(|value| value.is_finite()));
            assert_eq!((data.fingerprint, data.feature_names), (again.fingerprint, again.feature_names));
        }
        (Err(error), Err(again)) => {
            // A block that is not UTF-8 is given up at once: what is wrong before it is told only where a block ends there.
            let (error, again) = (error.to_string(), again.to_string());
            // What is wrong before the damage of a compressed file, too.
            let given_up = error.contains("UTF-8 is expected") || error.starts_with("cannot read d.csv: ");
            assert!(error == again || given_up, "{error}\n{again}");
        }
        (whole, parts) => panic!("whole {:?}, in parts {:?}", whole.err(), parts.err()),
    }
});
