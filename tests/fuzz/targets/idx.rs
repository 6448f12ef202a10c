//! The reader of IDX files. The first byte chooses the options and how many numbers are read at a time, the second says how many bytes
//! follow of the labels, and the rest are the rows.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sweep::dataset;
use sweep::parameter::Values;

const OPTIONS: [&str; 4] = ["", "missing = 'drop'", "ignore = ['pixel_0_*']", "features = ['x1']\nmissing = 'drop'"];

fuzz_target!(|bytes: &[u8]| {
    let [choice, length, files @ ..] = bytes else { return };
    let Some((labels, rows)) = files.split_at_checked(usize::from(*length)) else { return };
    let Ok(mut values) = OPTIONS[usize::from(choice & 3)].parse::<Values>() else { return };
    for (key, value) in [("path", "d.idx"), ("labels", "l.idx"), ("missing", "error")] {
        values.entry(key).or_insert_with(|| toml::Value::from(value));
    }
    let read = |portion| dataset::read_idx(rows, labels, &values, portion);
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
