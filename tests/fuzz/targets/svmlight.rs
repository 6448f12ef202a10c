//! The reader of SVMlight text. The first byte chooses the options, the rest is the file.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sweep::dataset;
use sweep::parameter::Values;

const OPTIONS: [&str; 4] =
    ["", "missing = 'drop'", "zero_based = true\nn_features = 3", "features = ['x1']\nzero_based = false"];

/// Rows are dense: larger ones take memory and find nothing.
const LARGEST_INDEX: usize = 4;

fuzz_target!(|bytes: &[u8]| {
    let Some((&choice, file)) = bytes.split_first() else { return };
    let digits = |part: &[u8]| part.len() > LARGEST_INDEX && part.iter().all(u8::is_ascii_digit);
    if file.split(|byte| !byte.is_ascii_digit()).any(digits) {
        return;
    }
    let Ok(mut values) = OPTIONS[usize::from(choice & 3)].parse::<Values>() else { return };
    for (key, value) in [("path", "d.txt"), ("missing", "error")] {
        values.entry(key).or_insert_with(|| toml::Value::from(value));
    }
    if let Ok(data) = dataset::read_svmlight(file, &values) {
        assert_eq!(data.features.rows, data.target.len());
        assert_eq!(data.features.columns, data.feature_names.len());
        assert_eq!(data.features.values.len(), data.features.rows * data.features.columns);
        assert!(data.features.values.iter().chain(&data.target).all(|value| value.is_finite()));
    }
});
