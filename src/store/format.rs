//! The format of a store's files and the program that wrote them. A file of an unknown format is refused, never guessed at.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::parquet::{self, ParquetError};
use crate::record::{DataFacts, TheoryEntry};

/// The format of segments without a format in their metadata: the first one kept it in a column.
const OLDEST: FormatVersion = FormatVersion { major: 1, minor: 0 };

const VERSION_KEY: &str = "sweep.format";
const WRITER_KEY: &str = "sweep.written_by";
const WRITER: &str = concat!("sweep ", env!("CARGO_PKG_VERSION"));

/// The format of a file, and the program that wrote the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Format {
    #[serde(rename = "format")]
    pub version: FormatVersion,
    pub written_by: String,
}

/// A format: `3.0`. Another minor number means other columns or fields; a reader ignores those that it does not know, and those
/// that are missing have a default. With another major number the known ones may mean something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "WrittenVersion", into = "String")]
pub struct FormatVersion {
    pub major: u32,
    pub minor: u32,
}

/// A version as JSON has it: a text, or up to format 2 a whole number.
#[derive(Deserialize)]
#[serde(untagged)]
enum WrittenVersion {
    Number(u32),
    Text(String),
}

/// Why a file's content was not read although its bytes match its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreadable {
    /// It is not content that a store writes.
    Damaged,
    /// Another version of the program wrote it.
    Foreign(Format),
}

impl From<ParquetError> for Unreadable {
    fn from(_: ParquetError) -> Self {
        Self::Damaged
    }
}

impl FormatVersion {
    /// Raise `minor` when a column of a segment or a field of another file is added or goes, `major` when a known one changes its
    /// meaning.
    pub const CURRENT: Self = Self { major: 3, minor: 0 };

    /// The format of segments with curves of metrics beside the loss's own. Those without keep their format and their bytes.
    const WITH_METRIC_CURVES: Self = Self { major: 3, minor: 1 };

    /// The format of segments with a trial that did not descend.
    const WITH_ASCENTS: Self = Self { major: 3, minor: 2 };

    /// The format of theory in which the exact solution stands apart from its problem's record.
    const WITH_FITTED_BASELINES: Self = Self { major: 3, minor: 3 };

    /// The format of facts about a data set whose target holds classes.
    const WITH_CLASSES: Self = Self { major: 3, minor: 4 };

    /// The format of facts about a data set whose rows have weights, and of preparations of such rows.
    const WITH_WEIGHTS: Self = Self { major: 3, minor: 5 };

    /// The format of segments with what was watched in training.
    const WITH_WATCHED: Self = Self { major: 3, minor: 6 };

    /// The newest format of which this version knows all columns and fields.
    pub const NEWEST: Self = Self::WITH_WATCHED;

    /// The oldest major version that is read.
    pub const OLDEST_MAJOR: u32 = 2;

    /// `3.0`, or `2` as it was written before there were minor numbers.
    fn parse(text: &str) -> Option<Self> {
        let (major, minor) = text.split_once('.').unwrap_or((text, "0"));
        Some(Self { major: major.parse().ok()?, minor: minor.parse().ok()? })
    }
}

impl fmt::Display for FormatVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.major, self.minor)
    }
}

impl From<FormatVersion> for String {
    fn from(version: FormatVersion) -> Self {
        version.to_string()
    }
}

impl TryFrom<WrittenVersion> for FormatVersion {
    type Error = String;

    fn try_from(written: WrittenVersion) -> Result<Self, String> {
        match written {
            WrittenVersion::Number(major) => Ok(Self { major, minor: 0 }),
            WrittenVersion::Text(text) => Self::parse(&text).ok_or_else(|| format!("\"{text}\" is no format")),
        }
    }
}

impl Format {
    pub fn current() -> Self {
        Self { version: FormatVersion::CURRENT, written_by: WRITER.to_owned() }
    }

    /// The format of a segment: the oldest that has all of its columns.
    pub fn of_segment(with_metric_curves: bool, with_ascents: bool, with_watched: bool) -> Self {
        let version = match (with_metric_curves, with_ascents, with_watched) {
            (_, _, true) => FormatVersion::WITH_WATCHED,
            (_, true, false) => FormatVersion::WITH_ASCENTS,
            (true, false, false) => FormatVersion::WITH_METRIC_CURVES,
            (false, false, false) => FormatVersion::CURRENT,
        };
        Self { version, ..Self::current() }
    }

    /// The format of a file with theory: the oldest that has all of its fields.
    pub fn of_theory(entries: &[TheoryEntry]) -> Self {
        let is_newer =
            |entry: &TheoryEntry| matches!(entry, TheoryEntry::Problem { .. } | TheoryEntry::Baseline { .. });
        let version =
            if entries.iter().any(is_newer) { FormatVersion::WITH_FITTED_BASELINES } else { FormatVersion::CURRENT };
        Self { version, ..Self::current() }
    }

    /// The format of facts about data sets: the oldest that has all of their fields.
    pub fn of_facts<'f>(facts: impl Iterator<Item = &'f DataFacts>) -> Self {
        let version = |facts: &DataFacts| match (facts.reading.weight.is_some(), facts.classes.is_some()) {
            (true, _) => FormatVersion::WITH_WEIGHTS,
            (false, true) => FormatVersion::WITH_CLASSES,
            (false, false) => FormatVersion::CURRENT,
        };
        let newest = facts.map(version).max_by_key(|version| version.minor);
        Self { version: newest.unwrap_or(FormatVersion::CURRENT), ..Self::current() }
    }

    /// The format of a file of preparations: the oldest that has all of its columns.
    pub fn of_preparations(with_weights: bool) -> Self {
        let version = if with_weights { FormatVersion::WITH_WEIGHTS } else { FormatVersion::CURRENT };
        Self { version, ..Self::current() }
    }

    /// The labels for a table's metadata.
    pub fn labels(self) -> Vec<(String, String)> {
        vec![(VERSION_KEY.to_owned(), self.version.to_string()), (WRITER_KEY.to_owned(), self.written_by)]
    }

    /// The format of a table by its metadata.
    ///
    /// # Errors
    /// If the bytes are not Parquet.
    pub fn of_table(bytes: &[u8]) -> Result<Self, Unreadable> {
        let labels: BTreeMap<String, String> = parquet::labels(bytes)?;
        let written_by = labels.get(WRITER_KEY).map_or("an earlier version", String::as_str).to_owned();
        let version = labels.get(VERSION_KEY).map_or(Some(OLDEST), |version| FormatVersion::parse(version));
        Ok(Self { version: version.ok_or(Unreadable::Damaged)?, written_by })
    }

    /// Accepts the formats that this version reads.
    ///
    /// # Errors
    /// If it is an older or a newer one.
    pub fn check(self) -> Result<(), Unreadable> {
        let known = FormatVersion::OLDEST_MAJOR..=FormatVersion::CURRENT.major;
        if known.contains(&self.version.major) { Ok(()) } else { Err(Unreadable::Foreign(self)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_texts_are_formats_and_nothing_else_is() {
        let read = |text: &str| serde_json::from_str::<FormatVersion>(text).ok().map(|version| version.to_string());
        assert_eq!(read("2").as_deref(), Some("2.0"));
        assert_eq!(read("\"3.7\"").as_deref(), Some("3.7"));
        for wrong in ["\"3.\"", "\"\"", "\"3.0.1\"", "-1", "3.5", "null"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        let written = serde_json::to_string(&Format::current()).expect("encodes");
        assert!(written.starts_with("{\"format\":\"3.0\","), "{written}");
    }

    #[test]
    fn only_facts_of_classes_or_weights_have_a_newer_format() {
        let facts = DataFacts {
            fingerprint: String::new(),
            n_samples: 2,
            n_features: 0,
            feature_names: Vec::new(),
            target_name: "y".to_owned(),
            other_targets: Vec::new(),
            classes: None,
            n_train: 2,
            n_validation: 0,
            n_test: 0,
            notes: Vec::new(),
            reading: Default::default(),
            description: None,
        };
        let label = |facts: &DataFacts| Format::of_facts([facts].into_iter()).version.to_string();
        let text = serde_json::to_string(&facts).expect("encodes");
        assert!(label(&facts) == "3.0" && !text.contains("classes"), "{text}");
        let classes = crate::record::ClassFacts { are_texts: true, names: vec!["a".to_owned()], rows: vec![2] };
        let facts = DataFacts { classes: Some(classes), ..facts };
        let text = serde_json::to_string(&facts).expect("encodes");
        assert_eq!(
            (label(&facts), serde_json::from_str::<DataFacts>(&text).ok()),
            ("3.4".to_owned(), Some(facts.clone()))
        );
        let kind = crate::record::ColumnKind::Number;
        let weight = crate::record::ColumnReading { name: "w".to_owned(), kind, missing: 0, is_time: false };
        let reading = crate::record::Reading { weight: Some(weight), ..Default::default() };
        let facts = DataFacts { reading, ..facts };
        let text = serde_json::to_string(&facts).expect("encodes");
        assert_eq!((label(&facts), serde_json::from_str::<DataFacts>(&text).ok()), ("3.5".to_owned(), Some(facts)));
    }

    #[test]
    fn what_is_older_or_newer_by_a_major_number_is_refused() {
        let reads = |text: &str| {
            let version = FormatVersion::parse(text).expect("a format");
            Format { version, written_by: String::new() }.check().is_ok()
        };
        assert!(["2", "3.0", "3.99"].into_iter().all(reads));
        assert!(!["1", "0.3", "4.0", "4294967295.0"].into_iter().any(reads));
    }
}
