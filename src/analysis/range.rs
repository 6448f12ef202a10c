//! The range of a number of theory over several splits.

use super::estimate::Sample;

/// A number of theory over the splits of several seeds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    pub median: f64,
    pub low: f64,
    pub high: f64,
    /// Distinct problems.
    pub n: usize,
}

impl Range {
    /// `None` of nothing.
    #[must_use]
    pub fn of(values: &[f64]) -> Option<Self> {
        let sample = Sample::new(values.to_vec());
        Some(Self {
            median: sample.median()?,
            low: sample.quantile(0.0)?,
            high: sample.quantile(1.0)?,
            n: values.len(),
        })
    }
}
