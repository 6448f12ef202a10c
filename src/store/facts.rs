//! Facts about the data sets as the last run saw them, for commands that open none.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;

use serde::{Deserialize, Serialize};

use super::format::Format;
use super::{Store, StoreError, write_atomically};
use crate::record::{DataFacts, Id};

const FILE: &str = "datasets.json";

/// By the key of a data set.
type Facts = BTreeMap<String, DataFacts>;

#[derive(Serialize, Deserialize)]
struct FactsFile {
    #[serde(flatten)]
    format: Format,
    /// Of the facts: a file that was changed is not believed.
    blake3: Id,
    datasets: Facts,
}

impl Store {
    /// Facts about data sets; none where the file is missing, damaged or of a format that is not known here.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn read_facts(&self) -> Result<Facts, StoreError> {
        let path = self.part(FILE);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Facts::new()),
            Err(error) => return Err(StoreError::new("read", &path, error)),
        };
        let file = serde_json::from_slice::<FactsFile>(&bytes).ok();
        let sound = file
            .filter(|file| file.format.clone().check().is_ok() && hash(&file.datasets) == Some(file.blake3))
            .map(|file| file.datasets);
        Ok(sound.unwrap_or_default())
    }

    /// Adds facts to those that are known.
    ///
    /// # Errors
    /// Where they cannot be written or synced.
    pub fn write_facts(&self, facts: &Facts) -> Result<(), StoreError> {
        let known = self.read_facts()?;
        let mut datasets = known.clone();
        datasets.extend(facts.iter().map(|(key, facts)| (key.clone(), facts.clone())));
        if datasets == known {
            return Ok(());
        }
        let path = self.part(FILE);
        let encoding = |error: &dyn std::fmt::Display| StoreError::encoding(&path, error);
        let blake3 = hash(&datasets).ok_or_else(|| encoding(&"the facts"))?;
        let file = FactsFile { format: Format::current(), blake3, datasets };
        let bytes = serde_json::to_vec_pretty(&file).map_err(|error| encoding(&error))?;
        write_atomically(&path, &bytes)
    }
}

fn hash(facts: &Facts) -> Option<Id> {
    serde_json::to_vec(facts).ok().map(|bytes| Id(*blake3::hash(&bytes).as_bytes()))
}
