//! The keys that every data source takes.

use crate::parameter::{Decides, Fallback, Interval, Kind, Parameter};

/// The key of the number that divides every feature.
pub const DIVIDE_BY: &str = "divide_by";

/// The key of sources of files that names a file of test rows.
pub const TEST_PATH: &str = "test_path";

/// The keys that every source takes.
pub const COMMON: &[Parameter] = &[
    Parameter::new(
        "standardize",
        Kind::Boolean,
        Fallback::Literal("false"),
        Decides::Features,
        "scale each feature to mean 0 and standard deviation 1 over the training rows",
    )
    .also_called(&["normalize", "scale"]),
    Parameter::new(
        DIVIDE_BY,
        Kind::Float(Interval::POSITIVE),
        Fallback::Off("1.0"),
        Decides::Features,
        "instead of `standardize`: divide every feature by this number (255 for pixels)",
    )
    .also_called(&["rescale", "rescaling", "divisor", "max_value"]),
    Parameter::new(
        "split",
        Kind::Table(SPLIT),
        Fallback::Absent,
        Decides::RowsOrTargets,
        "the fractions held out, by seed; with `seed = N` in it, one split for all seeds",
    )
    .also_called(&["validation_fraction", "test_size"]),
];

const SPLIT: &[Parameter] = &[
    Parameter::new(
        "validation",
        Kind::Float(Interval::FRACTION),
        Fallback::Literal("0.0"),
        Decides::RowsOrTargets,
        "fraction of rows that settings are chosen on",
    ),
    Parameter::new(
        "test",
        Kind::Float(Interval::FRACTION),
        Fallback::Literal("0.0"),
        Decides::RowsOrTargets,
        "fraction of rows that results are reported on",
    ),
    Parameter::new(
        "seed",
        Kind::Integer { at_least: 0, at_most: i64::MAX },
        Fallback::Absent,
        Decides::RowsOrTargets,
        "holds one split for all seeds",
    ),
    Parameter::new(
        "stratify",
        Kind::Boolean,
        Fallback::Off("false"),
        Decides::RowsOrTargets,
        "divide each class of the target by the fractions",
    )
    .also_called(&["stratified"]),
];
