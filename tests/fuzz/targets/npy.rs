//! The reader of NumPy files. The first byte chooses the options and how many numbers are read at a time, the rest is the file.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sweep::dataset;
use sweep::parameter::Values;

const OPTIONS: [&str; 4] = [
    "target = 'column_1'",
    "target = 'y'\nmissing = 'drop'",
    "target = 'y'\nfeatures = ['X']\nround = true",
    "target = 'X_1'\none_hot = ['y']\nmissing = 'drop'",
];

fuzz_target!(|bytes: &[u8]| {
    let Some((&choice, file)) = bytes.split_first() else { return };
    let Ok(mut values) = OPTIONS[usize::from(choice & 3)].parse::<Values>() else { return };
    for (key, value) in [("path", "d.npz"), ("missing", "error")] {
        values.entry(key).or_insert_with(|| toml::Value::from(value));
    }
    let read = |portion| dataset::read_npy(file, &values, portion);
    // How many rows are read at a time must not show.
    match (read(1 << 16), read(1 + usize::from(choice >> 2))) {
        (Ok(data), Ok(again)) => {
            assert_eq!(data.features.rows, data.target.len());
            assert_eq!(data.features.columns, data.feature_names.len());
            assert_eq!(data.features.values.len(), data.features.rows * data.features.columns);
            assert!(data.features.values.iter().chain(&data.target).all(|value| value.is_finite()));
            assert_eq!((data.fingerprint, data.feature_names), (again.fingerprint, again.feature_names));
        }
        (Err(error), Err(again)) => assert_eq!(error.to_string(), again.to_string()),
        (whole, parts) => panic!("whole {:?}, in parts {:?}", whole.err(), parts.err()),
    }
});
