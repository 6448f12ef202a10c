//! Theory about problems, stored beside the segments. Each fact is an entry of its own, so a widened grid only adds new ones.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::error::StoreError;
use super::format::{Format, Unreadable};
use super::hashed_files::list;
use super::store_folder::Store;
use crate::numeric;
use crate::record::TheoryEntry;

/// A file of entries.
#[derive(Serialize, Deserialize)]
struct TheoryFile<E> {
    #[serde(flatten)]
    format: Format,
    entries: E,
}

impl Store {
    /// Reads the entries of this numerics version. Damaged files are skipped: the next run computes their entries again.
    ///
    /// # Errors
    /// If the folder cannot be listed, or a file cannot be read or has an unknown format.
    pub fn read_theory(&self) -> Result<Vec<TheoryEntry>, StoreError> {
        let mut entries = Vec::new();
        for path in list(&self.theory(), "json")? {
            let decoded = Self::contents(&path, decode)?.into_iter().flatten();
            entries.extend(decoded.filter(is_current));
        }
        Ok(entries)
    }

    /// Writes entries durably.
    ///
    /// # Errors
    /// If they cannot be written or synced.
    pub fn write_theory(&self, entries: &[TheoryEntry]) -> Result<(), StoreError> {
        self.write_named(&self.theory(), &self.encode_theory(entries)?, "json")
    }

    pub(super) fn encode_theory(&self, entries: &[TheoryEntry]) -> Result<Vec<u8>, StoreError> {
        let file = TheoryFile { format: Format::of_theory(entries), entries };
        serde_json::to_vec(&file).map_err(|error| StoreError::encoding(&self.theory(), &error))
    }
}

/// Whether an entry was computed with this version of the numerics.
pub(super) const fn is_current(entry: &TheoryEntry) -> bool {
    entry.numerics_version() == numeric::VERSION
}

/// The entries of a file that this version knows. An entry of another kind, or one that lacks what this version needs, is left
/// out: the next run computes what is missing.
pub(super) fn decode(bytes: Vec<u8>) -> Result<Vec<TheoryEntry>, Unreadable> {
    let damaged = |_| Unreadable::Damaged;
    serde_json::from_slice::<Format>(&bytes).map_err(damaged)?.check()?;
    let file = serde_json::from_slice::<TheoryFile<Vec<Value>>>(&bytes).map_err(damaged)?;
    let entries = file.entries.into_iter().flat_map(|entry| [exact_of(&entry), serde_json::from_value(entry).ok()]);
    Ok(entries.flatten().collect())
}

/// The exact solution that a problem's record held up to format 3.2, where it was of its first revision.
fn exact_of(entry: &Value) -> Option<TheoryEntry> {
    let (id, record) = (entry.pointer("/problem/problem")?, entry.pointer("/problem/record")?);
    let values = ["exact_train_mse", "exact_validation_mse", "exact_test_mse"].map(|key| record.get(key));
    let exact = json!({"baseline": {"problem": id, "record": {
        "numerics_version": record.get("numerics_version")?,
        "baseline": "exact",
        "metric": "mse",
        "revision": 1,
        "values": [values[0]?, values[1], values[2]],
        "theta": record.get("exact_theta"),
    }}});
    serde_json::from_value(exact).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::BaselineRecord;

    #[test]
    fn an_exact_solution_in_an_older_record_is_a_baseline_of_the_first_revision() {
        let id = "ab".repeat(32);
        let file = format!(
            r#"{{"format":"3.0","written_by":"x","entries":[{{"problem":{{"problem":"{id}","record":{{"numerics_version":1,
            "n_train":4,"n_parameters":2,"l2":0.0,"eigenvalues":[2.0,0.5],"start":[3.0,1.0],"residual_sum_of_squares":0.5,
            "exact_train_mse":0.125,"exact_validation_mse":null,"exact_test_mse":0.25,"exact_theta":[1.0,2.0],"sgd_limits":[]
            }}}}}}]}}"#
        );
        let entries = decode(file.into_bytes()).expect("known");
        let [TheoryEntry::Baseline { record, .. }, TheoryEntry::Problem { record: problem, .. }] = &entries[..] else {
            panic!("{entries:?}");
        };
        let expected = BaselineRecord {
            numerics_version: 1,
            baseline: "exact".to_owned(),
            baseline_revision: 1,
            metric: "mse".to_owned(),
            revision: 1,
            l1: 0.0,
            values: [Some(0.125), None, Some(0.25)],
            theta: Some(vec![1.0, 2.0]),
        };
        assert_eq!((record, problem.largest_eigenvalue()), (&expected, Some(2.0)));
        let written = serde_json::to_value(&entries).expect("encodes");
        let read: Vec<TheoryEntry> = serde_json::from_value(written).expect("decodes");
        assert_eq!(read, entries);
    }

    #[test]
    fn entries_of_another_kind_and_fields_of_another_version_are_passed_over() {
        let id = "ab".repeat(32);
        let limit = format!(
            r#"{{"sgd_limit":{{"problem":"{id}","numerics_version":1,"batch_size":4,"limit":0.1,"of_later":[1]}}}}"#
        );
        let without = format!(r#"{{"sgd_limit":{{"problem":"{id}","numerics_version":1,"batch_size":8}}}}"#);
        let lacking = format!(r#"{{"sgd_limit":{{"problem":"{id}","limit":0.1}}}}"#);
        let file = |format: &str| {
            format!(r#"{{"format":{format},"written_by":"x","of_later":{{}},"entries":[{limit},{{"of_later":{{}}}},"#)
                + &format!(r#"{without},{lacking}]}}"#)
        };
        for known in ["2", "\"3.0\"", "\"3.9\""] {
            let entries = decode(file(known).into_bytes()).expect("known");
            let of = |entry: &TheoryEntry| match entry {
                TheoryEntry::SgdLimit { batch_size, limit, .. } => (*batch_size, *limit),
                _ => (0, None),
            };
            assert_eq!(entries.iter().map(of).collect::<Vec<_>>(), [(4, Some(0.1)), (8, None)], "{known}");
        }
        assert!(matches!(decode(file("\"4.0\"").into_bytes()), Err(Unreadable::Foreign(_))));
        assert_eq!(decode(b"{}".to_vec()), Err(Unreadable::Damaged));
    }
}
