//! Where training starts.

use serde::Deserialize;

use crate::numeric::{Purpose, Stream};

pub const WORDS: &[&str] = &["zeros", "normal"];

/// A named start, or numbers.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Init {
    Word(Word),
    Numbers(Vec<f64>),
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Word {
    Zeros,
    /// Independent standard normal deviates by the trial's seed.
    Normal,
}

impl Init {
    pub fn by_seed(&self) -> bool {
        matches!(self, Self::Word(Word::Normal))
    }

    pub fn start(&self, d: usize, seed: Option<u64>) -> Result<Vec<f64>, String> {
        match self {
            Self::Word(Word::Zeros) => Ok(vec![0.0; d]),
            Self::Word(Word::Normal) => {
                let mut stream = Stream::new(seed.unwrap_or(0), Purpose::Initialisation, 0);
                Ok((0..d).map(|_| stream.normal()).collect())
            }
            Self::Numbers(numbers) if numbers.len() == d => Ok(numbers.clone()),
            Self::Numbers(numbers) => Err(format!(
                "`init` has {} number{}, but the model has {d} parameters (the bias first, then one a column)",
                numbers.len(),
                if numbers.len() == 1 { "" } else { "s" },
            )),
        }
    }
}
