//! Facts about the data sets as the last run saw them, for commands that do not open the data.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;

use serde::{Deserialize, Serialize};

use super::atomic::write_atomically;
use super::error::StoreError;
use super::format::{Format, Unreadable};
use super::store_folder::Store;
use crate::record::{DataFacts, Id};

const FILE: &str = "datasets.json";

/// Facts about data sets, by the key of each.
type FactsByDataset = BTreeMap<String, DataFacts>;

#[derive(Serialize, Deserialize)]
struct DataFactsFile {
    #[serde(flatten)]
    format: Format,
    /// The hash of the facts. A file with another hash was changed and is ignored.
    blake3: Id,
    /// [`FactsByDataset`] as the file has it, with fields that this version may not know.
    datasets: serde_json::Value,
}

/// From this major version on the hash is over the facts as the file has them, keys sorted. Before it was over those that the
/// version knew, in its own order.
const HASHED_AS_WRITTEN: u32 = 3;

impl Store {
    /// The facts about data sets. Empty if the file is missing or damaged.
    ///
    /// # Errors
    /// If the file cannot be read, or has an unknown format.
    pub fn read_facts(&self) -> Result<FactsByDataset, StoreError> {
        let path = self.part(FILE);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(FactsByDataset::new()),
            Err(error) => return Err(StoreError::new("read", &path, error)),
        };
        match decode(&bytes) {
            Ok(facts) => Ok(facts),
            Err(Unreadable::Damaged) => Ok(FactsByDataset::new()),
            Err(Unreadable::Foreign(format)) => Err(StoreError::foreign(&path, &format)),
        }
    }

    /// Adds facts to the stored ones.
    ///
    /// # Errors
    /// If they cannot be written or synced, or the stored ones have an unknown format.
    pub fn write_facts(&self, facts: &FactsByDataset) -> Result<(), StoreError> {
        let known = self.read_facts()?;
        let mut datasets = known.clone();
        datasets.extend(facts.iter().map(|(key, facts)| (key.clone(), facts.clone())));
        if datasets == known {
            return Ok(());
        }
        let path = self.part(FILE);
        let encoding = |error: &dyn std::fmt::Display| StoreError::encoding(&path, error);
        let format = Format::of_facts(datasets.values());
        let datasets = serde_json::to_value(&datasets).map_err(|error| encoding(&error))?;
        let blake3 = hash(&datasets).ok_or_else(|| encoding(&"the facts"))?;
        let file = DataFactsFile { format, blake3, datasets };
        let bytes = serde_json::to_vec_pretty(&file).map_err(|error| encoding(&error))?;
        write_atomically(&path, &bytes)
    }
}

/// The facts in a file, which is damaged if its hash is not that of its facts. A data set that lacks what this version needs is
/// left out: the next run reads its data again.
fn decode(bytes: &[u8]) -> Result<FactsByDataset, Unreadable> {
    let damaged = |_| Unreadable::Damaged;
    let format = serde_json::from_slice::<Format>(bytes).map_err(damaged)?;
    let as_written = format.version.major >= HASHED_AS_WRITTEN;
    format.check()?;
    let file = serde_json::from_slice::<DataFactsFile>(bytes).map_err(damaged)?;
    let written = hash(&file.datasets);
    let datasets = serde_json::from_value::<BTreeMap<String, serde_json::Value>>(file.datasets).map_err(damaged)?;
    let known = |(key, facts)| Some((key, serde_json::from_value(facts).ok()?));
    let known: FactsByDataset = datasets.into_iter().filter_map(known).collect();
    let found = if as_written { written } else { hash(&known) };
    if found == Some(file.blake3) { Ok(known) } else { Err(Unreadable::Damaged) }
}

fn hash(facts: &impl Serialize) -> Option<Id> {
    serde_json::to_vec(facts).ok().map(|bytes| Id(*blake3::hash(&bytes).as_bytes()))
}
