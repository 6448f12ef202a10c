//! The reader of Arrow files. The first byte chooses the options, the rest is the file.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sweep::dataset;
use sweep::parameter::Values;

const OPTIONS: [&str; 4] = [
    "target = 'y'",
    "target = 'y'\nmissing = 'drop'\nround = true",
    "target = 'y'\none_hot = 'text'\nmissing = 'drop'",
    "target = 'x'\nfeatures = ['k']\none_hot = ['k']",
];

fuzz_target!(|bytes: &[u8]| {
    let Some((&choice, file)) = bytes.split_first() else { return };
    let Ok(mut values) = OPTIONS[usize::from(choice & 3)].parse::<Values>() else { return };
    for (key, value) in [("path", "d.arrow"), ("missing", "error")] {
        values.entry(key).or_insert_with(|| toml::Value::from(value));
    }
    if let Ok(data) = dataset::read_arrow(file, &values) {
        assert_eq!(data.features.rows, data.target.len());
        assert_eq!(data.features.columns, data.feature_names.len());
        assert_eq!(data.features.values.len(), data.features.rows * data.features.columns);
        assert!(data.features.values.iter().chain(&data.target).all(|value| value.is_finite()));
    }
});
