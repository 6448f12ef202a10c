//! The parameters that training starts from.

use serde::Deserialize;

use crate::numeric::{Purpose, Stream};

pub const WORDS: &[&str] = &["zeros", "normal"];

/// A named scheme, or the numbers themselves.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Initialization {
    Scheme(InitScheme),
    Numbers(Vec<f64>),
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InitScheme {
    Zeros,
    /// Independent standard normal deviates, drawn with the trial's seed.
    Normal,
}

impl Initialization {
    pub fn by_seed(&self) -> bool {
        matches!(self, Self::Scheme(InitScheme::Normal))
    }

    pub fn start(&self, d: usize, seed: Option<u64>) -> Result<Vec<f64>, String> {
        match self {
            Self::Scheme(InitScheme::Zeros) => Ok(vec![0.0; d]),
            Self::Scheme(InitScheme::Normal) => {
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
